//! The loop over elements: z = f(x₁, …, x_N), for any strides.
//!
//! Operands, broadcast to one shape, are walked in row-major order, in chunks of a fixed length that
//! the threads share. First, neighboring axes are merged wherever each operand steps through both as
//! through one, so that a contiguous array, of whatever rank, is a single row. An operand that is
//! contiguous along its row is read where it lies, and a number that is repeated along it as one vector.
//! Any other, a transpose for instance, is first gathered into a block that stays in the cache. There is
//! one inner loop, and what it computes for an element does not depend on where that element is.

use std::mem::MaybeUninit;

use ndarray::{ArrayBase, Data, Dimension};
use smallvec::SmallVec;

use super::{Isa, Lanes, Pair, Routine, Vector};
use crate::{Float, threads};

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
/// Elements that are gathered at once.
const BLOCK: usize = 256;

/// An array to be read: where it starts, and its extent and stride along each axis.
#[derive(Clone, Copy)]
pub struct Operand<'a, T> {
    start: *const T,
    shape: &'a [usize],
    strides: &'a [isize],
}

impl<'a, T> Operand<'a, T> {
    /// A single number, in an array of `rank` ≤ 8 axes of extent 1.
    pub fn number(x: &'a T, rank: usize) -> Self {
        Self { start: x, shape: &[1; 8][..rank], strides: &[1; 8][..rank] }
    }

    /// The stride along `axis` of a shape of `rank` axes: 0 where this array is repeated.
    fn stride(&self, axis: usize, rank: usize) -> isize {
        match (axis + self.shape.len()).checked_sub(rank) {
            Some(own) if self.shape[own] != 1 => self.strides[own],
            _ => 0,
        }
    }

    fn broadcasts_to(&self, shape: &[usize]) -> bool {
        let pairs = self.shape.iter().rev().zip(shape.iter().rev());
        self.shape.len() <= shape.len() && pairs.into_iter().all(|(&x, &z)| x == z || x == 1)
    }

    /// Whether this is an array of this very shape whose elements are adjacent, in row-major order.
    fn is_a_row_of(&self, shape: &[usize]) -> bool {
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

/// How N operands of one shape are walked: rows of `len` elements, at the places of the outer axes.
struct Rows<T, const N: usize> {
    len: usize,
    /// Extents of the axes but the last, and each operand's strides there.
    outer: SmallVec<[(usize, [isize; N]); 4]>,
    /// Each operand's first element and its stride along a row.
    operands: [(*const T, isize); N],
}

// SAFETY: the pointers are only read, and `apply` holds the arrays as long as the threads run.
unsafe impl<T: Sync, const N: usize> Sync for Rows<T, N> {}

impl<T: Float, const N: usize> Rows<T, N> {
    fn new(shape: &[usize], x: &[Operand<'_, T>; N]) -> Self {
        if x.iter().all(|x| x.is_a_row_of(shape)) {
            let operands = x.map(|x| (x.start, 1));
            return Self { len: shape.iter().product(), outer: SmallVec::new(), operands };
        }
        for x in x {
            assert!(x.broadcasts_to(shape), "{:?} does not broadcast to {shape:?}", x.shape);
        }
        let mut axes: SmallVec<[(usize, [isize; N]); 4]> = SmallVec::new();
        for (axis, &extent) in shape.iter().enumerate() {
            let strides = x.map(|x| x.stride(axis, shape.len()));
            match axes.last_mut() {
                _ if extent == 1 => {}
                Some((n, outer)) if (0..N).all(|k| outer[k] == strides[k] * extent as isize) => {
                    (*n, *outer) = (*n * extent, strides);
                }
                _ => axes.push((extent, strides)),
            }
        }
        let (len, strides) = axes.pop().unwrap_or((1, [1; N]));
        let operands = std::array::from_fn(|k| (x[k].start, strides[k]));
        Self { len, outer: axes, operands }
    }

    /// Where row `index` of each operand starts.
    #[inline(always)]
    fn starts(&self, mut index: usize) -> [*const T; N] {
        let mut starts = self.operands.map(|(start, _)| start);
        let mut go = |place: usize, strides: &[isize; N]| {
            for k in 0..N {
                starts[k] = starts[k].wrapping_offset(place as isize * strides[k]);
            }
        };
        // The outermost axis takes what is left: no division, of which a matrix then needs none.
        if let Some(((_, outermost), others)) = self.outer.split_first() {
            for (extent, strides) in others.iter().rev() {
                go(index % extent, strides);
                index /= extent;
            }
            go(index, outermost);
        }
        starts
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
        let strides = rows.operands.map(|(_, stride)| stride);
        // A number that is repeated along the row is a vector that is read again and again.
        let mask = strides.map(|stride| if stride == 0 { 0 } else { usize::MAX });
        let block =
            if strides.iter().all(|&stride| stride == 0 || stride == 1) { z.len() } else { BLOCK };
        let (mut row, mut first) = (start / rows.len, start % rows.len);
        let mut done = 0;
        while done < z.len() {
            let len = (rows.len - first).min(z.len() - done);
            let starts = rows.starts(row);
            let mut from = 0;
            while from < len {
                let count = (len - from).min(block);
                let mut x = starts;
                for k in 0..N {
                    let at = x[k].wrapping_offset((first + from) as isize * strides[k]);
                    x[k] = at;
                    if strides[k] != 1 {
                        let count = if strides[k] == 0 { MOST_LANES } else { count };
                        // SAFETY: the row goes on for `count` elements, or they are the same one.
                        unsafe { gather(&mut gathered[k][..count], at, strides[k]) };
                        x[k] = gathered[k].as_ptr().cast();
                    }
                }
                let z = z[done + from..done + from + count].as_mut_ptr().cast();
                // SAFETY: each of `x` is readable, where its mask lets it be, and `z` writable for `count` numbers.
                unsafe { contiguous::<V, N>(kernel, x, mask, z, count) };
                from += count;
            }
            (row, first) = (row + 1, 0);
            done += len;
        }
    }
}

/// Copies elements that are `stride` apart.
///
/// # Safety
/// All of them are readable.
#[inline(always)]
unsafe fn gather<T: Float>(to: &mut [MaybeUninit<T>], mut from: *const T, stride: isize) {
    for to in to {
        // SAFETY: as this function's.
        to.write(unsafe { *from });
        from = from.wrapping_offset(stride);
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
