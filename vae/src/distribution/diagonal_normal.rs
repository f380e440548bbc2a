//! The normal distribution with a diagonal covariance: encoder, prior and Gaussian likelihood.

use std::f64::consts::PI;

use autograd::simd::{Kernel, Vector, functions};
use autograd::{Float, Tensor, elementwise};

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

    /// Log-density, log N(x | μ, diag σ²) = −½ Σ [ln 2π + log σ² + (x − μ)²/σ²].
    ///
    /// Shapes: x [.., dims] -> [..].
    ///
    /// # Panics
    /// If x and the mean do not broadcast.
    #[track_caller]
    pub fn log_prob(&self, x: &Tensor<T>) -> Tensor<T> {
        let squares = (x - &self.mean).square() * (-&self.log_var).exp();
        sum_dimensions(squares + &self.log_var + (2.0 * PI).ln()) * -0.5
    }

    /// Entropy, H = −E log N = ½ Σ [1 + ln 2π + log σ²].
    ///
    /// Shape: [..].
    pub fn entropy(&self) -> Tensor<T> {
        let log_var = self.log_var.broadcast_to(self.mean.shape());
        sum_dimensions(log_var + (1.0 + (2.0 * PI).ln())) * 0.5
    }

    /// Kullback-Leibler divergence to another normal, with 1 for this one and 2 for the other,
    /// KL = ½ Σ [ln(σ₂²/σ₁²) + (σ₁² + (μ₁ − μ₂)²)/σ₂² − 1].
    ///
    /// Shape: [..].
    ///
    /// # Derivation
    /// KL = E₁[log N₁ − log N₂]; E₁ (x − μ₁)² = σ₁² and E₁ (x − μ₂)² = σ₁² + (μ₁ − μ₂)².
    ///
    /// # Panics
    /// If the means do not broadcast.
    #[track_caller]
    pub fn kl(&self, other: &Self) -> Tensor<T> {
        let log_ratio = &other.log_var - &self.log_var;
        let squares = (&self.mean - &other.mean).square() * (-&other.log_var).exp();
        sum_dimensions(squares + (-&log_ratio).exp() + log_ratio - 1.0) * 0.5
    }

    /// Kullback-Leibler divergence to N(0, I), KL = ½ Σ [μ² + σ² − 1 − log σ²].
    ///
    /// Shape: [..].
    ///
    /// # Derivation
    /// [`kl`](Self::kl) with μ₂ = 0 and σ₂ = 1. With v = log σ²: dKL = Σ [μ dμ + ½(e^v − 1) dv], so
    ///     μ̄ = z̄ μ,   v̄ = ½ z̄ (e^v − 1).
    /// Evaluated with e^v − 1 − v ≥ 0 in one piece, so that rounding does not make it negative near v = 0.
    ///
    /// Source: Kingma & Welling 2014, App. B.
    #[track_caller]
    pub fn kl_to_standard(&self) -> Tensor<T> {
        let log_var = self.log_var.broadcast_to(self.mean.shape());
        let terms = elementwise(KlToStandard, [&self.mean, &log_var]);
        let kl = terms.sum_axes([terms.rank() - 1]);
        Tensor::from_op("gaussian_kl", kl, [&self.mean, &log_var], |[mean, v], _, dz, [dm, dv]| {
            let dz = dz.insert_axis(dz.rank());
            dm.add(|| dz.times(mean));
            dv.add(|| dz.times(&(v.exp() - 1.0)) * 0.5);
        })
    }
}

/// ½ (μ² + e^v − 1 − v).
#[derive(Clone, Copy)]
struct KlToStandard;

impl<T: Float> Kernel<T, 2> for KlToStandard {
    #[inline(always)]
    fn lanes<V: Vector<Element = T>>(self, [mean, v]: [V; 2]) -> V {
        v.number(0.5) * (mean * mean + (functions::exp_m1(v) - v))
    }
}

#[track_caller]
fn sum_dimensions<T: Float>(x: Tensor<T>) -> Tensor<T> {
    x.sum_axes([x.rank() - 1])
}
