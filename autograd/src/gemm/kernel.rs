//! The micro-kernel: a tile of C that stays in registers while k runs.
//!
//! ```text
//!                   b: NR = W · LANES numbers, W registers
//!                  ┌────────┬────────┐
//!                  └────────┴────────┘
//!      a: one  ┌─┐ ┌────────┬────────┐
//!      number  │ │ │        │        │
//!      of each ├─┤ ├────────┼────────┤   MR × W registers of sums:
//!      row,    │ │ │        │        │   sums[i][j] += a[i] · b[j]   for every step of k
//!      spread  ├─┤ ├────────┼────────┤
//!      to all  │ │ │        │        │   W loads and MR broadcasts feed MR · W multiply-adds
//!      lanes   └─┘ └────────┴────────┘
//! ```
//!
//! A core starts two multiply-adds in a cycle and needs four cycles or so for each, so at least
//! eight sums must be under way; and it makes two or three loads in a cycle, so a step needs fewer
//! loads than multiply-adds. Of the shapes that fit sixteen registers, 6 × 2 does best: 12 sums,
//! 2 registers for b and 1 for a leave one to spare. (4 × 3 has fewer loads and fills all sixteen,
//! which compilers do not manage without spilling: less than half the speed.)

use std::arch::asm;
use std::ops::Range;
use std::ptr::{self, without_provenance};

use crate::Float;
use crate::simd::{Routine, Vector};

/// C's rows are reached from every sixth by one of six offsets, as there are few registers.
const OFFSETS: usize = 6;

/// Steps of k without a branch in between: a loop of fewer rounds is one whose end can be foreseen.
const UNROLL: usize = 4;

/// One column of tiles: `rows` × `cols` of C, for which `k` products are summed.
///
/// A is `rows` × `k`, B is `k` × `cols`, where `cols` is at most three vectors.
#[derive(Clone, Copy)]
pub struct Panel<T> {
    pub rows: usize,
    pub cols: usize,
    pub k: usize,
    pub a: Left<T>,
    /// Where row 0 of B starts. If it is not packed, then `cols` is a multiple of the lanes.
    pub b: *const T,
    /// From a row of B to the next.
    pub b_k: isize,
    /// If not null: where the first tile leaves a packed copy of B for the other tiles.
    pub b_copy: *mut T,
    pub c: *mut T,
    /// From a row of C to the next; its columns are adjacent.
    pub c_row: isize,
    /// Whether to add to what is in C, or to write over it.
    pub accumulate: bool,
}

/// The operand of which the kernel reads single numbers.
#[derive(Clone, Copy)]
pub enum Left<T> {
    /// In place: a pointer, and the strides along rows and along k.
    Strided(*const T, isize, isize),
    /// In panels of a tile's height each, number (i, p) of a panel at p · height + i.
    Packed(*const T),
}

/// The rows of each tile that cover `rows` rows: as even as can be, and none above `mr`, since a
/// last tile of one row would take as long as one of four.
pub fn tiles(rows: usize, mr: usize) -> impl Iterator<Item = Range<usize>> {
    let count = rows.div_ceil(mr);
    let mut end = 0;
    (0..count).map(move |tile| {
        let start = end;
        end += (rows - start).div_ceil(count - tile);
        start..end
    })
}

/// Asks for the lanes of a vector, and for the rows of a tile that is two vectors wide.
pub struct Shape;

impl<T: Float> Routine<T> for Shape {
    type Output = (usize, usize);

    #[inline(always)]
    unsafe fn run<V: Vector<Element = T>>(self) -> Self::Output {
        (V::LANES, if V::REGISTERS == 16 { 6 } else { 12 })
    }
}

impl<T: Float> Routine<T> for Panel<T> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vector<Element = T>>(self) {
        let width = self.cols.div_ceil(V::LANES);
        // SAFETY: as this function's.
        unsafe {
            if V::REGISTERS == 16 {
                match width {
                    1 => column::<V, 8, 1>(self),
                    2 => column::<V, 6, 2>(self),
                    _ => column::<V, 3, 3>(self),
                }
            } else {
                match width {
                    1 => column::<V, 12, 1>(self),
                    2 => column::<V, 12, 2>(self),
                    _ => column::<V, 8, 3>(self),
                }
            }
        }
    }
}

/// All tiles of a panel, from the top down.
#[inline(always)]
unsafe fn column<V: Vector, const MR: usize, const W: usize>(mut panel: Panel<V::Element>) {
    for Range { start, end } in tiles(panel.rows, MR) {
        unsafe {
            match end - start {
                height if height == MR && !panel.b_copy.is_null() => {
                    compute::<V, MR, W, true>(&panel, start);
                    panel.b = panel.b_copy;
                    panel.b_k = (W * V::LANES) as isize;
                    panel.b_copy = ptr::null_mut();
                }
                height if height == MR => compute::<V, MR, W, false>(&panel, start),
                1 => compute::<V, 1, W, false>(&panel, start),
                2 if MR > 2 => compute::<V, 2, W, false>(&panel, start),
                3 if MR > 3 => compute::<V, 3, W, false>(&panel, start),
                4 if MR > 4 => compute::<V, 4, W, false>(&panel, start),
                5 if MR > 5 => compute::<V, 5, W, false>(&panel, start),
                6 if MR > 6 => compute::<V, 6, W, false>(&panel, start),
                7 if MR > 7 => compute::<V, 7, W, false>(&panel, start),
                8 if MR > 8 => compute::<V, 8, W, false>(&panel, start),
                9 if MR > 9 => compute::<V, 9, W, false>(&panel, start),
                10 if MR > 10 => compute::<V, 10, W, false>(&panel, start),
                11 if MR > 11 => compute::<V, 11, W, false>(&panel, start),
                _ => unreachable!("no tile is higher than MR"),
            }
        }
    }
}

