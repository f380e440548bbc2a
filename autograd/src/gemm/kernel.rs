//! The micro-kernel: a tile of C that stays in registers while k runs.
//!
//! ```text
//!                 b: W vectors of one row of B
//!                ┌────────┬────────┐
//!                └────────┴────────┘
//!      a: one    ┌────────┬────────┐
//!      number □  │        │        │   MR × W registers of sums:
//!      of each   ├────────┼────────┤
//!      row,   □  │        │        │       sums[i][j] += a[i] · b[j]
//!      spread    ├────────┼────────┤
//!      to all □  │        │        │   for every step of k
//!      lanes     └────────┴────────┘
//! ```
//!
//! A core starts two multiply-adds in each cycle and finishes one after four, so at least eight sums
//! must be under way; and it loads two vectors in a cycle, so a step must load less than it
//! multiplies. Of the shapes that fit sixteen registers, MR = 6 by W = 2 does best: 12 sums, 2
//! registers for b, 1 for a, and one to spare. (4 × 3 loads less, but takes all sixteen, which the
//! compiler does not manage without spilling: half the speed.) With thirty-two registers 8 × 3 does best: 11 loads for 24
//! multiply-adds, where 12 × 2 needs 14.

#![allow(clippy::needless_range_loop, reason = "i and j are the indices of the formula")]

use std::arch::asm;
use std::ptr::without_provenance;

use super::access::{Access, Copies};
use super::ahead::Ahead;
use super::panel::{Addend, Left, Panel};
use super::plan::LINE;
use crate::Float;
use crate::simd::{Vector, prefetch};

/// Steps of k in a round. The processor foresees the end of a short loop only, and every end that it does not foresee costs as
/// much as three steps: so there is a short loop in that over rounds. It is long enough for the compiler not to write it out.
pub const ROUND: usize = 16;

/// How many steps ahead numbers are asked for that are in the second cache, or on their way to it, and that the processor does not
/// foresee. What comes too early may be gone again when it is needed, where somebody else uses the core's first cache as well.
const AHEAD: isize = 4;

/// Rows of A that are reached from one pointer, at one offset each: more would need more registers
/// than there are.
const OFFSETS: usize = 6;

/// Where a tile reads next, and where it leaves its copies.
struct Cursor<T> {
    a: [*const T; 2],
    a_offsets: [isize; OFFSETS],
    a_k: isize,
    a_copy: *mut T,
    b: *const T,
    b_k: isize,
    b_copy: *mut T,
}

/// One tile: the `MR` rows of the panel from row `start` on.
///
/// # Safety
/// As for `Panel::run`, and the machine has the instruction set of `V`; the panel has these rows.
#[inline(always)]
pub unsafe fn tile<V: Vector, const MR: usize, const W: usize, A: Access, const COPY_B: bool>(
    panel: &Panel<V::Element>,
    start: usize,
    ahead: &mut Ahead<V::Element>,
) {
    let (a, a_row, a_k) = match panel.a {
        Left::Strided(a, [row, k]) => (a.wrapping_offset(start as isize * row), row, k),
        Left::Packed(a) => (a.wrapping_add(start * panel.k), 1, MR as isize),
        Left::Indexed(a, index) => (a, 0, index.step),
    };
    let mut at = Cursor {
        a: [a, a.wrapping_offset(OFFSETS as isize * a_row)],
        a_offsets: [0, 1, 2, 3, 4, 5].map(|i| opaque_offset(i * a_row)),
        a_k,
        a_copy: panel.a_copy.wrapping_add(start * panel.k),
        b: panel.b,
        b_k: panel.b_k,
        b_copy: panel.b_copy,
    };
    // SAFETY: as this function's; the cursor makes `k` steps through operands of `k` steps.
    unsafe {
        let mut sums = [[V::splat(V::Element::from_f64(0.0)); W]; MR];
        let mut run = panel.k;
        if let Left::Indexed(_, index) = panel.a {
            for i in 1..MR.min(OFFSETS) {
                let from_first = *index.rows.add(start + i) - *index.rows.add(start);
                at.a_offsets[i] = opaque_offset(from_first);
            }
            run = index.run;
        }
        for i in 0..panel.k / run {
            if let Left::Indexed(a, index) = panel.a {
                let first = *index.rows.add(start) + *index.runs.add(i);
                at.a[0] = opaque(a.wrapping_offset(first));
            }
            for _ in 0..run / ROUND {
                ahead.fetch::<V, W>(panel);
                for _ in 0..ROUND {
                    step::<V, MR, W, A, COPY_B>(&mut at, &mut sums);
                }
            }
            for _ in 0..run % ROUND {
                step::<V, MR, W, A, COPY_B>(&mut at, &mut sums);
            }
        }
        match (panel.cols == W * V::LANES, matches!(panel.onto, Addend::Nothing)) {
            (true, true) => write::<V, MR, W, true, false>(panel, start, &sums),
            (true, false) => write::<V, MR, W, true, true>(panel, start, &sums),
            (false, true) => write::<V, MR, W, false, false>(panel, start, &sums),
            (false, false) => write::<V, MR, W, false, true>(panel, start, &sums),
        }
    }
}

