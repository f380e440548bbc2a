//! NEON on 64-bit Arm: 128-bit registers, thirty-two of them.

use std::arch::aarch64::*;

use super::Routine;
use crate::Float;

/// Runs `routine` on NEON.
///
/// # Safety
/// The machine has NEON.
#[target_feature(enable = "neon")]
pub unsafe fn run<T: Float, R: Routine<T>>(routine: R) -> R::Output {
    // SAFETY: as this function's.
    unsafe { routine.run::<T::Neon>() }
}

vector! {
    /// Four `f32`.
    F32x4(float32x4_t): [f32; 4], registers 32, mask uint32x4_t;
    splat vdupq_n_f32;
    load vld1q_f32;
    load_partial load_partial_f32;
    store vst1q_f32;
    store_partial store_partial_f32;
    transpose transpose_f32;
    add_pairs vpaddq_f32;
    mul_add mul_add_f32;
    neg vnegq_f32;
    operators {
        Add add vaddq_f32;
        Sub sub vsubq_f32;
        Mul mul vmulq_f32;
        Div div vdivq_f32;
        BitAnd bitand and_f32;
        BitOr bitor or_f32;
        BitXor bitxor xor_f32;
    }
    binary {
        max max_f32;
        min min_f32;
        add_bits add_bits_f32;
        sub_bits sub_bits_f32;
    }
    unary {
        sqrt vsqrtq_f32;
        abs vabsq_f32;
        round vrndnq_f32;
        mantissa_to_exponent shift_up_f32;
        exponent_to_mantissa shift_down_f32;
    }
    compare {
        lt vcltq_f32;
        le vcleq_f32;
        eq vceqq_f32;
    }
    select vbslq_f32;
}

vector! {
    /// Two `f64`.
    F64x2(float64x2_t): [f64; 2], registers 32, mask uint64x2_t;
    splat vdupq_n_f64;
    load vld1q_f64;
    load_partial load_partial_f64;
    store vst1q_f64;
    store_partial store_partial_f64;
    transpose transpose_f64;
    add_pairs vpaddq_f64;
    mul_add mul_add_f64;
    neg vnegq_f64;
    operators {
        Add add vaddq_f64;
        Sub sub vsubq_f64;
        Mul mul vmulq_f64;
        Div div vdivq_f64;
        BitAnd bitand and_f64;
        BitOr bitor or_f64;
        BitXor bitxor xor_f64;
    }
    binary {
        max max_f64;
        min min_f64;
        add_bits add_bits_f64;
        sub_bits sub_bits_f64;
    }
    unary {
        sqrt vsqrtq_f64;
        abs vabsq_f64;
        round vrndnq_f64;
        mantissa_to_exponent shift_up_f64;
        exponent_to_mantissa shift_down_f64;
    }
    compare {
        lt vcltq_f64;
        le vcleq_f64;
        eq vceqq_f64;
    }
    select vbslq_f64;
}

/// The functions that NEON has not, in terms of those it has; the same for both element types.
macro_rules! missing {
    (
        $float:ident, $register:ident, $lanes:literal, $shift:literal,
        $to_bits:ident $from_bits:ident $and:ident $or:ident $xor:ident $up:ident $down:ident $add:ident $sub:ident
        $fused:ident $greater:ident $less:ident $choose:ident $load:ident $store:ident =>
        $load_partial:ident $store_partial:ident $mul_add:ident $and_float:ident $or_float:ident
        $xor_float:ident $max:ident $min:ident $shift_up:ident $shift_down:ident $add_bits:ident $sub_bits:ident
    ) => {
        #[inline]
        #[target_feature(enable = "neon")]
        unsafe fn $load_partial(from: *const $float, count: usize) -> $register {
            let mut lanes = [0.0; $lanes];
            // SAFETY: `from` is readable for `count` ≤ lanes numbers, which are copied to an array
            // that is long enough for the load.
            unsafe {
                std::ptr::copy_nonoverlapping(from, lanes.as_mut_ptr(), count);
                $load(lanes.as_ptr())
            }
        }

        #[inline]
        #[target_feature(enable = "neon")]
        unsafe fn $store_partial(to: *mut $float, count: usize, x: $register) {
            let mut lanes = [0.0; $lanes];
            // SAFETY: the array holds all lanes, and `to` is writable for `count` ≤ lanes numbers.
            unsafe {
                $store(lanes.as_mut_ptr(), x);
                std::ptr::copy_nonoverlapping(lanes.as_ptr(), to, count);
            }
        }

        /// a · b + c; the instruction names the addend first.
        #[inline]
        #[target_feature(enable = "neon")]
        fn $mul_add(a: $register, b: $register, c: $register) -> $register {
            $fused(c, a, b)
        }

        #[inline]
        #[target_feature(enable = "neon")]
        fn $and_float(x: $register, y: $register) -> $register {
            $from_bits($and($to_bits(x), $to_bits(y)))
        }

        #[inline]
        #[target_feature(enable = "neon")]
        fn $or_float(x: $register, y: $register) -> $register {
            $from_bits($or($to_bits(x), $to_bits(y)))
        }

        #[inline]
        #[target_feature(enable = "neon")]
        fn $xor_float(x: $register, y: $register) -> $register {
            $from_bits($xor($to_bits(x), $to_bits(y)))
        }

        #[inline]
        #[target_feature(enable = "neon")]
        fn $add_bits(x: $register, y: $register) -> $register {
            $from_bits($add($to_bits(x), $to_bits(y)))
        }

        #[inline]
        #[target_feature(enable = "neon")]
        fn $sub_bits(x: $register, y: $register) -> $register {
            $from_bits($sub($to_bits(x), $to_bits(y)))
        }

        /// By comparison, since `vmax` gives NaN where the trait asks for `y`.
        #[inline]
        #[target_feature(enable = "neon")]
        fn $max(x: $register, y: $register) -> $register {
            $choose($greater(x, y), x, y)
        }

        #[inline]
        #[target_feature(enable = "neon")]
        fn $min(x: $register, y: $register) -> $register {
            $choose($less(x, y), x, y)
        }

        #[inline]
        #[target_feature(enable = "neon")]
        fn $shift_up(x: $register) -> $register {
            $from_bits($up::<$shift>($to_bits(x)))
        }

        #[inline]
        #[target_feature(enable = "neon")]
        fn $shift_down(x: $register) -> $register {
            $from_bits($down::<$shift>($to_bits(x)))
        }
    };
}

