//! ln x and ln(1 + x).
//!
//! With x = 2ᵉ (1 + f) and √½ ≤ 1 + f < √2,
//!     ln x = e ln 2 + ln(1 + f),   ln(1 + f) = f − f²/2 + f³ P(f).
//! The leading terms are exact, so the result is accurate near x = 1, where it is small. As for eˣ,
//! ln 2 = H + L, where e H is exact.
//!
//! To find e, the bits of 1 / √½ are added to those of x, as integers: that multiplies by about √2,
//! so that the exponent steps at x = √½ 2ᵉ. The bits of 2ᵉ, subtracted from x, then divide it exactly.

use super::polynomial;
use crate::Float;
use crate::simd::{Coefficients, Simd, Vector};

/// ln x: −∞ at ±0, NaN below.
#[inline(always)]
pub fn ln<V: Vector>(x: V) -> V {
    // A subnormal number is made normal first.
    let up = x.like(V::Element::ONE_PER_BIT);
    let subnormal = x.lt(x.like(V::Element::MIN_POSITIVE));
    let (e, m) = split((x * up).select(subnormal, x));
    let lift = x.number(f64::from(V::Element::MANTISSA_BITS));
    let e = e - lift.select(subnormal, x.number(0.0));
    limits(x, assemble(e, m - x.number(1.0)))
}

/// ln(1 + x): −∞ at −1, NaN below; accurate near 0, and −0 stays −0.
///
/// e is taken from u = 1 + x as rounded, but f = 2⁻ᵉ x + (2⁻ᵉ − 1) from x itself, since u has lost
/// digits. Where x is so large that it has no digits below 1, u will do.
#[inline(always)]
pub fn ln_1p<V: Vector>(x: V) -> V {
    let u = x.number(1.0) + x;
    let (e, m) = split(u);
    let scale = (-e).pow2();
    let f = x.mul_add(scale, scale - x.number(1.0));
    let f = f.select(x.lt(x.like(V::Element::ONE_PER_BIT)), m - x.number(1.0));
    limits(u, assemble(e, f) | x.sign())
}

/// ln(1 + t) for 0 ≤ t ≤ 1: there e is 0 or 1.
#[inline(always)]
pub(super) fn ln_1p_of_unit<V: Vector>(t: V) -> V {
    let low = t.lt(t.number(std::f64::consts::SQRT_2 - 1.0));
    let half = t.number(0.5);
    let f = t.select(low, t.mul_add(half, -half));
    assemble(t.number(0.0).select(low, t.number(1.0)), f)
}

/// (e, m) with x = 2ᵉ m and √½ ≤ m < √2, for positive normal numbers.
#[inline(always)]
fn split<V: Vector>(x: V) -> (V, V) {
    let shifted = x.add_bits(x.number(1.0)).sub_bits(x.like(V::Element::ROOT_HALF));
    let power = shifted & x.like(-V::Element::NEG_INFINITY);
    (shifted.exponent(), x.add_bits(x.number(1.0)).sub_bits(power))
}

/// e ln 2 + ln(1 + f).
#[inline(always)]
fn assemble<V: Vector>(e: V, f: V) -> V {
    let square = f * f;
    let half_square = square * f.number(0.5);
    let tail = e.mul_add(f.like(V::Element::LN2_LOW), -half_square);
    let tail = polynomial(f, V::Element::LN).mul_add(square * f, tail);
    e.mul_add(f.like(V::Element::LN2_HIGH), f + tail)
}

/// `z`, but what ln is at x ≤ 0, ∞ and NaN.
#[inline(always)]
fn limits<V: Vector>(x: V, z: V) -> V {
    let infinity = x.like(-V::Element::NEG_INFINITY);
    let below = (-infinity).select(x.eq(x.number(0.0)), x.like(V::Element::NAN));
    z.select(x.lt(infinity), x).select(x.number(0.0).lt(x), below)
}
