//! AVX-512: 512-bit registers, thirty-two of them, and masks in registers of their own.

use std::arch::x86_64::*;

use super::Routine;
use crate::Float;

/// Runs `routine` on AVX-512.
///
/// # Safety
/// The machine has AVX-512F.
#[target_feature(enable = "avx512f")]
pub unsafe fn run<T: Float, R: Routine<T>>(routine: R) -> R::Output {
    // SAFETY: as this function's.
    unsafe { routine.run::<T::Avx512>() }
}

vector! {
    /// Sixteen `f32`.
    F32x16(__m512): [f32; 16], mask __mmask16;
    splat _mm512_set1_ps;
    load _mm512_loadu_ps;
    load_partial load_partial_ps;
    store _mm512_storeu_ps;
    store_partial store_partial_ps;
    mul_add _mm512_fmadd_ps;
    neg neg_ps;
    operators {
        Add add _mm512_add_ps;
        Sub sub _mm512_sub_ps;
        Mul mul _mm512_mul_ps;
        Div div _mm512_div_ps;
        BitAnd bitand and_ps;
        BitOr bitor or_ps;
        BitXor bitxor xor_ps;
    }
    binary {
        max _mm512_max_ps;
        min _mm512_min_ps;
        add_bits add_bits_ps;
        sub_bits sub_bits_ps;
    }
    unary {
        sqrt _mm512_sqrt_ps;
        abs _mm512_abs_ps;
        round _mm512_roundscale_ps::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>;
        mantissa_to_exponent shift_up_ps;
        exponent_to_mantissa shift_down_ps;
    }
    compare {
        lt _mm512_cmp_ps_mask::<_CMP_LT_OQ>;
        le _mm512_cmp_ps_mask::<_CMP_LE_OQ>;
        eq _mm512_cmp_ps_mask::<_CMP_EQ_OQ>;
    }
    select select_ps;
}

vector! {
    /// Eight `f64`.
    F64x8(__m512d): [f64; 8], mask __mmask8;
    splat _mm512_set1_pd;
    load _mm512_loadu_pd;
    load_partial load_partial_pd;
    store _mm512_storeu_pd;
    store_partial store_partial_pd;
    mul_add _mm512_fmadd_pd;
    neg neg_pd;
    operators {
        Add add _mm512_add_pd;
        Sub sub _mm512_sub_pd;
        Mul mul _mm512_mul_pd;
        Div div _mm512_div_pd;
        BitAnd bitand and_pd;
        BitOr bitor or_pd;
        BitXor bitxor xor_pd;
    }
    binary {
        max _mm512_max_pd;
        min _mm512_min_pd;
        add_bits add_bits_pd;
        sub_bits sub_bits_pd;
    }
    unary {
        sqrt _mm512_sqrt_pd;
        abs _mm512_abs_pd;
        round _mm512_roundscale_pd::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>;
        mantissa_to_exponent shift_up_pd;
        exponent_to_mantissa shift_down_pd;
    }
    compare {
        lt _mm512_cmp_pd_mask::<_CMP_LT_OQ>;
        le _mm512_cmp_pd_mask::<_CMP_LE_OQ>;
        eq _mm512_cmp_pd_mask::<_CMP_EQ_OQ>;
    }
    select select_pd;
}

/// A mask of the first `count` ≤ 16 lanes.
#[inline(always)]
fn first(count: usize) -> u16 {
    ((1u32 << count) - 1) as u16
}

#[inline]
#[target_feature(enable = "avx512f")]
unsafe fn load_partial_ps(from: *const f32, count: usize) -> __m512 {
    // SAFETY: `from` is readable for `count` numbers; lanes beyond are not touched.
    unsafe { _mm512_maskz_loadu_ps(first(count), from) }
}

#[inline]
#[target_feature(enable = "avx512f")]
unsafe fn load_partial_pd(from: *const f64, count: usize) -> __m512d {
    // SAFETY: `from` is readable for `count` numbers; lanes beyond are not touched.
    unsafe { _mm512_maskz_loadu_pd(first(count) as u8, from) }
}

#[inline]
#[target_feature(enable = "avx512f")]
unsafe fn store_partial_ps(to: *mut f32, count: usize, x: __m512) {
    // SAFETY: `to` is writable for `count` numbers; lanes beyond are not touched.
    unsafe { _mm512_mask_storeu_ps(to, first(count), x) }
}

