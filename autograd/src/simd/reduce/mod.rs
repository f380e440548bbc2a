//! Reductions: sums, maxima, and whatever else combines numbers two by two.
//!
//! The order of combination is fixed by the shape alone, never by the number of threads, and it is a
//! shallow tree, so that rounding errors of a sum grow with the logarithm of its length: at most 16
//! numbers are added in sequence, in each of several lanes, and such blocks are added in pairs, pairs
//! of pairs, and so on, like the carries of a binary counter ([`Cascade`](cascade::Cascade)).

mod cascade;
mod columns;
mod rows;

use super::{Isa, Kernel, Vector};
use crate::Float;
use crate::elementwise::kernels::Identity;

use columns::columns;
pub use rows::reduce_rows;

/// Numbers that are combined in sequence.
const SEQUENCE: usize = 16;
/// Vectors that are accumulated side by side, so that none waits for the one before.
const WIDTH: usize = 4;

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
    if x.is_empty() {
        return vec![start; outer * inner];
    }
    if inner == 1 {
        return reduce_rows(kernel, start, Identity {}, [x], n);
    }
    let isa = Isa::current();
    let mut z = Vec::with_capacity(outer * inner);
    for x in x.chunks_exact(n * inner) {
        z.extend(columns(isa, kernel, start, x, inner));
    }
    z
}

/// The `count` numbers at `from`, most often all of a vector.
///
/// # Safety
/// As for [`Vector::load_partial`].
#[inline(always)]
unsafe fn load<V: Vector>(from: *const V::Element, count: usize) -> V {
    // SAFETY: as this function's.
    unsafe { if count == V::LANES { V::load(from) } else { V::load_partial(from, count) } }
}
