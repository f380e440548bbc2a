//! tanh x.
//!
//! tanh is odd, so let x ≥ 0. Up to 0.55 it is x + x³ P(x²). Above,
//!     tanh x = (e²ˣ − 1) / (e²ˣ + 1) = 1 − 2 / (e²ˣ + 1),
//! where no digits cancel: the quotient is below one half, and an error of e²ˣ counts for less still.

use super::exp::{exp_m1_of_small, remainder_beside_1};
use super::polynomial;
use crate::simd::{Coefficients, Lanes};

/// tanh x, within 1.4 ulp. −0 stays −0.
#[inline(always)]
pub fn tanh<V: Lanes>(x: V) -> V {
    let a = x.like(V::Element::TANH_ONE).min(x.abs());
    let square = a * a;
    let near = polynomial(square, square * square, V::Element::TANH).mul_add(square * a, a);
    let (r, s) = remainder_beside_1(a + a);
    let one = x.number(1.0);
    let far = one - x.number(2.0) / exp_m1_of_small(r).mul_add(s, s + one);
    near.select(a.lt(x.number(0.55)), far) | x.sign()
}
