//! ln x and ln(1 + x).
//!
//! With x = 2ᵉ (1 + f) and √½ ≤ 1 + f < √2,
//!     ln x = e ln 2 + ln(1 + f),   ln(1 + f) = f + f² P(f).
//! The leading term is exact, so the result is accurate near x = 1, where it is small. One number for
//! ln 2 is enough: the nearest f32 is within 2⁻²⁸ of it, the nearest f64 within 2⁻⁵⁴.
//!
//! [`Lanes::split`] finds e and m = 1 + f. At 0 and ∞ it makes e infinite, and below 0 one of them NaN, so that the sum
//! has these limits too.

use std::f64::consts::LN_2;

use super::polynomial;
use crate::simd::{Coefficients, Lanes, Simd};

/// ln x, within 1.1 ulp: −∞ at ±0, NaN below.
#[inline(always)]
pub fn ln<V: Lanes>(x: V) -> V {
    let (e, m) = x.split();
    assemble(e, m - x.number(1.0))
}

/// ln(1 + x), within 1.5 ulp: −∞ at −1, NaN below; accurate near 0, and −0 stays −0.
///
/// What u = 1 + x has lost by rounding is c = x − (u − 1), a difference without an error, and
/// f = 2⁻ᵉ (u + c) − 1 = (m − 1) + 2⁻ᵉ c. Where x is so large that it has no digits below 1, c is left out.
#[inline(always)]
pub fn ln_1p<V: Lanes>(x: V) -> V {
    let one = x.number(1.0);
    let u = one + x;
    let (e, m) = u.split();
    let f = (x - (u - one)).mul_add((-e).pow2(), m - one);
    assemble(e, f.select(x.lt(x.like(V::Element::ONE_PER_BIT)), m - one)) | x.sign()
}

/// e ln 2 + ln(1 + f).
#[inline(always)]
fn assemble<V: Lanes>(e: V, f: V) -> V {
    let square = f * f;
    let z = polynomial(f, square, V::Element::LN).mul_add(square, f);
    e.mul_add(f.number(LN_2), z)
}
