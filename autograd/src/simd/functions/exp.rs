//! eˣ and eˣ − 1.
//!
//! With n the integer nearest to x / ln 2 and r = x − n ln 2,
//!     eˣ = 2ⁿ eʳ = s (1 + p),   s = 2ⁿ,   p = eʳ − 1,   |r| ≤ ½ ln 2.
//! The functions of this folder are made of s and p, not of eˣ: s is exact and p, below 0.42, is
//! rounded in digits that its sum with 1 has not.
//!
//! r is computed as (x − n H) − n L with ln 2 = H + L, where H has so few bits that n H is exact.
//! Then p = r + r² P(r) with a polynomial P: the leading term is exact, so p is accurate near 0.

use std::f64::consts::{LN_2, LOG2_E};

use super::polynomial;
use crate::Float;
use crate::simd::{Coefficients, Lanes, Simd};

/// Where 2ⁿ may be subnormal, 2^(n + LIFT) is not.
pub(super) const LIFT: f64 = 64.0;
/// 2^LIFT.
pub(super) const LIFTED: f64 = 18_446_744_073_709_551_616.0;

/// eˣ = s² (1 + p) with s = 2ᵐ, where 2m is the even number nearest to x / ln 2, and |r| ≤ ln 2.
///
/// s is a normal number even where s² or eˣ is not: the last product overflows, and rounds to
/// subnormal numbers and to 0, exactly where eˣ does. Within 1.75 ulp.
#[inline(always)]
pub fn exp<V: Lanes>(x: V) -> V {
    let x = x.like(V::Element::EXP_HIGH).min(x.like(V::Element::EXP_LOW).max(x));
    let (m, s) = nearest(x, 0.5 * LOG2_E, 0.0);
    let r = remainder(x, m, 2.0);
    let square = r * r;
    let p = polynomial(r, square, V::Element::EXP_WIDE).mul_add(square, r);
    p.mul_add(s, s) * s
}

/// eˣ − 1 = 2 (s/2 p + (s/2 − ½)): exactly p where n = 0, so accurate near 0. −0 stays −0.
///
/// s/2 is in range even where s is not. Within 1.85 ulp.
#[inline(always)]
pub fn exp_m1<V: Lanes>(x: V) -> V {
    let clamped = x.like(V::Element::EXP_HIGH).min(x.like(V::Element::EXP_M1_LOW).max(x));
    let (p, s) = exp_parts(clamped, -1.0);
    let half = p.mul_add(s, s - x.number(0.5));
    (half + half) | x.sign()
}

/// p and 2^(n + shift), which must be a normal number.
#[inline(always)]
pub(super) fn exp_parts<V: Lanes>(x: V, shift: f64) -> (V, V) {
    let (n, s) = nearest(x, LOG2_E, shift);
    (exp_m1_of_small(remainder(x, n, 1.0)), s)
}

/// r and 2ⁿ where eˣ is a summand beside 1: ln 2 as one number, within 2⁻²⁸ or 2⁻⁵⁴ of it, will do.
#[inline(always)]
pub(super) fn remainder_beside_1<V: Lanes>(x: V) -> (V, V) {
    let (n, s) = nearest(x, LOG2_E, 0.0);
    (n.mul_add(x.number(-LN_2), x), s)
}

/// eʳ − 1 for |r| ≤ ½ ln 2.
#[inline(always)]
pub(super) fn exp_m1_of_small<V: Lanes>(r: V) -> V {
    let square = r * r;
    polynomial(r, square, V::Element::EXP).mul_add(square, r)
}

/// The integer n nearest to `scale` x, and 2^(n + shift).
///
/// In 1.5 · 2^MANTISSA_BITS + BIAS + n the last bits are n + BIAS, as in [`Lanes::pow2`], so one
/// addition rounds to n and prepares 2ⁿ.
#[inline(always)]
pub(super) fn nearest<V: Lanes>(x: V, scale: f64, shift: f64) -> (V, V) {
    let one_per_bit = V::Element::ONE_PER_BIT;
    let half = V::Element::from_f64(0.5);
    let bias = V::Element::BIAS + V::Element::from_f64(shift);
    let magic = x.like(one_per_bit + one_per_bit * half + bias);
    let shifted = x.mul_add(x.number(scale), magic);
    (shifted - magic, shifted.mantissa_to_exponent())
}

/// x − n · `unit` ln 2, where `unit` is a power of two.
#[inline(always)]
fn remainder<V: Lanes>(x: V, n: V, unit: f64) -> V {
    let minus = V::Element::from_f64(-unit);
    let r = n.mul_add(x.like(minus * V::Element::LN2_HIGH), x);
    n.mul_add(x.like(minus * V::Element::LN2_LOW), r)
}
