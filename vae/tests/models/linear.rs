//! The linear VAE against its exact posterior and evidence.

use std::f64::consts::PI;

use autograd::{Tensor, Triangle};
use ndarray::{Array2, array};
use nn::Linear;
use vae::{
    DiagonalNormal, Distribution, LatentModel, Likelihood, LinearEncoder, Vae, standard_normal,
};

use crate::support::{assert_close, log_integral, log_standard_normal, plane, rng};

const VARIANCE: f64 = 0.3;

/// μ, of four pixels.
fn center() -> Tensor<f64> {
    array![0.2, -1.0, 0.5, 3.0].into()
}

/// W with orthogonal rows, or with rows that are a rotation of them.
fn weight(angle: f64) -> Tensor<f64> {
    let (sin, cos) = angle.sin_cos();
    let axes = array![[0.8, 0.8, 0.0, 0.4], [0.3, -0.3, 0.6, 0.0]];
    array![[cos, -sin], [sin, cos]].dot(&axes).into()
}

/// M = W Wᵀ + s² I.
fn precision(w: &Tensor<f64>) -> Tensor<f64> {
    w.matmul(&w.t()) + Tensor::from(Array2::eye(2) * VARIANCE)
}

/// b M⁻¹ for the rows of b.
fn over(b: &Tensor<f64>, m: &Tensor<f64>) -> Tensor<f64> {
    let l = m.cholesky();
    let half = l.solve_triangular(&b.t(), Triangle::Lower);
    l.t().solve_triangular(&half, Triangle::Upper).t()
}

/// The model with the encoder that is best for this W: V = Wᵀ M⁻¹, D = s² diag(M)⁻¹.
fn optimum(w: &Tensor<f64>) -> Vae<f64, LinearEncoder<f64>, Linear<f64>> {
    let m = precision(w);
    let encoder = LinearEncoder {
        center: center(),
        weight: Tensor::leaf(over(&w.t(), &m)),
        log_var: Tensor::leaf(-(m.diagonal() / VARIANCE).ln()),
    };
    let decoder = Linear { weight: Tensor::leaf(w.clone()), bias: Some(Tensor::leaf(center())) };
    Vae::of(encoder, decoder, Likelihood::Gaussian { variance: VARIANCE }, 2)
}

/// log N(x | μ, WᵀW + s²I).
fn log_evidence(w: &Tensor<f64>, x: &Tensor<f64>) -> Tensor<f64> {
    let covariance = w.t().matmul(w) + Tensor::from(Array2::eye(4) * VARIANCE);
    let whitened = covariance.cholesky().solve_triangular(&(x - center()).t(), Triangle::Lower);
    let normalizer = covariance.log_det() + 4.0 * (2.0 * PI).ln();
    (whitened.square().sum_axes([0]) + normalizer) * -0.5
}

/// Bayes' rule, at some codes: log p(z|x) = log p(x|z) + log p(z) − log p(x), with the matrices of the equation. And
/// p(x) is ∫ p(x|z) p(z) dz.
#[test]
fn the_linear_posterior() {
    for angle in [0.0, 0.7] {
        let w = weight(angle);
        let (vae, m) = (optimum(&w), precision(&w));
        let x = standard_normal::<f64>(&mut rng(1), [1, 4]);
        let z = standard_normal::<f64>(&mut rng(2), [6, 2]);
        let (mean, l) = (over(&(&x - center()).matmul(&w.t()), &m), m.cholesky());
        // (z − mean) M (z − mean)ᵀ / s², and the determinant of s² M⁻¹.
        let squares = (&z - &mean).matmul(&l).square().sum_axes([1]) / VARIANCE;
        let log_det = 2.0 * VARIANCE.ln() - m.log_det();
        let posterior = (squares + log_det + 2.0 * (2.0 * PI).ln()) * -0.5;

        let log_joint = |z: &Tensor<f64>| {
            let codes = z.insert_axis(1);
            let log_likelihood = vae.log_likelihoods(&x, &codes).reshape([z.shape()[0]]);
            log_likelihood + log_standard_normal(z)
        };
        let evidence = log_evidence(&w, &x);
        assert_close(&posterior, &(log_joint(&z) - &evidence), 1e-13, "Bayes' rule");
        let (points, area) = plane(9.0, 0.1);
        let integral = Tensor::from(array![log_integral(&log_joint(&points), area)]);
        assert_close(&integral, &evidence, 1e-13, "evidence");
    }
}

