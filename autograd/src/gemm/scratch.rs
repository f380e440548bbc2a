//! Memory for packed operands.

use std::cell::{Cell, UnsafeCell};
use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::thread::LocalKey;

use super::plan::KC;

/// Where all of a block of B is packed, if it is.
#[derive(Clone, Copy)]
pub struct Packed<T>(pub *mut T);

// SAFETY: the tasks that share it write to parts of their own.
unsafe impl<T: Sync> Sync for Packed<T> {}

/// A line of cache.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub struct Line(#[allow(dead_code)] MaybeUninit<[u8; 64]>);

/// A line that holds nothing yet.
const LINE: Line = Line(MaybeUninit::uninit());

/// Room for a panel of B: eight vectors of at most 64 bytes in each step.
type Panel = [Line; KC * 8];

thread_local!(static PANEL: UnsafeCell<Panel> = const { UnsafeCell::new([LINE; KC * 8]) });

/// Where this thread packs one panel of B at a time. Not on the stack: for as many pages at once, the compiler touches each of
/// them whenever a function that has them begins, which took 0.1 µs.
pub fn panel<T>() -> *mut T {
    PANEL.with(|panel| panel.get().cast())
}

thread_local! {
    /// For some rows of A, and for all of a block of B.
    pub static A: Cell<Vec<Line>> = const { Cell::new(Vec::new()) };
    pub static B: Cell<Vec<Line>> = const { Cell::new(Vec::new()) };
}

/// Memory for a packed operand, which the thread keeps for its next product.
///
/// It is *taken* from the thread, not borrowed: another product that this thread computes while it
/// waits for others finds none, and makes its own.
pub struct Scratch<T> {
    memory: Vec<Line>,
    from: &'static LocalKey<Cell<Vec<Line>>>,
    of: PhantomData<T>,
}

impl<T> Scratch<T> {
    /// What the thread has of it.
    pub fn take(from: &'static LocalKey<Cell<Vec<Line>>>) -> Self {
        Scratch { memory: from.take(), from, of: PhantomData }
    }

    /// Room for so many numbers, from the start of a line on.
    pub fn room(&mut self, numbers: usize) -> *mut T {
        let lines = (numbers * size_of::<T>()).div_ceil(size_of::<Line>());
        if self.memory.len() < lines {
            self.memory = vec![LINE; lines];
        }
        self.memory.as_mut_ptr().cast()
    }
}

impl<T> Drop for Scratch<T> {
    fn drop(&mut self) {
        self.from.set(std::mem::take(&mut self.memory));
    }
}
