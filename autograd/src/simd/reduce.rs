//! Reductions: sums, maxima, and whatever else combines numbers two by two.
//!
//! The order of combination is fixed by the shape alone, never by the number of threads, and it is a
//! shallow tree, so that rounding errors of a sum grow with the logarithm of its length: at most 16
//! numbers are added in sequence, in each of several lanes, and such blocks are added in pairs, pairs
//! of pairs, and so on, like the carries of a binary counter ([`Cascade`]).

use std::mem::MaybeUninit;

use super::elementwise::{CHUNK, PARALLEL};
use super::{Isa, Kernel, Routine, Vector};
use crate::{Float, threads};

/// Numbers that are combined in sequence.
const SEQUENCE: usize = 16;
/// Vectors that are accumulated side by side, so that none waits for the one before.
const WIDTH: usize = 4;
/// Rows of a matrix that are reduced at once: more are split into chunks.
const HEIGHT: usize = 4096;
/// More levels than a cascade can reach: it gets at most 256 blocks, of HEIGHT rows or CHUNK numbers.
const LEVELS: usize = 9;

/// Combines the numbers of `x` over the middle one of its three axes [outer, n, inner].
///
/// # Panics
/// If `x` does not have as many elements as the axes say.
pub fn reduce<T: Float>(
    kernel: impl Kernel<T, 2>,
    start: T,
    x: &[T],
    [outer, n, inner]: [usize; 3],
) -> Vec<T> {
    assert_eq!(x.len(), outer * n * inner, "as many elements as the axes say");
    let isa = Isa::current();
    if x.is_empty() {
        return vec![start; outer * inner];
    }
    if inner == 1 {
        // Many rows side by side, or the chunks of a long one.
        return map_chunks(x, n, |x| long_row(isa, kernel, start, x));
    }
    let mut z = Vec::with_capacity(outer * inner);
    for x in x.chunks_exact(n * inner) {
        z.extend(columns(isa, kernel, start, x, inner));
    }
    z
}

/// A row in chunks, then the results of the chunks in the same way.
fn long_row<T: Float>(isa: Isa, kernel: impl Kernel<T, 2>, start: T, x: &[T]) -> T {
    if x.len() <= CHUNK {
        return isa.run(Row { kernel, start, x });
    }
    let chunks = map_chunks(x, CHUNK, |x| isa.run(Row { kernel, start, x }));
    long_row(isa, kernel, start, &chunks)
}

/// f of each `n` numbers of x, in parallel if they are many.
fn map_chunks<T: Float>(x: &[T], n: usize, f: impl Fn(&[T]) -> T + Sync) -> Vec<T> {
    if x.len() < PARALLEL {
        return x.chunks(n).map(f).collect();
    }
    let mut z = vec![T::zero(); x.len().div_ceil(n)];
    let some = (threads::piece(x.len(), CHUNK) / n).max(1);
    threads::for_each(x.chunks(some * n).zip(z.chunks_mut(some)), |(x, z)| {
        for (x, z) in x.chunks(n).zip(z) {
            *z = f(x);
        }
    });
    z
}

