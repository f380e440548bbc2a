//! A narrow C, or a low one that is turned, where A lies in rows and B in columns: each number of C is the inner product of two
//! pieces of memory.
//!
//! ```text
//!                  b: a vector of each of COLS columns
//!                      ┌─┐  ┌─┐  ┌─┐  ┌─┐
//!                      │ │  │ │  │ │  │ │   LANES steps of k
//!                      └─┘  └─┘  └─┘  └─┘
//!      a: a vector   ┌─────┬────┬────┬────┐
//!      of each  ───  │     │    │    │    │   ROWS × COLS registers of sums:
//!      of ROWS       ├─────┼────┼────┼────┤
//!      rows     ───  │     │    │    │    │       sums[i][j] += a[i] · b[j], lane by lane
//!                    └─────┴────┴────┴────┘
//! ```
//!
//! The other kernel would copy all of B to have its rows in vectors, of which 20 columns fill 62 to 83 %; and two rows of C
//! use each number of the copy but twice. Here every lane is of use and nothing is copied; but at the end the lanes of each
//! register are still to be added, which costs as much as some hundred steps of k.

#![allow(clippy::needless_range_loop, reason = "i and j are the indices of the formula")]

use std::ops::Range;

use super::panel::Addend;
use crate::Float;
use crate::simd::{Isa, Routine, Vector, prefetch};

/// Numbers of a tile at most, and lanes of a vector.
const TILE: usize = 16;

/// Steps of k in a block: the four rows of a tile, 32 or 64 KiB, stay in a near cache while all columns pass by.
pub const KC: usize = 2048;

/// Some rows of C, and what is to be multiplied for them.
#[derive(Clone, Copy)]
pub struct Dots<T> {
    pub rows: usize,
    pub cols: usize,
    pub k: usize,
    /// The first row of A, and from one to the next.
    pub a: *const T,
    pub a_row: isize,
    /// The first column of B, and from one to the next.
    pub b: *const T,
    pub b_col: isize,
    /// The first number of C, and from one row and one column to the next.
    pub c: *mut T,
    pub c_row: isize,
    pub c_col: isize,
    pub onto: Addend<T>,
}

impl<T: Float> Dots<T> {
    /// Computes these rows.
    ///
    /// # Safety
    /// The pointers are good for what the fields say of them, and nobody else uses this part of C meanwhile.
    pub unsafe fn run(self, isa: Isa) {
        isa.run(Vouched(self));
    }
}

/// Rows whose pointers somebody has vouched for.
struct Vouched<T>(Dots<T>);

impl<T: Float> Routine<T> for Vouched<T> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vector<Element = T>>(self) {
        let dots = self.0;
        // SAFETY: the caller of `Dots::run` vouches for the pointers, that of this for `V`.
        unsafe {
            match (V::REGISTERS, dots.cols) {
                (_, 1) => dots.tiles::<V, 8, 1>(),
                (16, _) => dots.tiles::<V, 4, 2>(),
                (_, 2) => dots.tiles::<V, 8, 2>(),
                _ => dots.tiles::<V, 4, 4>(),
            }
        }
    }
}

impl<T: Float> Dots<T> {
    /// All tiles, row by row.
    ///
    /// # Safety
    /// As for `Dots::run`, and the machine has the instruction set of `V`.
    #[inline(always)]
    unsafe fn tiles<V: Vector<Element = T>, const ROWS: usize, const COLS: usize>(&self) {
        for row in (0..self.rows).step_by(ROWS) {
            for col in (0..self.cols).step_by(COLS) {
                let rows = row..self.rows.min(row + ROWS);
                let cols = col..self.cols.min(col + COLS);
                // SAFETY: as this function's.
                unsafe {
                    let sums = self.tile::<V, ROWS, COLS>(&rows, &cols);
                    self.write::<COLS>(rows, cols, &add_lanes(sums, ROWS * COLS));
                }
            }
        }
    }

    /// The sums of a tile, each in the lanes of a vector. A tile at an edge has its last row or column several times.
    ///
    /// # Safety
    /// As for `tiles`, and there are these rows and columns.
    #[inline(always)]
    unsafe fn tile<V: Vector<Element = T>, const ROWS: usize, const COLS: usize>(
        &self,
        rows: &Range<usize>,
        cols: &Range<usize>,
    ) -> [V; TILE] {
        let mut a = [self.a; ROWS];
        for i in 0..ROWS {
            let row = (rows.start + i).min(rows.end - 1);
            a[i] = self.a.wrapping_offset(row as isize * self.a_row);
        }
        let mut b = [self.b; COLS];
        for j in 0..COLS {
            let col = (cols.start + j).min(cols.end - 1);
            b[j] = self.b.wrapping_offset(col as isize * self.b_col);
        }
        let next = rows.start + ROWS + cols.start / COLS;
        let next = self.a.wrapping_offset(next as isize * self.a_row);
        // SAFETY: as this function's.
        unsafe {
            let mut sums = [V::splat(T::from_f64(0.0)); TILE];
            let mut p = 0;
            while p + V::LANES <= self.k {
                prefetch(next.wrapping_add(p));
                let mut y = [sums[0]; COLS];
                for j in 0..COLS {
                    y[j] = V::load(b[j].add(p));
                }
                for i in 0..ROWS {
                    let x = V::load(a[i].add(p));
                    for j in 0..COLS {
                        sums[i * COLS + j] = x.mul_add(y[j], sums[i * COLS + j]);
                    }
                }
                p += V::LANES;
            }
            if p < self.k {
                let rest = self.k - p;
                for i in 0..ROWS {
                    let x = V::load_partial(a[i].add(p), rest);
                    for j in 0..COLS {
                        let y = V::load_partial(b[j].add(p), rest);
                        sums[i * COLS + j] = x.mul_add(y, sums[i * COLS + j]);
                    }
                }
            }
            sums
        }
    }

    /// Writes the inner products to C, added to what there is to add to.
    ///
    /// # Safety
    /// As for `tile`.
    #[inline(always)]
    unsafe fn write<const COLS: usize>(
        &self,
        rows: Range<usize>,
        cols: Range<usize>,
        dots: &[T; TILE],
    ) {
        for (i, row) in rows.enumerate() {
            let c = self.c.wrapping_offset(row as isize * self.c_row);
            for (j, col) in cols.clone().enumerate() {
                let dot = dots[i * COLS + j];
                // SAFETY: as this function's.
                unsafe {
                    let c = c.offset(col as isize * self.c_col);
                    *c = match self.onto {
                        Addend::Nothing => dot,
                        Addend::Itself => *c + dot,
                        Addend::Row(row) => *row.add(col) + dot,
                    };
                }
            }
        }
    }
}

/// The sum of the lanes of each of the first `count` vectors.
#[inline(always)]
fn add_lanes<V: Vector>(mut sums: [V; TILE], count: usize) -> [V::Element; TILE] {
    let mut dots = [V::Element::from_f64(0.0); TILE];
    let mut first = 0;
    while first < count {
        // Half as many vectors each time, which hold the sums of twice as many.
        for half in [8, 4, 2, 1] {
            if half < V::LANES {
                for i in 0..half {
                    sums[first + i] = sums[first + 2 * i].add_pairs(sums[first + 2 * i + 1]);
                }
            }
        }
        // SAFETY: LANES numbers from `first` on, as LANES divides TILE.
        unsafe { sums[first].store(dots.as_mut_ptr().add(first)) };
        first += V::LANES;
    }
    dots
}
