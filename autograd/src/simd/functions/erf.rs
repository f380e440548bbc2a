//! The error function and the Gaussian error linear unit.
//!
//! erf is odd, so let x ≥ 0. Up to 1 it is x + x P(x²). Above, 1 − erf x = e^−Q(x) with a polynomial
//! Q, and little is asked of it: what is subtracted from 1 is at most 0.16.
//!
//! With Φ the standard normal distribution function, x Φ(x) = x − x Φ(−x), so for either sign
//!     gelu x = x Φ(x) = max(x, 0) − a Φ(−a),   a = |x|.
//! Up to a = 1 this is x (½ + x P(x²)). Far down the left tail the second term is all there is, so it must have all its digits:
//!     a Φ(−a) = e^(−a²/2) M(t),   t = (a − 4)/(a + 4) = 1 − 8/(a + 4),
//! with a polynomial M: Mills' ratio Φ(−a)/φ(a) falls like 1/a, and t maps all a to a short interval.
//! A rounding error in a² would be magnified by its size; so a = h + l with a short h (Veltkamp's
//! splitting), h² is exact, and a² = h² + l (a + h).
//! Source: R. G. Shepherd, J. G. Laframboise, Chebyshev approximation of (1 + 2x) exp(x²) erfc x, 1981.

use super::exp::{exp_neg_abs, exp_of_sum};
use super::polynomial;
use crate::simd::{Coefficients, Vector};

/// erf x = 2/√π ∫₀ˣ e^(−t²) dt. −0 stays −0.
#[inline(always)]
pub fn erf<V: Vector>(x: V) -> V {
    let a = x.like(V::Element::ERF_ONE).min(x.abs());
    let near = polynomial(a * a, V::Element::ERF).mul_add(a, a);
    let far = x.number(1.0) - exp_neg_abs(polynomial(a, V::Element::ERFC));
    near.select(a.lt(x.number(1.0)), far) | x.sign()
}

/// gelu x = x Φ(x).
#[inline(always)]
pub fn gelu<V: Vector>(x: V) -> V {
    let a = x.like(V::Element::GELU_ZERO).min(x.abs());
    let long = a * x.like(V::Element::SPLITTER);
    let h = long - (long - a);
    let minus_half = x.number(-0.5);
    let (e, s) = exp_of_sum(minus_half * (h * h), minus_half * ((a - h) * (a + h)));
    let t = x.number(1.0) - x.number(8.0) / (a + x.number(4.0));
    let far = x.number(0.0).max(x) - polynomial(t, V::Element::MILLS) * e * s * s;
    let near = polynomial(a * a, V::Element::GELU).mul_add(x, x.number(0.5)) * x;
    near.select(a.lt(x.number(1.0)), far)
}
