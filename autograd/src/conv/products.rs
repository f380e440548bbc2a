//! The three products of patches P, kernel W and outputs Z, for a few images at a time.

use ndarray::{ArrayView2, ArrayViewMut2};

use super::Geometry;
use super::padded::give_back;
use super::phase::{Phase, phases};
use crate::gemm::{Onto, Rows};
use crate::{Float, threads};

/// Z = P W, each row added to the bias if there is one.
pub fn convolve<T: Float>(geometry: &Geometry, x: &[T], w: &[T], bias: Option<&[T]>) -> Vec<T> {
    let (image, places) = (geometry.image_len(), geometry.places_len());
    let mut z = T::pool().take_any(geometry.batch * places);
    if image == 0 || places == 0 {
        start_from(bias, &mut z);
        return z;
    }
    let (padded, grid) = (geometry.padded(), geometry.grid());
    let block = geometry.block(padded.len());
    let w = matrix(w, geometry.patch_len(), geometry.outputs);
    let tables = geometry.for_blocks(block, |images| {
        let rows = (0..images * places).step_by(geometry.outputs);
        (padded.patches(images, grid), Rows::new(rows, geometry.outputs))
    });
    threads::for_each(x.chunks(block * image).zip(z.chunks_mut(block * places)), |(x, z)| {
        let (patches, rows) = &tables[usize::from(x.len() < block * image)];
        let x = padded.pad(x);
        T::multiply_indexed(&x, patches, w, z, rows, onto(bias));
        give_back(x);
    });
    z
}

/// The images to which P = Z Wᵀ is scattered, each point of them added to the bias if there is one.
///
/// Where there are channels enough to fill vectors, each number of an image gathers what would be scattered to it.
pub fn transposed<T: Float>(geometry: &Geometry, z: &[T], w: &[T], bias: Option<&[T]>) -> Vec<T> {
    let (image, places) = (geometry.image_len(), geometry.places_len());
    let mut x = T::pool().take_any(geometry.batch * image);
    if image == 0 || places == 0 {
        start_from(bias, &mut x);
    } else if geometry.channels < FEW_CHANNELS {
        scatter(geometry, z, w, bias, &mut x);
    } else {
        gather(geometry, z, w, bias, &mut x);
    }
    x
}

/// With fewer channels, most of each vector along them would be empty.
const FEW_CHANNELS: usize = 8;

/// Each phase of the images is the convolution of Z with a part of the kernel.
fn gather<T: Float>(geometry: &Geometry, z: &[T], w: &[T], bias: Option<&[T]>, x: &mut [T]) {
    let (image, places) = (geometry.image_len(), geometry.places_len());
    let (padded, phases) = phases(geometry);
    let block = geometry.block(padded.len() + image);
    let kernels: Vec<_> = phases.iter().map(|phase| phase.kernel(geometry, w)).collect();
    let tables = geometry.for_blocks(block, |images| {
        let tables =
            |phase: &Phase| (padded.patches(images, phase.grid()), phase.rows(geometry, images));
        phases.iter().map(tables).collect()
    });
    threads::for_each(z.chunks(block * places).zip(x.chunks_mut(block * image)), |(z, x)| {
        let tables: &Vec<_> = &tables[usize::from(z.len() < block * places)];
        let z = padded.pad(z);
        for ((patches, rows), kernel) in tables.iter().zip(&kernels) {
            T::multiply_indexed(&z, patches, kernel.view(), x, rows, onto(bias));
        }
        give_back(z);
    });
}

/// The patches of a few lines of places at a time, which stay in the second level cache, are added to the images.
fn scatter<T: Float>(geometry: &Geometry, z: &[T], w: &[T], bias: Option<&[T]>, x: &mut [T]) {
    let (image, places) = (geometry.image_len(), geometry.places_len());
    let outputs = geometry.outputs;
    let w = matrix(w, geometry.patch_len(), outputs);
    let w_t = w.reversed_axes().as_standard_layout().into_owned();
    let block = geometry.block(image);
    let line = geometry.places[1] * geometry.patch_len();
    let lines = BLOCK.div_ceil(line);
    threads::for_each(z.chunks(block * places).zip(x.chunks_mut(block * image)), |(z, x)| {
        start_from(bias, x);
        let mut patches = T::pool().take_scratch(lines * line);
        for (i, z) in z.chunks(lines * geometry.places[1] * outputs).enumerate() {
            let rows = z.len() / outputs;
            let p = &mut patches[..rows * geometry.patch_len()];
            let z = matrix(z, rows, outputs);
            T::multiply(z, w_t.view(), matrix_mut(p, rows, geometry.patch_len()), Onto::Nothing);
            let first = i * lines;
            geometry.scatter(p, first..first + rows / geometry.places[1], x);
        }
        T::pool().give(patches);
    });
}

