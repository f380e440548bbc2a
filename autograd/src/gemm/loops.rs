//! The loops around the micro-kernel, and their division among threads.

use std::cell::Cell;
use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::ops::Range;
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};

use ndarray::{ArrayView2, ArrayViewMut2};

use super::kernel::{Left, Panel, tiles};
use super::pack::Pack;
use super::plan::{KC, Plan};
use crate::Float;
use crate::simd::Isa;

/// C ← A·B or C ← C + A·B, where the columns of C are adjacent.
pub struct Product<T> {
    m: usize,
    n: usize,
    k: usize,
    a: *const T,
    a_row: isize,
    a_k: isize,
    b: *const T,
    b_k: isize,
    b_col: isize,
    c: *mut T,
    c_row: isize,
    accumulate: bool,
    isa: Isa,
    plan: Plan,
}

// SAFETY: A and B are only read, and every task writes a part of C, or of a buffer, of its own.
unsafe impl<T: Float> Sync for Product<T> {}

/// The operands as the kernel will read them in one block of k: packed, or (null) in place.
#[derive(Clone, Copy)]
struct Packed<T> {
    a: *mut T,
    b: *mut T,
}

// SAFETY: as for `Product`.
unsafe impl<T: Float> Sync for Packed<T> {}

impl<T: Float> Product<T> {
    /// The product of arrays that are not empty and whose shapes match.
    pub fn new(
        a: ArrayView2<'_, T>,
        b: ArrayView2<'_, T>,
        mut c: ArrayViewMut2<'_, T>,
        accumulate: bool,
    ) -> Self {
        let isa = Isa::current();
        let (m, n, k) = (a.nrows(), b.ncols(), a.ncols());
        let ([a_row, a_k], [b_k, b_col]) = (strides(&a), strides(&b));
        let (a, b) = (a.as_ptr(), b.as_ptr());
        let (c_row, c) = (c.strides()[0], c.as_mut_ptr());
        let plan = Plan::new::<T>(isa, [m, k, n], a_k, b_col);
        Product { m, n, k, a, a_row, a_k, b, b_k, b_col, c, c_row, accumulate, isa, plan }
    }

    /// The loop over blocks of k, and in each the tasks, which are rectangles of C.
    pub fn run(&self) {
        let Plan { kc, nr, rows, cols, pack_a, pack_b, .. } = &self.plan;
        let a_size = if *pack_a { self.m * kc } else { 0 };
        let b_size = if *pack_b { self.n.next_multiple_of(*nr) * kc } else { 0 };
        let mut scratch = Scratch::take(a_size + b_size);
        for start in (0..self.k).step_by(*kc) {
            let steps = start..self.k.min(start + kc);
            let packed = scratch.split(a_size);
            if *pack_a {
                self.each(rows.count, |i| self.pack_a(rows.range(i), &steps, &packed));
            }
            if *pack_b {
                self.each(cols.count, |j| self.pack_b(cols.range(j), &steps, &packed));
            }
            self.each(rows.count * cols.count, |task| {
                let (i, j) = (task / cols.count, task % cols.count);
                self.block(rows.range(i), cols.range(j), &steps, &packed);
            });
        }
    }

    /// The loop over panels of B. (That over the tiles of a panel is the kernel's.)
    fn block(
        &self,
        rows: Range<usize>,
        cols: Range<usize>,
        steps: &Range<usize>,
        packed: &Packed<T>,
    ) {
        let mut buffer = [const { Line::uninit() }; PANEL];
        let buffer = buffer.as_mut_ptr().cast::<T>();
        let Plan { lanes, nr, .. } = self.plan;
        let k = steps.len();
        let mut start = cols.start;
        while start < cols.end {
            // Three vectors at the end rather than two and one.
            let rest = cols.end - start;
            let width = if rest <= 3 * lanes && !self.plan.pack_b { rest } else { rest.min(nr) };
            let padded = width.next_multiple_of(lanes);
            unsafe {
                let in_place = self.b_at(steps.start, start);
                let (b, b_k, b_copy) = if self.plan.pack_b {
                    (packed.b.add(start * k).cast_const(), padded as isize, ptr::null_mut())
                } else if self.b_col == 1 && width == padded {
                    let again = rows.len() >= 16;
                    (in_place, self.b_k, if again { buffer } else { ptr::null_mut() })
                } else {
                    self.pack_panel(in_place, width, k, buffer, padded);
                    (buffer.cast_const(), padded as isize, ptr::null_mut())
                };
                let a = if self.plan.pack_a && padded == nr {
                    Left::Packed(packed.a.add(rows.start * k))
                } else {
                    Left::Strided(self.a_at(rows.start, steps.start), self.a_row, self.a_k)
                };
                self.isa.run(Panel {
                    rows: rows.len(),
                    cols: width,
                    k,
                    a,
                    b,
                    b_k,
                    b_copy,
                    c: self.c.offset(rows.start as isize * self.c_row).add(start),
                    c_row: self.c_row,
                    accumulate: self.accumulate || steps.start > 0,
                });
            }
            start += width;
        }
    }

