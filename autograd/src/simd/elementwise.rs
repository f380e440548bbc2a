//! The loop over elements: z = f(x₁, …, x_N), for any strides.
//!
//! Operands, broadcast to one shape, are walked in row-major order, in chunks of a fixed length that
//! the threads share, and these in blocks (`walk.rs`). In a block, operands lie in order or are a number that is
//! repeated, which is read as one vector. There is one inner loop, and what it computes for an element does not depend
//! on where that element is.

use std::mem::MaybeUninit;
use std::ptr::null;

use super::walk::{BLOCK, Block, Rows};
use super::{Isa, Lanes, Pair, Routine, Vector};
use crate::{Float, threads};
use ndarray::{ArrayBase, Data, Dimension};

/// A function of N numbers, on as many at a time as there are lanes.
pub trait Kernel<T: Float, const N: usize>: Copy + Send + Sync {
    /// The function, lane by lane. **Mark the implementation `#[inline(always)]`.**
    fn lanes<V: Lanes<Element = T>>(self, x: [V; N]) -> V;
}

/// Elements that one task computes at least, and that a sum takes together: a multiple of every vector's length.
pub(super) const CHUNK: usize = 1 << 13;
/// Arrays below this length are not worth a second thread.
pub(super) const PARALLEL: usize = 1 << 15;
/// From this length on a row is worth aligning.
const LONG: usize = 256;
/// Lanes of the longest vector, sixteen `f32` of AVX-512.
pub(super) const MOST_LANES: usize = 16;

/// An array to be read: where it starts, and its extent and stride along each axis.
#[derive(Clone, Copy)]
pub struct Operand<'a, T> {
    pub(super) start: *const T,
    pub(super) shape: &'a [usize],
    pub(super) strides: &'a [isize],
}

impl<'a, T> Operand<'a, T> {
    /// A single number, in an array of `rank` ≤ 8 axes of extent 1.
    pub fn number(x: &'a T, rank: usize) -> Self {
        Self { start: x, shape: &[1; 8][..rank], strides: &[1; 8][..rank] }
    }

    /// The stride along `axis` of a shape of `rank` axes: 0 where this array is repeated.
    pub(super) fn stride(&self, axis: usize, rank: usize) -> isize {
        match (axis + self.shape.len()).checked_sub(rank) {
            Some(own) if self.shape[own] != 1 => self.strides[own],
            _ => 0,
        }
    }

    pub(super) fn broadcasts_to(&self, shape: &[usize]) -> bool {
        let pairs = self.shape.iter().rev().zip(shape.iter().rev());
        self.shape.len() <= shape.len() && pairs.into_iter().all(|(&x, &z)| x == z || x == 1)
    }

    /// Whether this is an array of this very shape whose elements are adjacent, in row-major order.
    pub(super) fn is_a_row_of(&self, shape: &[usize]) -> bool {
        let mut len = 1;
        self.shape.len() == shape.len()
            && self.shape.iter().zip(self.strides).zip(shape).rev().all(|((&own, &stride), &n)| {
                let adjacent = n == 1 || stride == len;
                len *= n as isize;
                own == n && adjacent
            })
    }
}

impl<'a, T, S: Data<Elem = T>, D: Dimension> From<&'a ArrayBase<S, D>> for Operand<'a, T> {
    fn from(x: &'a ArrayBase<S, D>) -> Self {
        Self { start: x.as_ptr(), shape: x.shape(), strides: x.strides() }
    }
}

/// What was computed, in row-major order. A single number needs no memory of its own.
pub enum Elements<T> {
    /// The only one.
    One(T),
    /// Any other number of them.
    Many(Vec<T>),
}

