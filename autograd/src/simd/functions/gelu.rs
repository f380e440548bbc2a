//! The Gaussian error linear unit.
//!
//! With Φ the standard normal distribution function, x Φ(x) = x − x Φ(−x), so for either sign
//!     gelu x = x Φ(x) = max(x, 0) − a Φ(−a),   a = |x|.
//! Far down the left tail the second term is all there is, so it must have all its digits.
//!
//! Up to a = 0.9, a Φ(−a) = a (½ − a/2) + y N(y), y = −a²/2, a sum of positive numbers.
//!
//! Above, Mills' ratio Φ(−a)/φ(a) falls like 1/a, so a Φ(−a) e^(a²/2) varies little, and
//! t = (a − b)/(a + c) maps all a to a short interval, on which a polynomial M gives
//!     a Φ(−a) = ¼ e^(−a²/2) (1 + M(t)).
//! Near a = b, where the result still depends much on t, t is small and so is its rounding error.
//! With e^(−a²/2) = s (1 + p) as in exp.rs,
//!     a Φ(−a) = ¼ s (1 + q),   q = M + (p + M p).
//! ¼ s is exact and q is hardly more than 1, so the sum is rounded hardly more than once.
//!
//! A rounding error in −a²/2 would be magnified by its size, so the remainder −a²/2 − n ln 2 is computed from the product of a and
//! −a/2 before that is rounded.
//! Source: R. G. Shepherd, J. G. Laframboise, Chebyshev approximation of (1 + 2x) exp(x²) erfc x, 1981.

use std::f64::consts::LOG2_E;

use super::exp::{LIFT, LIFTED, exp_m1_of_small, nearest};
use super::polynomial;
use crate::simd::{Coefficients, Lanes};

/// gelu x = x Φ(x), within 2 ulp.
#[inline(always)]
pub fn gelu<V: Lanes>(x: V) -> V {
    let a = x.like(V::Element::GELU_ZERO).min(x.abs());
    // The division takes longest, so it comes first; nothing waits for `near`, which comes last.
    let t = (a - a.like(V::Element::MILLS_B)) / (a + a.like(V::Element::MILLS_C));
    let b = a * a.number(-0.5);
    let y = a * b;
    let far = tail(a, b, y, t);
    let near = polynomial(y, y * y, V::Element::NORMAL);
    let near = (b + a.number(0.5)).mul_add(a, near * y);
    x.number(0.0).max(x) - near.select(a.lt(x.number(0.9)), far)
}

/// a Φ(−a) for a ≥ 0.9, given b = −a/2, y ≈ a b, and t.
#[inline(always)]
fn tail<V: Lanes>(a: V, b: V, y: V, t: V) -> V {
    let (n, s) = nearest(y, LOG2_E, LIFT - 2.0);
    let high = a.fused_mul_add(b, n * n.like(-V::Element::LN2_HIGH));
    let p = exp_m1_of_small(n.mul_add(n.like(-V::Element::LN2_LOW), high));
    let m = polynomial(t, t * t, V::Element::MILLS);
    let q = m + m.mul_add(p, p);
    q.mul_add(s, s) * s.number(1.0 / LIFTED)
}
