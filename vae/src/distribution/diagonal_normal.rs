//! The normal distribution with a diagonal covariance: encoder, prior and Gaussian likelihood.

use std::f64::consts::PI;

use autograd::simd::{Kernel, Lanes, functions};
use autograd::{Float, Tensor, elementwise};
use rand::Rng;

use super::{Distribution, KullbackLeibler, not_negative, sample_shape, sum_dimensions};
use crate::standard_normal;

/// N(μ, diag σ²), given by μ and log σ². The last axis holds the dimensions; all others are a batch.
///
/// log σ² has the shape of μ or broadcasts to it: a scalar makes the distribution isotropic, N(μ, σ²I).
/// Densities, divergences and entropies are in nats, summed over the dimensions.
#[derive(Clone, Debug)]
pub struct DiagonalNormal<T: Float = f32> {
    mean: Tensor<T>,
    log_var: Tensor<T>,
}

impl<T: Float> DiagonalNormal<T> {
    /// N(mean, diag e^log_var).
    ///
    /// Shapes: mean [.., dims], log_var the same or one that broadcasts to it.
    ///
    /// # Panics
    /// If log_var does not broadcast to the shape of the mean.
    #[track_caller]
    pub fn new(mean: Tensor<T>, log_var: Tensor<T>) -> Self {
        let (m, v) = (mean.shape(), log_var.shape());
        let aligned = v.len() <= m.len()
            && v.iter().rev().zip(m.iter().rev()).all(|(&v, &m)| v == m || v == 1);
        assert!(
            !m.is_empty() && aligned,
            "DiagonalNormal: mean is {m:?} but log_var is {v:?}; log_var must broadcast to a mean with at least one axis"
        );
        Self { mean, log_var }
    }

    /// N(0, I).
    ///
    /// # Panics
    /// If there is no axis.
    #[track_caller]
    pub fn standard(shape: impl AsRef<[usize]>) -> Self {
        Self::new(Tensor::zeros(shape), Tensor::from(0.0))
    }

    /// The distributions of several batches as one batch, along the first axis: [n, .., dims] and [m, .., dims] -> [n + m, .., dims].
    ///
    /// # Panics
    /// If there are none, or their shapes differ in another axis than the first.
    #[track_caller]
    pub fn concatenate(batches: &[Self]) -> Self {
        let log_vars: Vec<_> =
            batches.iter().map(|q| q.log_var.broadcast_to(q.mean.shape())).collect();
        let means: Vec<_> = batches.iter().map(|q| &q.mean).collect();
        let log_vars: Vec<_> = log_vars.iter().collect();
        Self::new(Tensor::concatenate(&means, 0), Tensor::concatenate(&log_vars, 0))
    }

    /// μ, shape [.., dims].
    pub fn mean(&self) -> &Tensor<T> {
        &self.mean
    }

    /// log σ².
    pub fn log_var(&self) -> &Tensor<T> {
        &self.log_var
    }

    /// A reparameterized sample, z = μ + σ ⊙ ε with ε ~ N(0, I).
    ///
    /// The randomness enters from outside, so z is a differentiable function of μ and σ:
    /// ∂z/∂μ = 1 and ∂z/∂(log σ²) = ½ σ ⊙ ε.
    ///
    /// Shapes: noise [.., dims], as the mean or with more batch axes in front.
    ///
    /// # Panics
    /// If the noise and the mean do not broadcast.
    ///
    /// Source: Kingma & Welling 2014, §2.4.
    #[track_caller]
    pub fn rsample(&self, noise: &Tensor<T>) -> Tensor<T> {
        &self.mean + (&self.log_var * 0.5).exp() * noise
    }

