//! ln x and ln(1 + x).
//!
//! With x = 2ᵉ (1 + f) and √½ ≤ 1 + f < √2,
//!     ln x = e ln 2 + ln(1 + f),   ln(1 + f) = f + f² P(f).
//! The leading term is exact, so the result is accurate near x = 1, where it is small. One number for
//! ln 2 is enough: the nearest f32 is within 2⁻²⁸ of it, the nearest f64 within 2⁻⁵⁴.
//!
//! To find e, the bits of 1 / √½ are added to those of x, as integers: that multiplies by about √2,
//! so that the exponent steps at x = √½ 2ᵉ. The bits of 2ᵉ, subtracted from x, then divide it exactly.

use std::f64::consts::LN_2;

use super::polynomial;
use crate::Float;
use crate::simd::{Coefficients, Simd, Vector};

/// ln x, within 1.1 ulp: −∞ at ±0, NaN below.
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

/// ln(1 + x), within 1.5 ulp: −∞ at −1, NaN below; accurate near 0, and −0 stays −0.
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
    let z = polynomial(f, square, V::Element::LN).mul_add(square, f);
    e.mul_add(f.number(LN_2), z)
}

/// `z`, but what ln is at x ≤ 0, ∞ and NaN.
#[inline(always)]
fn limits<V: Vector>(x: V, z: V) -> V {
    let infinity = x.like(-V::Element::NEG_INFINITY);
    let below = (-infinity).select(x.eq(x.number(0.0)), x.like(V::Element::NAN));
    z.select(x.lt(infinity), x).select(x.number(0.0).lt(x), below)
}
