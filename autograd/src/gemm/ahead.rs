//! What a tile asks for while it computes, so that it is near when it is needed.

use std::ops::Range;

use super::panel::Panel;
use crate::Float;
use crate::simd::{Vector, prefetch_to_second, prefetch_to_write};

/// The most rows that are asked for at once: a tile of few steps has enough to do with its own.
const AT_ONCE: usize = 3;

/// Where the panel of B is that comes next, in pieces as long as a row of a panel: `count` of them `stride` apart, then as
/// many again, each right behind its like, until there are `pieces`. Where rows of B lie in order these are its rows; where
/// columns do, parts of them.
#[derive(Clone, Copy)]
pub struct Next<T> {
    pub from: *const T,
    pub stride: isize,
    pub count: usize,
    pub pieces: usize,
}

/// What the tiles of a panel ask for: each the rows of C of the next tile, all of them together the next panel of B.
/// A row every few rounds of a tile's loop, or a few in each, as there are not lines enough under way for all at once, and those of
/// A and B that the tile itself needs would have to wait.
pub struct Ahead<T> {
    /// Rows of C. Of the next tile: this one may be done before memory answers.
    c: Range<usize>,
    b: Pieces<T>,
    /// Rounds from one time to the next, and those that are left; and the rows that are asked for each time.
    every: usize,
    rounds: usize,
    rows: usize,
}

impl<T: Float> Ahead<T> {
    /// For a panel that is `width` numbers wide, whose tiles are `height` rows high and make `rounds` rounds.
    #[inline(always)]
    pub fn new(panel: &Panel<T>, width: usize, height: usize, rounds: usize) -> Self {
        let b = Pieces::new(panel.next, width);
        let c = if panel.prefetch { height } else { 0 };
        if c + b.left == 0 {
            // Nothing is wanted, so it is never time to ask.
            return Self { c: 0..0, b, every: usize::MAX, rounds: usize::MAX, rows: 0 };
        }
        let wanted = c + b.left.div_ceil(panel.rows.div_ceil(height));
        let every = (rounds / wanted).max(1);
        let rows = wanted.div_ceil(rounds.max(1)).min(AT_ONCE);
        Self { c: 0..0, b, every, rounds: 1, rows }
    }

    /// A tile begins; the next one has these rows.
    #[inline(always)]
    pub fn next_tile(&mut self, panel: &Panel<T>, rows: Range<usize>) {
        self.c = if panel.prefetch { rows } else { 0..0 };
    }

    /// A round begins: asks for rows, if it is time to.
    #[inline(always)]
    pub fn fetch<V: Vector<Element = T>, const W: usize>(&mut self, panel: &Panel<T>) {
        self.rounds -= 1;
        if self.rounds > 0 {
            return;
        }
        self.rounds = self.every;
        for _ in 0..self.rows {
            if let Some(row) = self.c.next() {
                // SAFETY: the panel has this row.
                fetch_row::<V, W>(unsafe { panel.c_at(row) }, prefetch_to_write);
            } else if let Some(piece) = self.b.next() {
                fetch_row::<V, W>(piece, prefetch_to_second);
            }
        }
    }
}

/// Where the pieces start. It goes from one to the next: divisions, to find each, cost a tile 5 to 10 % of its speed.
struct Pieces<T> {
    at: *const T,
    stride: isize,
    /// From behind the last of `count` pieces to the first of the next.
    jump: isize,
    count: usize,
    before_jump: usize,
    left: usize,
}

impl<T> Pieces<T> {
    #[inline(always)]
    fn new(next: Next<T>, width: usize) -> Self {
        let Next { from, stride, count, pieces } = next;
        let jump = width as isize - count as isize * stride;
        Self { at: from, stride, jump, count, before_jump: count, left: pieces }
    }
}

impl<T> Iterator for Pieces<T> {
    type Item = *const T;

    #[inline(always)]
    fn next(&mut self) -> Option<*const T> {
        self.left = self.left.checked_sub(1)?;
        let piece = self.at;
        self.at = piece.wrapping_offset(self.stride);
        self.before_jump -= 1;
        if self.before_jump == 0 {
            self.before_jump = self.count;
            self.at = self.at.wrapping_offset(self.jump);
        }
        Some(piece)
    }
}

/// Asks for the lines of a row of a tile, which need not start where a line does.
#[inline(always)]
fn fetch_row<V: Vector, const W: usize>(
    row: *const V::Element,
    prefetch: impl Fn(*const V::Element),
) {
    for j in 0..W {
        prefetch(row.wrapping_add(j * V::LANES));
    }
    prefetch(row.wrapping_add(W * V::LANES - 1));
}
