//! The error function.
//!
//! erf is odd, so let x ≥ 0. There
//!     erf x = 1 − e^y,   y = ln(1 − erf x) = x P(x) − x,
//! with a polynomial P: y is smooth and, as erf x, proportional to x near 0. No digits cancel, since with
//! e^y = s (1 + p) as in exp.rs, e^y − 1 = s p + (s − 1), which is p where s = 1. What y was rounded by, where that counts, is
//! x P − (y + x), as the sum in it is exact; it is added to p.

use super::exp::remainder_beside_1;
use super::polynomial;
use crate::simd::{Coefficients, Lanes};

/// erf x = 2/√π ∫₀ˣ e^(−t²) dt, within 2 ulp. −0 stays −0.
#[inline(always)]
pub fn erf<V: Lanes>(x: V) -> V {
    let a = x.like(V::Element::ERF_ONE).min(x.abs());
    let q = polynomial(a, a * a, V::Element::ERFC);
    let y = q.mul_add(a, -a);
    let rest = q.mul_add(a, -(y + a));
    let (r, s) = remainder_beside_1(y);
    let square = r * r;
    let p = polynomial(r, square, V::Element::EXP).mul_add(square, rest) + r;
    p.mul_add(s, s - x.number(1.0)).abs() | x.sign()
}
