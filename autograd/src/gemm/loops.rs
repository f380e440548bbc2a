//! The loops around the micro-kernel, and their division among threads.

use std::ops::Range;
use std::ptr::null_mut;

use ndarray::{ArrayView2, ArrayViewMut2};

use super::ahead::Next;
use super::dots::Dots;
use super::pack::Pack;
use super::panel::{Addend, Index, Left, Panel};
use super::plan::Plan;
use super::scratch::{Packed, Scratch};
use super::{Onto, Places, Rows, scratch};
use crate::Float;
use crate::simd::Isa;
use crate::threads;

/// C ← A·B, or the same plus what C or a row holds, where the columns of C are adjacent or its numbers are inner products.
pub struct Product<T> {
    /// Pointers to the first numbers of m × k, k × n and m × n, with two strides each.
    a: (*const T, [isize; 2]),
    /// Where the numbers of A are, if not at strides.
    index: Option<Index>,
    b: (*const T, [isize; 2]),
    c: (*mut T, [isize; 2]),
    onto: Addend<T>,
    shape: [usize; 3],
    isa: Isa,
    plan: Plan,
}

// SAFETY: A and B are only read, and every task writes a part of C, or of a buffer, of its own.
unsafe impl<T: Float> Sync for Product<T> {}

impl<T: Float> Product<T> {
    /// The product of arrays that are not empty and whose shapes match; by inner products, if `dots`.
    pub fn new(
        a: ArrayView2<'_, T>,
        b: ArrayView2<'_, T>,
        mut c: ArrayViewMut2<'_, T>,
        onto: Onto<'_, T>,
        dots: bool,
    ) -> Self {
        let strides = |strides: &[isize]| [strides[0], strides[1]];
        let shape = [a.nrows(), a.ncols(), b.ncols()];
        let isa = Isa::current();
        let (a, b) = ((a.as_ptr(), strides(a.strides())), (b.as_ptr(), strides(b.strides())));
        let plan = Plan::new::<T>(isa, shape, a.1, b.1, dots, None);
        let c = (c.as_mut_ptr(), strides(c.strides()));
        Product { a, index: None, b, c, onto: onto.into(), shape, isa, plan }
    }

    /// The product of an A whose numbers lie in `a` where `places` says, in a C whose rows lie in `c` where `rows` says.
    pub fn indexed(
        a: &[T],
        places: &Places,
        b: ArrayView2<'_, T>,
        c: &mut [T],
        rows: &Rows,
        onto: Onto<'_, T>,
    ) -> Self {
        let shape = [rows.starts.len(), b.nrows(), b.ncols()];
        let isa = Isa::current();
        let index = Index {
            rows: places.rows.as_ptr(),
            runs: places.runs.as_ptr(),
            run: places.run,
            step: places.step as isize,
            c_rows: rows.starts.as_ptr(),
        };
        let b = (b.as_ptr(), [b.strides()[0], b.strides()[1]]);
        let (a, c) = ((a.as_ptr(), [0, 0]), (c.as_mut_ptr(), [0, 0]));
        let plan = Plan::new::<T>(isa, shape, [0, 0], b.1, false, Some(places.run));
        Product { a, index: Some(index), b, c, onto: onto.into(), shape, isa, plan }
    }

    /// The loop over blocks of k and, in each, over the tasks, which are rectangles of C.
    pub fn run(&self) {
        let [_, k, n] = self.shape;
        let plan = &self.plan;
        let blocks = || (0..k).step_by(plan.kc).map(|start| start..k.min(start + plan.kc));
        if plan.pieces_of_b.is_none() && !plan.pack_a {
            // Nothing is for more than one task, so each goes through all of k, and no thread waits for another before the end.
            let none = Packed(null_mut());
            return self.tasks(|a, task| {
                blocks().for_each(|steps| self.block(a, task, &steps, none));
            });
        }
        let mut scratch = Scratch::take(&scratch::B);
        let pieces = plan.pieces_of_b.as_ref();
        let room = pieces.map_or(0, |_| n.next_multiple_of(plan.tile.nr()) * plan.kc);
        let packed = Packed(scratch.room(room));
        for steps in blocks() {
            if let Some(pieces) = pieces {
                let pack = |piece| self.pack_b(pieces.range(piece), &steps, packed);
                self.each(pieces.count, || (), |(), piece| pack(piece));
            }
            self.tasks(|a, task| self.block(a, task, &steps, packed));
        }
    }

