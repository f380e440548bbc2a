//! Distributions: densities, divergences and samples, differentiable in their parameters.

mod bernoulli;
mod diagonal_normal;

pub use bernoulli::Bernoulli;
pub use diagonal_normal::DiagonalNormal;
