//! The three products of patches P, kernel W and outputs Z.

use std::ops::Range;

use ndarray::{ArrayView2, ArrayViewMut2};

use super::Geometry;
use crate::gemm::Onto;
use crate::{Float, threads};

/// Numbers of a block of patches: it stays in the second level cache, beside the kernel.
const BLOCK: usize = 1 << 16;

/// The parts of a sum over all places.
const PARTS: usize = 16;

/// Z = P W.
pub fn convolve<T: Float>(geometry: &Geometry, x: &[T], w: &[T]) -> Vec<T> {
    let (lines, line) = (geometry.lines(), geometry.places[1] * geometry.outputs);
    let w = matrix(w, geometry.patch_len(), geometry.outputs);
    let mut z = T::pool().take_any(lines * line);
    let piece = threads::piece(lines, block(geometry));
    threads::for_each(z.chunks_mut((piece * line).max(1)).enumerate(), |(i, z)| {
        let first = i * piece;
        each_block(geometry, first..lines.min(first + piece), |lines, patches| {
            geometry.gather(x, lines.clone(), patches);
            let p = geometry.patches(lines.clone(), patches);
            let z = &mut z[(lines.start - first) * line..][..lines.len() * line];
            multiply(p, w, z, Onto::Nothing);
        });
    });
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
            multiply(z, w_t.view(), patches, Onto::Nothing);
            geometry.scatter(patches, lines, x);
        });
    });
    x
}

/// W = Pᵀ Z.
pub fn weight<T: Float>(geometry: &Geometry, x: &[T], z: &[T]) -> Vec<T> {
    let (lines, len) = (geometry.lines(), geometry.patch_len() * geometry.outputs);
    let part = lines.div_ceil(PARTS).max(1);
    let mut sums = vec![vec![T::zero(); len]; lines.div_ceil(part)];
    threads::for_each(sums.iter_mut().enumerate(), |(i, sum)| {
        each_block(geometry, i * part..lines.min((i + 1) * part), |lines, patches| {
            geometry.gather(x, lines.clone(), patches);
            let p = geometry.patches(lines.clone(), patches);
            multiply(p.reversed_axes(), geometry.outputs_of(lines, z), sum, Onto::Itself);
        });
    });
    let mut w = T::pool().take(len);
    w.resize(len, T::zero());
    for sum in sums {
        w.iter_mut().zip(sum).for_each(|(w, x)| *w += x);
    }
    w
}

impl Geometry {
    /// The rows of P that some lines of places make.
    fn patches<'a, T>(&self, lines: Range<usize>, patches: &'a [T]) -> ArrayView2<'a, T> {
        matrix(patches, lines.len() * self.places[1], self.patch_len())
    }

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

fn multiply<T: Float>(a: ArrayView2<'_, T>, b: ArrayView2<'_, T>, c: &mut [T], onto: Onto<'_, T>) {
    let shape = (a.nrows(), b.ncols());
    T::multiply(a, b, ArrayViewMut2::from_shape(shape, c).expect("as many as A·B"), onto);
}

fn matrix<T>(x: &[T], rows: usize, columns: usize) -> ArrayView2<'_, T> {
    ArrayView2::from_shape((rows, columns), x).expect("as many as rows and columns")
}