/// Where a tile reads next.
struct Cursor<T> {
    a: [*const T; 2],
    a_offsets: [isize; OFFSETS],
    a_k: isize,
    b: *const T,
    b_k: isize,
    b_copy: *mut T,
}

/// One tile: `MR` rows of C from row `start` on.
#[inline(always)]
unsafe fn compute<V: Vector, const MR: usize, const W: usize, const COPY: bool>(
    panel: &Panel<V::Element>,
    start: usize,
) {
    unsafe {
        let (a, a_row, a_k) = match panel.a {
            Left::Strided(a, a_row, a_k) => (a.offset(start as isize * a_row), a_row, a_k),
            Left::Packed(a) => (a.add(start * panel.k), 1, MR as isize),
        };
        let mut at = Cursor {
            a: [a, a.wrapping_offset(OFFSETS as isize * a_row)],
            a_offsets: [0, 1, 2, 3, 4, 5].map(|i| opaque::<u8>(without_provenance((i * a_row) as usize)).addr() as isize),
            a_k,
            b: panel.b,
            b_k: panel.b_k,
            b_copy: panel.b_copy,
        };
        let mut sums = [[V::splat(V::Element::from_f64(0.0)); W]; MR];
        for _ in 0..panel.k / UNROLL {
            for _ in 0..UNROLL {
                step::<V, MR, W, COPY>(&mut at, &mut sums);
            }
        }
        for _ in 0..panel.k % UNROLL {
            step::<V, MR, W, COPY>(&mut at, &mut sums);
        }
        write(panel, panel.c.offset(start as isize * panel.c_row), &sums);
    }
}

/// One step of k.
#[inline(always)]
unsafe fn step<V: Vector, const MR: usize, const W: usize, const COPY: bool>(
    at: &mut Cursor<V::Element>,
    sums: &mut [[V; W]; MR],
) {
    unsafe {
        let mut b = [sums[0][0]; W];
        for j in 0..W {
            b[j] = V::load(at.b.add(j * V::LANES));
            if COPY {
                b[j].store(at.b_copy.add(j * V::LANES));
            }
        }
        for i in 0..MR {
            let a = V::splat(*at.a[i / OFFSETS].offset(at.a_offsets[i % OFFSETS]));
            for j in 0..W {
                sums[i][j] = a.mul_add(b[j], sums[i][j]);
            }
        }
        at.a[0] = opaque(at.a[0].wrapping_offset(at.a_k));
        if MR > OFFSETS {
            at.a[1] = opaque(at.a[1].wrapping_offset(at.a_k));
        }
        at.b = opaque(at.b.wrapping_offset(at.b_k));
        if COPY {
            at.b_copy = at.b_copy.wrapping_add(W * V::LANES);
        }
    }
}

/// Writes, or adds, a tile to C; only the last vector of a row can be a partial one.
#[inline(always)]
unsafe fn write<V: Vector, const MR: usize, const W: usize>(
    panel: &Panel<V::Element>,
    c: *mut V::Element,
    sums: &[[V; W]; MR],
) {
    let tail = panel.cols - (W - 1) * V::LANES;
    unsafe {
        match (tail == V::LANES, panel.accumulate) {
            (true, false) => write_as::<V, MR, W, true, false>(panel, c, sums, tail),
            (true, true) => write_as::<V, MR, W, true, true>(panel, c, sums, tail),
            (false, false) => write_as::<V, MR, W, false, false>(panel, c, sums, tail),
            (false, true) => write_as::<V, MR, W, false, true>(panel, c, sums, tail),
        }
    }
}

#[inline(always)]
unsafe fn write_as<V: Vector, const MR: usize, const W: usize, const FULL: bool, const ADD: bool>(
    panel: &Panel<V::Element>,
    c: *mut V::Element,
    sums: &[[V; W]; MR],
    tail: usize,
) {
    for i in 0..MR {
        for j in 0..W {
            unsafe {
                let c = c.offset(i as isize * panel.c_row).add(j * V::LANES);
                let sum = sums[i][j];
                if FULL || j + 1 < W {
                    let sum = if ADD { V::load(c) + sum } else { sum };
                    sum.store(c);
                } else {
                    let sum = if ADD { V::load_partial(c, tail) + sum } else { sum };
                    sum.store_partial(c, tail);
                }
            }
        }
    }
}

/// `pointer`, of which the compiler is not told how it was computed: an empty instruction.
///
/// Otherwise it sees that all addresses of a tile are sums of a few numbers, and "saves" work by a
/// chain of additions that makes each load wait for the one before it, or by keeping all addresses
/// of an unrolled loop, for which there are not registers enough. (`black_box`, above, does the same
/// once per tile; it goes through memory, which is too slow for every step.)
#[inline(always)]
fn opaque<T>(mut pointer: *const T) -> *const T {
    // SAFETY: no instruction touches anything.
    unsafe {
        asm!("/* {0} */", inout(reg) pointer, options(pure, nomem, nostack, preserves_flags));
    }
    pointer
}
