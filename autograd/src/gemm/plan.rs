//! The block sizes of a product, from its shape and strides; and whether it is worth splitting.

use std::iter::from_fn;
use std::ops::Range;

use super::dots;
use super::panel::{Shape, Tile};
use super::tasks::{Parts, Tasks};
use crate::Float;
use crate::simd::Isa;
use crate::threads;

/// The most steps of k in a block: with tiles of 12 sums, a panel of B then takes 32 KiB. That is more than a first level cache of
/// that size leaves it, but the processor foresees what is read in order, and C is read and written less often.
pub const KC: usize = 512;

/// As many bytes of a row of A, if they are fewer steps, where C is near: reading and writing that costs little.
const K_BYTES: usize = 2048;

/// With tiles of 24 sums, the most bytes of a panel: where C is near, they leave room in a first level cache of 48 KiB, as three lines
/// in each step of AVX-512 are best read from there; the farther C is, the more important is it to read and write it less often.
const PANEL: usize = 40 << 10;
const PANEL_IF_C_IS_FAR: usize = 64 << 10;
const PANEL_IF_C_IS_IN_MEMORY: usize = 96 << 10;

/// Bytes of C up to which it will be in the second level cache in each block of k, or in the third.
const C_NEAR: usize = 1 << 20;
const C_FAR: usize = 8 << 20;

/// Bytes of A in a block, which stay in the second level cache while all of B passes by: half of the smallest that
/// processors with AVX2 have, and a larger one gains nothing by more.
const A_BLOCK: usize = 256 << 10;

/// Bytes of A in a block from which on it will not be in the first level cache while all of B passes by.
const A_FAR: usize = 1 << 16;

/// The most copies of a panel of B that first tiles make, one in each part of the rows. For more parts, B is packed once.
const COPIES: usize = 4;

/// The pieces of B that each thread packs.
const PIECES_PER_THREAD: usize = 4;

/// A first level cache has 64 sets of lines: rows whose distance is a multiple of this many bytes are all in the same one.
const CROWDED: usize = 4096;

/// The bytes of a line, and the lines of a set, of which some processors have more.
pub const LINE: usize = 64;
const WAYS: usize = 8;

/// From this many rows of C on, a copy of a panel of B for the other rows pays: if the panel's rows are all in one set, if there
/// is room for less than a fourth of their lines, or else. Until then reading it in place, at a distance, costs less than the stores.
const ROWS_IF_CROWDED: usize = 16;
const ROWS_IF_CRAMPED: usize = 32;
const ROWS_FOR_COPY: usize = 96;

/// Bytes of B or C from which on it will not be in the second level cache when it is needed.
const LARGE: usize = 1 << 18;

/// From this many panels of B on, a copy of an A in columns pays, with tiles of 24 sums if a column's numbers are adjacent; and one of
/// an A in rows, if these crowd each other out, or, with tiles of 12 sums, if a line of one lasts for 8 steps only and A is far.
const PANELS: usize = 8;
const PANELS_FOR_ROWS: usize = 24;

/// How a product is cut into blocks, and which of its operands are packed.
pub struct Plan {
    pub tile: Tile,
    /// Steps of k in a block.
    pub kc: usize,
    pub tasks: Tasks,
    /// Whether each thread leaves a packed copy of the rows of A that it comes to.
    pub pack_a: bool,
    /// If all of B is packed before the first tile: the columns that are packed at a time.
    pub pieces_of_b: Option<Parts>,
    /// If it is not packed, but lies in rows: from how many rows of C on the first tile copies a panel of it.
    pub rows_for_copy: usize,
    pub large_b: bool,
    pub large_c: bool,
    /// Whether C's numbers are inner products of rows of A and columns of B that are read where they are.
    pub dots: bool,
}

