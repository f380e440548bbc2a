//! Memory for packed operands.

use std::cell::{Cell, UnsafeCell};
use std::marker::PhantomData;
use std::mem::MaybeUninit;

use super::plan::KC;

/// Where the operands of one block are packed, if they are.
#[derive(Clone, Copy)]
pub struct Packed<T> {
    /// Where the first row of A would be: the rows of the block are as far behind it as in A.
    pub a: *mut T,
    pub b: *mut T,
}

// SAFETY: the tasks that share them write to parts of their own.
unsafe impl<T: Sync> Sync for Packed<T> {}

/// A line of cache.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Line(#[allow(dead_code)] MaybeUninit<[u8; 64]>);

/// A line that holds nothing yet.
const LINE: Line = Line(MaybeUninit::uninit());

/// Room for a panel of B: four vectors of at most 64 bytes in each step.
type Panel = [Line; KC * 4];

thread_local!(static PANEL: UnsafeCell<Panel> = const { UnsafeCell::new([LINE; KC * 4]) });

/// Where this thread packs one panel of B at a time. Not on the stack: for as many pages at once, the compiler touches each of
/// them whenever a function that has them begins, which took 0.1 µs.
pub fn panel<T>() -> *mut T {
    PANEL.with(|panel| panel.get().cast())
}

/// Memory for packed operands, which the thread keeps for its next product.
///
/// It is *taken* from the thread, not borrowed: another product that this thread computes while it
/// waits for others finds none, and makes its own.
pub struct Scratch<T> {
    memory: Vec<Line>,
    a_lines: usize,
    of: PhantomData<T>,
}

thread_local!(static SCRATCH: Cell<Vec<Line>> = const { Cell::new(Vec::new()) });

impl<T> Scratch<T> {
    /// Room for `a` and for `b` numbers.
    pub fn take(a: usize, b: usize) -> Self {
        let lines = |numbers: usize| (numbers * size_of::<T>()).div_ceil(size_of::<Line>());
        let mut memory = SCRATCH.take();
        if memory.len() < lines(a) + lines(b) {
            memory = vec![LINE; lines(a) + lines(b)];
        }
        Scratch { memory, a_lines: lines(a), of: PhantomData }
    }

    /// Where the numbers go, each operand from the start of a line on: those of A from number `a_start` on.
    pub fn packed(&mut self, a_start: usize) -> Packed<T> {
        let a = self.memory.as_mut_ptr();
        let b = a.wrapping_add(self.a_lines).cast();
        Packed { a: a.cast::<T>().wrapping_sub(a_start), b }
    }
}

impl<T> Drop for Scratch<T> {
    fn drop(&mut self) {
        SCRATCH.set(std::mem::take(&mut self.memory));
    }
}
