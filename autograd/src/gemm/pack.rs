//! Packing: a copy of a part of an operand, in the order in which the kernel reads it.

use crate::Float;
use crate::simd::{Isa, Routine, Vector};

/// Copies `cols` columns of `k` numbers each to rows that are `width` ≥ `cols` numbers long, with
/// zeros at their ends.
///
/// ```text
///     column j at from + j · from_col          row p at to + p · width
///           ┌─┐ ┌─┐ ┌─┐                         ┌───────────┬───┐
///       p   │0│ │1│ │2│                         │ 0   1   2 │ 0 │
///       ↓   │0│ │1│ │2│          ───►           │ 0   1   2 │ 0 │
///           │0│ │1│ │2│                         │ 0   1   2 │ 0 │
///           └─┘ └─┘ └─┘                         └───────────┴───┘
/// ```
///
/// Columns of B become rows as wide as a panel; rows of A (its "columns" here) become rows as wide
/// as a tile is high. It would be slow to write such short rows exactly, so all but the last are
/// written in whole vectors, and what is too much is overwritten by the row that follows.
pub struct Pack<T> {
    pub cols: usize,
    pub k: usize,
    pub from: *const T,
    pub from_k: isize,
    pub from_col: isize,
    pub to: *mut T,
    pub width: usize,
}

impl<T: Float> Pack<T> {
    /// Makes the copy.
    ///
    /// # Safety
    /// `from` is readable for `cols` columns of `k` numbers; `to` is writable, and used by nobody
    /// else meanwhile, for `k` rows of `width` numbers.
    pub unsafe fn run(self, isa: Isa) {
        isa.run(Vouched(self));
    }
}

/// A copy whose pointers somebody has vouched for.
struct Vouched<T>(Pack<T>);

impl<T: Float> Routine<T> for Vouched<T> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vector<Element = T>>(self) {
        let pack = self.0;
        // SAFETY: the caller of `Pack::run` vouches for the pointers, that of this for `V`.
        unsafe {
            if pack.from_col == 1 {
                pack.copy_rows::<V>();
            } else if pack.from_k == 1 && pack.cols >= V::LANES && pack.k >= V::LANES {
                pack.transpose::<V>();
            } else {
                pack.copy_numbers();
            }
        }
    }
}

impl<T: Float> Pack<T> {
    /// Where number `p` of column `j` is, and where it goes.
    #[inline(always)]
    fn at(&self, p: usize, j: usize) -> (*const T, *mut T) {
        let offset = p as isize * self.from_k + j as isize * self.from_col;
        (self.from.wrapping_offset(offset), self.to.wrapping_add(p * self.width + j))
    }

    /// Numbers of a row are adjacent: a row at a time.
    ///
    /// # Safety
    /// As for `Pack::run`, and the machine has the instruction set of `V`.
    #[inline(always)]
    unsafe fn copy_rows<V: Vector<Element = T>>(&self) {
        for p in 0..self.k {
            let mut j = 0;
            // SAFETY: as this function's. A whole vector at the end of a row reaches into the next
            // one, so the last row is written exactly.
            unsafe {
                while j + V::LANES <= self.cols {
                    let (from, to) = self.at(p, j);
                    V::load(from).store(to);
                    j += V::LANES;
                }
                if j < self.cols {
                    let (from, to) = self.at(p, j);
                    let rest = V::load_partial(from, self.cols - j);
                    if p + 1 < self.k {
                        rest.store(to);
                    } else {
                        rest.store_partial(to, self.width - j);
                    }
                }
            }
        }
    }

    /// Numbers of a column are adjacent: LANES × LANES at a time. Where such blocks do not come out
    /// even, the last one overlaps the one before it and writes some numbers again.
    ///
    /// # Safety
    /// As for `Pack::run`, the machine has the instruction set of `V`, and there are LANES columns of LANES numbers.
    #[inline(always)]
    unsafe fn transpose<V: Vector<Element = T>>(&self) {
        // SAFETY: as this function's. The zeros, the last LANES numbers of each row, are written first.
        unsafe {
            if self.cols < self.width {
                let zero = V::splat(T::from_f64(0.0));
                for p in 0..self.k {
                    zero.store(self.at(p, self.width - V::LANES).1);
                }
            }
            let mut j = 0;
            while j < self.cols {
                j = j.min(self.cols.saturating_sub(V::LANES));
                let mut p = 0;
                while p < self.k {
                    p = p.min(self.k - V::LANES);
                    let (from, to) = self.at(p, j);
                    V::transpose(from, self.from_col, to, self.width as isize);
                    p += V::LANES;
                }
                j += V::LANES;
            }
        }
    }

    /// Any strides: a number at a time.
    ///
    /// # Safety
    /// As for `Pack::run`, and the machine has the instruction set of `V`.
    #[inline(always)]
    unsafe fn copy_numbers(&self) {
        for p in 0..self.k {
            for j in 0..self.width {
                let (from, to) = self.at(p, j);
                // SAFETY: as this function's.
                unsafe { *to = if j < self.cols { *from } else { T::from_f64(0.0) } };
            }
        }
    }
}