#[inline]
#[target_feature(enable = "avx512f")]
unsafe fn store_partial_pd(to: *mut f64, count: usize, x: __m512d) {
    // SAFETY: `to` is writable for `count` numbers; lanes beyond are not touched.
    unsafe { _mm512_mask_storeu_pd(to, first(count) as u8, x) }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn neg_ps(x: __m512) -> __m512 {
    xor_ps(x, _mm512_set1_ps(-0.0))
}

#[inline]
#[target_feature(enable = "avx512f")]
fn neg_pd(x: __m512d) -> __m512d {
    xor_pd(x, _mm512_set1_pd(-0.0))
}

#[inline]
#[target_feature(enable = "avx512f")]
fn and_ps(x: __m512, y: __m512) -> __m512 {
    _mm512_castsi512_ps(_mm512_and_si512(_mm512_castps_si512(x), _mm512_castps_si512(y)))
}

#[inline]
#[target_feature(enable = "avx512f")]
fn and_pd(x: __m512d, y: __m512d) -> __m512d {
    _mm512_castsi512_pd(_mm512_and_si512(_mm512_castpd_si512(x), _mm512_castpd_si512(y)))
}

#[inline]
#[target_feature(enable = "avx512f")]
fn or_ps(x: __m512, y: __m512) -> __m512 {
    _mm512_castsi512_ps(_mm512_or_si512(_mm512_castps_si512(x), _mm512_castps_si512(y)))
}

#[inline]
#[target_feature(enable = "avx512f")]
fn or_pd(x: __m512d, y: __m512d) -> __m512d {
    _mm512_castsi512_pd(_mm512_or_si512(_mm512_castpd_si512(x), _mm512_castpd_si512(y)))
}

#[inline]
#[target_feature(enable = "avx512f")]
fn xor_ps(x: __m512, y: __m512) -> __m512 {
    _mm512_castsi512_ps(_mm512_xor_si512(_mm512_castps_si512(x), _mm512_castps_si512(y)))
}

#[inline]
#[target_feature(enable = "avx512f")]
fn xor_pd(x: __m512d, y: __m512d) -> __m512d {
    _mm512_castsi512_pd(_mm512_xor_si512(_mm512_castpd_si512(x), _mm512_castpd_si512(y)))
}

#[inline]
#[target_feature(enable = "avx512f")]
fn add_bits_ps(x: __m512, y: __m512) -> __m512 {
    _mm512_castsi512_ps(_mm512_add_epi32(_mm512_castps_si512(x), _mm512_castps_si512(y)))
}

#[inline]
#[target_feature(enable = "avx512f")]
fn add_bits_pd(x: __m512d, y: __m512d) -> __m512d {
    _mm512_castsi512_pd(_mm512_add_epi64(_mm512_castpd_si512(x), _mm512_castpd_si512(y)))
}

#[inline]
#[target_feature(enable = "avx512f")]
fn sub_bits_ps(x: __m512, y: __m512) -> __m512 {
    _mm512_castsi512_ps(_mm512_sub_epi32(_mm512_castps_si512(x), _mm512_castps_si512(y)))
}

#[inline]
#[target_feature(enable = "avx512f")]
fn sub_bits_pd(x: __m512d, y: __m512d) -> __m512d {
    _mm512_castsi512_pd(_mm512_sub_epi64(_mm512_castpd_si512(x), _mm512_castpd_si512(y)))
}

#[inline]
#[target_feature(enable = "avx512f")]
fn shift_up_ps(x: __m512) -> __m512 {
    _mm512_castsi512_ps(_mm512_slli_epi32::<23>(_mm512_castps_si512(x)))
}

#[inline]
#[target_feature(enable = "avx512f")]
fn shift_up_pd(x: __m512d) -> __m512d {
    _mm512_castsi512_pd(_mm512_slli_epi64::<52>(_mm512_castpd_si512(x)))
}

#[inline]
#[target_feature(enable = "avx512f")]
fn shift_down_ps(x: __m512) -> __m512 {
    _mm512_castsi512_ps(_mm512_srli_epi32::<23>(_mm512_castps_si512(x)))
}

#[inline]
#[target_feature(enable = "avx512f")]
fn shift_down_pd(x: __m512d) -> __m512d {
    _mm512_castsi512_pd(_mm512_srli_epi64::<52>(_mm512_castpd_si512(x)))
}

#[inline]
#[target_feature(enable = "avx512f")]
fn select_ps(mask: __mmask16, yes: __m512, no: __m512) -> __m512 {
    _mm512_mask_blend_ps(mask, no, yes)
}

#[inline]
#[target_feature(enable = "avx512f")]
fn select_pd(mask: __mmask8, yes: __m512d, no: __m512d) -> __m512d {
    _mm512_mask_blend_pd(mask, no, yes)
}
