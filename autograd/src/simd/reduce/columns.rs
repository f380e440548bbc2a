//! Each column of a matrix to one number.

use std::mem::MaybeUninit;

use super::cascade::Cascade;
use super::{SEQUENCE, WIDTH, load};
use crate::simd::elementwise::{CHUNK, PARALLEL};
use crate::simd::{Isa, Kernel, Routine, Vector};
use crate::{Float, threads};

/// Rows that are reduced at once: more are split into chunks.
const HEIGHT: usize = 4096;

/// A matrix over its rows: as a whole, or chunks of rows and then their results in the same way.
pub fn columns<T: Float>(
    isa: Isa,
    kernel: impl Kernel<T, 2>,
    start: T,
    x: &[T],
    inner: usize,
) -> Vec<T> {
    let run = |x: &[T], z: &mut [MaybeUninit<T>]| isa.run(Columns { kernel, start, x, z });
    let mut z: Vec<T> = Vec::new();
    let rows = (CHUNK / inner).next_power_of_two().clamp(SEQUENCE, HEIGHT);
    let height = x.len() / inner;
    if height <= HEIGHT && (x.len() < PARALLEL || height < 2 * rows) {
        z.reserve_exact(inner);
        run(x, &mut z.spare_capacity_mut()[..inner]);
        // SAFETY: `Columns` writes all of its `z`.
        unsafe { z.set_len(inner) };
        return z;
    }
    let chunks = height.div_ceil(rows);
    z.reserve_exact(chunks * inner);
    let room = &mut z.spare_capacity_mut()[..chunks * inner];
    let parts = x.chunks(rows * inner).zip(room.chunks_mut(inner));
    threads::for_each(parts, |(x, z)| run(x, z));
    // SAFETY: there are as many chunks of x as of z, and `Columns` writes all of its `z`.
    unsafe { z.set_len(chunks * inner) };
    columns(isa, kernel, start, &z, inner)
}

/// Each column of the matrix `x`, which is as wide as `z` is long, to one number.
struct Columns<'a, T, K> {
    kernel: K,
    start: T,
    x: &'a [T],
    z: &'a mut [MaybeUninit<T>],
}

impl<T: Float, K: Kernel<T, 2>> Routine<T> for Columns<'_, T, K> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vector<Element = T>>(self) {
        let Columns { kernel, start, x, z } = self;
        let (width, rows) = (z.len(), x.len() / z.len());
        let mut column = 0;
        // SAFETY: the machine has the instruction set; a strip of `count` columns that starts at
        // `column` lies within each row.
        unsafe {
            while width - column >= WIDTH * V::LANES {
                let sums = strip::<V, WIDTH>(kernel, start, &x[column..], width, rows, V::LANES);
                for (j, sum) in sums.into_iter().enumerate() {
                    sum.store(z[column + j * V::LANES..][..V::LANES].as_mut_ptr().cast());
                }
                column += WIDTH * V::LANES;
            }
            while column < width {
                let count = V::LANES.min(width - column);
                let [sum] = strip::<V, 1>(kernel, start, &x[column..], width, rows, count);
                sum.store_partial(z[column..][..count].as_mut_ptr().cast(), count);
                column += count;
            }
        }
    }
}

/// W vectors of columns over all rows; of the last vector only `count` lanes.
///
/// # Safety
/// The machine has V's instruction set; each of the `rows` rows, `width` apart from the start of
/// `x`, is readable for (W − 1) · LANES + `count` numbers.
#[inline(always)]
unsafe fn strip<V: Vector, const W: usize>(
    kernel: impl Kernel<V::Element, 2>,
    start: V::Element,
    x: &[V::Element],
    width: usize,
    rows: usize,
    count: usize,
) -> [V; W] {
    // SAFETY: as this function's.
    unsafe {
        let none = V::splat(start);
        // Few rows need none.
        let mut cascade: Option<Cascade<V, W>> = None;
        let mut from = x.as_ptr();
        let mut left = rows;
        loop {
            let mut sums = [none; W];
            for _ in 0..left.min(SEQUENCE) {
                for (j, sum) in sums.iter_mut().enumerate() {
                    *sum = kernel.lanes([*sum, load(from.add(j * V::LANES), count)]);
                }
                from = from.wrapping_add(width);
            }
            if left <= SEQUENCE {
                return match cascade {
                    Some(blocks) => blocks.finish(kernel, sums),
                    None => sums,
                };
            }
            cascade.get_or_insert_with(|| Cascade::new(none)).push(kernel, sums);
            left -= SEQUENCE;
        }
    }
}
