//! The logistic sigmoid and its integral, the softplus.
//!
//! Both are written in t = e^−|x|, which lies in [0, 1] and cannot overflow. With w = t/(1 + t),
//!     σ(x) = 1/(1 + t) = 1 − w for x ≥ 0,   σ(x) = t/(1 + t) = t − t w for x < 0,
//!     ln(1 + eˣ) = max(x, 0) + ln(1 + t).
//! The leading terms are exact, so both are accurate far down the left tail too.

use super::exp::exp_neg_abs;
use super::ln::ln_1p_of_unit;
use crate::simd::Vector;

/// σ(x) = 1 / (1 + e⁻ˣ).
#[inline(always)]
pub fn sigmoid<V: Vector>(x: V) -> V {
    let t = exp_neg_abs(x);
    let w = t / (x.number(1.0) + t);
    let leading = t.select(x.lt(x.number(0.0)), x.number(1.0));
    (-leading).mul_add(w, leading)
}

/// ln(1 + eˣ).
#[inline(always)]
pub fn softplus<V: Vector>(x: V) -> V {
    x.number(0.0).max(x) + ln_1p_of_unit(exp_neg_abs(x))
}