/// Principal axes: the bound is the evidence, every weight is p(x), and noise changes nothing.
#[test]
fn the_linear_bound_is_the_evidence_on_principal_axes() {
    let w = weight(0.0);
    let x = standard_normal::<f64>(&mut rng(3), [5, 4]);
    let log_weights = optimum(&w).log_weights(&x, &standard_normal(&mut rng(4), [7, 5, 2]));
    let evidence = log_evidence(&w, &x);
    assert_close(&log_weights, &evidence.broadcast_to([7, 5]), 1e-13, "weights");
}

/// Rotated axes: the same evidence, and a bound below it by ½ [Σ ln Pⱼⱼ − ln |P|] with P = M/s², the divergence of the
/// best diagonal normal from the posterior.
#[test]
fn a_rotation_costs_the_diagonal_encoder() {
    let (w, axes) = (weight(0.7), weight(0.0));
    let x = standard_normal::<f64>(&mut rng(5), [5, 4]);
    let evidence = log_evidence(&w, &x);
    assert_close(&evidence, &log_evidence(&axes, &x), 1e-13, "evidence");

    let (vae, p) = (optimum(&w), precision(&w) / VARIANCE);
    let gap = ((p.diagonal().ln().sum() - p.log_det()) * 0.5).item();
    assert!(gap > 0.01, "{gap}");
    // E log w: quadratic in the noise, so that four points are the whole expectation.
    let a = 2f64.sqrt();
    let corners = array![[a, 0.0], [-a, 0.0], [0.0, a], [0.0, -a]];
    let noise = Tensor::from(corners).insert_axis(1).broadcast_to([4, 5, 2]);
    let bound = vae.log_weights(&x, &noise).mean_axes([0]);
    assert_close(&bound, &(evidence - gap), 1e-13, "bound");
}

/// The encoder is affine, with one variance for all.
#[test]
fn the_encoder_is_affine() {
    let vae = optimum(&weight(0.3));
    let mean = |x: &Tensor<f64>| vae.encode(x).mean().clone();
    let [x, y] = [6, 7].map(|seed| standard_normal::<f64>(&mut rng(seed), [2, 4]));
    let half = mean(&((&x + &y) * 0.5));
    assert_close(&half, &((mean(&x) + mean(&y)) * 0.5), 1e-14, "mean");
    assert_close(&mean(&center().reshape([1, 4])), &Tensor::zeros([1, 2]), 1e-15, "center");
    let posterior: DiagonalNormal<f64> = vae.encode(&x);
    assert_eq!(posterior.log_var().shape(), [2]);
}

/// p(x|z) of the model and of the VAE are one, and at the optimum its posterior is the encoder's.
#[test]
fn the_generative_model_of_a_linear_vae() {
    let x = standard_normal::<f64>(&mut rng(21), [5, 4]);
    let z = standard_normal::<f64>(&mut rng(22), [5, 2]);
    let vae = optimum(&weight(0.0));
    let model = vae.linear_gaussian();
    let found = model.likelihood(&z).log_prob(&x);
    assert_close(&found, &vae.likelihood().log_prob(&vae.decode(&z), &x), 1e-12, "p(x|z)");
    assert_close(&model.log_evidence(&x), &log_evidence(&weight(0.0), &x), 1e-12, "p(x)");
    assert_close(model.posterior(&x).mean(), vae.encode(&x).mean(), 1e-12, "E[z|x]");

    let learned = vae.with_likelihood(Likelihood::learned_gaussian()).linear_gaussian();
    assert!(learned.variance().shape().is_empty());
    assert_eq!(learned.variance().item(), 1.0);
}

#[test]
#[should_panic(expected = "linear_gaussian: the likelihood is Bernoulli")]
fn a_linear_model_of_bits_has_no_known_evidence() {
    _ = optimum(&weight(0.0)).with_likelihood(Likelihood::Bernoulli).linear_gaussian();
}
