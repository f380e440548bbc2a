//! What codes of a family lose: the approximation gap and the amortization gap.

use autograd::Tensor;
use ndarray::array;
use vae::{DiagonalNormal, FullNormal, LinearGaussian};

use super::support::{assert_equal, images, model};

/// The distance of means, (m − m*)ᵀ P (m − m*), for the codes of an encoder that is off.
fn distance(model: &LinearGaussian, x: &Tensor<f64>, q: &FullNormal<f64>) -> Tensor<f64> {
    let delta = q.mean() - model.posterior(x).mean();
    (delta.matmul(&model.precision()) * &delta).sum_axes([1])
}

/// Diagonal codes: means that are off, and the variances of the three rows.
fn diagonal_codes(model: &LinearGaussian, x: &Tensor<f64>) -> Vec<(FullNormal<f64>, Tensor<f64>)> {
    let mean = model.posterior(x).mean() * 1.1 + Tensor::from(array![0.1, -0.3]);
    let variances = [array![0.3, 0.9], array![1.0, 1.0], array![0.05, 2.0]];
    let code = |variance: ndarray::Array1<f64>| {
        let variance = Tensor::from(variance);
        let q = DiagonalNormal::new(mean.clone(), variance.ln());
        (FullNormal::from(&q), variance)
    };
    variances.into_iter().map(code).collect()
}

#[test]
fn the_gap_of_a_diagonal_code() {
    let (model, x) = (model(), images());
    let precision = model.precision();
    for (q, variance) in diagonal_codes(&model, &x) {
        let widths = (precision.diagonal() * &variance - 1.0 - variance.ln()).sum();
        let closed = (widths - precision.log_det() + distance(&model, &x, &q)) * 0.5;
        assert_equal(&model.gap(&x, &q), &closed, 1e-13);
    }
}

#[test]
fn what_a_diagonal_code_costs() {
    let (model, x) = (model(), images());
    let best = model.best_diagonal(&x);
    let cost = model.approximation_gap();
    assert!(cost.item() > 0.05, "{cost:?}");
    let elbo = model.elbo(&x, &best);
    assert_equal(&(model.log_evidence(&x) + elbo.rate + elbo.distortion), &cost, 1e-13);
    for (q, _) in diagonal_codes(&model, &x) {
        assert!((model.gap(&x, &q) - &cost).min().item() > 1e-3);
    }
    // It is the best one: a stationary point in its means and in its variances.
    let mean = Tensor::leaf(best.mean().clone());
    let log_var = Tensor::leaf(best.covariance().diagonal().ln());
    let q = FullNormal::from(&DiagonalNormal::new(mean.clone(), log_var.clone()));
    let gradients = model.gap(&x, &q).sum().backward();
    assert_equal(&gradients[&mean], &Tensor::zeros([4, 2]), 1e-13);
    assert_equal(&gradients[&log_var], &Tensor::zeros([2]), 1e-13);
    // Its variances are less than those of the posterior.
    let narrower = model.posterior(&x).covariance().diagonal() - best.covariance().diagonal();
    assert!(narrower.min().item() > 1e-2, "{narrower:?}");
}

#[test]
fn orthogonal_columns_cost_nothing() {
    let weight = array![[1.0, 0.6], [0.5, -1.2], [2.0, 0.0]];
    let model = LinearGaussian::new(weight.into(), Tensor::zeros([3]), 0.5.into());
    assert!(model.approximation_gap().item().abs() < 1e-15);
    let x = images();
    assert_equal(&model.gap(&x, &model.best_diagonal(&x)), &Tensor::zeros([4]), 1e-14);
}

#[test]
fn the_gap_splits_in_two() {
    let (model, x) = (model(), images());
    let evidence = model.log_evidence(&x);
    let bound = |q: &FullNormal<f64>| {
        let elbo = model.elbo(&x, q);
        -(elbo.rate + elbo.distortion)
    };
    let best = bound(&model.best_diagonal(&x));
    assert_equal(&(&evidence - &best), &model.approximation_gap(), 1e-13);
    for (q, variance) in diagonal_codes(&model, &x) {
        let ratio = model.precision().diagonal() * &variance;
        let widths = (&ratio - 1.0 - ratio.ln()).sum();
        let amortization = (widths + distance(&model, &x, &q)) * 0.5;
        assert_equal(&(&best - bound(&q)), &amortization, 1e-12);
        assert_equal(&model.gap(&x, &q), &(amortization + model.approximation_gap()), 1e-12);
    }
}
