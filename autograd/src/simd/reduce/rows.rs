//! Each row of a matrix to one number.

use super::cascade::Cascade;
use super::{SEQUENCE, WIDTH, load};
use crate::elementwise::kernels::Identity;
use crate::simd::elementwise::{CHUNK, MOST_LANES, PARALLEL};
use crate::simd::{Isa, Kernel, Pair, Routine, Vector};
use crate::{Float, threads};

/// Combines the numbers f(x₁, …, x_N) over each row of `n`; the last row may be a shorter one. `start` is the number that
/// changes none when combined with it.
///
/// Shapes: each of `x` [rows · n] -> `[rows]`
///
/// # Panics
/// If the lengths differ, or `n` is 0.
pub fn reduce_rows<T: Float, const N: usize>(
    kernel: impl Kernel<T, 2>,
    start: T,
    f: impl Kernel<T, N>,
    x: [&[T]; N],
    n: usize,
) -> Vec<T> {
    let (isa, len) = (Isa::current(), x[0].len());
    for x in x {
        assert_eq!(x.len(), len, "reduce_rows: all slices must have one length");
    }
    let from_row = |row: usize, count: usize| x.map(|x| &x[row * n..len.min((row + count) * n)]);
    let reduce_from = |first: usize, z: &mut [T]| {
        if n <= CHUNK {
            return isa.run(Rows { kernel, start, f, x: from_row(first, z.len()), n, z });
        }
        // A long row in chunks, then what they come to in the same way.
        for (i, z) in z.iter_mut().enumerate() {
            let chunks = reduce_rows(kernel, start, f, from_row(first + i, 1), CHUNK);
            *z = reduce_rows(kernel, start, Identity {}, [&chunks], chunks.len())[0];
        }
    };
    let mut z = vec![T::zero(); len.div_ceil(n)];
    if len < PARALLEL {
        reduce_from(0, &mut z);
    } else {
        // Not of whole chunks: of 128 rows of 784 one thread would have 60 and the other 68.
        let some = threads::piece(z.len(), 1).max(CHUNK / 2 / n).max(1);
        threads::for_each(z.chunks_mut(some).enumerate(), |(i, z)| reduce_from(i * some, z));
    }
    z
}

/// Each row of f(x₁, …, x_N), of at most CHUNK numbers, to one.
struct Rows<'a, T, K, F, const N: usize> {
    kernel: K,
    start: T,
    f: F,
    x: [&'a [T]; N],
    n: usize,
    z: &'a mut [T],
}

impl<T: Float, K: Kernel<T, 2>, F: Kernel<T, N>, const N: usize> Routine<T>
    for Rows<'_, T, K, F, N>
{
    type Output = ();

    /// Each row to a vector; and, of as many rows as a vector has lanes, the lanes of all at once.
    #[inline(always)]
    unsafe fn run<V: Vector<Element = T>>(self) {
        let Rows { kernel, start, f, mut x, n, z } = self;
        let mut rows = [start; MOST_LANES * MOST_LANES];
        let mut lanes = [start; MOST_LANES * MOST_LANES];
        let step = V::LANES as isize;
        for z in z.chunks_mut(V::LANES) {
            // SAFETY: the machine has the instruction set; `rows` and `lanes` have room for LANES vectors, `z` for one
            // or for less.
            unsafe {
                for i in 0..z.len() {
                    let count = n.min(x[0].len());
                    row::<V, N>(kernel, start, f, x, count).store(&raw mut rows[i * V::LANES]);
                    x = x.map(|x| &x[count..]);
                }
                let first = lanes.as_mut_ptr();
                V::transpose(rows.as_ptr(), step, first, step);
                // The upper half of the lanes onto the lower.
                let lane = |i: usize| first.add(i * V::LANES);
                let mut half = V::LANES / 2;
                while half > 0 {
                    for i in 0..half {
                        kernel.lanes([V::load(lane(i)), V::load(lane(i + half))]).store(lane(i));
                    }
                    half /= 2;
                }
                V::load(lane(0)).store_partial(z.as_mut_ptr(), z.len());
            }
        }
    }
}

/// The first `len` ≤ CHUNK numbers of f(x₁, …, x_N), to one vector.
///
/// # Safety
/// The machine has V's instruction set.
#[inline(always)]
unsafe fn row<V: Vector, const N: usize>(
    kernel: impl Kernel<V::Element, 2>,
    start: V::Element,
    f: impl Kernel<V::Element, N>,
    x: [&[V::Element]; N],
    len: usize,
) -> V {
    let x = x.map(|x| x[..len].as_ptr());
    let mut i = 0;
    // SAFETY: as this function's; full vectors end at or before `len`, and the partial one has what is left.
    unsafe {
        let none = V::splat(start);
        // A short row needs none.
        let mut cascade: Option<Cascade<V, 1>> = None;
        let mut sums = [none; WIDTH];
        loop {
            let rounds = ((len - i) / (WIDTH * V::LANES)).min(SEQUENCE);
            for _ in 0..rounds {
                for j in (0..WIDTH).step_by(2) {
                    let Pair(one, other) = f.lanes(load_two(x, i));
                    sums[j] = kernel.lanes([sums[j], one]);
                    sums[j + 1] = kernel.lanes([sums[j + 1], other]);
                    i += 2 * V::LANES;
                }
            }
            if rounds < SEQUENCE {
                break;
            }
            let blocks = cascade.get_or_insert_with(|| Cascade::new(none));
            blocks.push(kernel, [fold(kernel, sums)]);
            sums = [none; WIDTH];
        }
        // Less than WIDTH vectors are left.
        let mut lanes = [none; N];
        for sum in &mut sums {
            let count = V::LANES.min(len - i);
            if count == 0 {
                break;
            }
            for k in 0..N {
                lanes[k] = load(x[k].add(i), count);
            }
            let new = kernel.lanes([*sum, f.lanes(lanes)]);
            *sum = if count == V::LANES { new } else { new.select(none.first(count), *sum) };
            i += count;
        }
        let sum = fold(kernel, sums);
        match cascade {
            Some(blocks) => blocks.finish(kernel, [sum])[0],
            None => sum,
        }
    }
}

/// Two vectors of each of `x`, from number `i` on.
///
/// # Safety
/// The machine has V's instruction set; each of `x` is readable for two vectors there.
#[inline(always)]
unsafe fn load_two<V: Vector, const N: usize>(x: [*const V::Element; N], i: usize) -> [Pair<V>; N] {
    // SAFETY: as this function's.
    unsafe {
        let nan = V::splat(V::Element::NAN);
        let mut pairs = [Pair(nan, nan); N];
        for k in 0..N {
            pairs[k] = Pair::load(x[k].add(i));
        }
        pairs
    }
}

/// Four to one.
#[inline(always)]
fn fold<V: Vector>(kernel: impl Kernel<V::Element, 2>, x: [V; WIDTH]) -> V {
    kernel.lanes([kernel.lanes([x[0], x[1]]), kernel.lanes([x[2], x[3]])])
}