/// A matrix over its rows: as a whole, or chunks of rows and then their results in the same way.
fn columns<T: Float>(
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

/// Results of blocks, combined in pairs: `levels[k]` holds one of 2ᵏ blocks if bit k of `count` is set.
struct Cascade<V, const W: usize> {
    levels: [[V; W]; LEVELS],
    count: usize,
}

impl<V: Vector, const W: usize> Cascade<V, W> {
    #[inline(always)]
    fn new(start: V) -> Self {
        Self { levels: [[start; W]; LEVELS], count: 0 }
    }

    #[inline(always)]
    fn push(&mut self, kernel: impl Kernel<V::Element, 2>, mut block: [V; W]) {
        let mut level = 0;
        while self.count >> level & 1 == 1 {
            block = combine(kernel, self.levels[level], block);
            level += 1;
        }
        self.levels[level] = block;
        self.count += 1;
    }

    #[inline(always)]
    fn finish(self, kernel: impl Kernel<V::Element, 2>, mut last: [V; W]) -> [V; W] {
        let mut level = 0;
        while self.count >> level > 0 {
            if self.count >> level & 1 == 1 {
                last = combine(kernel, self.levels[level], last);
            }
            level += 1;
        }
        last
    }
}

#[inline(always)]
fn combine<V: Vector, const W: usize>(
    kernel: impl Kernel<V::Element, 2>,
    x: [V; W],
    mut y: [V; W],
) -> [V; W] {
    for j in 0..W {
        y[j] = kernel.lanes([x[j], y[j]]);
    }
    y
}

/// All of `x`, at most CHUNK numbers, to one.
struct Row<'a, T, K> {
    kernel: K,
    start: T,
    x: &'a [T],
}

impl<T: Float, K: Kernel<T, 2>> Routine<T> for Row<'_, T, K> {
    type Output = T;

    #[inline(always)]
    unsafe fn run<V: Vector<Element = T>>(self) -> T {
        let Row { kernel, start, x } = self;
        let mut i = 0;
        // SAFETY: the machine has the instruction set; full vectors end at or before the end of `x`;
        // `buffer` has room for a vector at every place where one is loaded or stored.
        unsafe {
            let none = V::splat(start);
            // A short row needs none.
            let mut cascade: Option<Cascade<V, 1>> = None;
            let mut sums = [none; WIDTH];
            while x.len() - i >= SEQUENCE * WIDTH * V::LANES {
                for _ in 0..SEQUENCE {
                    for (j, sum) in sums.iter_mut().enumerate() {
                        *sum = kernel.lanes([*sum, V::load(x.as_ptr().add(i + j * V::LANES))]);
                    }
                    i += WIDTH * V::LANES;
                }
                let blocks = cascade.get_or_insert_with(|| Cascade::new(none));
                blocks.push(kernel, [fold(kernel, sums)]);
                sums = [none; WIDTH];
            }
            let mut j = 0;
            while x.len() - i >= V::LANES {
                sums[j] = kernel.lanes([sums[j], V::load(x.as_ptr().add(i))]);
                (i, j) = (i + V::LANES, (j + 1) % WIDTH);
            }
            let mut buffer = [start; 32];
            buffer[..x.len() - i].copy_from_slice(&x[i..]);
            sums[j] = kernel.lanes([sums[j], V::load(buffer.as_ptr())]);
            let mut sum = fold(kernel, sums);
            if let Some(blocks) = cascade {
                [sum] = blocks.finish(kernel, [sum]);
            }
            // Lanes, the upper half onto the lower.
            let mut half = V::LANES / 2;
            while half > 0 {
                sum.store(buffer.as_mut_ptr());
                sum = kernel.lanes([sum, V::load(buffer.as_ptr().add(half))]);
                half /= 2;
            }
            sum.store(buffer.as_mut_ptr());
            buffer[0]
        }
    }
}

/// Four to one.
#[inline(always)]
fn fold<V: Vector>(kernel: impl Kernel<V::Element, 2>, x: [V; WIDTH]) -> V {
    kernel.lanes([kernel.lanes([x[0], x[1]]), kernel.lanes([x[2], x[3]])])
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
        let mut cascade = Cascade::<V, W>::new(none);
        let mut sums = [none; W];
        for row in 0..rows {
            let from = x.as_ptr().add(row * width);
            for (j, sum) in sums.iter_mut().enumerate() {
                let from = from.add(j * V::LANES);
                let x = match count == V::LANES {
                    true => V::load(from),
                    false => V::load_partial(from, count),
                };
                *sum = kernel.lanes([*sum, x]);
            }
            if (row + 1) % SEQUENCE == 0 {
                cascade.push(kernel, sums);
                sums = [none; W];
            }
        }
        cascade.finish(kernel, sums)
    }
}
