//! The gradient of an expectation: by the score function, and through the sample.
//!
//! The parameters of q are in the density that f is averaged over. There are two ways to get at them,
//! ```text
//!     ∇ E_q[f] = ∫ f ∇q dz = E_q[f ∇ log q]                     score function, or REINFORCE
//!              = ∇ E_ε[f(μ + σ ⊙ ε)] = E_ε[∇_z f ∇(μ + σ ⊙ ε)]   path derivative         (both_routes_have_the_same_mean)
//! ```
//! The first needs nothing of f but its values; f may have jumps, z may be discrete. The second needs the slope of f, and is
//! told by it where to go. That is worth much: for f = z² and q = N(θ, 1), where both have the mean 2θ, the variances of one
//! sample are
//! ```text
//!     path = 4,   score = θ⁴ + 14θ² + 15,   score − b = (θ² − b)² + 6(θ² − b) + 8θ² + 15.   (variances_of_the_two_routes)
//! ```
//! A baseline b, any number that does not depend on the sample, leaves the mean as it is, since E_q[∇ log q] = 0. The best one
//! here, b = θ² + 3, leaves a variance of 8θ² + 6.
//!
//! Sources: Williams 1992 (REINFORCE); Kingma & Welling 2014, §2.4; Goodfellow, Bengio & Courville 2016, §20.9.

use autograd::functional::vjp;
use autograd::{Float, Tensor};

use crate::{DiagonalNormal, Moments};

/// Estimates of the gradient of E_q f for q = N(μ, diag σ²), one for each sample.
#[derive(Clone, Debug)]
pub struct NormalGradients<T: Float = f32> {
    /// With respect to μ. Shape [n, dims].
    pub mean: Tensor<T>,
    /// With respect to log σ². Shape [n, dims].
    pub log_var: Tensor<T>,
}

impl<T: Float> NormalGradients<T> {
    /// Mean, variance and standard error over the samples, for μ of each dimension.
    pub fn mean_moments(&self) -> Vec<Moments> {
        Moments::of_columns(&self.mean)
    }

    /// Mean, variance and standard error over the samples, for log σ² of each dimension.
    pub fn log_var_moments(&self) -> Vec<Moments> {
        Moments::of_columns(&self.log_var)
    }
}

/// The score-function estimates of the gradient of E_q f, (f(z) − b) ∇ log q(z).
///
/// # Derivation
/// log q = −½ Σ [ln 2π + log σ² + (z − μ)²/σ²] has, with v = log σ² and ε = (z − μ)/σ,
/// ```text
///     ∂log q/∂μ = ε/σ,   ∂log q/∂v = ½(ε² − 1).                                     (the_score_of_a_normal)
/// ```
///
/// Shapes: q of `[dims]`, f from [n, dims] to `[n]`, noise [n, dims] ~ N(0, I)
///
/// # Panics
/// If a shape is another.
///
/// # Examples
/// ```
/// use autograd::Tensor;
/// use rand::SeedableRng;
/// use vae::{DiagonalNormal, path_gradients, score_gradients, standard_normal};
///
/// let q = DiagonalNormal::<f64>::new(Tensor::full([1], 2.0), Tensor::from(0.0));
/// let noise = standard_normal(&mut rand_chacha::ChaCha8Rng::seed_from_u64(0), [10_000, 1]);
/// let f = |z: &Tensor<f64>| z.square().sum_axes([1]);
///
/// let score = score_gradients(&q, f, 0.0, &noise).mean_moments()[0];
/// let path = path_gradients(&q, f, &noise).mean_moments()[0];
/// println!("score {score}, path {path}"); // 4 is the gradient; the variances are 87 and 4
/// assert!(score.variance() > 15.0 * path.variance());
/// ```
#[track_caller]
pub fn score_gradients<T: Float>(
    q: &DiagonalNormal<T>,
    f: impl Fn(&Tensor<T>) -> Tensor<T>,
    baseline: f64,
    noise: &Tensor<T>,
) -> NormalGradients<T> {
    let z = sample("score_gradients", q, noise);
    let reward = (values("score_gradients", f(&z), noise) - baseline).insert_axis(1);
    let deviation = (q.log_var().detach() * 0.5).exp();
    NormalGradients {
        mean: &reward * noise / deviation,
        log_var: reward * (noise.square() - 1.0) * 0.5,
    }
}

/// The path-derivative estimates of the gradient of E_q f, through the sample z = μ + σ ⊙ ε.
///
/// # Derivation
/// With v = log σ², ∂z/∂μ = 1 and ∂z/∂v = ½ σ ⊙ ε, so that the estimates are
/// ```text
///     ∂f/∂μ = ∇f(z),   ∂f/∂v = ½ σ ⊙ ε ⊙ ∇f(z).                                  (the_path_through_the_sample)
/// ```
///
/// Shapes: q of `[dims]`, f from [n, dims] to `[n]`, noise [n, dims] ~ N(0, I)
///
/// # Panics
/// If a shape is another.
#[track_caller]
pub fn path_gradients<T: Float>(
    q: &DiagonalNormal<T>,
    f: impl Fn(&Tensor<T>) -> Tensor<T>,
    noise: &Tensor<T>,
) -> NormalGradients<T> {
    let z = sample("path_gradients", q, noise);
    // Each value depends on its own sample alone: one sweep from their sum gives every slope.
    let sum = |z: &Tensor<T>| values("path_gradients", f(z), noise).sum();
    let slope = vjp(sum, &z, &Tensor::from(1.0)).detach();
    let deviation = (q.log_var().detach() * 0.5).exp();
    NormalGradients { log_var: &slope * noise * deviation * 0.5, mean: slope }
}

/// The samples, constants.
#[track_caller]
fn sample<T: Float>(caller: &str, q: &DiagonalNormal<T>, noise: &Tensor<T>) -> Tensor<T> {
    let (dims, shape) = (q.mean().shape(), noise.shape());
    assert!(
        dims.len() == 1 && shape.len() == 2 && shape[1] == dims[0],
        "{caller}: q is {dims:?} but the noise is {shape:?}; they must be [dims] and [n, dims]"
    );
    q.rsample(noise).detach()
}

/// The values of f, if there is one for each sample.
#[track_caller]
fn values<T: Float>(caller: &str, values: Tensor<T>, noise: &Tensor<T>) -> Tensor<T> {
    let (found, samples) = (values.shape(), noise.shape()[0]);
    assert!(
        found == [samples],
        "{caller}: f is {found:?} but there are {samples} samples; f must give one number for each"
    );
    values
}
