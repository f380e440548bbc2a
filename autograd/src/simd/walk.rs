//! How operands of one shape are walked together: row by row, and a block of elements at a time.
//!
//! First, neighboring axes are merged wherever each operand steps through both as through one, so that contiguous arrays,
//! of whatever rank, are a single row. A part of a long row is a block of its own: an operand whose elements are adjacent
//! is read where it lies. Of short rows, which would keep the inner loop busy with its beginning and its end, a block has
//! several. What does not lie in order is first gathered into memory that stays in the cache.
//!
//! Where an operand is transposed, each element of a row is in a line of its own, and those beside it in that line belong to the
//! next rows. So blocks of several rows, a band, take turns: what one reads for the first row is still near for the others.
//!
//! ```text
//!     row 0   │ 1 │ 5 │ 9 │
//!     row 1   │ 2 │ 6 │ … │        a band of four rows, in blocks
//!     row 2   │ 3 │ 7 │   │
//!     row 3   │ 4 │ 8 │   │
//! ```

use std::array::from_fn;
use std::mem::MaybeUninit;
use std::ops::Range;

use smallvec::SmallVec;

use super::Vector;
use super::elementwise::{MOST_LANES, Operand};
use crate::Float;

/// Elements that are gathered at once.
pub const BLOCK: usize = 256;

/// Rows below this length share a block.
const SHORT: usize = 64;

/// The rows of a band: as many `f32` as are in a line.
const BAND: usize = 16;

/// N operands of one shape, as rows of `len` elements at the places of the outer axes.
pub struct Rows<T, const N: usize> {
    len: usize,
    /// Extents of the axes but the last, and each operand's strides there.
    outer: SmallVec<[(usize, [isize; N]); 4]>,
    /// Each operand's first element, its stride along a row, and how it is read.
    operands: [(*const T, isize, Layout); N],
    /// The longest block.
    most: usize,
    /// Whether blocks are read band by band, as an operand's elements are adjacent across the rows.
    in_bands: bool,
}

/// How an operand is read.
#[derive(Clone, Copy, PartialEq)]
enum Layout {
    /// Where it lies: it is in the order of the shape, or its rows are long.
    InPlace,
    /// As one number, which is repeated all along a block.
    Repeated,
    /// From a copy.
    Elsewhere,
}

/// An element: its row, and where it is in it.
#[derive(Clone, Copy)]
pub struct Place {
    row: usize,
    column: usize,
}

// SAFETY: the pointers are only read, and `apply` holds the arrays as long as the threads run.
unsafe impl<T: Sync, const N: usize> Sync for Rows<T, N> {}

impl<T: Float, const N: usize> Rows<T, N> {
    /// The rows of operands that are broadcast to `shape`.
    ///
    /// # Panics
    /// If an operand does not broadcast to the shape.
    pub fn new(shape: &[usize], x: &[Operand<'_, T>; N]) -> Self {
        let in_order = x.map(|x| x.is_a_row_of(shape));
        if in_order == [true; N] {
            let operands = x.map(|x| (x.start, 1, Layout::InPlace));
            let len = shape.iter().product();
            return Self {
                len,
                outer: SmallVec::new(),
                operands,
                most: usize::MAX,
                in_bands: false,
            };
        }
        let mut axes: SmallVec<[(usize, [isize; N]); 4]> = SmallVec::new();
        for x in x {
            assert!(x.broadcasts_to(shape), "{:?} does not broadcast to {shape:?}", x.shape);
        }
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
        let one_number: [_; N] = from_fn(|k| axes.iter().all(|(_, strides)| strides[k] == 0));
        let (len, strides) = axes.pop().unwrap_or((1, [1; N]));
        let layout = |k: usize| match strides[k] {
            _ if in_order[k] => Layout::InPlace,
            0 if one_number[k] || len >= SHORT => Layout::Repeated,
            1 if len >= SHORT => Layout::InPlace,
            _ => Layout::Elsewhere,
        };
        let operands = from_fn(|k| (x[k].start, strides[k], layout(k)));
        let elsewhere = |k: usize| operands[k].2 == Layout::Elsewhere;
        let most = if (0..N).any(elsewhere) { BLOCK } else { usize::MAX };
        let across = |k: usize| axes.last().is_some_and(|(_, outer)| outer[k] == 1);
        let in_bands = len >= SHORT && (0..N).any(|k| elsewhere(k) && across(k));
        Self { len, outer: axes, operands, most, in_bands }
    }

    /// The blocks of these elements, whose numbers are those in row-major order; the blocks may come in another.
    #[inline(always)]
    pub fn blocks(&self, elements: Range<usize>) -> Blocks<'_, T, N> {
        let first = self.place(elements.start);
        let next = if self.in_bands { Place { column: 0, ..first } } else { first };
        Blocks { rows: self, elements, first_row: first.row, next }
    }

    /// Where the element `index` is.
    #[inline(always)]
    fn place(&self, index: usize) -> Place {
        Place { row: index / self.len, column: index % self.len }
    }

    /// The length of the block that begins at `place`, of which at most `left` elements are wanted; and what is behind it.
    #[inline(always)]
    fn block(&self, place: Place, left: usize) -> (usize, Place) {
        let of_row = self.len - place.column;
        let count = left.min(self.most);
        if count < of_row {
            (count, Place { column: place.column + count, ..place })
        } else if self.len >= SHORT || count == of_row {
            (of_row, Place { row: place.row + 1, column: 0 })
        } else {
            let end = self.place(place.column + count);
            (count, Place { row: place.row + end.row, ..end })
        }
    }