    /// The rate of each dimension, KL(N(μ, σ²) ‖ N(0, 1)) = ½ (μ² + σ² − 1 − log σ²): what a code costs, and where.
    ///
    /// Shape: [.., dims].
    ///
    /// # Derivation
    /// [`kl`](KullbackLeibler::kl) with μ₂ = 0 and σ₂ = 1. With v = log σ²: dKL = μ dμ + ½ (e^v − 1) dv, so
    ///
    /// ```text
    ///     μ̄ = z̄ μ,   v̄ = ½ z̄ (e^v − 1).                                                        (gaussian_kl_rule)
    /// ```
    ///
    /// Evaluated with e^v − 1 − v ≥ 0 in one piece, so that rounding does not make it negative near v = 0.
    ///
    /// Source: Kingma & Welling 2014, App. B.
    #[track_caller]
    pub fn kl_to_standard_by_dimension(&self) -> Tensor<T> {
        let log_var = self.log_var.broadcast_to(self.mean.shape());
        let kl = elementwise(KlToStandard, [&self.mean, &log_var]);
        Tensor::from_op("gaussian_kl", kl, [&self.mean, &log_var], |[mean, v], _, dz, [dm, dv]| {
            dm.add(|| dz.times(mean));
            dv.add(|| dz.times(&v.exp_m1()) * 0.5);
        })
    }

    /// The rate, KL(N(μ, diag σ²) ‖ N(0, I)) = ½ Σ [μ² + σ² − 1 − log σ²]: the sum of
    /// [`kl_to_standard_by_dimension`](Self::kl_to_standard_by_dimension).
    ///
    /// Shape: [..].
    #[track_caller]
    pub fn kl_to_standard(&self) -> Tensor<T> {
        sum_dimensions(self.kl_to_standard_by_dimension())
    }
}

impl<T: Float> Distribution<T> for DiagonalNormal<T> {
    /// Log-density, log N(x | μ, diag σ²) = −½ Σ [ln 2π + log σ² + (x − μ)²/σ²].
    ///
    /// x and the mean may also broadcast in other ways.
    #[track_caller]
    fn log_prob(&self, x: &Tensor<T>) -> Tensor<T> {
        let squares = (x - &self.mean).square() * (-&self.log_var).exp();
        sum_dimensions(squares + &self.log_var + (2.0 * PI).ln()) * -0.5
    }

    /// H = ½ Σ [1 + ln 2π + log σ²].
    #[track_caller]
    fn entropy(&self) -> Tensor<T> {
        let log_var = self.log_var.broadcast_to(self.mean.shape());
        sum_dimensions(log_var + (1.0 + (2.0 * PI).ln())) * 0.5
    }

    /// μ.
    fn mean(&self) -> Tensor<T> {
        self.mean.clone()
    }

    /// σ².
    #[track_caller]
    fn variance(&self) -> Tensor<T> {
        self.log_var.exp().broadcast_to(self.mean.shape())
    }

    fn sample(&self, batch: impl AsRef<[usize]>, rng: &mut (impl Rng + ?Sized)) -> Tensor<T> {
        self.rsample(&standard_normal(rng, sample_shape(batch, self.mean.shape()))).detach()
    }
}

/// KL = ½ Σ [ln(σ₂²/σ₁²) + (σ₁² + (μ₁ − μ₂)²)/σ₂² − 1].
///
/// # Derivation
/// KL = E₁[log N₁ − log N₂]; E₁ (x − μ₁)² = σ₁² and E₁ (x − μ₂)² = σ₁² + (μ₁ − μ₂)². Evaluated with r = ln(σ₁²/σ₂²) and
/// e^r − 1 − r ≥ 0 in one piece.
impl<T: Float> KullbackLeibler<T> for DiagonalNormal<T> {
    #[track_caller]
    fn kl(&self, other: &Self) -> Tensor<T> {
        let log_ratio = &self.log_var - &other.log_var;
        let squares = (&self.mean - &other.mean).square() * (-&other.log_var).exp();
        sum_dimensions(squares + not_negative(log_ratio.exp_m1() - &log_ratio)) * 0.5
    }
}

/// ½ (μ² + e^v − 1 − v).
#[derive(Clone, Copy)]
struct KlToStandard;

impl<T: Float> Kernel<T, 2> for KlToStandard {
    #[inline(always)]
    fn lanes<V: Lanes<Element = T>>(self, [mean, v]: [V; 2]) -> V {
        // In this order NaN stays NaN.
        let excess = v.number(0.0).max(functions::exp_m1(v) - v);
        v.number(0.5) * (mean * mean + excess)
    }
}
