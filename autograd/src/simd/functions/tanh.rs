//! tanh x.
//!
//! tanh is odd, so let x ≥ 0. With n the integer nearest to −2x / ln 2 and r = x + ½ n ln 2,
//!     e⁻²ˣ = 2ⁿ e⁻²ʳ = s (½ + p),   s = 2ⁿ⁺¹,   p = (e⁻²ʳ − 1) / 2,   |r| ≤ ¼ ln 2,
//! so that in
//!     tanh x = (1 − e⁻²ˣ) / (1 + e⁻²ˣ) = (1 − ½ s − s p) / (1 + ½ s + s p)
//! all but s p is exact, and either sum is rounded once. Near 0, where s = 2, the first is −2p, with all its digits.

use std::f64::consts::{LN_2, LOG2_E};

use super::exp::nearest;
use super::polynomial;
use crate::simd::{Coefficients, Lanes};

/// tanh x, within 2 ulp. −0 stays −0.
#[inline(always)]
pub fn tanh<V: Lanes>(x: V) -> V {
    let a = x.like(V::Element::TANH_ONE).min(x.abs());
    let (n, s) = nearest(a, -2.0 * LOG2_E, 1.0);
    let r = n.mul_add(x.number(0.5 * LN_2), a);
    let square = r * r;
    let p = polynomial(r, square, V::Element::TANH).mul_add(square, -r);
    let (half, one) = (x.number(0.5), x.number(1.0));
    let above = (-s).mul_add(p, (-s).mul_add(half, one));
    let below = s.mul_add(p, s.mul_add(half, one));
    (above / below) | x.sign()
}
