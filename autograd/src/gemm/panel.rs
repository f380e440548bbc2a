//! A column of tiles, as high as C is in a task and as wide as a few vectors.

use std::ops::Range;
use std::ptr::null_mut;

use super::access::{Access, Asking, CopyingColumns, CopyingNumbers, InOrder};
use super::ahead::{Ahead, Next};
use super::kernel::{ROUND, tile};
use crate::Float;
use crate::simd::{Isa, Routine, Vector};

/// A column of tiles: `rows` × `cols` numbers of C, and what is to be multiplied for them.
///
/// A is `rows` × `k`, B is `k` × `cols`, and `cols` is at most four vectors, or eight.
#[derive(Clone, Copy)]
pub struct Panel<T> {
    pub rows: usize,
    pub cols: usize,
    pub k: usize,
    pub a: Left<T>,
    /// If not null: where the tiles leave a packed copy of A, for other panels to read. Then `a` is at strides, of which,
    /// with tiles of 24 sums, one is 1; and the panel is as wide as most are.
    pub a_copy: *mut T,
    /// The first row of B, in which whole vectors can be read.
    pub b: *const T,
    /// From one row of B to the next.
    pub b_k: isize,
    /// If not null: where the first tile leaves a packed copy of B, for all others to read.
    pub b_copy: *mut T,
    pub c: *mut T,
    /// From one row of C to the next, unless tables say where they are; its columns are adjacent.
    pub c_row: isize,
    pub onto: Addend<T>,
    /// Whether C is to be asked for before a tile is computed, as it will be far away.
    pub prefetch: bool,
    /// What of B is asked for meanwhile.
    pub next: Next<T>,
}

/// What the products are added to.
#[derive(Clone, Copy)]
pub enum Addend<T> {
    Nothing,
    /// What C holds.
    Itself,
    /// A row, the same for every row of C.
    Row(*const T),
}

/// A, of which the kernel reads one number at a time.
#[derive(Clone, Copy)]
pub enum Left<T> {
    /// In place: a pointer, and the strides along rows and along k.
    Strided(*const T, [isize; 2]),
    /// Tile by tile; in a tile of `height` rows, number (i, p) is at p · height + i.
    Packed(*const T),
    /// In place, where tables say.
    Indexed(*const T, Index),
}

/// Where the numbers of A are: number (i, p) is rows\[i\] + runs\[p / run\] + (p mod run) · step after the first; and where
/// the rows of C are.
#[derive(Clone, Copy)]
pub struct Index {
    pub rows: *const isize,
    pub runs: *const isize,
    /// The steps of k in a run; k is a multiple.
    pub run: usize,
    pub step: isize,
    pub c_rows: *const isize,
}

/// Tiles of one height that follow each other.
pub struct Tiles {
    /// The rows of all.
    pub rows: Range<usize>,
    pub height: usize,
}

/// The tiles that cover `rows` rows: first one of `mr`, as this tile may copy B, which only a full one does; then as even as
/// can be, since a last tile of one row would take as long as one of four. If there are two and the second would be low, both
/// are even.
pub fn tiles(rows: usize, mr: usize) -> impl Iterator<Item = Tiles> {
    let count = rows.div_ceil(mr);
    let first = if count == 2 && rows < mr + mr / 2 { rows.div_ceil(2) } else { rows.min(mr) };
    let (others, rest) = (count - 1, rows - first);
    let (low, higher) = (rest / others.max(1), rest % others.max(1));
    let behind_higher = first + higher * (low + 1);
    let runs = [(0..first, first), (first..behind_higher, low + 1), (behind_higher..rows, low)];
    runs.into_iter().map(|(rows, height)| Tiles { rows, height }).filter(|run| !run.rows.is_empty())
}

/// Most tiles of a product: `mr` rows of so many `vectors` of `lanes` numbers.
#[derive(Clone, Copy)]
pub struct Tile {
    pub lanes: usize,
    pub vectors: usize,
    pub mr: usize,
    /// Whether two vectors of columns that are left over make the last two panels wider, and are not a panel of their own.
    pub two_wider: bool,
}