missing! {
    f32, float32x4_t, 4, 23,
    vreinterpretq_u32_f32 vreinterpretq_f32_u32 vandq_u32 vorrq_u32 veorq_u32 vshlq_n_u32 vshrq_n_u32
    vaddq_u32 vsubq_u32
    vfmaq_f32 vcgtq_f32 vcltq_f32 vbslq_f32 vld1q_f32 vst1q_f32 =>
    load_partial_f32 store_partial_f32 mul_add_f32 and_f32 or_f32
    xor_f32 max_f32 min_f32 shift_up_f32 shift_down_f32 add_bits_f32 sub_bits_f32
}

missing! {
    f64, float64x2_t, 2, 52,
    vreinterpretq_u64_f64 vreinterpretq_f64_u64 vandq_u64 vorrq_u64 veorq_u64 vshlq_n_u64 vshrq_n_u64
    vaddq_u64 vsubq_u64
    vfmaq_f64 vcgtq_f64 vcltq_f64 vbslq_f64 vld1q_f64 vst1q_f64 =>
    load_partial_f64 store_partial_f64 mul_add_f64 and_f64 or_f64
    xor_f64 max_f64 min_f64 shift_up_f64 shift_down_f64 add_bits_f64 sub_bits_f64
}

/// A 4 × 4 block: interleave once for pairs of numbers, once more for pairs of pairs.
#[inline]
#[target_feature(enable = "neon")]
unsafe fn transpose_f32(from: *const f32, from_step: isize, to: *mut f32, to_step: isize) {
    // SAFETY: the callers vouch for four columns and four rows of four numbers.
    unsafe {
        let [x0, x1, x2, x3] = [
            vld1q_f32(from),
            vld1q_f32(from.offset(from_step)),
            vld1q_f32(from.offset(2 * from_step)),
            vld1q_f32(from.offset(3 * from_step)),
        ];
        let [x02, y02] = [vzip1q_f32(x0, x2), vzip2q_f32(x0, x2)];
        let [x13, y13] = [vzip1q_f32(x1, x3), vzip2q_f32(x1, x3)];
        vst1q_f32(to, vzip1q_f32(x02, x13));
        vst1q_f32(to.offset(to_step), vzip2q_f32(x02, x13));
        vst1q_f32(to.offset(2 * to_step), vzip1q_f32(y02, y13));
        vst1q_f32(to.offset(3 * to_step), vzip2q_f32(y02, y13));
    }
}

/// A 2 × 2 block.
#[inline]
#[target_feature(enable = "neon")]
unsafe fn transpose_f64(from: *const f64, from_step: isize, to: *mut f64, to_step: isize) {
    // SAFETY: the callers vouch for two columns and two rows of two numbers.
    unsafe {
        let [x0, x1] = [vld1q_f64(from), vld1q_f64(from.offset(from_step))];
        vst1q_f64(to, vzip1q_f64(x0, x1));
        vst1q_f64(to.offset(to_step), vzip2q_f64(x0, x1));
    }
}