    /// Calls `run` with each task, and with what its thread has of A.
    fn tasks(&self, run: impl Fn(&mut RowsOfA<T>, &Task) + Sync) {
        let tasks = &self.plan.tasks;
        self.each(tasks.count(), RowsOfA::none, |a, task| {
            let (rows, cols) = tasks.get(task);
            let then = if self.plan.large_b { tasks.after(task) } else { None };
            run(a, &Task { rows, cols, then });
        });
    }

    /// All columns of these rows, as inner products.
    fn dots(&self, rows: &Range<usize>, steps: &Steps) {
        let (a_row, b_col, [c_row, c_col]) = (self.a.1[0], self.b.1[1], self.c.1);
        let (a, b) = (self.a_at(rows.start, steps.start), self.b_at(steps.start, 0));
        let c = self.c.0.wrapping_offset(rows.start as isize * c_row);
        let onto = if steps.start > 0 { Addend::Itself } else { self.onto };
        let (rows, cols, k) = (rows.len(), self.shape[2], steps.len());
        let dots = Dots { rows, cols, k, a, a_row, b, b_col, c, c_row, c_col, onto };
        // SAFETY: the views that this product was made of vouch for A, B and C; this task alone writes this part of C.
        unsafe { dots.run(self.isa) };
    }

    /// The loop over panels of B. (That over the tiles of a panel is the kernel's.)
    fn block(
        &self,
        a: &mut RowsOfA<T>,
        Task { rows, cols, then }: &Task,
        steps: &Steps,
        b: Packed<T>,
    ) {
        if self.plan.dots {
            return self.dots(rows, steps);
        }
        let (c_row, large_c) = (self.c.1[0], self.plan.large_c);
        let c = self.c.0.wrapping_offset(rows.start as isize * c_row);
        let onto = if steps.start > 0 { Addend::Itself } else { self.onto };
        let end = cols.end;
        for cols in self.plan.panels(cols.clone()) {
            let (a, a_copy) = self.left(a, rows, cols.len(), steps);
            let then = if cols.end < end { Some(cols.end) } else { *then };
            let (b, b_k, b_copy, next) = self.right(rows.len(), &cols, then, steps, b);
            let c = c.wrapping_add(cols.start);
            let (onto, prefetch) = match onto {
                Addend::Row(row) => (Addend::Row(row.wrapping_add(cols.start)), large_c),
                Addend::Itself => (onto, true),
                Addend::Nothing => (onto, large_c),
            };
            let (rows, cols, k) = (rows.len(), cols.len(), steps.len());
            let panel =
                Panel { rows, cols, k, a, a_copy, b, b_k, b_copy, c, c_row, onto, prefetch, next };
            // SAFETY: the views that this product was made of vouch for A, B and C, and the plan
            // for the packed ones; this task alone writes this part of C.
            unsafe { panel.run(self.isa) };
        }
    }

    /// Where the kernel finds these rows of A for a panel that is `width` columns wide, and where it leaves a copy: the thread
    /// has packed ones if its last panel had the same rows, and else has this one pack them.
    fn left(
        &self,
        a: &mut RowsOfA<T>,
        rows: &Range<usize>,
        width: usize,
        steps: &Steps,
    ) -> (Left<T>, *mut T) {
        let Plan { tile, pack_a, .. } = self.plan;
        if let Some(mut index) = self.index {
            index.rows = index.rows.wrapping_add(rows.start);
            index.c_rows = index.c_rows.wrapping_add(rows.start);
            index.runs = index.runs.wrapping_add(steps.start / index.run);
            return (Left::Indexed(self.a.0, index), null_mut());
        }
        let in_place = Left::Strided(self.a_at(rows.start, steps.start), self.a.1);
        if !pack_a || tile.whole_vectors(width) != tile.nr() {
            return (in_place, null_mut());
        }
        let packed = a.scratch.room(rows.len() * steps.len());
        if a.rows == *rows {
            return (Left::Packed(packed), null_mut());
        }
        a.rows = rows.clone();
        (in_place, packed)
    }

