//! Distributions: densities, divergences and samples, differentiable in their parameters.
//!
//! | distribution | of | given by | reparameterized by |
//! |---|---|---|---|
//! | [`DiagonalNormal`] | vectors | mean and log-variances | ε ~ N(0, I) |
//! | [`FullNormal`] | vectors | mean and Cholesky factor of the covariance | ε ~ N(0, I) |
//! | [`ContinuousBernoulli`] | intensities between 0 and 1 | logits | u, uniform on (0, 1) |
//! | [`Bernoulli`] | bits | logits | |
//! | [`Categorical`] | one of several classes, one-hot | logits | |
//!
//! The last axis of a parameter and of a value holds the dimensions of one vector, all axes before it are a batch of
//! independent distributions. Everything is in nats, summed over the dimensions. A sample may have more batch axes in
//! front: `p.sample([k], rng)` are k samples of each distribution of the batch, and `p.log_prob` accepts them.

mod bernoulli;
mod categorical;
mod continuous_bernoulli;
mod diagonal_normal;
mod divergence;
mod full_normal;

use autograd::{Float, Tensor};
use rand::Rng;

pub use bernoulli::Bernoulli;
pub use categorical::Categorical;
pub use continuous_bernoulli::ContinuousBernoulli;
pub use diagonal_normal::DiagonalNormal;
pub use divergence::{KullbackLeibler, MonteCarloKl};
pub use full_normal::FullNormal;

/// What all distributions have.
///
/// Every method but [`sample`](Self::sample) is differentiable in the parameters, to every order.
pub trait Distribution<T: Float = f32> {
    /// Log-density or log-probability, in nats, summed over the dimensions.
    ///
    /// Shapes: x [.., dims] -> [..], as the parameters or with more batch axes in front.
    ///
    /// # Panics
    /// If x has another shape.
    #[track_caller]
    fn log_prob(&self, x: &Tensor<T>) -> Tensor<T>;

    /// Entropy, H = −E[log p(x)], in nats: of a density, it may be negative.
    ///
    /// Shape: [..].
    fn entropy(&self) -> Tensor<T>;

    /// E\[x\], shape [.., dims].
    fn mean(&self) -> Tensor<T>;

    /// The variance of each dimension, shape [.., dims].
    fn variance(&self) -> Tensor<T>;

    /// Independent samples: constants, through which no gradient flows.
    ///
    /// Shape: [batch.., .., dims], so many for each distribution; `[]` is one.
    fn sample(&self, batch: impl AsRef<[usize]>, rng: &mut (impl Rng + ?Sized)) -> Tensor<T>;
}

/// The shape of samples: `batch` of each.
fn sample_shape(batch: impl AsRef<[usize]>, one: &[usize]) -> Vec<usize> {
    [batch.as_ref(), one].concat()
}

/// Logits for every value: as they are, or repeated along the batch axes that x has in front.
#[track_caller]
fn logits_for<T: Float>(name: &str, logits: &Tensor<T>, x: &Tensor<T>) -> Tensor<T> {
    assert!(
        logits.rank() > 0 && x.shape().ends_with(logits.shape()),
        "{name}: the logits are {:?} but the values are {:?}; values must have at least one axis and the shape of the \
         logits, or more batch axes in front of it",
        logits.shape(),
        x.shape()
    );
    if x.shape() == logits.shape() { logits.clone() } else { logits.broadcast_to(x.shape()) }
}

/// The sum over the last axis.
#[track_caller]
fn sum_dimensions<T: Float>(x: Tensor<T>) -> Tensor<T> {
    x.sum_axes([x.rank() - 1])
}

/// A quantity that is not negative in exact numbers: what rounding leaves below 0 becomes 0, and the derivatives stay.
#[track_caller]
fn not_negative<T: Float>(x: Tensor<T>) -> Tensor<T> {
    let deficit = (-x.detach()).relu();
    x + deficit
}
