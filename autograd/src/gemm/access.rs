//! How a tile reads A, and whether it leaves a packed copy of it.

/// How a tile reads A.
pub trait Access {
    /// Whether it asks for the numbers of A ahead.
    const ASK: bool = false;
    const COPIES: Copies = Copies::None;
}

/// How a tile leaves a packed copy of A, for those of other panels.
pub enum Copies {
    None,
    /// One number after the other, wherever they are.
    Numbers,
    /// All of a column, which are adjacent, by vectors.
    Columns,
}

/// In order, row by row, which the processor foresees.
pub struct InOrder;

/// From a packed A, or from one in columns: each step or other needs another line.
pub struct Asking;

/// Leaving a copy, on processors that have little time for a vector's store.
pub struct CopyingNumbers;

/// Leaving a copy, on others.
pub struct CopyingColumns;

impl Access for InOrder {}

impl Access for Asking {
    const ASK: bool = true;
}

impl Access for CopyingNumbers {
    const COPIES: Copies = Copies::Numbers;
}

impl Access for CopyingColumns {
    const ASK: bool = true;
    const COPIES: Copies = Copies::Columns;
}
