//! The logistic sigmoid and its integral, the softplus.
//!
//! Both are written in t = e^−|x|, which lies in [0, 1] and cannot overflow:
//!     σ(x) = 1/(1 + t) for x ≥ 0,   t/(1 + t) for x < 0,
//!     ln(1 + eˣ) = max(x, 0) + ln(1 + t),   ln(1 + t) = t − t² P(t).
//! t is a leading term with all its digits, so both are accurate far down the left tail.

use super::exp::exp_neg_abs;
use super::polynomial;
use crate::simd::{Coefficients, Vector};

/// σ(x) = 1 / (1 + e⁻ˣ).
#[inline(always)]
pub fn sigmoid<V: Vector>(x: V) -> V {
    let t = exp_neg_abs(x);
    let one = x.number(1.0);
    t.select(x.lt(x.number(0.0)), one) / (one + t)
}

/// ln(1 + eˣ).
#[inline(always)]
pub fn softplus<V: Vector>(x: V) -> V {
    let t = exp_neg_abs(x);
    let ln_1p = polynomial(t, V::Element::SOFTPLUS).mul_add(-(t * t), t);
    x.number(0.0).max(x) + ln_1p
}
