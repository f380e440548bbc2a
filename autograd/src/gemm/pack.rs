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
/// as a tile is high, and there are several panels of them.
#[derive(Clone, Copy)]
pub struct Pack<T> {
    /// How many panels there are, next to each other in the operand. If several, `width` is `cols`.
    pub panels: usize,
    /// Columns of each.
    pub cols: usize,
    pub k: usize,
    pub from: *const T,
    pub from_k: isize,
    pub from_col: isize,
    pub to: *mut T,
    pub width: usize,
    /// From where one panel goes to where the next does.
    pub to_panel: usize,
    /// Numbers that each panel has room for from its first row on: what is behind its rows need not stay as it is.
    pub room: usize,
}

impl<T: Float> Pack<T> {
    /// Makes the copy.
    ///
    /// # Safety
    /// `from` is readable for the columns of all panels, `k` numbers each; `to` is writable, and used by nobody
    /// else meanwhile, for the `room` of each panel, which is that of `k` rows at least.
    pub unsafe fn run(self, isa: Isa) {
        isa.run(Vouched(self));
    }

    /// The panels from this one on.
    #[inline(always)]
    fn skip(mut self, panels: usize) -> Self {
        self.panels -= panels;
        self.from = self.from.wrapping_offset((panels * self.cols) as isize * self.from_col);
        self.to = self.to.wrapping_add(panels * self.to_panel);
        self
    }
}

/// A copy whose pointers somebody has vouched for.
struct Vouched<T>(Pack<T>);

impl<T: Float> Routine<T> for Vouched<T> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vector<Element = T>>(self) {
        for panel in 0..self.0.panels {
            let pack = self.0.skip(panel);
            // SAFETY: the caller of `Pack::run` vouches for the pointers, that of this for `V`.
            unsafe {
                if pack.from_col == 1 {
                    pack.copy_rows::<V>();
                } else if pack.from_k == 1
                    && pack.panels * pack.cols >= V::LANES
                    && pack.whole_rows(pack.cols.max(V::LANES)) >= V::LANES
                {
                    pack.transpose::<V>();
                } else {
                    pack.copy_numbers(0);
                }
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

    /// The rows that can be written `reach` ≥ `cols` numbers long: what is too much is overwritten by the next, and behind the
    /// last there must be room.
    #[inline(always)]
    fn whole_rows(&self, reach: usize) -> usize {
        self.room.checked_sub(reach).map_or(0, |room| self.k.min(room / self.width + 1))
    }

    /// Numbers of a row are adjacent: a row at a time, in whole vectors as long as these can be read, as other panels follow,
    /// and written. It would be slow to copy all short rows exactly.
    ///
    /// # Safety
    /// As for `Pack::run`, and the machine has the instruction set of `V`.
    #[inline(always)]
    unsafe fn copy_rows<V: Vector<Element = T>>(&self) {
        let reach = self.cols.next_multiple_of(V::LANES);
        let whole = if reach <= self.panels * self.cols { self.whole_rows(reach) } else { 0 };
        let (mut from, mut to) = (self.from, self.to);
        for p in 0..self.k {
            let exact = if p < whole { reach } else { self.cols / V::LANES * V::LANES };
            // SAFETY: as this function's.
            unsafe {
                for j in (0..exact).step_by(V::LANES) {
                    V::load(from.add(j)).store(to.add(j));
                }
                if exact < self.cols {
                    let tail = V::load_partial(from.add(exact), self.cols - exact);
                    tail.store_partial(to.add(exact), self.width - exact);
                }
            }
            from = from.wrapping_offset(self.from_k);
            to = to.wrapping_add(self.width);
        }
    }

    /// Numbers of a column are adjacent: LANES × LANES at a time. Where such blocks do not come out
    /// even, the last one overlaps the one before it and writes some numbers again. If there are fewer columns, those of other
    /// panels are read with them, and what a row has too much is overwritten by the next.
    ///
    /// # Safety
    /// As for `Pack::run`, the machine has the instruction set of `V`, there are LANES columns in all panels, and LANES whole
    /// rows.
    #[inline(always)]
    unsafe fn transpose<V: Vector<Element = T>>(&self) {
        let whole = self.whole_rows(self.cols.max(V::LANES));
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
                j = j.min(self.cols.saturating_sub(V::LANES));
                let mut p = 0;
                while p < whole {
                    p = p.min(whole - V::LANES);
                    let (from, to) = self.at(p, j);
                    V::transpose(from, self.from_col, to, self.width as isize);
                    p += V::LANES;
                }
                j += V::LANES;
            }
            self.copy_numbers(whole);
        }
    }

    /// Any strides: a number at a time, from row `first` on.
    ///
    /// # Safety
    /// As for `Pack::run`, and the machine has the instruction set of `V`.
    #[inline(always)]
    unsafe fn copy_numbers(&self, first: usize) {
        for p in first..self.k {
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

    /// Copies panels of every size around that of a vector, one or a few, from an operand that ends with their last number
    /// to places that have a number behind their room.
    fn check<T: Float>(isa: Isa, [from_k, from_col]: [isize; 2], room_behind: usize) {
        let lanes = isa.run::<T, _>(Shape::Strided).lanes;
        for cols in 1..=20usize {
            for k in 1..=20 {
                let panels = if cols % 3 == 0 { 1 } else { 3 };
                let width = if panels == 1 { cols.next_multiple_of(lanes) } else { cols };
                let room = width * (k + room_behind);
                let last = (k - 1) as isize * from_k + (panels * cols - 1) as isize * from_col;
                let from: Vec<_> = (0..=last).map(|i| T::from_f64(1.0 + i as f64)).collect();
                let mut to = vec![T::from_f64(-1.0); panels * (room + 1)];
                let to_panel = room + 1;
                let (start, from) = (to.as_mut_ptr(), from.as_ptr());
                let pack = Pack {
                    panels,
                    cols,
                    k,
                    from,
                    from_k,
                    from_col,
                    to: start,
                    width,
                    to_panel,
                    room,
                };
                // SAFETY: `from` has all numbers of the panels, `to` their room.
                unsafe { pack.run(isa) };
                for (panel, to) in to.chunks(to_panel).enumerate() {
                    let number = |p: usize, j: usize| match j < cols {
                        true => p as isize * from_k + (panel * cols + j) as isize * from_col + 1,
                        false => 0,
                    };
                    let what = format!("{isa} panel {panel} of {k} by {cols}, {from_k} {from_col}");
                    for p in 0..k {
                        for j in 0..width {
                            assert_eq!(to[p * width + j].as_f64(), number(p, j) as f64, "{what}");
                        }
                    }
                    assert_eq!(to[room].as_f64(), -1.0, "{what}: behind its room");
                }
            }
        }
    }

    #[test]
    fn panels_hold_their_numbers_and_nothing_behind_them_is_written() {
        for isa in Isa::available() {
            for strides in [[70, 1], [1, 30], [90, 3]] {
                for room_behind in [0, 1, 5] {
                    check::<f32>(isa, strides, room_behind);
                    check::<f64>(isa, strides, room_behind);
                }
            }
        }
    }
}