/// What rows are added to.
fn onto<T>(bias: Option<&[T]>) -> Onto<'_, T> {
    bias.map_or(Onto::Nothing, Onto::Row)
}

/// Makes each row of `x` the bias, or zeros.
fn start_from<T: Float>(bias: Option<&[T]>, x: &mut [T]) {
    match bias {
        Some(&[bias]) => x.fill(bias),
        Some(bias) if !bias.is_empty() => {
            x.chunks_exact_mut(bias.len()).for_each(|row| row.copy_from_slice(bias));
        }
        _ => x.fill(T::zero()),
    }
}

/// W = Pᵀ Z.
///
/// The images are cut into parts by shape alone, each with a sum of its own; then the sums are added up.
pub fn weight<T: Float>(geometry: &Geometry, x: &[T], z: &[T]) -> Vec<T> {
    let (image, places) = (geometry.image_len(), geometry.places_len());
    let (rows, outputs) = (geometry.patch_len(), geometry.outputs);
    let mut w = T::pool().take_any(rows * outputs);
    if geometry.batch * image * places == 0 {
        w.fill(T::zero());
        return w;
    }
    let (padded, grid) = (geometry.padded(), geometry.grid());
    let block = geometry.block(padded.len() + places);
    let most = (SUMS / w.len()).clamp(1, TASKS / 2);
    let part = geometry.batch.div_ceil(block).div_ceil(most) * block;
    let parts = geometry.batch.div_ceil(part);

    let tables = geometry.for_blocks(block, |images| padded.patches_transposed(images, grid));
    let w_rows = Rows::new((0..rows).map(|i| i * outputs), outputs);
    let mut sums = T::pool().take_any(parts * w.len());
    let items = x.chunks(part * image).zip(z.chunks(part * places)).zip(sums.chunks_mut(w.len()));
    threads::for_each(items, |((x, z), sum)| {
        let blocks = x.chunks(block * image).zip(z.chunks(block * places));
        for (i, (x, z)) in blocks.enumerate() {
            let patches = &tables[usize::from(x.len() < block * image)];
            let onto = if i == 0 { Onto::Nothing } else { Onto::Itself };
            let (x, z) = (padded.pad(x), matrix(z, z.len() / outputs, outputs));
            T::multiply_indexed(&x, patches, z, sum, &w_rows, onto);
            give_back(x);
        }
    });
    let (ones, len) = (vec![T::one(); parts], w.len());
    let (ones, all) = (matrix(&ones, 1, parts), matrix(&sums, parts, len));
    T::multiply(ones, all, matrix_mut(&mut w, 1, len), Onto::Nothing);
    T::pool().give(sums);
    w
}

/// Numbers of a block of images: it stays in the second level cache, beside kernel and results.
const BLOCK: usize = 1 << 15;

/// Blocks that there should be at least, if there are as many images.
const TASKS: usize = 32;

/// Numbers of all sums together.
const SUMS: usize = 1 << 22;

impl Geometry {
    /// How many images of `len` numbers make a block.
    fn block(&self, len: usize) -> usize {
        (BLOCK / len).min(self.batch.div_ceil(TASKS)).max(1)
    }

    /// `tables` for as many images as a block has, and for as many as the last has if those are fewer.
    fn for_blocks<R>(&self, block: usize, tables: impl Fn(usize) -> R) -> [R; 2] {
        [block, self.batch % block].map(tables)
    }

    /// The numbers of Z for an image.
    pub fn places_len(&self) -> usize {
        self.places[0] * self.places[1] * self.outputs
    }
}

fn matrix_mut<T>(x: &mut [T], rows: usize, columns: usize) -> ArrayViewMut2<'_, T> {
    ArrayViewMut2::from_shape((rows, columns), x).expect("as many as rows and columns")
}

fn matrix<T>(x: &[T], rows: usize, columns: usize) -> ArrayView2<'_, T> {
    ArrayView2::from_shape((rows, columns), x).expect("as many as rows and columns")
}
