//! AVX2 with fused multiply-add: 256-bit registers, sixteen of them.

use std::arch::x86_64::*;

use super::Routine;
use crate::Float;

/// Runs `routine` on AVX2.
///
/// # Safety
/// The machine has AVX2 and FMA.
#[target_feature(enable = "avx2,fma")]
pub unsafe fn run<T: Float, R: Routine<T>>(routine: R) -> R::Output {
    // SAFETY: as this function's.
    unsafe { routine.run::<T::Avx2>() }
}

vector! {
    /// Eight `f32`.
    F32x8(__m256): [f32; 8], mask __m256;
    splat _mm256_set1_ps;
    load _mm256_loadu_ps;
    load_partial load_partial_ps;
    store _mm256_storeu_ps;
    store_partial store_partial_ps;
    mul_add _mm256_fmadd_ps;
    neg neg_ps;
    operators {
        Add add _mm256_add_ps;
        Sub sub _mm256_sub_ps;
        Mul mul _mm256_mul_ps;
        Div div _mm256_div_ps;
        BitAnd bitand _mm256_and_ps;
        BitOr bitor _mm256_or_ps;
        BitXor bitxor _mm256_xor_ps;
    }
    binary {
        max _mm256_max_ps;
        min _mm256_min_ps;
        add_bits add_bits_ps;
        sub_bits sub_bits_ps;
    }
    unary {
        sqrt _mm256_sqrt_ps;
        abs abs_ps;
        round _mm256_round_ps::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>;
        mantissa_to_exponent shift_up_ps;
        exponent_to_mantissa shift_down_ps;
    }
    compare {
        lt _mm256_cmp_ps::<_CMP_LT_OQ>;
        le _mm256_cmp_ps::<_CMP_LE_OQ>;
        eq _mm256_cmp_ps::<_CMP_EQ_OQ>;
    }
    select select_ps;
}

vector! {
    /// Four `f64`.
    F64x4(__m256d): [f64; 4], mask __m256d;
    splat _mm256_set1_pd;
    load _mm256_loadu_pd;
    load_partial load_partial_pd;
    store _mm256_storeu_pd;
    store_partial store_partial_pd;
    mul_add _mm256_fmadd_pd;
    neg neg_pd;
    operators {
        Add add _mm256_add_pd;
        Sub sub _mm256_sub_pd;
        Mul mul _mm256_mul_pd;
        Div div _mm256_div_pd;
        BitAnd bitand _mm256_and_pd;
        BitOr bitor _mm256_or_pd;
        BitXor bitxor _mm256_xor_pd;
    }
    binary {
        max _mm256_max_pd;
        min _mm256_min_pd;
        add_bits add_bits_pd;
        sub_bits sub_bits_pd;
    }
    unary {
        sqrt _mm256_sqrt_pd;
        abs abs_pd;
        round _mm256_round_pd::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>;
        mantissa_to_exponent shift_up_pd;
        exponent_to_mantissa shift_down_pd;
    }
    compare {
        lt _mm256_cmp_pd::<_CMP_LT_OQ>;
        le _mm256_cmp_pd::<_CMP_LE_OQ>;
        eq _mm256_cmp_pd::<_CMP_EQ_OQ>;
    }
    select select_pd;
}

/// All ones in the first `count` lanes, which is how `maskload` and `maskstore` want it.
#[inline]
#[target_feature(enable = "avx2")]
fn first_ps(count: usize) -> __m256i {
    let lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    _mm256_cmpgt_epi32(_mm256_set1_epi32(count as i32), lane)
}

#[inline]
#[target_feature(enable = "avx2")]
fn first_pd(count: usize) -> __m256i {
    let lane = _mm256_setr_epi64x(0, 1, 2, 3);
    _mm256_cmpgt_epi64(_mm256_set1_epi64x(count as i64), lane)
}

#[inline]
#[target_feature(enable = "avx2")]
unsafe fn load_partial_ps(from: *const f32, count: usize) -> __m256 {
    // SAFETY: `from` is readable for `count` numbers; lanes beyond are not touched.
    unsafe { _mm256_maskload_ps(from, first_ps(count)) }
}

