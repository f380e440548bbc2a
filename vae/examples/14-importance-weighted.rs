//! More codes for each image: a tighter bound, a better model, and a gradient that must not drown in its noise.
//!
//! With k codes and their weights w = p(x, z)/q(z|x), L_k = E log 1/k Σ w lies between ELBO and evidence,
//!
//!     ELBO = L₁ ≤ L₂ ≤ … ≤ log p(x),   log p(x) − L_k ≈ (E[W²] − 1)/2k,   W = w/p(x).
//!
//! Where q and the posterior are normal, of one dimension, the gap is known for every k. As a loss, L_k makes an
//! importance-weighted autoencoder: k codes may miss what one must not, so its q is wider, its ELBO worse, the model better.
//!
//! q itself learns less from it: the signal in its gradient falls like 1/k, the noise like 1/√k. That noise comes from the
//! density q(z|x) in the weights. Reparameterized once more, the gradient is the same on average, and the ratio rises like √k.
//!
//! ```text
//! cargo run --release --example 14-importance-weighted
//! ```
//!
//! Draws `14-importance-weighted.png`: the gap as k grows, closed form and samples; the signal-to-noise ratio of both
//! gradients; models trained with different k.
#![forbid(unsafe_code)]

use std::iter;

use anyhow::{Result, ensure};
use autograd::Tensor;
use figures::{Curves, Example, Panels};
use nn::{Adam, Optimizer};
use vae::data::Dataset;
use vae::{DiagonalNormal, Distribution, ImportanceSampling, LatentModel, Likelihood, Moments};
use vae::{NormalProposal, PathWeights, Sizes, Vae, WeightSum, importance_bound, standard_normal};

const LATENT: usize = 20;

/// Where all is known.
const Q: NormalProposal =
    NormalProposal { mean: 0.3, deviation: 1.0, posterior_mean: 0.0, posterior_deviation: 0.8 };

fn main() -> Result<()> {
    let example = Example::from_args();
    let (tightening, ratios) = (tightening(&example)?, ratios(&example)?);

    let (train, test) = (Dataset::mnist_train(), Dataset::mnist_test());
    println!("\ntrained with k codes       −ELBO   −log p(x)");
    let points = example.pick([1, 5, 50], [1, 2, 3]).map(|k| {
        let vae = trained(k, &train, &example);
        let [mut noise, mut bits] = [3, 4].map(|purpose| example.stream(purpose));
        let batches = test.batches(100).take(example.pick(5, 1));
        let x = batches.map(|batch| Tensor::constant(batch.binarized(&mut bits)));
        let samples = ImportanceSampling::new(example.pick(500, 3));
        let found = samples.log_likelihood(&vae, x, &mut noise, |_| ());
        let [loss, nll] = [found.elbo(), found.bound()].map(|nats| -nats.mean());
        println!("{k:>20}{loss:>12.2}{nll:>12.2}");
        (k as f64, loss, nll)
    });
    ensure!(example.quick || points[2].2 < points[0].2, "k = 50 makes no better model");
    let trained = Curves::new("k", "nats per image").log_x().title("trained with k codes");
    let trained = trained.line("−ELBO", points.map(|(k, loss, _)| (k, loss)));
    let trained = trained.line("−log p(x)", points.map(|(k, _, nll)| (k, nll)));
    let picture = Panels::column().with(Panels::row().with(tightening).with(ratios)).with(trained);
    Ok(example.save("14-importance-weighted.png", &picture)?)
}

/// log p(x) − L_k where everything is known, beside its mean over samples.
fn tightening(example: &Example) -> Result<Curves> {
    let mut rng = example.stream(0);
    println!("     k   log p(x) − L_k        by samples   (E[W²] − 1)/2k");
    let (mut known, mut found, mut limit) = (Vec::new(), Vec::new(), Vec::new());
    for k in [1, 2, 5, 10, 20, 50, 100] {
        let noise = standard_normal::<f64>(&mut rng, [example.pick(20_000, 500), k]);
        let samples = Moments::of(noise.value().rows().into_iter().map(|noise| {
            let mut weights = WeightSum::default();
            noise.iter().for_each(|&noise| weights.add(Q.log_relative_weight(noise)));
            -weights.log_mean()
        }));
        let (gap, rough) = (Q.gap(k), (Q.second_moment() - 1.0) / (2.0 * k as f64));
        println!("{k:>6}{gap:>17.6}{:>18}{rough:>17.6}", format!("{samples:.4}"));
        let error = (samples.mean() - gap).abs() / samples.standard_error();
        ensure!(error < 4.0, "at k = {k} the samples are {error} standard errors off");
        known.push((k as f64, gap));
        limit.push((k as f64, rough));
        found.push((k as f64, samples.mean(), samples.standard_error()));
    }
    let curves = Curves::new("k", "nats").log_x().log_y().title("log p(x) − L_k");
    Ok(curves.band("by samples", found).dashed("(E[W²] − 1)/2k", limit).line("closed form", known))
}

