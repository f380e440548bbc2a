//! The likelihoods are the distributions of their names.

use approx::assert_relative_eq;
use autograd::Tensor;
use ndarray::{Array2, array};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use vae::{
    Bernoulli, ContinuousBernoulli, DiagonalNormal, Distribution, Likelihood, standard_normal,
};

use super::assert_close;
use super::quadrature::unit_interval;
use super::statistics::within_four_errors;

#[test]
fn a_gaussian_likelihood_is_an_isotropic_normal() {
    let (output, x) = (array![[0.1, 0.9], [0.5, 0.4]], array![[0.0, 1.0], [1.0, 0.0]]);
    let log_var = Array2::from_elem((2, 2), 0.25f64.ln());
    let expected = DiagonalNormal::new(output.clone().into(), log_var.into());
    let (output, x) = (Tensor::<f64>::from(output), Tensor::from(x));
    let likelihood = Likelihood::Gaussian { variance: 0.25 };
    assert_close(&likelihood.log_prob(&output, &x), &expected.log_prob(&x), 1e-14);
    assert_eq!(likelihood.mean(&output).to_vec(), output.to_vec());
}

#[test]
fn likelihoods_on_logits_are_their_distributions() {
    let mut rng = ChaCha8Rng::seed_from_u64(50);
    let logits = standard_normal::<f64>(&mut rng, [4, 3]) * 3.0;
    let x = standard_normal::<f64>(&mut rng, [4, 3]).sigmoid();
    let (bits, gray) =
        (Bernoulli { logits: logits.clone() }, ContinuousBernoulli { logits: logits.clone() });
    let close = |likelihood: Likelihood<f64>, log_prob, mean| {
        assert_close(&likelihood.log_prob(&logits, &x), &log_prob, 1e-15);
        assert_close(&likelihood.mean(&logits), &mean, 1e-15);
    };
    close(Likelihood::Bernoulli, bits.log_prob(&x), bits.mean());
    close(Likelihood::ContinuousBernoulli, gray.log_prob(&x), gray.mean());
}

/// The distortion −log p(x|z) of the batch, per dimension.
fn distortion(likelihood: &Likelihood<f64>, output: &Tensor<f64>, x: &Tensor<f64>) -> Tensor<f64> {
    -likelihood.log_prob(output, x).sum() / x.len() as f64
}

/// D(σ²) is least at σ² = MSE, where it is ½ (1 + ln 2π + ln MSE) and has the gradient of D at that σ² held fixed.
#[test]
fn the_optimal_variance_is_the_mean_square() {
    let mut rng = ChaCha8Rng::seed_from_u64(51);
    let mut draw = || standard_normal::<f64>(&mut rng, [6, 5]);
    let (output, x) = (Tensor::leaf(draw() * 0.3), draw());
    let mse = (&x - &output).square().mean().item();
    let optimal = distortion(&Likelihood::OptimalGaussian, &output, &x);
    let expected = 0.5 * (1.0 + (2.0 * std::f64::consts::PI).ln() + mse.ln());
    assert_relative_eq!(optimal.item(), expected, max_relative = 1e-14);

    let fixed = |variance| distortion(&Likelihood::Gaussian { variance }, &output, &x);
    let formula = |v: f64| 0.5 * ((2.0 * std::f64::consts::PI).ln() + v.ln() + mse / v);
    for factor in [0.5, 0.9, 0.999, 1.001, 1.1, 2.0] {
        let at = fixed(factor * mse).item();
        assert!(at > optimal.item());
        assert_relative_eq!(at, formula(factor * mse), max_relative = 1e-14);
    }
    // dD/dσ² = ½ (1 − MSE/σ²)/σ², at another σ² too.
    for factor in [1.0, 1.7] {
        let log_var = Tensor::leaf(Tensor::from((factor * mse).ln()));
        let learned = Likelihood::LearnedGaussian { log_var: log_var.clone() };
        let gradient = distortion(&learned, &output.detach(), &x).backward()[&log_var].item();
        assert_relative_eq!(gradient, 0.5 * (1.0 - 1.0 / factor), epsilon = 1e-15);
    }
    let gradient = |loss: Tensor<f64>| loss.backward()[&output].clone();
    assert_close(&gradient(optimal), &gradient(fixed(mse)), 1e-15);
}

/// The share of one image in the gradient does differ: its distortion depends on the others' outputs.
#[test]
fn an_optimal_variance_is_shared_by_the_batch() {
    let output = Tensor::<f64>::leaf(array![[0.1, 0.2], [0.3, 0.4]]);
    let x = Tensor::from(array![[1.0, 0.0], [0.0, 2.0]]);
    let first = Likelihood::OptimalGaussian.log_prob(&output, &x).narrow(0, 0..1).sum();
    let gradient = first.backward()[&output].to_vec();
    assert!(gradient[2] != 0.0 && gradient[3] != 0.0, "{gradient:?}");
}

/// Means, and means of squares, are those of p(x|z).
#[test]
fn samples_are_those_of_the_likelihood() {
    let mut rng = ChaCha8Rng::seed_from_u64(53);
    let outputs = Tensor::<f64>::from(array![[-3.0, 0.0, 0.4, 2.0]]);
    let log_var = || Tensor::from(array![-1.0, 0.0, 0.5, 1.0]);
    for (likelihood, variance) in [
        (Likelihood::Bernoulli, Bernoulli { logits: outputs.clone() }.variance()),
        (
            Likelihood::ContinuousBernoulli,
            ContinuousBernoulli { logits: outputs.clone() }.variance(),
        ),
        (Likelihood::Gaussian { variance: 0.3 }, Tensor::full([1, 4], 0.3)),
        (Likelihood::LearnedGaussian { log_var: log_var() }, log_var().exp().insert_axis(0)),
    ] {
        let samples = likelihood.sample(&outputs.broadcast_to([20_000, 4]), &mut rng);
        let mean = likelihood.mean(&outputs).reshape([4]);
        within_four_errors(&samples, &mean);
        within_four_errors(&(samples - mean).square(), &variance.reshape([4]));
    }
}

#[test]
#[should_panic(expected = "sample: OptimalGaussian has the variance of a batch of x")]
fn an_optimal_variance_needs_data() {
    let mut rng = ChaCha8Rng::seed_from_u64(54);
    Likelihood::<f64>::OptimalGaussian.sample(&Tensor::zeros([1, 2]), &mut rng);
}

/// One pixel of a density on [0, 1]: E_u log f is at most log P + ln 256, and equal where f is a constant.
#[test]
fn dequantized_densities_bound_probabilities() {
    for logit in [-40.0, -3.0, 0.0, 0.7, 200.0] {
        for byte in [0.0, 1.0, 128.0, 255.0] {
            let log_density = |u: &Tensor<f64>| {
                ContinuousBernoulli { logits: Tensor::full(u.shape(), logit) }
                    .log_prob(&((u + byte) / 256.0))
            };
            let mean = unit_interval(log_density);
            let log_probability = unit_interval(|u| log_density(u).exp()).ln() - 256f64.ln();
            let slack = log_probability - (mean - 256f64.ln());
            if logit == 0.0 {
                assert_relative_eq!(log_probability, -256f64.ln(), epsilon = 1e-12);
                assert!(slack.abs() < 1e-12);
            } else {
                // Of a slope s across the interval, the slack is ln(sinh(s/2)/(s/2)).
                let half: f64 = logit / 512.0;
                assert_relative_eq!(slack, (half.sinh() / half).ln(), epsilon = 1e-10);
                assert!(slack > -1e-12);
            }
        }
    }
}