#[inline]
#[target_feature(enable = "avx2")]
unsafe fn load_partial_pd(from: *const f64, count: usize) -> __m256d {
    // SAFETY: `from` is readable for `count` numbers; lanes beyond are not touched.
    unsafe { _mm256_maskload_pd(from, first_pd(count)) }
}

#[inline]
#[target_feature(enable = "avx2")]
unsafe fn store_partial_ps(to: *mut f32, count: usize, x: __m256) {
    // SAFETY: `to` is writable for `count` numbers; lanes beyond are not touched.
    unsafe { _mm256_maskstore_ps(to, first_ps(count), x) }
}

#[inline]
#[target_feature(enable = "avx2")]
unsafe fn store_partial_pd(to: *mut f64, count: usize, x: __m256d) {
    // SAFETY: `to` is writable for `count` numbers; lanes beyond are not touched.
    unsafe { _mm256_maskstore_pd(to, first_pd(count), x) }
}

#[inline]
#[target_feature(enable = "avx2")]
fn neg_ps(x: __m256) -> __m256 {
    _mm256_xor_ps(x, _mm256_set1_ps(-0.0))
}

#[inline]
#[target_feature(enable = "avx2")]
fn neg_pd(x: __m256d) -> __m256d {
    _mm256_xor_pd(x, _mm256_set1_pd(-0.0))
}

#[inline]
#[target_feature(enable = "avx2")]
fn abs_ps(x: __m256) -> __m256 {
    _mm256_andnot_ps(_mm256_set1_ps(-0.0), x)
}

#[inline]
#[target_feature(enable = "avx2")]
fn abs_pd(x: __m256d) -> __m256d {
    _mm256_andnot_pd(_mm256_set1_pd(-0.0), x)
}

#[inline]
#[target_feature(enable = "avx2")]
fn add_bits_ps(x: __m256, y: __m256) -> __m256 {
    _mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(x), _mm256_castps_si256(y)))
}

#[inline]
#[target_feature(enable = "avx2")]
fn add_bits_pd(x: __m256d, y: __m256d) -> __m256d {
    _mm256_castsi256_pd(_mm256_add_epi64(_mm256_castpd_si256(x), _mm256_castpd_si256(y)))
}

#[inline]
#[target_feature(enable = "avx2")]
fn sub_bits_ps(x: __m256, y: __m256) -> __m256 {
    _mm256_castsi256_ps(_mm256_sub_epi32(_mm256_castps_si256(x), _mm256_castps_si256(y)))
}

#[inline]
#[target_feature(enable = "avx2")]
fn sub_bits_pd(x: __m256d, y: __m256d) -> __m256d {
    _mm256_castsi256_pd(_mm256_sub_epi64(_mm256_castpd_si256(x), _mm256_castpd_si256(y)))
}

#[inline]
#[target_feature(enable = "avx2")]
fn shift_up_ps(x: __m256) -> __m256 {
    _mm256_castsi256_ps(_mm256_slli_epi32::<23>(_mm256_castps_si256(x)))
}

#[inline]
#[target_feature(enable = "avx2")]
fn shift_up_pd(x: __m256d) -> __m256d {
    _mm256_castsi256_pd(_mm256_slli_epi64::<52>(_mm256_castpd_si256(x)))
}

#[inline]
#[target_feature(enable = "avx2")]
fn shift_down_ps(x: __m256) -> __m256 {
    _mm256_castsi256_ps(_mm256_srli_epi32::<23>(_mm256_castps_si256(x)))
}

#[inline]
#[target_feature(enable = "avx2")]
fn shift_down_pd(x: __m256d) -> __m256d {
    _mm256_castsi256_pd(_mm256_srli_epi64::<52>(_mm256_castpd_si256(x)))
}

#[inline]
#[target_feature(enable = "avx2")]
fn select_ps(mask: __m256, yes: __m256, no: __m256) -> __m256 {
    _mm256_blendv_ps(no, yes, mask)
}

#[inline]
#[target_feature(enable = "avx2")]
fn select_pd(mask: __m256d, yes: __m256d, no: __m256d) -> __m256d {
    _mm256_blendv_pd(no, yes, mask)
}
