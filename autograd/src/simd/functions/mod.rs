//! Elementary functions on vectors.
//!
//! Each is written once, over [`Lanes`], for both element types and every instruction set. The
//! pattern is always the same: an identity of the function moves the argument into a short interval,
//! there a polynomial with minimax coefficients does the work, and the identity, now
//! backwards, gives the result. There are no branches on values: where two formulas are needed both
//! are evaluated and lanes selected, so the result of a lane depends on that lane alone.
//!
//! All are within 2 ulp (units in the last place) of the exact value, overflow and underflow where it
//! does, and return the limits at ±∞ and NaN for NaN; `tests.rs` sweeps every binade.

mod coefficients;
mod erf;
mod exp;
mod gelu;
mod ln;
mod sigmoid;
mod tanh;
#[cfg(test)]
mod tests;

pub use coefficients::Coefficients;
pub use erf::erf;
pub use exp::{exp, exp_m1};
pub use gelu::gelu;
pub use ln::{ln, ln_1p};
pub use sigmoid::{sigmoid, softplus};
pub use tanh::tanh;

use super::Lanes;

/// c₀ + c₁ x + c₂ x² + … = (c₀ + c₂ x² + …) + x (c₁ + c₃ x² + …), given x².
///
/// Horner's rule for either half: a step waits for the one before, so two chains take half the time.
#[inline(always)]
fn polynomial<V: Lanes>(x: V, square: V, c: &'static [V::Element]) -> V {
    every_other(square, c, 1).mul_add(x, every_other(square, c, 0))
}

/// c_first + c_(first + 2) x² + c_(first + 4) x⁴ + …
#[inline(always)]
fn every_other<V: Lanes>(square: V, c: &'static [V::Element], first: usize) -> V {
    let mut k = c.len() - 1 - (c.len() - 1 - first) % 2;
    let mut sum = square.like(c[k]);
    while k > first {
        k -= 2;
        sum = sum.mul_add(square, square.like(c[k]));
    }
    sum
}
