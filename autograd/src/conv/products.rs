//! The three products of patches P, kernel W and outputs Z.

use std::ops::Range;

use ndarray::{ArrayView2, ArrayViewMut2};

use super::Geometry;
use super::padded::Padded;
use crate::gemm::Onto;
use crate::{Float, threads};

/// Numbers of a block of patches: it stays in the second level cache, beside the kernel.
const BLOCK: usize = 1 << 16;

/// Z = P W.
pub fn convolve<T: Float>(geometry: &Geometry, x: &[T], w: &[T]) -> Vec<T> {
    let (places, outputs) = (geometry.lines() * geometry.places[1], geometry.outputs);
    let mut z = T::pool().take_any(places * outputs);
    let images = Padded::new(geometry, x);
    let w = matrix(w, geometry.patch_len(), outputs);
    T::multiply_indexed(&images.x, &images.patches(), w, matrix_mut(&mut z, places, outputs));
    z
}

/// The images to which P = Z Wᵀ is scattered.
pub fn transposed<T: Float>(geometry: &Geometry, z: &[T], w: &[T]) -> Vec<T> {
    let (down, image) = (geometry.places[0], geometry.image_len());
    let w = matrix(w, geometry.patch_len(), geometry.outputs);
    let w_t = w.reversed_axes().as_standard_layout().into_owned();
    let mut x = T::pool().take_any(geometry.batch * image);
    let piece = threads::piece(geometry.batch, 1);
    threads::for_each(x.chunks_mut((piece * image).max(1)).enumerate(), |(i, x)| {
        let first = i * piece * down;
        x.fill(T::zero());
        each_block(geometry, 0..x.len() / image * down, |lines, patches| {
            let z = geometry.outputs_of(first + lines.start..first + lines.end, z);
            let p = matrix_mut(patches, lines.len() * geometry.places[1], geometry.patch_len());
            T::multiply(z, w_t.view(), p, Onto::Nothing);
            geometry.scatter(patches, lines, x);
        });
    });
    x
}

/// W = Pᵀ Z.
pub fn weight<T: Float>(geometry: &Geometry, x: &[T], z: &[T]) -> Vec<T> {
    let (len, outputs) = (geometry.patch_len(), geometry.outputs);
    let mut w = T::pool().take_any(len * outputs);
    let images = Padded::new(geometry, x);
    let z = matrix(z, geometry.lines() * geometry.places[1], outputs);
    let patches = images.patches_transposed();
    T::multiply_indexed(&images.x, &patches, z, matrix_mut(&mut w, len, outputs));
    w
}

impl Geometry {
    /// The rows of Z that belong to some lines of places.
    fn outputs_of<'a, T>(&self, lines: Range<usize>, z: &'a [T]) -> ArrayView2<'a, T> {
        let line = self.places[1] * self.outputs;
        let rows = lines.len() * self.places[1];
        matrix(&z[lines.start * line..lines.end * line], rows, self.outputs)
    }
}

/// The lines of places whose patches make a block.
fn block(geometry: &Geometry) -> usize {
    (BLOCK / (geometry.places[1] * geometry.patch_len()).max(1)).max(1)
}

/// Calls `run` with each block of `lines` and room for its patches.
fn each_block<T: Float>(
    geometry: &Geometry,
    lines: Range<usize>,
    mut run: impl FnMut(Range<usize>, &mut [T]),
) {
    let (block, line) = (block(geometry), geometry.places[1] * geometry.patch_len());
    let mut patches = T::pool().take_any(block.min(lines.len()) * line);
    for start in lines.clone().step_by(block) {
        let lines = start..lines.end.min(start + block);
        let room = lines.len() * line;
        run(lines, &mut patches[..room]);
    }
    T::pool().give(patches);
}

fn matrix_mut<T>(x: &mut [T], rows: usize, columns: usize) -> ArrayViewMut2<'_, T> {
    ArrayViewMut2::from_shape((rows, columns), x).expect("as many as rows and columns")
}

fn matrix<T>(x: &[T], rows: usize, columns: usize) -> ArrayView2<'_, T> {
    ArrayView2::from_shape((rows, columns), x).expect("as many as rows and columns")
}