    /// For each operand a mask, which is 0 if the first vector of a block is all there is of it.
    pub fn masks(&self) -> [usize; N] {
        self.operands.map(|(_, _, layout)| if layout == Layout::Repeated { 0 } else { usize::MAX })
    }

    /// Where operand `k` of the `count` elements from `place` on is to be read; it may be in `gathered`.
    ///
    /// # Safety
    /// There are as many elements, and they are one block; the machine has V's instruction set.
    #[inline(always)]
    pub unsafe fn read<V: Vector<Element = T>>(
        &self,
        k: usize,
        place: Place,
        count: usize,
        gathered: &mut [MaybeUninit<T>; BLOCK],
    ) -> *const T {
        let at = self.at(k, place);
        // SAFETY: as this function's.
        unsafe {
            match self.operands[k].2 {
                Layout::InPlace => return at,
                Layout::Repeated => copy::<V>(&mut gathered[..MOST_LANES], at, 0),
                Layout::Elsewhere => self.gather::<V>(k, place, &mut gathered[..count]),
            }
        }
        gathered.as_ptr().cast()
    }

    /// Copies the elements of operand `k` from `place` on.
    ///
    /// # Safety
    /// There are as many; the machine has V's instruction set.
    #[inline(always)]
    unsafe fn gather<V: Vector<Element = T>>(
        &self,
        k: usize,
        mut place: Place,
        to: &mut [MaybeUninit<T>],
    ) {
        let (_, stride, _) = self.operands[k];
        let mut done = 0;
        while done < to.len() {
            let count = (self.len - place.column).min(to.len() - done);
            // SAFETY: as this function's.
            unsafe { copy::<V>(&mut to[done..done + count], self.at(k, place), stride) };
            place = Place { row: place.row + 1, column: 0 };
            done += count;
        }
    }

    /// Where the element at `place` of operand `k` is.
    #[inline(always)]
    fn at(&self, k: usize, place: Place) -> *const T {
        let (first, stride, _) = self.operands[k];
        let mut at = first.wrapping_offset(place.column as isize * stride);
        let mut row = place.row;
        // The outermost axis takes what is left: no division, of which a matrix then needs none.
        if let Some(((_, outermost), others)) = self.outer.split_first() {
            for (extent, strides) in others.iter().rev() {
                at = at.wrapping_offset((row % extent) as isize * strides[k]);
                row /= extent;
            }
            at = at.wrapping_offset(row as isize * outermost[k]);
        }
        at
    }
}

/// The blocks of some elements, in the order in which they are best read.
pub struct Blocks<'a, T, const N: usize> {
    rows: &'a Rows<T, N>,
    elements: Range<usize>,
    /// The row of the first element.
    first_row: usize,
    /// Where the next block begins.
    next: Place,
}

/// Elements of one block: where the first is, the first's number among all, and how many there are.
pub struct Block {
    pub place: Place,
    pub start: usize,
    pub count: usize,
}

impl<T: Float, const N: usize> Iterator for Blocks<'_, T, N> {
    type Item = Block;

    #[inline(always)]
    fn next(&mut self) -> Option<Block> {
        if self.rows.in_bands {
            return self.next_of_band();
        }
        let place = self.next;
        let index = place.row * self.rows.len + place.column;
        let left = self.elements.end.checked_sub(index).filter(|&left| left > 0)?;
        let (count, behind) = self.rows.block(place, left);
        self.next = behind;
        Some(Block { place, start: index - self.elements.start, count })
    }
}

impl<T: Float, const N: usize> Blocks<'_, T, N> {
    /// The next block where they are read band by band: that below, if it is in the band, or else the one beside the band's first.
    #[inline(always)]
    fn next_of_band(&mut self) -> Option<Block> {
        let (len, Range { start, end }) = (self.rows.len, self.elements.clone());
        loop {
            let Place { row, column } = self.next;
            let row_start = row * len;
            if row_start >= end {
                return None;
            }
            let behind = len.min(column + BLOCK);
            self.next = if !(row + 1).is_multiple_of(BAND) && row_start + len < end {
                Place { row: row + 1, column }
            } else if behind < len {
                Place { row: (row / BAND * BAND).max(self.first_row), column: behind }
            } else {
                Place { row: row + 1, column: 0 }
            };
            // Of the first row and the last, the elements may not have this block, or not all of it.
            let (first, behind) = ((row_start + column).max(start), (row_start + behind).min(end));
            if first < behind {
                let place = Place { row, column: first - row_start };
                return Some(Block { place, start: first - start, count: behind - first });
            }
        }
    }
}

/// Copies elements that are `stride` apart: whole vectors where they are adjacent, or one number, and the last vector may
/// begin before the one in front of it ends.
///
/// # Safety
/// All of them are readable, and the machine has V's instruction set.
#[inline(always)]
unsafe fn copy<V: Vector>(
    to: &mut [MaybeUninit<V::Element>],
    mut from: *const V::Element,
    stride: isize,
) {
    // SAFETY: as this function's; vectors end at or before the last element.
    unsafe {
        if (stride == 0 || stride == 1) && to.len() >= V::LANES {
            let (number, last) = (V::splat(*from), to.len() - V::LANES);
            let mut i = 0;
            loop {
                let x = if stride == 0 { number } else { V::load(from.add(i)) };
                x.store(to.as_mut_ptr().add(i).cast());
                if i == last {
                    return;
                }
                i = last.min(i + V::LANES);
            }
        }
        for to in to {
            to.write(*from);
            from = from.wrapping_offset(stride);
        }
    }
}
