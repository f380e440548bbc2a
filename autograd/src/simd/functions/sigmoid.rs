//! The logistic sigmoid and its integral, the softplus.
//!
//! Both are written in s and p with e^y = s (1 + p), as exp.rs defines them.
//!
//! With y = −x and a power of two c, σ(x) = 1/(1 + e^y) = c / (c s + (c + c s p)). At the left end, where
//! s overflows, c s does not; the quotient is then rounded to a subnormal number just as σ is.
//!
//! With t = e^−|x|, which lies in [0, 1] and cannot overflow,
//!     ln(1 + eˣ) = max(x, 0) + ln(1 + t),   ln(1 + t) = t + t P(t − ½).
//! The leading term is exact, so this is accurate far down the left tail too.

use super::exp::{LIFT, LIFTED, exp_parts};
use super::polynomial;
use crate::simd::{Coefficients, Lanes};

/// σ(x) = 1 / (1 + e⁻ˣ), within 2 ulp; 1 from x = 40 up.
#[inline(always)]
pub fn sigmoid<V: Lanes>(x: V) -> V {
    let y = x.number(-40.0).max(x.like(-V::Element::EXP_LOW).min(-x));
    let (p, s) = exp_parts(y, -LIFT);
    let c = x.number(1.0 / LIFTED);
    c / (p.mul_add(s, c) + s)
}

/// ln(1 + eˣ), within 2 ulp.
#[inline(always)]
pub fn softplus<V: Lanes>(x: V) -> V {
    let (p, s) = exp_parts(x.like(V::Element::EXP_LOW).max(-x.abs()), LIFT);
    let t = p.mul_add(s, s) * x.number(1.0 / LIFTED);
    let u = t - x.number(0.5);
    polynomial(u, u * u, V::Element::LN_1P).mul_add(t, x.number(0.0).max(x)) + t
}
