//! The Kullback-Leibler divergence of two distributions: in closed form where there is one, from samples for any two.

use autograd::{Float, Tensor};
use rand::Rng;

use super::{DiagonalNormal, Distribution, FullNormal};

/// The Kullback-Leibler divergence in closed form.
///
/// With p this distribution and q the other,
///
/// ```text
///     KL(p ‖ q) = E_p[log p(x) − log q(x)] ≥ 0,                                          (kl_is_the_expected_log_ratio)
/// ```
///
/// zero where p = q and nowhere else, since −log is convex: E_p[−log q/p] ≥ −log E_p[q/p] = 0. It does not change when
/// both are moved by the same invertible map. It is not symmetric.
///
/// Rounding does not make it negative.
pub trait KullbackLeibler<T: Float = f32, Q = Self> {
    /// KL(self ‖ other), in nats, summed over the dimensions.
    ///
    /// Shape: [..].
    ///
    /// # Panics
    /// If the shapes do not broadcast.
    #[track_caller]
    fn kl(&self, other: &Q) -> Tensor<T>;
}

/// By the embedding of the diagonal normals in all normals, Σ₁ = diag σ₁².
impl<T: Float> KullbackLeibler<T, FullNormal<T>> for DiagonalNormal<T> {
    #[track_caller]
    fn kl(&self, other: &FullNormal<T>) -> Tensor<T> {
        FullNormal::from(self).kl(other)
    }
}

/// By the embedding of the diagonal normals in all normals, Σ₂ = diag σ₂².
impl<T: Float> KullbackLeibler<T, DiagonalNormal<T>> for FullNormal<T> {
    #[track_caller]
    fn kl(&self, other: &DiagonalNormal<T>) -> Tensor<T> {
        self.kl(&FullNormal::from(other))
    }
}

/// A Monte Carlo estimate of KL(p ‖ q), for any two distributions over the same values, with its standard error.
///
/// The fallback where there is no closed form: of mixtures, flows, or two families that have nothing in common.
#[derive(Clone, Debug)]
pub struct MonteCarloKl<T: Float = f32> {
    /// The estimate, in nats, shape [..]. It may be negative where the divergence is within a few errors of 0.
    pub mean: Tensor<T>,
    /// Its standard deviation, estimated from the same samples, shape [..].
    pub standard_error: Tensor<T>,
}

impl<T: Float> MonteCarloKl<T> {
    /// The mean of n log-ratios at samples of p,
    ///
    /// ```text
    ///     KL(p ‖ q) ≈ 1/n Σᵢ rᵢ,   rᵢ = log p(xᵢ) − log q(xᵢ),   xᵢ ~ p,
    ///     standard error ≈ s/√n,   s² = 1/(n−1) Σᵢ (rᵢ − r̄)²,              (monte_carlo_kl_is_within_its_standard_error)
    /// ```
    ///
    /// unbiased for every n. The results are constants. For a gradient average log p − log q at samples that are
    /// differentiable in p's parameters, such as [`DiagonalNormal::rsample`]'s.
    ///
    /// # Panics
    /// If n < 2, or p's samples are no values of q.
    #[track_caller]
    pub fn new(
        p: &impl Distribution<T>,
        q: &impl Distribution<T>,
        n: usize,
        rng: &mut (impl Rng + ?Sized),
    ) -> Self {
        assert!(n >= 2, "MonteCarloKl: n is {n}; an error is estimated from 2 samples or more");
        let x = p.sample([n], rng);
        let ratios = (p.log_prob(&x) - q.log_prob(&x)).detach();
        Self {
            mean: ratios.mean_axes([0]),
            standard_error: ratios.std_axes([0], 1) / (n as f64).sqrt(),
        }
    }
}
