//! The Gaussian error linear unit.
//!
//! With Φ the standard normal distribution function, x Φ(x) = x − x Φ(−x), so for either sign
//!     gelu x = x Φ(x) = max(x, 0) − a Φ(−a),   a = |x|.
//! Far down the left tail the second term is all there is, so it must have all its digits.
//!
//! Up to a = 0.9, Φ(−a) = (½ − a/2) + a P(a²), a sum of positive numbers.
//!
//! Above, Mills' ratio Φ(−a)/φ(a) falls like 1/a, so a Φ(−a) e^(a²/2) varies little, and
//! t = (a − b)/(a + c) maps all a to a short interval, on which a polynomial M gives
//!     a Φ(−a) = e^(−a²/2) K (1 + M(t)),   K = 5/16.
//! Near a = b, where the result still depends much on t, t is small and so is its rounding error.
//! With e^(−a²/2) = s (1 + p) as in exp.rs,
//!     a Φ(−a) = K s (1 + q),   q = M + p + M p.
//! K s is exact and q is at most about 1, so the sum is rounded hardly more than once.
//!
//! A rounding error in a² would be magnified by its size; so a = h + l with a short h, h² is exact,
//! and a² = h² + l (a + h). With n the integer nearest to −a² / 2 ln 2, r = −½ (a² + 2n ln 2).
//! Source: R. G. Shepherd, J. G. Laframboise, Chebyshev approximation of (1 + 2x) exp(x²) erfc x, 1981.

use std::f64::consts::LOG2_E;

use super::exp::{LIFT, LIFTED, exp_m1_of_small, nearest};
use super::polynomial;
use crate::simd::{Coefficients, Vector};

/// gelu x = x Φ(x), within 2 ulp.
#[inline(always)]
pub fn gelu<V: Vector>(x: V) -> V {
    let a = x.like(V::Element::GELU_ZERO).min(x.abs());
    let square = a * a;
    let half = x.number(0.5);
    let near = polynomial(square, square * square, V::Element::NORMAL);
    let near = near.mul_add(a, a.mul_add(-half, half)) * a;
    let far = tail(a, square);
    x.number(0.0).max(x) - near.select(a.lt(x.number(0.9)), far)
}

/// a Φ(−a) for a ≥ 0.9.
#[inline(always)]
fn tail<V: Vector>(a: V, square: V) -> V {
    let (n, s) = nearest(square, -0.5 * LOG2_E, LIFT);
    let h = a & a.like(V::Element::UPPER_HALF);
    let high = n.mul_add(a.like(V::Element::LN2_HIGH + V::Element::LN2_HIGH), h * h);
    let low = n.mul_add(a.like(V::Element::LN2_LOW + V::Element::LN2_LOW), (a - h) * (a + h));
    let p = exp_m1_of_small(a.number(-0.5) * (high + low));
    let t = (a - a.like(V::Element::MILLS_B)) / (a + a.like(V::Element::MILLS_C));
    let m = polynomial(t, t * t, V::Element::MILLS);
    let q = m.mul_add(p, m + p);
    let s = s * a.number(5.0 / 16.0);
    q.mul_add(s, s) * a.number(1.0 / LIFTED)
}
