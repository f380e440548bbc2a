//! Decoders: the Gaussian one and its variance, and the one that ignores its code.

use std::f64::consts::PI;

use autograd::Tensor;
use ndarray::{Array1, Axis, array};
use nn::{Linear, Module, State};
use vae::data::Dataset;
use vae::{DiagonalNormal, Encoder, Likelihood, Vae};

use super::support::assert_equal;

/// Outputs of a decoder and the images that they are of.
fn outputs() -> (Tensor<f64>, Tensor<f64>) {
    let output = array![[0.5, -0.2, 1.0], [0.0, 0.3, -0.7]];
    let x = array![[0.9, -0.4, 0.3], [-1.2, 0.8, 0.0]];
    (output.into(), x.into())
}

#[test]
fn the_gaussian_distortion() {
    let (output, x) = outputs();
    let squares = (&x - &output).square().sum_axes([1]);
    for variance in [0.1, 1.0, 3.0] {
        let distortion = -Likelihood::Gaussian { variance }.log_prob(&output, &x);
        let expected = &squares / (2.0 * variance) + 1.5 * (2.0 * PI * variance).ln();
        assert_equal(&distortion, &expected, 1e-14);
    }
}

#[test]
fn the_best_variance_is_the_mean_squared_error() {
    let (output, x) = outputs();
    let error = (&x - &output).square().mean().item();
    let at = |variance: f64| -Likelihood::Gaussian { variance }.log_prob(&output, &x).mean().item();
    let least = 3.0 * 0.5 * (1.0 + (2.0 * PI).ln() + error.ln());
    assert!((at(error) - least).abs() < 1e-14);
    for factor in [0.5, 0.9, 1.1, 2.0] {
        assert!(at(factor * error) > least + 1e-3);
    }
    let log_var = Tensor::leaf(Tensor::from(error.ln()));
    let learned = Likelihood::LearnedGaussian { log_var: log_var.clone() };
    let gradient = learned.log_prob(&output, &x).mean().backward()[&log_var].item();
    assert!(gradient.abs() < 1e-14, "{gradient}");
}

/// β·rate + distortion of variance σ² is β times the loss of variance βσ², but for a constant.
#[test]
fn beta_is_a_variance() {
    let (output, x) = outputs();
    let rate = Tensor::from(array![2.5, 0.7]);
    let distortion = |variance: f64| -Likelihood::Gaussian { variance }.log_prob(&output, &x);
    let constant = |variance: f64| 1.5 * (2.0 * PI * variance).ln();
    let variance = 0.3;
    for beta in [0.5, 1.0, 4.0] {
        let left = &rate * beta + distortion(variance) - constant(variance);
        let scaled = beta * variance;
        let right = (&rate + distortion(scaled) - constant(scaled)) * beta;
        assert_equal(&left, &right, 1e-14);
    }
}

/// q(z|x) = p(z), whatever x.
#[derive(Clone)]
struct Prior;

impl Module<f64> for Prior {
    fn state(&self) -> State<&Tensor<f64>> {
        State::new()
    }

    fn state_mut(&mut self) -> State<&mut Tensor<f64>> {
        State::new()
    }
}

impl Encoder<f64> for Prior {
    fn posterior(&self, x: &Tensor<f64>) -> DiagonalNormal<f64> {
        DiagonalNormal::standard([x.shape()[0], 2])
    }
}

/// A decoder that says of each pixel how often it is white, whatever the code.
fn collapsed(means: &Array1<f64>) -> Vae<f64, Prior, Linear<f64>> {
    // The logit of 0 is −∞. At −800 the probability is 0 in f64.
    let logits = means.mapv(|p| (p.ln() - (1.0 - p).ln()).clamp(-800.0, 800.0));
    let decoder =
        Linear { weight: Tensor::zeros([2, means.len()]), bias: Some(Tensor::from(logits)) };
    Vae::of(Prior, decoder, Likelihood::Bernoulli, 2)
}

/// Σ H(pᵢ).
fn entropy(means: &Array1<f64>) -> f64 {
    let x_log_x = |x: f64| if x > 0.0 { x * x.ln() } else { 0.0 };
    means.iter().map(|&p| -x_log_x(p) - x_log_x(1.0 - p)).sum()
}

/// On digits one by one; then on all training digits at once, as the distortion of a constant decoder is linear in x.
#[test]
fn a_collapsed_model_pays_the_entropy_of_the_pixels() {
    let digits = Dataset::mnist_train();
    let some = digits.batch(&Vec::from_iter(0..1000)).intensities::<f64>();
    let all = digits.mean_image().insert_axis(Axis(0));
    for images in [some, all] {
        let means = images.mean_axis(Axis(0)).unwrap();
        let noise = Tensor::ones([images.nrows(), 2]);
        let elbo = collapsed(&means).elbo(&images.into(), &noise);
        let (rate, distortion) = (elbo.rate.abs().max().item(), elbo.distortion.mean().item());
        assert_eq!(rate, 0.0);
        assert!((distortion - entropy(&means)).abs() < 1e-10, "{distortion}");
    }
    let floor = entropy(&digits.mean_image());
    assert!((floor - 206.0275).abs() < 1e-4, "{floor}");
}