/// A model of bits, by the bound of k codes.
fn trained(k: usize, train: &Dataset, example: &Example) -> Vae {
    let [mut start, mut order, mut noise] = [0, 1, 2].map(|purpose| example.stream(purpose));
    let sizes = Sizes { pixels: 784, hidden: 200, latent: LATENT };
    let mut vae = Vae::new(sizes, Likelihood::Bernoulli, &mut start);
    vae.start_at_mean(&train.mean_image());
    let mut adam = Adam::new(1e-3);
    let epochs = iter::repeat_with(|| train.shuffled_batches(20, &mut order));
    for batch in epochs.flatten().take(example.pick(1500, 2)) {
        let x = Tensor::constant(batch.binarized(&mut noise));
        let weights = vae.log_weights(&x, &standard_normal(&mut noise, [k, 20, LATENT]));
        let loss = -importance_bound(&weights).mean();
        drop(weights);
        adam.step(&mut vae, &loss.backward());
    }
    vae
}

/// The signal-to-noise ratio of both gradients of q, as k grows.
fn ratios(example: &Example) -> Result<Curves> {
    let (mut rng, n) = (example.stream(5), example.pick(20_000, 500));
    println!("\n     k   signal to noise: plain   doubly reparameterized");
    let (mut plain, mut double) = (Vec::new(), Vec::new());
    for k in [1, 2, 5, 10, 20, 50, 100] {
        let noise = standard_normal(&mut rng, [k, n, 1]);
        let [one, other] = [false, true].map(|twice| ratio(&noise, twice));
        println!("{k:>6}{one:>25.3}{other:>25.3}");
        plain.push((k as f64, one));
        double.push((k as f64, other));
    }
    // From k = 1 to 100 by √100.
    let [falls, rises] = [&plain, &double].map(|line| line[6].1 / line[0].1);
    ensure!(example.quick || falls < 0.2 && rises > 5.0, "{falls} and {rises} times the ratio");
    let falls: Vec<_> = plain.iter().map(|&(k, _)| (k, plain[0].1 / k.sqrt())).collect();
    let rises: Vec<_> = double.iter().map(|&(k, _)| (k, double[0].1 * k.sqrt())).collect();
    let curves = Curves::new("k", "signal to noise").log_x().log_y().title("gradient of q");
    let curves = curves.line("plain", plain).dashed("∝ 1/√k", falls);
    Ok(curves.line("doubly reparameterized", double).dashed("∝ √k", rises))
}

/// √(|E g|² / E|g − E g|²), g the gradient in mean and log-variance. Each of n draws has a q of its own.
fn ratio(noise: &Tensor<f64>, twice: bool) -> f64 {
    let column = |x: f64| Tensor::leaf(Tensor::full([noise.shape()[1], 1], x));
    let normal = |m: f64, s: f64| DiagonalNormal::new(column(m), column(2.0 * s.ln()));
    let [q, fixed] = [(); 2].map(|()| normal(Q.mean, Q.deviation));
    let codes = q.rsample(noise);
    let posterior = normal(Q.posterior_mean, Q.posterior_deviation).log_prob(&codes);
    let log_weights = posterior - if twice { &fixed } else { &q }.log_prob(&codes);
    let bound = -importance_bound(&log_weights).mean();
    let loss = if twice { PathWeights { codes, log_weights }.loss() } else { bound };
    let gradients = loss.backward();
    let both = [q.mean(), q.log_var()].map(|x| Moments::of_columns(&gradients[x])[0]);
    let [signal, noise] = [both.map(|g| g.mean().powi(2)), both.map(|g| g.variance())];
    (signal.iter().sum::<f64>() / noise.iter().sum::<f64>()).sqrt()
}