impl Plan {
    /// The plan for a product of m × k and k × n whose operands have these strides, by inner products if `dots`. If A is indexed,
    /// `run` are the steps of k in a run.
    pub fn new<T: Float>(
        isa: Isa,
        [m, k, n]: [usize; 3],
        [a_row, a_k]: [isize; 2],
        [b_k, b_col]: [isize; 2],
        dots: bool,
        run: Option<usize>,
    ) -> Plan {
        let a_in_columns = run.is_none() && a_k != 1;
        let strided = Shape::Strided { rows: m };
        let tile = isa.run::<T, _>(if run.is_some() { Shape::Indexed } else { strided });
        let (Tile { lanes, mr, .. }, nr) = (tile, tile.nr());
        let bytes = |numbers: usize| numbers * size_of::<T>();
        let distance = |stride: isize| bytes(stride.unsigned_abs());
        let small = tile.sums() <= 16;
        let most = match (small, bytes(m * n)) {
            (true, ..=C_NEAR) => K_BYTES / bytes(1),
            (true, _) => KC,
            (false, ..=C_NEAR) => PANEL / bytes(nr),
            (false, ..=C_FAR) => PANEL_IF_C_IS_FAR / bytes(nr),
            (false, _) => PANEL_IF_C_IS_IN_MEMORY / bytes(nr),
        }
        .min(KC);
        let kc = if dots {
            dots::KC
        } else if k <= most {
            k
        } else {
            let unit = run.unwrap_or(1);
            let even = k.div_ceil(k.div_ceil(most)).next_multiple_of(unit);
            even.min((most / unit).max(1) * unit)
        };

        // Rows of B that lie in order are read well in place, by the first tile. So are rows of A, with exceptions.
        let crowded = |stride: isize| stride != 0 && distance(stride).is_multiple_of(CROWDED);
        let far = bytes(m * kc) >= A_FAR;
        let panels = match a_in_columns {
            true if small || a_row == 1 => Some(PANELS),
            true => None,
            false if run.is_some() => None,
            false if crowded(a_row) || small && bytes(1) == 8 && far => Some(PANELS_FOR_ROWS),
            false => None,
        };
        let pays = |columns: usize| m >= 8 * mr && panels.is_some_and(|few| columns >= few * nr);
        let may_pay = pays(n);
        // A packed A is of use to panels of most panels' width alone.
        let tile = Tile { two_wider: tile.two_wider && !may_pay, ..tile };

        let least = if dots { 1 } else { bytes(m * kc).div_ceil(A_BLOCK) };
        let tasks = Tasks::new([m, k, n], tile, a_in_columns, may_pay, !dots, least);
        debug_assert!(!dots || tasks.cols.count == 1, "inner products take all columns of a row");
        let pack_a = may_pay && pays(tasks.cols_with_same_rows(n));
        let in_place = b_col == 1 && tile.whole_vectors(n) == n && !crowded(b_k);
        let copies = if in_place || n <= 3 * lanes { COPIES } else { 1 };
        let pack_b = !dots && tasks.rows.count > copies;
        let pieces = if tasks.parallel { PIECES_PER_THREAD * threads::available() } else { 1 };
        let pieces_of_b = pack_b.then(|| Parts::columns(n, tile, pieces));
        let cramped = kc * bytes(nr).div_ceil(LINE) > 4 * room(distance(b_k));
        let rows_for_copy = match (crowded(b_k), cramped) {
            (true, _) => ROWS_IF_CROWDED,
            (_, true) => ROWS_IF_CRAMPED,
            _ => ROWS_FOR_COPY,
        };
        let large_c = run.is_some() || bytes(m * n) >= LARGE;
        let large_b = bytes(k * n) >= LARGE;
        Plan { tile, kc, tasks, pack_a, pieces_of_b, rows_for_copy, large_b, large_c, dots }
    }

    /// The panels of these columns: as wide as most tiles, but the last one up to a vector wider, rather than one vector alone,
    /// or the last two a vector each, rather than two vectors alone.
    pub fn panels(&self, mut cols: Range<usize>) -> impl Iterator<Item = Range<usize>> {
        let Tile { lanes, two_wider, .. } = self.tile;
        let nr = self.tile.nr();
        from_fn(move || {
            let nr = if cols.len() < nr { nr.min(4 * lanes) } else { nr };
            let wide = (nr + lanes).min(4 * lanes);
            let width = match cols.len() {
                0 => return None,
                rest if rest <= wide => rest,
                rest if two_wider && self.tile.whole_vectors(rest) == 2 * wide => wide,
                _ => nr,
            };
            let start = cols.start;
            cols.start += width;
            Some(start..cols.start)
        })
    }
}

/// How many lines a first level cache has for numbers that are so many bytes apart.
fn room(distance: usize) -> usize {
    WAYS * (CROWDED >> distance.trailing_zeros().min(CROWDED.trailing_zeros()))
}
