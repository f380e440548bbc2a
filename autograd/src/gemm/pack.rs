//! Packing: a copy of part of an operand, in the order in which the kernel reads it.

use crate::Float;
use crate::simd::{Routine, Vector};

/// Copies `cols` columns of `k` numbers each to rows of `width` ≥ `cols`, and zeros beyond `cols`.
///
/// ```text
///     from: column j at j · from_col        to: row p at p · width
///           ┌─┐ ┌─┐ ┌─┐                         ┌───────────┬───┐
///           │0│ │1│ │2│                         │ 0   1   2 │ 0 │
///           │ │ │ │ │ │        ────►            ├───────────┼───┤
///           │ │ │ │ │ │                         │ 0   1   2 │ 0 │
///           └─┘ └─┘ └─┘ p · from_k              └───────────┴───┘
/// ```
pub struct Pack<T> {
    pub cols: usize,
    /// How many columns can be read: `cols` or more.
    pub room: usize,
    pub k: usize,
    pub from: *const T,
    pub from_k: isize,
    pub from_col: isize,
    pub to: *mut T,
    pub width: usize,
}

impl<T: Float> Routine<T> for Pack<T> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vector<Element = T>>(self) {
        // SAFETY: as this function's.
        unsafe {
            if self.from_col == 1 {
                self.copy_rows::<V>();
            } else if self.from_k == 1 && self.room >= V::LANES && self.k >= V::LANES {
                self.transpose::<V>();
            } else {
                self.copy_numbers();
            }
        }
    }
}

impl<T: Float> Pack<T> {
    /// The columns are adjacent: a row at a time.
    #[inline(always)]
    unsafe fn copy_rows<V: Vector<Element = T>>(&self) {
        for p in 0..self.k {
            unsafe {
                let from = self.from.offset(p as isize * self.from_k);
                let to = self.to.add(p * self.width);
                let mut j = 0;
                while j + V::LANES <= self.cols {
                    V::load(from.add(j)).store(to.add(j));
                    j += V::LANES;
                }
                if j < self.cols {
                    let rest = V::load_partial(from.add(j), self.cols - j);
                    if p + 1 < self.k {
                        rest.store(to.add(j));
                    } else {
                        rest.store_partial(to.add(j), self.width - j);
                    }
                }
            }
        }
    }

    /// Each column's numbers are adjacent: blocks of LANES × LANES. Where these do not fit, the last
    /// block overlaps the one before it, and some numbers are written twice.
    #[inline(always)]
    unsafe fn transpose<V: Vector<Element = T>>(&self) {
        unsafe {
            if self.cols < self.width {
                let last = self.width - V::LANES;
                for p in 0..self.k {
                    V::splat(T::from_f64(0.0)).store(self.to.add(p * self.width + last));
                }
            }
            let mut j = 0;
            while j < self.cols {
                j = j.min(self.cols.saturating_sub(V::LANES));
                let mut p = 0;
                while p < self.k {
                    p = p.min(self.k - V::LANES);
                    let from = self.from.offset(j as isize * self.from_col + p as isize);
                    let to = self.to.add(p * self.width + j);
                    V::transpose(from, self.from_col, to, self.width as isize);
                    p += V::LANES;
                }
                j += V::LANES;
            }
        }
    }

    /// Any strides: a number at a time.
    #[inline(always)]
    unsafe fn copy_numbers(&self) {
        for p in 0..self.k {
            for j in 0..self.width {
                let (p_, j_) = (p as isize, j as isize);
                unsafe {
                    let from = self.from.wrapping_offset(p_ * self.from_k + j_ * self.from_col);
                    let x = if j < self.cols { *from } else { T::from_f64(0.0) };
                    *self.to.add(p * self.width + j) = x;
                }
            }
        }
    }
}
