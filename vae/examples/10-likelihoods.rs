//! What a likelihood says about gray pixels, and when two of them can be compared.
//!
//! The same networks, trained on the same images with five likelihoods. Their losses are nats of different things. A
//! Bernoulli likelihood of gray pixels is no density: its integral over all images is not 1. And a density of pixels on a
//! grid of 256 intensities can be made as large as one likes. But with pixels spread over their intervals, x = (p + u)/256,
//! the other four are densities of one thing with respect to one measure, and
//!
//!     (−ELBO/784 + ln 256) / ln 2   bits per pixel
//!
//! are enough to tell the bytes by any of them. The uniform density needs 8. A bit is paid for what one cannot see: the
//! continuous Bernoulli wins by how sure it is that black is black, and its pictures are no better.
//!
//! A learned σ² begins at 1, and Adam changes its logarithm by no more than a learning rate a step. The optimal one is the
//! squared error from the first step on.
//!
//! ```text
//! cargo run --release --example 10-likelihoods
//! ```
//!
//! Draws `10-likelihoods.png`: the means E[x|z], which everyone shows, beside samples of p(x|z), which show what a
//! likelihood takes for noise, with bits per pixel.
#![forbid(unsafe_code)]

use std::f64::consts::{LN_2, PI};
use std::iter;

use anyhow::{Result, ensure};
use autograd::Tensor;
use figures::{Example, Panels, Sheet};
use ndarray::Array1;
use nn::{Adam, Optimizer};
use vae::data::Dataset;
use vae::{Likelihood, Reconstruction, Sizes, Vae, standard_normal};

fn main() -> Result<()> {
    let example = Example::from_args();
    let (train, test) = (Dataset::mnist_train(), Dataset::mnist_test());
    let digits = Digits { mean: train.mean_image(), train, test, example: example.clone() };
    let bernoulli = digits.trained(Likelihood::Bernoulli);
    let optimal = digits.trained(Likelihood::OptimalGaussian);
    check_the_optimum(&digits, &optimal)?;
    let variance = digits.errors(&optimal, &digits.train).squared_error.mean();
    let models = [
        ("Bernoulli", bernoulli.clone()),
        ("… normalized", bernoulli.with_likelihood(Likelihood::ContinuousBernoulli)),
        ("Gaussian, σ² = 1", digits.trained(Likelihood::Gaussian { variance: 1.0 })),
        ("… σ² learned", digits.trained(Likelihood::learned_gaussian())),
        ("… σ² optimal", optimal.with_likelihood(Likelihood::Gaussian { variance })),
        ("continuous Bernoulli", digits.trained(Likelihood::ContinuousBernoulli)),
    ];
    println!("{:<20}   −ELBO, nats   bits per pixel   squared error       σ²", "p(x|z)");
    let bits = models.each_ref().map(|(name, vae)| digits.bits(name, vae));
    let [_, normalized, unit, learned, optimal, continuous] = bits;
    if !example.quick {
        ensure!(unit > 8.0, "with σ² = 1 a Gaussian says more than nothing");
        ensure!(optimal < learned && learned < unit, "the order of the variances");
        ensure!(continuous < normalized && normalized < optimal, "the order of the densities");
    }
    Ok(example.save("10-likelihoods.png", &digits.sheets(&models, &bits))?)
}

/// At σ² = MSE the distortion of a batch is ½ d (1 + ln 2π + ln MSE).
fn check_the_optimum(digits: &Digits, vae: &Vae) -> Result<()> {
    let x = digits.images(&digits.test).next().expect("there is a batch");
    let output = vae.decode(vae.encode(&x).mean());
    let distortion = -vae.likelihood().log_prob(&output, &x).mean().item();
    let squared_error = f64::from((&x - &output).square().mean().item());
    let expected = 0.5 * 784.0 * (1.0 + (2.0 * PI).ln() + squared_error.ln());
    ensure!((f64::from(distortion) - expected).abs() < 0.01, "{distortion}, not {expected}");
    Ok(())
}

/// The images, and what to do with them.
struct Digits {
    train: Dataset,
    test: Dataset,
    mean: Array1<f64>,
    example: Example,
}

impl Digits {
    fn trained(&self, likelihood: Likelihood) -> Vae {
        let [mut start, mut order, mut noise] =
            [0, 1, 2].map(|purpose| self.example.stream(purpose));
        let sizes = Sizes { pixels: 784, hidden: 200, latent: 10 };
        let mut vae = Vae::new(sizes, likelihood, &mut start);
        vae.start_at_mean(&self.mean);
        let mut adam = Adam::new(1e-3);
        let epochs = iter::repeat_with(|| self.train.shuffled_batches(128, &mut order));
        for batch in epochs.flatten().take(self.example.pick(1000, 2)) {
            let x = Tensor::constant(batch.dequantized(&mut noise));
            let elbo = vae.elbo(&x, &standard_normal(&mut noise, [x.shape()[0], 10]));
            adam.step(&mut vae, &elbo.loss().backward());
        }
        vae
    }

    /// The first batches of a dataset, dequantized.
    fn images<'a>(&self, dataset: &'a Dataset) -> impl Iterator<Item = Tensor> + use<'a> {
        let mut noise = self.example.stream(3);
        let batches = dataset.batches(100).take(self.example.pick(50, 1));
        batches.map(move |batch| Tensor::constant(batch.dequantized(&mut noise)))
    }

    /// At sampled codes.
    fn errors(&self, vae: &Vae, dataset: &Dataset) -> Reconstruction {
        vae.reconstructions(self.images(dataset), &mut self.example.stream(4)).sampled
    }

    /// Prints a row of the table. NaN for what is no density.
    fn bits(&self, name: &str, vae: &Vae) -> f64 {
        let errors = self.errors(vae, &self.test);
        let (loss, squares) = (errors.distortion_plus_rate.mean(), errors.squared_error.mean());
        let bits = (loss / 784.0 + 256f64.ln()) / LN_2;
        let (bits, variance) = match vae.likelihood() {
            Likelihood::Gaussian { variance } => (bits, *variance),
            Likelihood::LearnedGaussian { log_var } => (bits, log_var.item().exp().into()),
            Likelihood::ContinuousBernoulli => (bits, f64::NAN),
            _ => (f64::NAN, f64::NAN),
        };
        let row = format!("{name:<20} {loss:>13.1} {bits:>16.2} {squares:>15.4} {variance:>8.4}");
        println!("{}", row.replace("NaN", "  —"));
        bits
    }

    /// Means and samples, a row for each likelihood.
    fn sheets(&self, models: &[(&str, Vae)], bits: &[f64]) -> Panels<'static> {
        let x = self.images(&self.test).next().expect("there is a batch").narrow(0, 0..7);
        let mut noise = self.example.stream(5);
        let mut means = Sheet::new([28, 28]).title("E[x|z]").captioned("x", &x.value()).group();
        let mut samples = Sheet::new([28, 28]).title("x ~ p(x|z)").row(&x.value()).group();
        for ((name, vae), bits) in models.iter().zip(bits) {
            let output = vae.decode(vae.encode(&x).mean());
            let bits = if bits.is_nan() { "no density" } else { &format!("{bits:.2} bits") };
            let caption = format!("{name}: {bits}");
            means = means.captioned(caption, &vae.likelihood().mean(&output).value());
            samples = samples.row(&vae.likelihood().sample(&output, &mut noise).value());
        }
        Panels::row().with(means.scale(3)).with(samples.scale(3))
    }
}
