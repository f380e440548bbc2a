//! AVX-512: 512-bit registers, thirty-two of them, and masks in registers of their own.

use std::arch::x86_64::*;

use super::{Coefficients, Routine};
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
    F32x16(__m512): [f32; 16], registers 32, mask __mmask16;
    splat _mm512_set1_ps;
    load _mm512_loadu_ps;
    load_partial load_partial_ps;
    store _mm512_storeu_ps;
    store_partial store_partial_ps;
    transpose transpose_ps;
    add_pairs add_pairs_ps;
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
    split split_ps;
}

vector! {
    /// Eight `f64`.
    F64x8(__m512d): [f64; 8], registers 32, mask __mmask8;
    splat _mm512_set1_pd;
    load _mm512_loadu_pd;
    load_partial load_partial_pd;
    store _mm512_storeu_pd;
    store_partial store_partial_pd;
    transpose transpose_pd;
    add_pairs add_pairs_pd;
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
    split split_pd;
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
fn add_pairs_ps(x: __m512, y: __m512) -> __m512 {
    let even = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    let odd = _mm512_setr_epi32(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
    _mm512_add_ps(_mm512_permutex2var_ps(x, even, y), _mm512_permutex2var_ps(x, odd, y))
}

#[inline]
#[target_feature(enable = "avx512f")]
fn add_pairs_pd(x: __m512d, y: __m512d) -> __m512d {
    let even = _mm512_setr_epi64(0, 2, 4, 6, 8, 10, 12, 14);
    let odd = _mm512_setr_epi64(1, 3, 5, 7, 9, 11, 13, 15);
    _mm512_add_pd(_mm512_permutex2var_pd(x, even, y), _mm512_permutex2var_pd(x, odd, y))
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

#[inline]
#[target_feature(enable = "avx512f")]
fn split_ps(x: __m512) -> (__m512, __m512) {
    // NaN for negative numbers; 1 for 0 and ∞.
    let m = _mm512_getmant_ps::<_MM_MANT_NORM_1_2, _MM_MANT_SIGN_NAN>(x);
    let e = _mm512_getexp_ps(x);
    let one = _mm512_set1_ps(1.0);
    let above = _mm512_cmp_ps_mask::<_CMP_LE_OQ>(_mm512_set1_ps(2.0 * f32::ROOT_HALF), m);
    (_mm512_mask_add_ps(e, above, e, one), _mm512_mask_mul_ps(m, above, m, _mm512_set1_ps(0.5)))
}

#[inline]
#[target_feature(enable = "avx512f")]
fn split_pd(x: __m512d) -> (__m512d, __m512d) {
    // NaN for negative numbers; 1 for 0 and ∞.
    let m = _mm512_getmant_pd::<_MM_MANT_NORM_1_2, _MM_MANT_SIGN_NAN>(x);
    let e = _mm512_getexp_pd(x);
    let one = _mm512_set1_pd(1.0);
    let above = _mm512_cmp_pd_mask::<_CMP_LE_OQ>(_mm512_set1_pd(2.0 * f64::ROOT_HALF), m);
    (_mm512_mask_add_pd(e, above, e, one), _mm512_mask_mul_pd(m, above, m, _mm512_set1_pd(0.5)))
}

/// A 16 × 16 block, four rows at a time: each register takes four numbers of every fourth column,
/// and two rounds of interleaving within the quarters make rows of sixteen.
#[inline]
#[target_feature(enable = "avx512f")]
unsafe fn transpose_ps(from: *const f32, from_step: isize, to: *mut f32, to_step: isize) {
    for i in [0, 4, 8, 12] {
        // SAFETY: the callers vouch for sixteen columns and sixteen rows of sixteen numbers.
        unsafe {
            let four = |j: isize| {
                let quarter = |q: isize| _mm_loadu_ps(from.offset((j + 4 * q) * from_step + i));
                let x = _mm512_castps128_ps512(quarter(0));
                let x = _mm512_insertf32x4::<1>(x, quarter(1));
                let x = _mm512_insertf32x4::<2>(x, quarter(2));
                _mm512_insertf32x4::<3>(x, quarter(3))
            };
            let [x0, x1, x2, x3] = [four(0), four(1), four(2), four(3)];
            let [x01, y01] = [_mm512_unpacklo_ps(x0, x1), _mm512_unpackhi_ps(x0, x1)];
            let [x23, y23] = [_mm512_unpacklo_ps(x2, x3), _mm512_unpackhi_ps(x2, x3)];
            let to = to.offset(i * to_step);
            _mm512_storeu_ps(to, _mm512_shuffle_ps::<0x44>(x01, x23));
            _mm512_storeu_ps(to.offset(to_step), _mm512_shuffle_ps::<0xee>(x01, x23));
            _mm512_storeu_ps(to.offset(2 * to_step), _mm512_shuffle_ps::<0x44>(y01, y23));
            _mm512_storeu_ps(to.offset(3 * to_step), _mm512_shuffle_ps::<0xee>(y01, y23));
        }
    }
}

/// An 8 × 8 block, two rows at a time.
#[inline]
#[target_feature(enable = "avx512f")]
unsafe fn transpose_pd(from: *const f64, from_step: isize, to: *mut f64, to_step: isize) {
    for i in [0, 2, 4, 6] {
        // SAFETY: the callers vouch for eight columns and eight rows of eight numbers.
        unsafe {
            let four = |j: isize| {
                let quarter = |q: isize| {
                    let pair = _mm_loadu_pd(from.offset((j + 2 * q) * from_step + i));
                    _mm_castpd_ps(pair)
                };
                let x = _mm512_castps128_ps512(quarter(0));
                let x = _mm512_insertf32x4::<1>(x, quarter(1));
                let x = _mm512_insertf32x4::<2>(x, quarter(2));
                _mm512_castps_pd(_mm512_insertf32x4::<3>(x, quarter(3)))
            };
            let [x0, x1] = [four(0), four(1)];
            let to = to.offset(i * to_step);
            _mm512_storeu_pd(to, _mm512_unpacklo_pd(x0, x1));
            _mm512_storeu_pd(to.offset(to_step), _mm512_unpackhi_pd(x0, x1));
        }
    }
}