impl Tile {
    /// Columns, which is how wide a panel is.
    pub fn nr(&self) -> usize {
        self.vectors * self.lanes
    }

    /// Registers of sums.
    pub fn sums(&self) -> usize {
        self.mr * self.vectors
    }

    /// So many columns and as many more as fill up the last vector.
    pub fn whole_vectors(&self, cols: usize) -> usize {
        // Lanes are a power of two, so nothing need be divided.
        debug_assert!(self.lanes.is_power_of_two(), "{} lanes", self.lanes);
        (cols + self.lanes - 1) & !(self.lanes - 1)
    }
}

/// Sums that must be under way at once: two multiply-adds start in each cycle, and one takes four.
const UNDER_WAY: usize = 8;

/// Asks for most tiles, given how A is read.
pub enum Shape {
    /// Where tables say: no row is at a fixed offset from another, and there cannot be more rows than there are registers for
    /// offsets.
    Indexed,
    /// At strides, row by row or column by column, of which there are so many `rows`: where these are few, a tile has sums enough
    /// only if it is wide.
    Strided { rows: usize },
}

impl<T: Float> Routine<T> for Shape {
    type Output = Tile;

    #[inline(always)]
    unsafe fn run<V: Vector<Element = T>>(self) -> Self::Output {
        let (width, mr) = match (V::REGISTERS, &self) {
            (16, _) => (2, 6),
            (_, Shape::Indexed) => (4, 6),
            (_, Shape::Strided { .. }) => (3, 8),
        };
        let (width, mr) = match self {
            Shape::Strided { rows } if width * rows < UNDER_WAY => (UNDER_WAY.div_ceil(rows), rows),
            _ => (width, mr),
        };
        let two_wider = (width, mr) == (3, 8);
        Tile { lanes: V::LANES, vectors: width, mr, two_wider }
    }
}

impl<T: Float> Panel<T> {
    /// Where row `i` of C starts.
    ///
    /// # Safety
    /// There is such a row.
    #[inline(always)]
    pub unsafe fn c_at(&self, i: usize) -> *mut T {
        let offset = match self.a {
            // SAFETY: as this function's.
            Left::Indexed(_, index) => unsafe { *index.c_rows.add(i) },
            _ => i as isize * self.c_row,
        };
        self.c.wrapping_offset(offset)
    }

    /// Computes the panel.
    ///
    /// # Safety
    /// The pointers are good for what the fields say of them, and nobody else uses this part of C,
    /// or of the copy, meanwhile.
    pub unsafe fn run(self, isa: Isa) {
        isa.run(Vouched(self));
    }
}

/// A panel whose pointers somebody has vouched for.
struct Vouched<T>(Panel<T>);

impl<T: Float> Routine<T> for Vouched<T> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vector<Element = T>>(self) {
        let panel = self.0;
        let width = panel.cols.div_ceil(V::LANES);
        let asks = match panel.a {
            Left::Strided(_, [_, a_k]) => a_k != 1,
            Left::Packed(_) => true,
            Left::Indexed(..) => false,
        };
        let copies = !panel.a_copy.is_null();
        // SAFETY: the caller of `Panel::run` vouches for the panel, that of this for `V`.
        unsafe {
            if let Left::Indexed(..) = panel.a {
                match width {
                    1 => column::<V, 6, 1, InOrder>(panel),
                    2 => column::<V, 6, 2, InOrder>(panel),
                    _ if V::REGISTERS == 16 => column::<V, 3, 3, InOrder>(panel),
                    3 => column::<V, 6, 3, InOrder>(panel),
                    _ => column::<V, 6, 4, InOrder>(panel),
                }
            } else if V::REGISTERS == 16 {
                match width {
                    1 => column::<V, 8, 1, InOrder>(panel),
                    2 if copies => column::<V, 6, 2, CopyingNumbers>(panel),
                    2 => column::<V, 6, 2, InOrder>(panel),
                    3 => column::<V, 3, 3, InOrder>(panel),
                    4 => column::<V, 2, 4, InOrder>(panel),
                    _ => column::<V, 1, 8, InOrder>(panel),
                }
            } else {
                match width {
                    1 => column::<V, 12, 1, InOrder>(panel),
                    2 if asks => column::<V, 12, 2, Asking>(panel),
                    2 => column::<V, 12, 2, InOrder>(panel),
                    3 if copies && asks => column::<V, 8, 3, CopyingColumns>(panel),
                    3 if copies => column::<V, 8, 3, CopyingNumbers>(panel),
                    3 if asks => column::<V, 8, 3, Asking>(panel),
                    3 => column::<V, 8, 3, InOrder>(panel),
                    4 if asks => column::<V, 6, 4, Asking>(panel),
                    4 => column::<V, 6, 4, InOrder>(panel),
                    _ => column::<V, 1, 8, InOrder>(panel),
                }
            }
        }
    }
}

