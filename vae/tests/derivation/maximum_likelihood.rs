//! The best linear-Gaussian models of data: probabilistic PCA, and what collapses in it.

use std::f64::consts::PI;

use autograd::Tensor;
use ndarray::{Array1, Array2, Axis, array};
use vae::{LinearGaussian, ProbabilisticPca};

use super::support::assert_equal;

const VALUES: [f64; 4] = [3.0, 1.2, 0.5, 0.2];

/// An orthogonal matrix: a reflection, I − 2vvᵀ/|v|².
fn axes() -> Array2<f64> {
    let v = array![[1.0], [-2.0], [0.5], [1.5]];
    Array2::eye(4) - v.dot(&v.t()) * (2.0 / v.iter().map(|v| v * v).sum::<f64>())
}

fn center() -> Array1<f64> {
    array![0.3, -1.0, 0.0, 2.0]
}

/// Points x̄ ± √(dλᵢ) uᵢ, of which the mean is x̄ and the covariance U Λ Uᵀ.
fn data() -> Tensor<f64> {
    let lengths = Array1::from_iter(VALUES.map(|value| (4.0 * value).sqrt()));
    let steps = axes().t().to_owned() * lengths.insert_axis(Axis(1));
    let points = [&steps, &-&steps].map(|steps| Tensor::from(steps + &center()));
    Tensor::concatenate(&[&points[0], &points[1]], 0)
}

fn principal() -> ProbabilisticPca {
    ProbabilisticPca::new(center().into(), VALUES.to_vec(), axes())
}

fn mean_log_evidence(model: &LinearGaussian) -> Tensor<f64> {
    model.log_evidence(&data()).mean()
}

/// The model with its W turned by an angle: the same p(x).
fn turned(model: &LinearGaussian, angle: f64) -> LinearGaussian {
    let (sin, cos) = angle.sin_cos();
    let rotation = Tensor::from(array![[cos, -sin], [sin, cos]]);
    let weight = model.weight().matmul(&rotation);
    LinearGaussian::new(weight, model.mean().clone(), model.variance().clone())
}

#[test]
fn the_gradient_vanishes_at_maximum_likelihood() {
    for angle in [0.0, 0.7] {
        let best = turned(&principal().maximum_likelihood(2), angle);
        let parameters =
            [best.weight(), best.mean(), best.variance()].map(|x| Tensor::leaf(x.detach()));
        let [weight, mean, variance] = parameters.clone();
        let loss = mean_log_evidence(&LinearGaussian::new(weight, mean, variance));
        let gradients = loss.backward();
        for parameter in &parameters {
            assert_equal(&gradients[parameter], &Tensor::zeros(parameter.shape()), 1e-13);
        }
    }
}

#[test]
fn the_likelihood_that_can_be_reached() {
    let principal = principal();
    for latent in 1..4 {
        let best = principal.maximum_likelihood(latent);
        let s2 = best.variance().item();
        let kept: f64 = VALUES[..latent].iter().map(|value| value.ln()).sum();
        let others = (4 - latent) as f64 * s2.ln();
        let closed = -0.5 * (4.0 * (2.0 * PI).ln() + kept + others + 4.0);
        assert!((mean_log_evidence(&best).item() - closed).abs() < 1e-13);
        assert!((principal.log_likelihood(latent, s2) - closed).abs() < 1e-13);

        // None of its neighbors is better.
        for factor in [0.9, 1.1] {
            let scaled =
                LinearGaussian::new(best.weight() * factor, best.mean().clone(), s2.into());
            assert!(mean_log_evidence(&scaled).item() < closed - 1e-4);
            let other = principal.with_variance(latent, s2 * factor);
            let found = mean_log_evidence(&other).item();
            assert!(found < closed - 1e-5, "{latent} {factor} {found} {closed}");
            assert!((found - principal.log_likelihood(latent, s2 * factor)).abs() < 1e-13);
        }
    }
}

