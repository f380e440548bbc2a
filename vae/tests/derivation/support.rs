//! A model, images, several q, and expectations as sums.

use std::f64::consts::PI;

use autograd::Tensor;
use ndarray::{Array2, array};
use vae::{DiagonalNormal, Distribution, FullNormal, LinearGaussian};

/// Two dimensions of z, three of x. The columns of W are not orthogonal: the posterior has a correlation.
pub fn model() -> LinearGaussian {
    let weight = array![[1.0, 0.6], [-0.3, 0.8], [0.5, 0.4]];
    LinearGaussian::new(weight.into(), array![0.2, -0.1, 0.4].into(), 0.35.into())
}

/// Four images.
pub fn images() -> Tensor<f64> {
    array![[0.9, -0.4, 0.3], [-1.2, 0.8, 0.0], [0.2, -0.1, 0.4], [2.0, 1.0, -1.5]].into()
}

/// The posterior, the best diagonal q, the prior, and wrong ones: full and diagonal, one for all images or one for each.
pub fn proposals(model: &LinearGaussian, x: &Tensor<f64>) -> Vec<FullNormal<f64>> {
    let means = array![[0.3, -0.2], [1.0, 0.5], [-0.4, 0.0], [0.1, 1.5]];
    let normal =
        |mean: Tensor<f64>, covariance: &Tensor<f64>| FullNormal::from_covariance(mean, covariance);
    let shared = normal(array![0.5, -1.0].into(), &array![[0.7, 0.3], [0.3, 0.4]].into());
    let log_vars = array![[-0.5, 0.2], [0.0, -1.5], [0.4, -0.3], [-2.0, 0.1]];
    let diagonal = DiagonalNormal::new(means.clone().into(), log_vars.into());
    let posterior = model.posterior(x);
    let wide = normal(posterior.mean() + 0.1, &(posterior.covariance() * 1.7));
    let full = normal(means.into(), &array![[1.2, -0.9], [-0.9, 1.0]].into());
    let (prior, best) = (model.prior(), model.best_diagonal(x));
    vec![posterior, best, prior, wide, full, shared, FullNormal::from(&diagonal)]
}

/// Equidistant ε of the plane, [n, 1, 2], and weights with which Σ weight f(ε) = E f(ε) for ε ~ N(0, I): for functions
/// that are smooth, to all digits.
pub fn plane() -> (Tensor<f64>, Tensor<f64>) {
    let (noise, weights) = line(0.2);
    let n = noise.len();
    let place = |i: usize, axis: usize| if axis == 0 { i / n } else { i % n };
    let points = Array2::from_shape_fn([n * n, 2], |(i, axis)| noise[place(i, axis)]);
    let products =
        Array2::from_shape_fn([n * n, 1], |(i, _)| weights[place(i, 0)] * weights[place(i, 1)]);
    (Tensor::from(points).insert_axis(1), products.into())
}

/// The same on the line.
pub fn line(step: f64) -> (Vec<f64>, Vec<f64>) {
    let steps = (9.0 / step).round() as i32;
    let noise: Vec<f64> = (-steps..=steps).map(|i| f64::from(i) * step).collect();
    let density = |x: &f64| step * (-0.5 * x * x).exp() / (2.0 * PI).sqrt();
    let weights = noise.iter().map(density).collect();
    (noise, weights)
}

/// E_q f(z) of each image, for f from [n, batch, 2] to [n, batch].
pub fn expectation(q: &FullNormal<f64>, f: impl Fn(&Tensor<f64>) -> Tensor<f64>) -> Tensor<f64> {
    let (noise, weights) = plane();
    let batch = images().shape()[0];
    let z = q.rsample(&noise.broadcast_to([noise.shape()[0], batch, 2]));
    (f(&z) * weights).sum_axes([0])
}

/// log p(x|z), for z of [n, batch, 2].
pub fn log_likelihood(model: &LinearGaussian, x: &Tensor<f64>, z: &Tensor<f64>) -> Tensor<f64> {
    let likelihood = model.likelihood(z);
    likelihood.log_prob(&x.broadcast_to(likelihood.mean().shape()))
}

/// Whether two are equal in every place, within a tolerance relative to 1 and to the largest element.
#[track_caller]
pub fn assert_equal(left: &Tensor<f64>, right: &Tensor<f64>, tolerance: f64) {
    let scale = right.abs().max().item().max(1.0);
    let error = (left - right).abs().max().item();
    assert!(error <= tolerance * scale, "{left:?} is not {right:?}: off by {error:e}");
}
