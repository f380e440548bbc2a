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
    F32x8(__m256): [f32; 8], registers 16, mask __m256;
    splat _mm256_set1_ps;
    load _mm256_loadu_ps;
    load_partial load_partial_ps;
    store _mm256_storeu_ps;
    store_partial store_partial_ps;
    transpose transpose_ps;
    add_pairs add_pairs_ps;
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
    F64x4(__m256d): [f64; 4], registers 16, mask __m256d;
    splat _mm256_set1_pd;
    load _mm256_loadu_pd;
    load_partial load_partial_pd;
    store _mm256_storeu_pd;
    store_partial store_partial_pd;
    transpose transpose_pd;
    add_pairs add_pairs_pd;
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

/// Four, two and one at a time: on many cores `maskstore` takes longer.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn store_partial_ps(mut to: *mut f32, count: usize, x: __m256) {
    // SAFETY: `to` is writable for `count` numbers, and no more are written.
    unsafe {
        if count == 8 {
            return _mm256_storeu_ps(to, x);
        }
        let mut rest = _mm256_castps256_ps128(x);
        if count & 4 != 0 {
            _mm_storeu_ps(to, rest);
            rest = _mm256_extractf128_ps::<1>(x);
            to = to.add(4);
        }
        if count & 2 != 0 {
            _mm_storel_pd(to.cast(), _mm_castps_pd(rest));
            rest = _mm_movehl_ps(rest, rest);
            to = to.add(2);
        }
        if count & 1 != 0 {
            _mm_store_ss(to, rest);
        }
    }
}

#[inline]
#[target_feature(enable = "avx2")]
unsafe fn store_partial_pd(mut to: *mut f64, count: usize, x: __m256d) {
    // SAFETY: `to` is writable for `count` numbers, and no more are written.
    unsafe {
        if count == 4 {
            return _mm256_storeu_pd(to, x);
        }
        let mut rest = _mm256_castpd256_pd128(x);
        if count & 2 != 0 {
            _mm_storeu_pd(to, rest);
            rest = _mm256_extractf128_pd::<1>(x);
            to = to.add(2);
        }
        if count & 1 != 0 {
            _mm_store_sd(to, rest);
        }
    }
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
#[target_feature(enable = "avx2,fma")]
fn add_pairs_ps(x: __m256, y: __m256) -> __m256 {
    // x₀₁ x₂₃ y₀₁ y₂₃ x₄₅ x₆₇ y₄₅ y₆₇
    let sums = _mm256_castps_pd(_mm256_hadd_ps(x, y));
    _mm256_castpd_ps(_mm256_permute4x64_pd::<0b11_01_10_00>(sums))
}

#[inline]
#[target_feature(enable = "avx2,fma")]
fn add_pairs_pd(x: __m256d, y: __m256d) -> __m256d {
    // x₀₁ y₀₁ x₂₃ y₂₃
    _mm256_permute4x64_pd::<0b11_01_10_00>(_mm256_hadd_pd(x, y))
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

/// An 8 × 8 block, four rows at a time.
///
/// Each register takes four numbers of a column and, in its upper half, of the column four further
/// on; two rounds of interleaving within the halves then make rows of eight.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn transpose_ps(from: *const f32, from_step: isize, to: *mut f32, to_step: isize) {
    for i in [0, 4] {
        // SAFETY: the callers vouch for eight columns and eight rows of eight numbers.
        unsafe {
            let pair = |j: isize| {
                let upper = from.offset((j + 4) * from_step + i);
                _mm256_loadu2_m128(upper, from.offset(j * from_step + i))
            };
            let [x0, x1, x2, x3] = [pair(0), pair(1), pair(2), pair(3)];
            let [x01, y01] = [_mm256_unpacklo_ps(x0, x1), _mm256_unpackhi_ps(x0, x1)];
            let [x23, y23] = [_mm256_unpacklo_ps(x2, x3), _mm256_unpackhi_ps(x2, x3)];
            let to = to.offset(i * to_step);
            _mm256_storeu_ps(to, _mm256_shuffle_ps::<0x44>(x01, x23));
            _mm256_storeu_ps(to.offset(to_step), _mm256_shuffle_ps::<0xee>(x01, x23));
            _mm256_storeu_ps(to.offset(2 * to_step), _mm256_shuffle_ps::<0x44>(y01, y23));
            _mm256_storeu_ps(to.offset(3 * to_step), _mm256_shuffle_ps::<0xee>(y01, y23));
        }
    }
}

/// A 4 × 4 block, two rows at a time.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn transpose_pd(from: *const f64, from_step: isize, to: *mut f64, to_step: isize) {
    for i in [0, 2] {
        // SAFETY: the callers vouch for four columns and four rows of four numbers.
        unsafe {
            let pair = |j: isize| {
                let upper = from.offset((j + 2) * from_step + i);
                _mm256_loadu2_m128d(upper, from.offset(j * from_step + i))
            };
            let [x0, x1] = [pair(0), pair(1)];
            let to = to.offset(i * to_step);
            _mm256_storeu_pd(to, _mm256_unpacklo_pd(x0, x1));
            _mm256_storeu_pd(to.offset(to_step), _mm256_unpackhi_pd(x0, x1));
        }
    }
}
