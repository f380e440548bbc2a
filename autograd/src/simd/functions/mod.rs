//! Elementary functions on vectors.
//!
//! Each is written once, over [`Vector`], for both element types and every instruction set. The
//! pattern is always the same: an identity of the function moves the argument into a short interval,
//! there a [polynomial](polynomial) with minimax coefficients does the work, and the identity, now
//! backwards, gives the result. There are no branches on values: where two formulas are needed both
//! are evaluated and lanes selected, so the result of a lane depends on that lane alone.
//!
//! All are within 2 ulp (units in the last place) of the exact value, overflow and underflow where
//! it does, and return the limits at ±∞ and NaN for NaN; `tests.rs` sweeps every binade.

mod coefficients;
mod exp;
mod ln;
mod sigmoid;
mod tanh;
#[cfg(test)]
mod tests;

pub use coefficients::Coefficients;
pub use exp::{exp, exp_m1};
pub use ln::{ln, ln_1p};
pub use sigmoid::{sigmoid, softplus};
pub use tanh::tanh;

use super::Vector;

/// c₀ + c₁ x + c₂ x² + …, by Horner's rule.
#[inline(always)]
fn polynomial<V: Vector>(x: V, c: &'static [V::Element]) -> V {
    let mut k = c.len() - 1;
    let mut sum = x.like(c[k]);
    while k > 0 {
        k -= 1;
        sum = sum.mul_add(x, x.like(c[k]));
    }
    sum
}