/// With diagonal codes the likelihood itself is reached, but only along the principal axes.
#[test]
fn the_bound_asks_for_the_principal_axes() {
    let best = principal().maximum_likelihood(2);
    let x = data();
    let evidence = mean_log_evidence(&best).item();
    for angle in [0.0, 0.2, 0.7, 1.4] {
        let model = turned(&best, angle);
        assert!((mean_log_evidence(&model).item() - evidence).abs() < 1e-13);
        let bound = -model.elbo(&x, &model.best_diagonal(&x)).loss().item();
        let lost = model.approximation_gap().item();
        assert!((evidence - bound - lost).abs() < 1e-13);
        assert_eq!(lost > 1e-3, angle > 0.0, "{angle} {lost}");
    }
}

/// V = M⁻¹Wᵀ and D = s² diag(M)⁻¹: the codes of the best encoder are those of the best q.
#[test]
fn the_best_encoder_is_linear() {
    let model = principal().maximum_likelihood(2);
    let codes = (data() - model.mean()).matmul(&model.encoder().t());
    let best = model.best_diagonal(&data());
    assert_equal(best.mean(), &codes, 1e-15);
    // Along the principal axes M is Λ.
    let variances = array![0.35 / 3.0, 0.35 / 1.2];
    assert_equal(&best.covariance().diagonal(), &variances.into(), 1e-14);
}

#[test]
fn directions_below_the_noise_collapse() {
    let principal = principal();
    for s2 in [0.1, 0.35, 0.6, 2.0, 4.0] {
        // One direction with any weight.
        let none = principal.log_likelihood(0, s2);
        for (i, value) in VALUES.into_iter().enumerate() {
            let of = |t: f64| {
                let weight = axes().column(i).to_owned().insert_axis(Axis(1)) * t;
                let model = LinearGaussian::new(weight.into(), center().into(), s2.into());
                mean_log_evidence(&model).item()
            };
            let part = |t: f64| -0.5 * ((s2 + t * t).ln() + value / (s2 + t * t));
            let best = (value - s2).max(0.0).sqrt();
            for t in [0.0, 0.5, 1.0, best - 0.05, best, best + 0.05] {
                assert!((of(t) - none - (part(t) - part(0.0))).abs() < 1e-12);
                assert!(of(t) <= of(best) + 1e-14, "{s2} {i} {t}");
            }
        }

        // All directions at once: those below the noise have the prior for a code.
        let model = principal.with_variance(3, s2);
        let active = principal.active(s2);
        assert_eq!(active, VALUES.into_iter().filter(|&value| value > s2).count());
        let posterior = model.posterior(&data());
        let variances = posterior.covariance().diagonal().to_vec();
        for (j, variance) in variances.into_iter().enumerate() {
            let largest = posterior.mean().narrow(1, j..j + 1).abs().max().item();
            let collapsed = (variance - 1.0f64).abs() < 1e-14 && largest < 1e-14;
            assert_eq!(collapsed, j >= active, "{s2} {j} {variance} {largest}");
        }
        let reached = mean_log_evidence(&model).item();
        assert!((reached - principal.log_likelihood(3, s2)).abs() < 1e-13);
        let weight = Tensor::leaf(model.weight().clone());
        let model = LinearGaussian::new(weight.clone(), model.mean().clone(), s2.into());
        let gradient = mean_log_evidence(&model).backward()[&weight].clone();
        assert_equal(&gradient, &Tensor::zeros([4, 3]), 1e-13);
    }
}

#[test]
#[should_panic(
    expected = "best_variance: 4 latent dimensions of 4; one must be left for the noise"
)]
fn some_dimension_is_noise() {
    principal().best_variance(4);
}

#[test]
#[should_panic(expected = "the largest must come first")]
fn eigenvalues_descend() {
    ProbabilisticPca::new(Tensor::zeros([2]), vec![1.0, 2.0], Array2::eye(2));
}

#[test]
#[should_panic(expected = "2 eigenvalues but a mean of [2] and axes of (2, 3)")]
fn axes_are_square() {
    ProbabilisticPca::new(Tensor::zeros([2]), vec![2.0, 1.0], Array2::zeros([2, 3]));
}

#[test]
#[should_panic(expected = "with_variance: 5 latent dimensions of 4; there are no more axes")]
fn there_are_no_more_axes() {
    principal().with_variance(5, 0.1);
}