/// One step of k.
///
/// # Safety
/// The cursor points at numbers: `MR` of A, which are adjacent if columns of it are copied, and `W` vectors of B.
#[inline(always)]
unsafe fn step<V: Vector, const MR: usize, const W: usize, A: Access, const COPY_B: bool>(
    at: &mut Cursor<V::Element>,
    sums: &mut [[V; W]; MR],
) {
    if A::ASK {
        prefetch(at.a[0].wrapping_offset(AHEAD * at.a_k));
    }
    match A::COPIES {
        Copies::None => {}
        // Of an A in columns, these are numbers of the next tile or the one behind it. They lie far apart, and nobody foresees them.
        Copies::Numbers => prefetch(at.a[0].wrapping_byte_add(LINE)),
        // SAFETY: as this function's; the numbers are adjacent, and the copy has room for all steps.
        Copies::Columns => unsafe { copy_column::<_, MR>(at.a[0], at.a_copy) },
    }
    if COPY_B {
        let ahead = at.b.wrapping_offset(AHEAD * at.b_k);
        prefetch(ahead);
        prefetch(ahead.wrapping_add(W * V::LANES - 1));
    }
    let mut b = [sums[0][0]; W];
    for j in 0..W {
        // SAFETY: as this function's; the copy has room for all steps.
        unsafe {
            b[j] = V::load(at.b.add(j * V::LANES));
            if COPY_B {
                b[j].store(at.b_copy.add(j * V::LANES));
            }
        }
    }
    for i in 0..MR {
        // SAFETY: as this function's.
        let a = unsafe {
            let first = at.a[i / OFFSETS];
            let a = if i % OFFSETS == 0 { first } else { first.offset(at.a_offsets[i % OFFSETS]) };
            let spread = V::splat(*a);
            if matches!(A::COPIES, Copies::Numbers) {
                copy_number(a, at.a_copy.add(i));
            }
            spread
        };
        for j in 0..W {
            sums[i][j] = a.mul_add(b[j], sums[i][j]);
        }
    }
    at.a[0] = opaque(at.a[0].wrapping_offset(at.a_k));
    if MR > OFFSETS {
        at.a[1] = opaque(at.a[1].wrapping_offset(at.a_k));
    }
    if !matches!(A::COPIES, Copies::None) {
        at.a_copy = at.a_copy.wrapping_add(MR);
    }
    at.b = opaque(at.b.wrapping_offset(at.b_k));
    if COPY_B {
        at.b_copy = at.b_copy.wrapping_add(W * V::LANES);
    }
}

/// Copies `MR` adjacent numbers, for which the compiler finds registers of their size: half of a vector, by a mask, would take the
/// place of two multiply-adds.
///
/// # Safety
/// They are at `from`, and there is room for them at `to`.
#[inline(always)]
unsafe fn copy_column<T: Copy, const MR: usize>(from: *const T, to: *mut T) {
    // SAFETY: as this function's; a copy is not part of what it is made of.
    unsafe { from.copy_to_nonoverlapping(to, MR) }
}

/// Copies a number by a register of integers: a store of a vector's register, be it of one lane, takes the place of two
/// multiply-adds on some processors. It is read anew, and volatile accesses stay as they are written; it must be spread before,
/// or the compiler moves it from the integer register to a vector's, which takes longer than to load it twice.
///
/// # Safety
/// There is a number at `from`, and room for one at `to`.
#[inline(always)]
unsafe fn copy_number<T>(from: *const T, to: *mut T) {
    // SAFETY: as this function's; a number has the size and the alignment of these integers.
    unsafe {
        match size_of::<T>() {
            4 => to.cast::<u32>().write_volatile(from.cast::<u32>().read_volatile()),
            _ => to.cast::<u64>().write_volatile(from.cast::<u64>().read_volatile()),
        }
    }
}

/// Writes the sums to the rows of C from `start` on, added to what there is to add to. Only the last vector of a row can be
/// a partial one.
///
/// # Safety
/// As for `tile`.
#[inline(always)]
unsafe fn write<V: Vector, const MR: usize, const W: usize, const FULL: bool, const ADD: bool>(
    panel: &Panel<V::Element>,
    start: usize,
    sums: &[[V; W]; MR],
) {
    let tail = panel.cols - (W - 1) * V::LANES;
    for i in 0..MR {
        // SAFETY: as this function's.
        let c = unsafe { panel.c_at(start + i) };
        let onto = if let Addend::Row(row) = panel.onto { row } else { c.cast_const() };
        for j in 0..W {
            let (c, onto) = (c.wrapping_add(j * V::LANES), onto.wrapping_add(j * V::LANES));
            let mut sum = sums[i][j];
            // SAFETY: as this function's; beyond `cols` nothing is touched.
            unsafe {
                if FULL || j + 1 < W {
                    if ADD {
                        sum = V::load(onto) + sum;
                    }
                    sum.store(c);
                } else {
                    if ADD {
                        sum = V::load_partial(onto, tail) + sum;
                    }
                    sum.store_partial(c, tail);
                }
            }
        }
    }
}

/// `pointer`, of which the compiler is not told how it was computed: an empty instruction.
///
/// Otherwise it sees that all addresses of a tile are sums of a few numbers, and "saves" work by a
/// chain of additions in which each load waits for the one before it, or by keeping every address
/// of the unrolled loop, for which there are not registers enough: half the speed.
#[inline(always)]
#[allow(clippy::pointers_in_nomem_asm_block, reason = "the pointer itself is the operand")]
fn opaque<T>(mut pointer: *const T) -> *const T {
    // Miri knows no assembly, and does not mind.
    if !cfg!(miri) {
        // SAFETY: there is no instruction.
        unsafe {
            asm!("/* {0} */", inout(reg) pointer, options(pure, nomem, nostack, preserves_flags));
        }
    }
    pointer
}

/// `offset`, in the same way.
#[inline(always)]
fn opaque_offset(offset: isize) -> isize {
    opaque(without_provenance::<u8>(offset as usize)).addr() as isize
}
