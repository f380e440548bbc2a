//! Linear-Gaussian models, of which everything is known, and sums that are integrals.

use std::f64::consts::PI;

use autograd::{Tensor, Triangle};
use ndarray::{Array2, array};
use nn::{Linear, Module, State};
use vae::{DiagonalNormal, Encoder, Likelihood, NormalProposal, Vae};

/// q(z|x) = N(x V + c, diag e^log_var).
#[derive(Clone)]
pub struct Affine {
    pub weight: Tensor<f64>,
    pub bias: Tensor<f64>,
    pub log_var: Tensor<f64>,
}

impl Module<f64> for Affine {
    fn state(&self) -> State<&Tensor<f64>> {
        let state = State::new().parameter("weight", &self.weight).parameter("bias", &self.bias);
        state.parameter("log_var", &self.log_var)
    }

    fn state_mut(&mut self) -> State<&mut Tensor<f64>> {
        let state = State::new().parameter("weight", &mut self.weight);
        state.parameter("bias", &mut self.bias).parameter("log_var", &mut self.log_var)
    }
}

impl Encoder<f64> for Affine {
    fn posterior(&self, x: &Tensor<f64>) -> DiagonalNormal<f64> {
        DiagonalNormal::new(x.linear(&self.weight, &self.bias), self.log_var.clone())
    }
}

pub type LinearVae = Vae<f64, Affine, Linear<f64>>;

/// x = z W + b + s ε with z, ε ~ N(0, I). The rows of W are orthogonal, so that the posterior is a diagonal normal.
pub struct LinearGaussian {
    weight: Tensor<f64>,
    bias: Tensor<f64>,
    variance: f64,
}

impl LinearGaussian {
    /// Two dimensions of z, five of x.
    pub fn plane() -> Self {
        let weight = array![[0.7, 0.7, 0.0, 0.0, 0.7], [1.0, -1.0, 0.5, 0.0, 0.0]];
        let bias = array![0.1, -0.2, 0.3, 0.0, 0.5];
        Self { weight: weight.into(), bias: bias.into(), variance: 0.3 }
    }

    /// One dimension each.
    pub fn line() -> Self {
        Self { weight: array![[0.75]].into(), bias: array![0.2].into(), variance: 1.0 }
    }

    /// p(z|x), by M = W Wᵀ + s²I: mean (x − b) Wᵀ M⁻¹, variance s² M⁻¹.
    pub fn posterior(&self, x: &Tensor<f64>) -> DiagonalNormal<f64> {
        let m = self.weight.square().sum_axes([1]) + self.variance;
        let mean = (x - &self.bias).matmul(&self.weight.t()) / &m;
        DiagonalNormal::new(mean, -(m / self.variance).ln())
    }

    /// The encoder's proposal for an x of one dimension, beside the posterior.
    pub fn proposal(&self, vae: &LinearVae, x: &Tensor<f64>) -> NormalProposal {
        let (proposal, posterior) = (vae.encode(x), self.posterior(x));
        let deviation = |q: &DiagonalNormal<f64>| (0.5 * q.log_var().item()).exp();
        NormalProposal {
            mean: proposal.mean().item(),
            deviation: deviation(&proposal),
            posterior_mean: posterior.mean().item(),
            posterior_deviation: deviation(&posterior),
        }
    }

    /// log p(x) = log N(x | b, WᵀW + s²I).
    pub fn log_evidence(&self, x: &Tensor<f64>) -> Vec<f64> {
        let dims = self.bias.len();
        let noise = Tensor::<f64>::from(Array2::eye(dims) * self.variance);
        let covariance = self.weight.t().matmul(&self.weight) + noise;
        let deviations = (x - &self.bias).t();
        let whitened = covariance.cholesky().solve_triangular(&deviations, Triangle::Lower);
        let distances = whitened.square().sum_axes([0]);
        let normalizer = covariance.log_det().item() + dims as f64 * (2.0 * PI).ln();
        ((distances + normalizer) * -0.5).to_vec()
    }

    /// The VAE that is this model, with an encoder that is off by `skew` in every parameter: at 0 it is the posterior.
    pub fn vae(&self, skew: f64) -> LinearVae {
        let zero = self.posterior(&Tensor::zeros([1, self.bias.len()]));
        let unit = self.posterior(&Array2::eye(self.bias.len()).into());
        let latent = self.weight.shape()[0];
        let offset = zero.mean().reshape([latent]);
        let encoder = Affine {
            weight: Tensor::leaf(unit.mean() - &offset + 0.1 * skew),
            bias: Tensor::leaf(offset - skew),
            log_var: Tensor::leaf(zero.log_var() + skew),
        };
        let decoder = Linear {
            weight: Tensor::leaf(self.weight.clone()),
            bias: Some(Tensor::leaf(self.bias.clone())),
        };
        Vae::of(encoder, decoder, Likelihood::Gaussian { variance: self.variance }, latent)
    }
}

/// Equidistant ε, and weights with which Σ weight f(ε) = E f(ε) for ε ~ N(0, 1): for functions that are smooth, to all
/// digits.
pub fn normal_grid(step: f64) -> (Vec<f64>, Vec<f64>) {
    let steps = (10.0 / step).round() as i32;
    let noise: Vec<f64> = (-steps..=steps).map(|i| f64::from(i) * step).collect();
    let density = |x: &f64| step * (-0.5 * x * x).exp() / (2.0 * PI).sqrt();
    let weights = noise.iter().map(density).collect();
    (noise, weights)
}

/// A matrix of one column.
pub fn column(numbers: &[f64]) -> Tensor<f64> {
    Array2::from_shape_vec((numbers.len(), 1), numbers.to_vec()).unwrap().into()
}

/// Σ weight x.
pub fn weighted(weights: &[f64], x: &Tensor<f64>) -> f64 {
    assert_eq!(weights.len(), x.len());
    weights.iter().zip(x.to_vec()).map(|(weight, x)| weight * x).sum()
}

/// Whether all are as expected, within a tolerance relative to 1 and to the largest of them.
#[track_caller]
pub fn assert_close(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    let scale = expected.iter().fold(1.0f64, |scale, x| scale.max(x.abs()));
    for (i, (found, expected)) in found.iter().zip(expected).enumerate() {
        let error = (found - expected).abs();
        assert!(
            error <= tolerance * scale,
            "{i}: {found} but expected {expected}, off by {error:e}"
        );
    }
}
