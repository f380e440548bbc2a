//! Functions that training is made of.

use autograd::{Tensor, Triangle};
use ndarray::{Array2, array};
use num_dual::DualNum;
use vae::{DiagonalNormal, KullbackLeibler};

use super::{Dual, check};

fn sum(terms: impl IntoIterator<Item = Dual>) -> Dual {
    terms.into_iter().fold(Dual::from(0.0), |sum, term| sum + term)
}

/// The elements of x from `start`, in a matrix.
fn part(x: &Tensor<f64>, start: usize, shape: [usize; 2]) -> Tensor<f64> {
    x.narrow(0, start..start + shape[0] * shape[1]).reshape(shape)
}

/// Σ ½ (μ² + e^λ − 1 − λ).
fn rate(mean: &[Dual], log_var: &[Dual]) -> Dual {
    let terms = mean.iter().zip(log_var);
    sum(terms.map(|(&m, &l)| (m * m + l.exp() - 1.0 - l) * 0.5))
}

#[test]
fn divergence_of_gaussians() {
    let posterior = |x: &Tensor<f64>| DiagonalNormal::new(part(x, 0, [1, 2]), part(x, 2, [1, 2]));
    let x = [0.4, -1.3, -0.7, 0.6];
    let kl = |x: &Tensor<f64>| posterior(x).kl_to_standard().sum();
    check("KL to standard", kl, |x| rate(&x[..2], &x[2..]), &x);

    // ½ (λ₂ − λ₁ + (e^λ₁ + (μ₁ − μ₂)²) / e^λ₂ − 1)
    let pair = |x: &[Dual]| {
        let [m1, m2, l1, l2] = [x[0], x[1], x[2], x[3]];
        (l2 - l1 + (l1.exp() + (m1 - m2).powi(2)) / l2.exp() - 1.0) * 0.5
    };
    let normal =
        |x: &Tensor<f64>, k| DiagonalNormal::new(part(x, k, [1, 1]), part(x, k + 2, [1, 1]));
    check("KL", |x| normal(x, 0).kl(&normal(x, 1)).sum(), pair, &x);
}

/// The negative evidence lower bound of one image of three pixels, one latent: rate of (μ, λ), and Σ softplus(l) − t l
/// with logits l = (μ + e^(λ/2) ε) w + b.
#[test]
fn evidence_lower_bound() {
    let (noise, pixels) = (0.8, [1.0, 0.0, 0.3]);
    let x = [0.4, -0.9, 1.2, -0.6, 0.5, 0.1];
    let tensors = |x: &Tensor<f64>| {
        let posterior = DiagonalNormal::new(part(x, 0, [1, 1]), part(x, 1, [1, 1]));
        let z = posterior.rsample(&Tensor::from(array![[noise]]));
        let logits = z.linear(&part(x, 2, [1, 3]), &x.narrow(0, 5..6).broadcast_to([3]));
        let distortion = nn::loss::bce_with_logits(&logits, &Tensor::from(array![pixels]));
        distortion.sum() + posterior.kl_to_standard().sum()
    };
    let numbers = |x: &[Dual]| {
        let z = x[0] + (x[1] * 0.5).exp() * noise;
        let logit = |k: usize| z * x[2 + k] + x[5];
        let distortion = |k: usize| (logit(k).exp() + 1.0).ln() - logit(k) * pixels[k];
        sum((0..3).map(distortion)) + rate(&x[..1], &x[1..2])
    };
    check("ELBO", tensors, numbers, &x);
}

/// ln ⅓ Σ exp wᵢ with log-weights wᵢ = tanh(xᵢ) x₃ σ(x₃): the shape of the importance-weighted bound.
#[test]
fn importance_weights() {
    let tensors = |x: &Tensor<f64>| {
        let gate = x.narrow(0, 3..4);
        (x.narrow(0, 0..3).tanh() * &gate * gate.sigmoid() - 3f64.ln()).log_sum_exp([0])
    };
    let numbers = |x: &[Dual]| {
        let gate = x[3] / ((-x[3]).exp() + 1.0);
        (sum(x[..3].iter().map(|x| (x.tanh() * gate).exp())) / 3.0).ln()
    };
    check("importance weights", tensors, numbers, &[0.2, -1.4, 2.1, 0.7]);
}

/// Σ pᵢ vᵢ with p = softmax(x₀ (x₁, x₂, x₃)) and vᵢ = xᵢ².
#[test]
fn attention() {
    let tensors = |x: &Tensor<f64>| {
        let keys = x.narrow(0, 1..4);
        ((x.narrow(0, 0..1) * &keys).softmax(0) * keys.square()).sum()
    };
    let numbers = |x: &[Dual]| {
        let weights: Vec<_> = x[1..].iter().map(|&key| (x[0] * key).exp()).collect();
        let values = weights.iter().zip(&x[1..]).map(|(&weight, &key)| weight * key * key);
        sum(values) / sum(weights.iter().copied())
    };
    check("attention", tensors, numbers, &[0.9, -1.1, 0.3, 1.6]);
}

/// Σ i² ((xᵢ − m) / √(v + 0.1)) with mean m and variance v of x.
#[test]
fn normalization() {
    let weights = array![1.0, 4.0, 9.0, 16.0];
    let tensors = |x: &Tensor<f64>| {
        let centered = x - x.mean();
        let deviation = (centered.square().mean() + 0.1).sqrt();
        (centered / deviation * Tensor::from(weights.clone())).sum()
    };
    let numbers = |x: &[Dual]| {
        let mean = sum(x.iter().copied()) / 4.0;
        let variance = sum(x.iter().map(|&x| (x - mean).powi(2))) / 4.0;
        sum(x.iter().zip(&weights).map(|(&x, &w)| (x - mean) * w)) / (variance + 0.1).sqrt()
    };
    check("normalization", tensors, numbers, &[0.5, -1.5, 2.0, 0.1]);
}

/// −2 ln N(x; 0, C) − 2 ln 2π = ln det C + xᵀ C⁻¹ x, with C = a aᵀ + 1 for a 2 × 2 matrix a: C⁻¹ by its closed form.
#[test]
fn density_of_a_full_covariance() {
    let tensors = |x: &Tensor<f64>| {
        let a = part(x, 0, [2, 2]);
        let covariance = a.matmul(&a.t()) + Tensor::from(Array2::eye(2));
        let whitened = covariance.cholesky().solve_triangular(&part(x, 4, [2, 1]), Triangle::Lower);
        covariance.log_det() + whitened.square().sum()
    };
    let numbers = |x: &[Dual]| {
        let row = |i: usize, j: usize| x[2 * i] * x[2 * j] + x[2 * i + 1] * x[2 * j + 1];
        let [p, q, r] = [row(0, 0) + 1.0, row(0, 1), row(1, 1) + 1.0];
        let det = p * r - q * q;
        det.ln() + (x[4] * x[4] * r - x[4] * x[5] * q * 2.0 + x[5] * x[5] * p) / det
    };
    check("density", tensors, numbers, &[0.7, -0.4, 1.1, 0.2, -0.8, 1.3]);
}