/// All tiles of a panel, from the top down.
///
/// # Safety
/// As for `Panel::run`, and the machine has the instruction set of `V`.
#[inline(always)]
unsafe fn column<V: Vector, const MR: usize, const W: usize, A: Access>(
    mut panel: Panel<V::Element>,
) {
    let mut ahead = Ahead::new(&panel, W * V::LANES, MR, panel.k / ROUND);
    for run in tiles(panel.rows, MR) {
        // SAFETY: as this function's; the copy of B is read only once it has been written.
        unsafe {
            if run.height == MR && !panel.b_copy.is_null() {
                ahead.next_tile(&panel, MR..panel.rows.min(2 * MR));
                tile::<V, MR, W, A, true>(&panel, 0, &mut ahead);
                panel.b = panel.b_copy;
                panel.b_k = (W * V::LANES) as isize;
                panel.b_copy = null_mut();
                continue;
            }
            match run.height {
                _ if run.height == MR => each::<V, MR, W, A>(&panel, run, MR, &mut ahead),
                1 => each::<V, 1, W, A>(&panel, run, MR, &mut ahead),
                2 if MR > 2 => each::<V, 2, W, A>(&panel, run, MR, &mut ahead),
                3 if MR > 3 => each::<V, 3, W, A>(&panel, run, MR, &mut ahead),
                4 if MR > 4 => each::<V, 4, W, A>(&panel, run, MR, &mut ahead),
                5 if MR > 5 => each::<V, 5, W, A>(&panel, run, MR, &mut ahead),
                6 if MR > 6 => each::<V, 6, W, A>(&panel, run, MR, &mut ahead),
                7 if MR > 7 => each::<V, 7, W, A>(&panel, run, MR, &mut ahead),
                8 if MR > 8 => each::<V, 8, W, A>(&panel, run, MR, &mut ahead),
                9 if MR > 9 => each::<V, 9, W, A>(&panel, run, MR, &mut ahead),
                10 if MR > 10 => each::<V, 10, W, A>(&panel, run, MR, &mut ahead),
                11 if MR > 11 => each::<V, 11, W, A>(&panel, run, MR, &mut ahead),
                _ => unreachable!("no tile is higher than MR"),
            }
        }
    }
}

/// Tiles of `H` rows, where a panel's highest have `most`. Between two of them there should be little to do, or the core runs
/// out of multiply-adds.
///
/// # Safety
/// As for `column`; the panel has these rows.
#[inline(always)]
unsafe fn each<V: Vector, const H: usize, const W: usize, A: Access>(
    panel: &Panel<V::Element>,
    run: Tiles,
    most: usize,
    ahead: &mut Ahead<V::Element>,
) {
    let mut start = run.rows.start;
    while start < run.rows.end {
        let end = start + H;
        ahead.next_tile(panel, end..panel.rows.min(end + most));
        // SAFETY: as this function's.
        unsafe { tile::<V, H, W, A, false>(panel, start, ahead) };
        start = end;
    }
}