    /// Packs the rows of A of one row of tasks: tile by tile, as the kernel will read them.
    fn pack_a(&self, rows: Range<usize>, steps: &Range<usize>, packed: &Packed<T>) {
        let k = steps.len();
        for tile in tiles(rows.len(), self.plan.mr) {
            let (row, height) = (rows.start + tile.start, tile.len());
            unsafe {
                self.isa.run(Pack {
                    cols: height,
                    room: rows.end - row,
                    k,
                    from: self.a_at(row, steps.start),
                    from_k: self.a_k,
                    from_col: self.a_row,
                    to: packed.a.add(row * k),
                    width: height,
                });
            }
        }
    }

    /// Packs columns of B in panels. A few rows at a time across all panels, so that memory is read
    /// in order, or nearly so, and in few pages.
    fn pack_b(&self, cols: Range<usize>, steps: &Range<usize>, packed: &Packed<T>) {
        let Plan { lanes, nr, .. } = self.plan;
        for p in steps.clone().step_by(16) {
            let k = 16.min(steps.end - p);
            for col in cols.clone().step_by(nr) {
                let width = nr.min(cols.end - col);
                let padded = width.next_multiple_of(lanes);
                unsafe {
                    let to = packed.b.add(col * steps.len() + (p - steps.start) * padded);
                    self.pack_panel(self.b_at(p, col), width, k, to, padded);
                }
            }
        }
    }

    unsafe fn pack_panel(&self, from: *const T, cols: usize, k: usize, to: *mut T, width: usize) {
        let (from_k, from_col) = (self.b_k, self.b_col);
        self.isa.run(Pack { cols, room: cols, k, from, from_k, from_col, to, width });
    }

    unsafe fn a_at(&self, row: usize, p: usize) -> *const T {
        unsafe { self.a.offset(row as isize * self.a_row + p as isize * self.a_k) }
    }

    unsafe fn b_at(&self, p: usize, col: usize) -> *const T {
        unsafe { self.b.offset(p as isize * self.b_k + col as isize * self.b_col) }
    }

    /// Calls `run` for each task: on this thread if the product is small, else on all of them.
    ///
    /// Threads take the next task from a counter when they are done with one. Which thread computes
    /// a task, and when, makes no difference to its result. This thread starts at once, while the
    /// others may still have to wake up.
    fn each(&self, tasks: usize, run: impl Fn(usize) + Sync) {
        let threads = if self.plan.parallel { rayon::current_num_threads().min(tasks) } else { 1 };
        if threads == 1 {
            return (0..tasks).for_each(run);
        }
        let next = AtomicUsize::new(0);
        let work = || {
            loop {
                let task = next.fetch_add(1, Ordering::Relaxed);
                if task >= tasks {
                    break;
                }
                run(task);
            }
        };
        rayon::in_place_scope(|scope| {
            for _ in 1..threads {
                scope.spawn(|_| work());
            }
            work();
        });
    }
}

fn strides<T>(x: &ArrayView2<'_, T>) -> [isize; 2] {
    [x.strides()[0], x.strides()[1]]
}

/// Lines of a panel of B: three vectors of at most 64 bytes in each step.
const PANEL: usize = KC * 3;

/// A line of cache.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Line(#[allow(dead_code)] MaybeUninit<[u8; 64]>);

impl Line {
    const fn uninit() -> Line {
        Line(MaybeUninit::uninit())
    }
}

/// Memory for packed operands, which the thread keeps for its next product.
///
/// It is *taken* from the thread, not borrowed: another product that this thread computes while it
/// waits for others finds none, and makes its own.
struct Scratch<T> {
    lines: Vec<Line>,
    of: PhantomData<T>,
}

thread_local!(static SCRATCH: Cell<Vec<Line>> = const { Cell::new(Vec::new()) });

impl<T> Scratch<T> {
    /// Room for two buffers of `size` numbers together.
    fn take(size: usize) -> Self {
        let mut lines = SCRATCH.take();
        let needed = if size == 0 { 0 } else { (size * size_of::<T>()).div_ceil(64) + 1 };
        if lines.len() < needed {
            lines = vec![Line::uninit(); needed];
        }
        Scratch { lines, of: PhantomData }
    }

    /// Both buffers, the first for `a_size` numbers, each at the start of a line.
    fn split(&mut self, a_size: usize) -> Packed<T> {
        let a = self.lines.as_mut_ptr();
        let a_lines = (a_size * size_of::<T>()).div_ceil(64);
        Packed { a: a.cast(), b: a.wrapping_add(a_lines).cast() }
    }
}

impl<T> Drop for Scratch<T> {
    fn drop(&mut self) {
        SCRATCH.set(std::mem::take(&mut self.lines));
    }
}
