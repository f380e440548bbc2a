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
/// So columns of B become rows as wide as a panel. (Of A, the tiles that read it first leave a copy.)
#[derive(Clone, Copy)]
pub struct Pack<T> {
    pub cols: usize,
    pub k: usize,
    pub from: *const T,
    pub from_k: isize,
    pub from_col: isize,
    pub to: *mut T,
    /// A multiple of a vector's lanes.
    pub width: usize,
}

impl<T: Float> Pack<T> {
    /// Makes the copy.
    ///
    /// # Safety
    /// `from` is readable for `cols` columns of `k` numbers each; `to` is writable, and used by nobody else meanwhile, for
    /// `k` rows of `width`.
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
        let whole = self.cols / V::LANES * V::LANES;
        let (mut from, mut to) = (self.from, self.to);
        for _ in 0..self.k {
            // SAFETY: as this function's.
            unsafe {
                for j in (0..whole).step_by(V::LANES) {
                    V::load(from.add(j)).store(to.add(j));
                }
                if whole < self.cols {
                    V::load_partial(from.add(whole), self.cols - whole).store(to.add(whole));
                }
            }
            from = from.wrapping_offset(self.from_k);
            to = to.wrapping_add(self.width);
        }
    }

    /// Numbers of a column are adjacent: LANES × LANES at a time. Where such blocks do not come out even, the last one overlaps
    /// the one before it and writes some numbers again.
    ///
    /// # Safety
    /// As for `Pack::run`, the machine has the instruction set of `V`, and there are LANES columns and LANES rows.
    #[inline(always)]
    unsafe fn transpose<V: Vector<Element = T>>(&self) {
        // SAFETY: as this function's. Blocks write their rows in order, after the zeros at their ends.
        unsafe {
            if self.cols < self.width {
                let zero = V::splat(T::from_f64(0.0));
                for p in 0..self.k {
                    zero.store(self.at(p, self.width - V::LANES).1);
                }
            }
            let mut j = 0;
            while j < self.cols {
                j = j.min(self.cols - V::LANES);
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

#[cfg(test)]
mod tests {
    use super::super::panel::Shape;
    use super::*;

    /// Copies panels of every size around that of a vector from an operand that ends with their last number to a place that has
    /// a number behind its room.
    fn check<T: Float>(isa: Isa, [from_k, from_col]: [isize; 2]) {
        let lanes = isa.run::<T, _>(Shape::Strided { rows: 8 }).lanes;
        for cols in 1..=20usize {
            for k in 1..=20 {
                let width = cols.next_multiple_of(lanes);
                let last = (k - 1) as isize * from_k + (cols - 1) as isize * from_col;
                let from: Vec<_> = (0..=last).map(|i| T::from_f64(1.0 + i as f64)).collect();
                let mut to = vec![T::from_f64(-1.0); k * width + 1];
                let (from, start) = (from.as_ptr(), to.as_mut_ptr());
                let pack = Pack { cols, k, from, from_k, from_col, to: start, width };
                // SAFETY: `from` has all numbers of the panel, `to` room for it.
                unsafe { pack.run(isa) };
                let number = |p: usize, j: usize| match j < cols {
                    true => p as isize * from_k + j as isize * from_col + 1,
                    false => 0,
                };
                let what = format!("{isa} {k} by {cols}, {from_k} {from_col}");
                for p in 0..k {
                    for j in 0..width {
                        assert_eq!(to[p * width + j].as_f64(), number(p, j) as f64, "{what}");
                    }
                }
                assert_eq!(to[k * width].as_f64(), -1.0, "{what}: behind its room");
            }
        }
    }

    #[test]
    fn panels_hold_their_numbers_and_nothing_behind_them_is_written() {
        for isa in Isa::available() {
            for strides in [[70, 1], [1, 30], [90, 3]] {
                check::<f32>(isa, strides);
                check::<f64>(isa, strides);
            }
        }
    }
}
