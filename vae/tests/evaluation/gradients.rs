//! Gradients of expectations, by both routes.

use autograd::Tensor;
use ndarray::array;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use vae::{
    DiagonalNormal, Distribution, NormalGradients, path_gradients, score_gradients, standard_normal,
};

use super::support::{assert_close, column, normal_grid, weighted};

fn normal(mean: f64, log_var: f64) -> DiagonalNormal<f64> {
    DiagonalNormal::new(Tensor::leaf(array![mean]), Tensor::leaf(array![log_var]))
}

/// sin z e^{0.3z}, of the first dimension.
fn wave(z: &Tensor<f64>) -> Tensor<f64> {
    (z.sin() * (z * 0.3).exp()).sum_axes([1])
}

fn square(z: &Tensor<f64>) -> Tensor<f64> {
    z.square().sum_axes([1])
}

/// Means over the grid, for μ and log σ².
fn means(weights: &[f64], gradients: &NormalGradients<f64>) -> [f64; 2] {
    [weighted(weights, &gradients.mean), weighted(weights, &gradients.log_var)]
}

/// Against Bonnet's and Price's theorems, ∂E f/∂μ = E f′ and ∂E f/∂σ² = ½ E f″, by quadrature.
#[test]
fn both_routes_have_the_same_mean() {
    let (noise, weights) = normal_grid(0.05);
    let noise = column(&noise);
    for (mean, log_var) in [(0.3, -0.4), (-1.0, 0.6)] {
        let q = normal(mean, log_var);
        let z = Tensor::leaf(q.rsample(&noise).detach());
        let first = wave(&z).sum().grad(&[&z]).remove(0).unwrap();
        let second = first.sum().grad(&[&z]).remove(0).unwrap();
        let expected =
            [weighted(&weights, &first), 0.5 * log_var.exp() * weighted(&weights, &second)];
        let path = path_gradients(&q, wave, &noise);
        assert_close(&means(&weights, &path), &expected, 1e-12);
        for baseline in [0.0, -3.0] {
            let score = score_gradients(&q, wave, baseline, &noise);
            assert_close(&means(&weights, &score), &expected, 1e-12);
        }
    }
}

#[test]
fn variances_of_the_two_routes() {
    let (noise, weights) = normal_grid(0.05);
    let noise = column(&noise);
    let variance = |gradients: NormalGradients<f64>, mean: f64| {
        weighted(&weights, &(gradients.mean - mean).square())
    };
    for theta in [0.0f64, 0.5, 2.0] {
        let (q, mean) = (normal(theta, 0.0), 2.0 * theta);
        let path = path_gradients(&q, square, &noise);
        assert_close(&[weighted(&weights, &path.mean)], &[mean], 1e-12);
        assert_close(&[variance(path, mean)], &[4.0], 1e-12);
        let score = |baseline| variance(score_gradients(&q, square, baseline, &noise), mean);
        let squares = theta * theta;
        assert_close(&[score(0.0)], &[squares * squares + 14.0 * squares + 15.0], 1e-12);
        for b in [1.0, squares + 1.0, squares + 3.0] {
            let c = squares - b;
            assert_close(&[score(b)], &[c * c + 6.0 * c + 8.0 * squares + 15.0], 1e-12);
        }
        assert_close(&[score(squares + 3.0)], &[8.0 * squares + 6.0], 1e-12);
    }
}

/// The same, as who has only samples sees it: at θ = 2, variances of 4, 87 and 38.
#[test]
fn samples_have_the_means_and_variances_that_they_should() {
    let n = 200_000;
    let noise = standard_normal(&mut ChaCha8Rng::seed_from_u64(1), [n, 1]);
    let q = normal(2.0, 0.0);
    let found = [
        path_gradients(&q, square, &noise),
        score_gradients(&q, square, 0.0, &noise),
        score_gradients(&q, square, 7.0, &noise),
    ]
    .map(|gradients| gradients.mean_moments()[0]);
    for (moments, variance) in found.iter().zip([4.0, 87.0, 38.0]) {
        assert_eq!(moments.count(), n);
        assert!((moments.mean() - 4.0).abs() < 4.0 * moments.standard_error(), "{moments:.4}");
        assert!(
            (moments.variance() / variance - 1.0).abs() < 0.05,
            "{} {variance}",
            moments.variance()
        );
    }
}

/// The score is the gradient of the log-density at a fixed z.
#[test]
fn the_score_of_a_normal() {
    let q = DiagonalNormal::new(Tensor::leaf(array![0.4, -1.0]), Tensor::leaf(array![0.3, -0.8]));
    let noise = standard_normal::<f64>(&mut ChaCha8Rng::seed_from_u64(2), [1, 2]);
    let found = score_gradients(&q, |z| z.sum_axes([1]) * 0.0 + 1.0, 0.0, &noise);
    let expected = q.log_prob(&q.rsample(&noise).detach()).sum().backward();
    assert_close(&found.mean.to_vec(), &expected[q.mean()].to_vec(), 1e-14);
    assert_close(&found.log_var.to_vec(), &expected[q.log_var()].to_vec(), 1e-14);
}

/// The path derivative is what the graph gives, for a function of several dimensions.
#[test]
fn the_path_through_the_sample() {
    let q = DiagonalNormal::new(Tensor::leaf(array![0.4, -1.0]), Tensor::leaf(array![0.3, -0.8]));
    let noise = standard_normal::<f64>(&mut ChaCha8Rng::seed_from_u64(3), [5, 2]);
    let product = |z: &Tensor<f64>| z.sin().prod_axes([1]);
    let found = path_gradients(&q, product, &noise);
    let expected = product(&q.rsample(&noise)).sum().backward();
    assert_close(&found.mean.sum_axes([0]).to_vec(), &expected[q.mean()].to_vec(), 1e-14);
    assert_close(&found.log_var.sum_axes([0]).to_vec(), &expected[q.log_var()].to_vec(), 1e-14);
    assert!(!found.mean.is_tracked() && !found.log_var.is_tracked());
    assert_eq!(found.log_var_moments().len(), 2);
}

#[test]
#[should_panic(expected = "score_gradients: q is [1] but the noise is [3]")]
fn each_sample_needs_its_noise() {
    score_gradients(&normal(0.0, 0.0), wave, 0.0, &Tensor::zeros([3]));
}

#[test]
#[should_panic(expected = "path_gradients: f is [] but there are 3 samples")]
fn each_sample_needs_its_value() {
    path_gradients(&normal(0.0, 0.0), |z| z.sum(), &Tensor::zeros([3, 1]));
}