/// f(x₁, …, x_N), element by element: each operand is broadcast to `shape`.
///
/// # Panics
/// If an operand does not broadcast to the shape.
pub fn apply<T: Float, const N: usize>(
    kernel: impl Kernel<T, N>,
    shape: &[usize],
    x: [Operand<'_, T>; N],
) -> Elements<T> {
    let isa = Isa::current();
    if shape.iter().all(|&extent| extent == 1) && x.iter().all(|x| x.broadcasts_to(shape)) {
        // SAFETY: an array that broadcasts to one element has one.
        let x = x.map(|x| unsafe { *x.start });
        return Elements::One(isa.run(Number { kernel, x }));
    }
    let rows = Rows::new(shape, &x);
    let chunk = |start: usize, z: &mut [MaybeUninit<T>]| {
        isa.run(Chunk { kernel, rows: &rows, start, z });
    };
    // SAFETY: a chunk writes all of its `z`.
    unsafe { in_chunks(shape.iter().product(), &chunk) }
}

/// `len` numbers of which `chunk(i, z)` writes those from the i-th on; compiled once, not for each kernel.
///
/// # Safety
/// `chunk` writes all of its `z`.
unsafe fn in_chunks<T: Float>(
    len: usize,
    chunk: &(dyn Fn(usize, &mut [MaybeUninit<T>]) + Sync),
) -> Elements<T> {
    if len == 0 {
        return Elements::Many(Vec::new());
    }
    let mut z = T::pool().take(len);
    let room = &mut z.spare_capacity_mut()[..len];
    if len < PARALLEL {
        chunk(0, room);
    } else {
        let piece = threads::piece(len, CHUNK);
        let chunks = room.chunks_mut(piece).enumerate();
        threads::for_each(chunks, |(i, z)| chunk(i * piece, z));
    }
    // SAFETY: `len` numbers were written, since the chunks cover the room.
    unsafe { z.set_len(len) };
    Elements::Many(z)
}

/// f(x₁, …, x_N) of numbers: what a loop costs would be most of what a graph of numbers costs.
struct Number<T, K, const N: usize> {
    kernel: K,
    x: [T; N],
}

impl<T: Float, K: Kernel<T, N>, const N: usize> Routine<T> for Number<T, K, N> {
    type Output = T;

    #[inline(always)]
    unsafe fn run<V: Vector<Element = T>>(self) -> T {
        let mut z = [T::zero(); MOST_LANES];
        // SAFETY: the machine has V's instruction set, and no vector has more lanes.
        unsafe { self.kernel.lanes(self.x.map(|x| V::splat(x))).store(z.as_mut_ptr()) };
        z[0]
    }
}

/// The elements from `start` on, as many as `z` has room for.
struct Chunk<'a, T, K, const N: usize> {
    kernel: K,
    rows: &'a Rows<T, N>,
    start: usize,
    z: &'a mut [MaybeUninit<T>],
}

impl<T: Float, K: Kernel<T, N>, const N: usize> Routine<T> for Chunk<'_, T, K, N> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vector<Element = T>>(self) {
        let Chunk { kernel, rows, start, z } = self;
        let mut gathered = [[MaybeUninit::uninit(); BLOCK]; N];
        let mask = rows.masks();
        for Block { place, start, count } in rows.blocks(start..start + z.len()) {
            let mut x = [null(); N];
            for k in 0..N {
                // SAFETY: the rows have these elements, as `z` has room for no more than they have; and the machine has
                // V's instruction set.
                x[k] = unsafe { rows.read::<V>(k, place, count, &mut gathered[k]) };
            }
            let z = z[start..start + count].as_mut_ptr().cast();
            // SAFETY: each of `x` is readable, where its mask lets it be, and `z` writable for `count` numbers.
            unsafe { contiguous::<V, N>(kernel, x, mask, z, count) };
        }
    }
}

/// The inner loop: a part of a vector up to an address at which `z` can take vectors that no two
/// lines of the cache share, then two vectors at a time, one that is left, and the rest of one.
///
/// # Safety
/// The machine has V's instruction set; each of `x` is readable for `len` numbers, or for a vector if its mask is 0, and
/// `z` writable for `len`.
#[inline(always)]
unsafe fn contiguous<V: Vector, const N: usize>(
    kernel: impl Kernel<V::Element, N>,
    x: [*const V::Element; N],
    mask: [usize; N],
    z: *mut V::Element,
    len: usize,
) {
    let unaligned = z.align_offset(V::LANES * size_of::<V::Element>());
    let head = if len >= LONG && unaligned < V::LANES { unaligned } else { 0 };
    let mut at = x;
    for k in 0..N {
        at[k] = x[k].wrapping_add(head & mask[k]);
    }
    let mut i = head;
    // SAFETY: as this function's; full vectors end at or before `len`, and partial ones have what is said.
    unsafe {
        let nan = V::splat(V::Element::NAN);
        let (mut lanes, mut pairs) = ([nan; N], [Pair(nan, nan); N]);
        while i + 2 * V::LANES <= len {
            for k in 0..N {
                let next = at[k].add(V::LANES & mask[k]);
                pairs[k] = Pair(V::load(at[k]), V::load(next));
                at[k] = next.add(V::LANES & mask[k]);
            }
            kernel.lanes(pairs).store(z.add(i));
            i += 2 * V::LANES;
        }
        if i + V::LANES <= len {
            for k in 0..N {
                lanes[k] = V::load(at[k]);
                at[k] = at[k].add(V::LANES & mask[k]);
            }
            kernel.lanes(lanes).store(z.add(i));
            i += V::LANES;
        }
        for (x, z, count) in [(x, z, head), (at, z.add(i), len - i)] {
            if count > 0 {
                for k in 0..N {
                    lanes[k] = V::load_partial(x[k], count);
                }
                kernel.lanes(lanes).store_partial(z, count);
            }
        }
    }
}
