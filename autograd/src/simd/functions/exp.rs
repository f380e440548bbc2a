//! eˣ and eˣ − 1.
//!
//! With m the integer nearest to x / 2 ln 2 and r = x − 2m ln 2,
//!     eˣ = 2²ᵐ eʳ = s² (1 + p),   s = 2ᵐ,   p = eʳ − 1,   |r| ≤ ln 2.
//! The exponent 2m is even so that s is a normal number even where s² or eˣ is not: the last product
//! overflows, and rounds to subnormal numbers and to 0, exactly where eˣ does.
//!
//! r is computed as (x − 2m H) − 2m L with ln 2 = H + L, where H has so few bits that 2m H is exact.
//! Then p = r + r² P(r) with a polynomial P: the leading term is exact, so p is accurate near 0.

use super::polynomial;
use crate::Float;
use crate::simd::{Coefficients, Simd, Vector};

/// eˣ.
#[inline(always)]
pub fn exp<V: Vector>(x: V) -> V {
    let (p, s, _) = split(clamp(x));
    p.mul_add(s, s) * s
}

/// e^−|x|: never overflows, and within 1 ulp, since it is used where more rounding follows.
///
/// 1 + r = h + l without rounding, so that only the sum with r² P(r), which is small, is rounded.
#[inline(always)]
pub(super) fn exp_neg_abs<V: Vector>(x: V) -> V {
    let (r, s, _) = reduce(x.like(V::Element::EXP_LOW).max(-x.abs()));
    let h = x.number(1.0) + r;
    let l = r - (h - x.number(1.0));
    (h + polynomial(r, V::Element::EXP).mul_add(r * r, l)) * s * s
}

/// e²ˣ + 1 where that neither overflows nor vanishes beside 1.
#[inline(always)]
pub(super) fn exp_of_twice_plus_1<V: Vector>(x: V) -> V {
    let (p, s, _) = split(x + x);
    let square = s * s;
    p.mul_add(square, square + x.number(1.0))
}

/// eˣ − 1 = s (s p + (s − 1/s)): exactly p where m = 0, so accurate near 0. −0 stays −0.
#[inline(always)]
pub fn exp_m1<V: Vector>(x: V) -> V {
    let (p, s, m) = split(clamp(x));
    let z = p.mul_add(s, s - (-m).pow2()) * s;
    z | x.sign()
}

/// x, or where eˣ is 0 or ∞ the nearest number from which that follows. NaN stays NaN.
#[inline(always)]
fn clamp<V: Vector>(x: V) -> V {
    x.like(V::Element::EXP_HIGH).min(x.like(V::Element::EXP_LOW).max(x))
}

/// p, s and m.
#[inline(always)]
fn split<V: Vector>(x: V) -> (V, V, V) {
    let (r, s, m) = reduce(x);
    (polynomial(r, V::Element::EXP).mul_add(r * r, r), s, m)
}

/// r, s and m. In 1.5 · 2^MANTISSA_BITS + BIAS + m the last bits are m + BIAS, as in [`Vector::pow2`],
/// so one addition rounds x / 2 ln 2 to m and prepares 2ᵐ.
#[inline(always)]
fn reduce<V: Vector>(x: V) -> (V, V, V) {
    let one_per_bit = V::Element::ONE_PER_BIT;
    let half = V::Element::from_f64(0.5);
    let magic = x.like(one_per_bit + one_per_bit * half + V::Element::BIAS);
    let shifted = x.mul_add(x.like(V::Element::HALF_LOG2_E), magic);
    let m = shifted - magic;
    let s = shifted.mantissa_to_exponent();
    let (high, low) = (V::Element::LN2_HIGH, V::Element::LN2_LOW);
    let r = m.mul_add(x.like(-high - high), x);
    let r = m.mul_add(x.like(-low - low), r);
    (r, s, m)
}