    /// Where the kernel finds a panel of B for so many rows of C, and from one row of it to the next; where it leaves a copy,
    /// and what it asks for meanwhile: the panel that comes `then`, if there is one.
    fn right(
        &self,
        rows: usize,
        cols: &Range<usize>,
        then: Option<usize>,
        steps: &Steps,
        packed: Packed<T>,
    ) -> (*const T, isize, *mut T, Next<T>) {
        let Plan { tile, rows_for_copy, large_b, .. } = self.plan;
        let (k, width, [b_k, b_col]) = (steps.len(), cols.len(), self.b.1);
        let padded = tile.whole_vectors(width);
        let wanted = usize::from(large_b && then.is_some());
        let then = then.unwrap_or(cols.end);
        let by_rows = |from, stride| Next { from, stride, count: k, pieces: wanted * k };
        let [b, b_then] = [cols.start, then].map(|col| self.b_at(steps.start, col));
        if self.plan.pieces_of_b.is_some() {
            let [b, b_then] =
                [cols.start, then].map(|col| packed.0.wrapping_add(col * k).cast_const());
            (b, padded as isize, null_mut(), by_rows(b_then, padded as isize))
        } else if b_col == 1 && width == padded {
            let b_copy = if rows >= rows_for_copy { scratch::panel() } else { null_mut() };
            (b, b_k, b_copy, by_rows(b_then, b_k))
        } else {
            let buffer = scratch::panel();
            // SAFETY: the buffer has room for a panel of eight vectors.
            unsafe { self.pack_panel(b, width, k, buffer, padded) };
            let parts = if b_k == 1 { wanted * k.div_ceil(padded) } else { 0 };
            let next = Next { from: b_then, stride: b_col, count: width, pieces: parts * width };
            (buffer, padded as isize, null_mut(), next)
        }
    }

    /// Packs these columns of B, in panels. A few steps of k at a time across all panels, so that memory is read in
    /// order, or nearly so, and from few pages.
    fn pack_b(&self, cols: Range<usize>, steps: &Steps, packed: Packed<T>) {
        for p in steps.clone().step_by(FEW) {
            let k = FEW.min(steps.end - p);
            for cols in self.plan.panels(cols.clone()) {
                let (col, width) = (cols.start, cols.len());
                let padded = self.plan.tile.whole_vectors(width);
                let to = packed.0.wrapping_add(col * steps.len() + (p - steps.start) * padded);
                // SAFETY: the panel is B's, and its place in the buffer is this piece's.
                unsafe { self.pack_panel(self.b_at(p, col), width, k, to, padded) };
            }
        }
    }

    /// Packs one panel of B.
    ///
    /// # Safety
    /// `from` is the panel's first number; `to` has room for it and is this task's alone.
    unsafe fn pack_panel(&self, from: *const T, cols: usize, k: usize, to: *mut T, width: usize) {
        let [from_k, from_col] = self.b.1;
        let pack = Pack { cols, k, from, from_k, from_col, to, width };
        // SAFETY: as this function's.
        unsafe { pack.run(self.isa) };
    }

    fn a_at(&self, row: usize, p: usize) -> *const T {
        let (a, [a_row, a_k]) = self.a;
        a.wrapping_offset(row as isize * a_row + p as isize * a_k)
    }

    fn b_at(&self, p: usize, col: usize) -> *const T {
        let (b, [b_k, b_col]) = self.b;
        b.wrapping_offset(p as isize * b_k + col as isize * b_col)
    }

    /// Calls `run` for each task: on this thread if the product is small, else on all of them, each with something of its
    /// own. Which thread computes a task, and when, makes no difference to its result.
    fn each<S>(
        &self,
        tasks: usize,
        init: impl Fn() -> S + Sync,
        run: impl Fn(&mut S, usize) + Sync,
    ) {
        if self.plan.tasks.parallel {
            threads::for_each_index_init(tasks, init, run);
        } else {
            let mut own = init();
            (0..tasks).for_each(|task| run(&mut own, task));
        }
    }
}

impl<T> From<Onto<'_, T>> for Addend<T> {
    fn from(onto: Onto<'_, T>) -> Self {
        match onto {
            Onto::Nothing => Addend::Nothing,
            Onto::Itself => Addend::Itself,
            Onto::Row(row) => Addend::Row(row.as_ptr()),
        }
    }
}

/// A rectangle of C.
struct Task {
    rows: Range<usize>,
    cols: Range<usize>,
    /// The first column of the next one, if B is large.
    then: Option<usize>,
}

/// The rows of A that a thread packed last, in this block of k.
struct RowsOfA<T> {
    rows: Range<usize>,
    scratch: Scratch<T>,
}

impl<T> RowsOfA<T> {
    fn none() -> Self {
        Self { rows: 0..0, scratch: Scratch::take(&scratch::A) }
    }
}

/// A block of k.
type Steps = Range<usize>;

/// Steps of k that are packed together across all panels of B.
const FEW: usize = 16;
