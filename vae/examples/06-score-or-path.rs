//! Two estimators of one gradient: by the score function, and through the reparameterized sample.
//!
//! The distortion is an expectation over q(z|x), and the encoder is in q itself. Both estimators of its gradient,
//!
//!     f(z) ∇ log q(z)    and    ∇ f(μ + σ ⊙ ε),
//!
//! are right on average. For f = z² and q = N(θ, 1) their variances are θ⁴ + 14θ² + 15 and 4. Then for the encoder of a small
//! variational autoencoder: how many samples of the score function have to be averaged to be as good as a single one of the
//! path. The mean of f as a baseline takes most of its variance away, but not all: it still does not know where f descends.
//!
//! ```text
//! cargo run --release --example 06-score-or-path
//! ```
//!
//! Draws `06-score-or-path.png`: on the left the toy, on the right the encoder as training proceeds.
#![forbid(unsafe_code)]

use anyhow::{Result, ensure};
use autograd::Tensor;
use figures::{Curves, Example, Panels};
use nn::{Adam, Module, Optimizer};
use rand_chacha::ChaCha8Rng;
use vae::data::Dataset;
use vae::{
    DiagonalNormal, Likelihood, Moments, NormalGradients, Sizes, Vae, path_gradients,
    score_gradients, standard_normal,
};

fn main() -> Result<()> {
    let example = Example::from_args();
    let toy = toy(example.pick(200_000, 20_000), &mut example.stream(0))?;

    let (train, test) = (Dataset::mnist_train(), Dataset::mnist_test());
    let sizes = Sizes { pixels: 784, hidden: example.pick(200, 20), latent: 10 };
    let mut vae = Vae::<f32>::new(sizes, Likelihood::Bernoulli, &mut example.stream(1));
    let digits: Tensor = test.batch(&[3, 2, 1, 18]).intensities().into();
    let samples = example.pick(1000, 50);
    let (mut adam, mut order, mut noise) = (Adam::new(1e-3), example.stream(2), example.stream(3));
    println!(
        "\n∂/∂μ E[distortion] of test digits: variance of one sample, and how many are worth one path\n"
    );
    println!("  step |      score     worth | − baseline  worth |    path");
    let mut variances = Vec::new();
    let steps = example.pick(1407, 10);
    let batches = (0..4).flat_map(|_| train.shuffled_batches(128, &mut order));
    for (step, batch) in (0..=steps).zip(batches) {
        if [0, 1, 3, 10, 30, 100, 300, 1000, steps].contains(&step) {
            let [score, centered, path] =
                of_encoder(&vae.frozen(), &digits, samples, &mut example.stream(4));
            print!("{step:6} | {score:10.0} {:9.0} |", score / path);
            println!(" {centered:10.0} {:6.1} | {path:7.1}", centered / path);
            variances.push((step as f64 + 1.0, [score, centered, path]));
            ensure!(path < centered, "the slope of f was of no use at step {step}");
        }
        let x: Tensor = batch.intensities().into();
        let noise = standard_normal(&mut noise, [x.shape()[0], sizes.latent]);
        let gradients = vae.elbo(&x, &noise).loss().backward();
        adam.step(&mut vae, &gradients);
    }
    let curve = |i: usize| variances.iter().map(|&(step, v)| (step, v[i])).collect::<Vec<_>>();
    let encoder = Curves::new("step of training", "variance of one sample")
        .title("Encoder of digits")
        .line("score function", curve(0))
        .line("with a baseline", curve(1))
        .line("reparameterized", curve(2))
        .log_x()
        .log_y();
    example.save("06-score-or-path.png", &Panels::row().with(toy).with(encoder))?;
    Ok(())
}

/// f = z², q = N(θ, 1): the gradient is 2θ, and the variances are known.
fn toy(samples: usize, rng: &mut ChaCha8Rng) -> Result<Curves> {
    println!("∂/∂θ E z² for z ~ N(θ, 1), by {samples} samples\n");
    println!(
        "     θ   2θ |            score        variance  exactly |             path  variance  exactly"
    );
    let square = |z: &Tensor<f64>| z.square().sum_axes([1]);
    let mut measured = Vec::new();
    for i in 0..=12 {
        let theta = f64::from(i) / 4.0;
        let q = DiagonalNormal::new(Tensor::full([1], theta), Tensor::from(0.0));
        let noise = standard_normal(rng, [samples, 1]);
        let score = score_gradients(&q, square, 0.0, &noise).mean_moments()[0];
        let centered = score_gradients(&q, square, theta * theta + 3.0, &noise).mean_moments()[0];
        let path = path_gradients(&q, square, &noise).mean_moments()[0];
        for estimate in [score, centered, path] {
            let off = (estimate.mean() - 2.0 * theta).abs() / estimate.standard_error();
            ensure!(off < 4.5, "{estimate:.3} is not 2 · {theta}: {off:.1} standard errors off");
        }
        if i % 4 == 0 {
            let exactly = score_variance(theta);
            print!(
                "  {theta:4.1} {:4.1} | {score:16.3} {:15.1} {exactly:8.1} |",
                2.0 * theta,
                score.variance()
            );
            println!(" {path:16.3} {:9.2} {:8}", path.variance(), 4);
        }
        measured.push((theta, [score, centered, path].map(|estimate| estimate.variance())));
    }
    let line = |i: usize| measured.iter().map(|&(theta, v)| (theta, v[i])).collect::<Vec<_>>();
    let closed =
        |f: fn(f64) -> f64| (0..=60).map(move |i| f64::from(i) / 20.0).map(move |t| (t, f(t)));
    Ok(Curves::new("θ", "variance of one sample")
        .title("∂/∂θ E z² for z ~ N(θ, 1)")
        .line("score function", line(0))
        .dashed("θ⁴ + 14θ² + 15", closed(score_variance))
        .line("with the best baseline", line(1))
        .dashed("8θ² + 6", closed(|theta| 8.0 * theta * theta + 6.0))
        .line("reparameterized", line(2))
        .dashed("4", closed(|_| 4.0))
        .log_y())
}

fn score_variance(theta: f64) -> f64 {
    theta.powi(4) + 14.0 * theta * theta + 15.0
}

/// The variance of the gradient of the distortion with respect to μ, the sum over its dimensions and the mean over digits:
/// of the score function, of the score function with the mean distortion for a baseline, and of the path.
fn of_encoder(vae: &Vae, digits: &Tensor, samples: usize, rng: &mut ChaCha8Rng) -> [f64; 3] {
    let n = digits.shape()[0];
    let mut sums = [0.0; 3];
    for i in 0..n {
        let x = digits.narrow(0, i..i + 1);
        let posterior = vae.encode(&x);
        let row = |t: &Tensor| t.reshape([vae.latent()]);
        let q = DiagonalNormal::new(row(posterior.mean()), row(posterior.log_var()));
        let f = |z: &Tensor| -vae.log_likelihoods(&x, &z.insert_axis(1)).reshape([z.shape()[0]]);
        let noise = standard_normal(rng, [samples, vae.latent()]);
        let mean = f(&q.rsample(&standard_normal(rng, [samples, vae.latent()]))).mean().item();
        let total = |gradients: NormalGradients| {
            gradients.mean_moments().iter().map(Moments::variance).sum::<f64>() / n as f64
        };
        sums[0] += total(score_gradients(&q, f, 0.0, &noise));
        sums[1] += total(score_gradients(&q, f, f64::from(mean), &noise));
        sums[2] += total(path_gradients(&q, f, &noise));
    }
    sums
}
