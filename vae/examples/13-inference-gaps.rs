//! Why the ELBO is not the evidence: what is left of the gap, and for what reason.
//!
//! For each image log p(x) exceeds the encoder's ELBO by KL(q ‖ p(z|x)), and that has three parts:
//!
//!     amortization   one network for all images, where each could have a q of its own
//!     independence   a diagonal covariance, where the posterior has another
//!     normality      a normal distribution, where the posterior is none
//!
//! In the linear-Gaussian model the second is ½ [Σ ln Pⱼⱼ − ln|P|] and the third 0. In a trained VAE, a q of each image is
//! optimized by itself, once with a diagonal and once with a full covariance. With a code of two dimensions log p(x) is a sum
//! over a grid.
//!
//! ```text
//! cargo run --release --example 13-inference-gaps
//! ```
//!
//! Draws `13-inference-gaps.png`: posteriors of images that the model was not trained on, each with its three q beneath; and
//! the parts of the gap.
#![forbid(unsafe_code)]

use anyhow::{Result, ensure};
use autograd::Tensor;
use figures::{Bars, Example, Panels, Sheet};
use ndarray::{Array2, Array3, array};
use nn::schedule::Cosine;
use nn::{Adam, Module, Optimizer};
use rand_chacha::ChaCha8Rng;
use vae::data::Dataset;
use vae::{
    DiagonalNormal, Distribution, FullNormal, Likelihood, LinearGaussian, LocalPosterior, Sizes,
    Vae, standard_normal,
};

fn main() -> Result<()> {
    let example = Example::from_args();
    let mut rng = example.stream(0);
    let (train, test) = (Dataset::mnist_train(), Dataset::mnist_test());
    let vae = trained(&example, &train, &mut rng).frozen();
    let (seen, _) = gaps(&vae, &train, &example, &mut rng);
    let (new, sheet) = gaps(&vae, &test, &example, &mut rng);

    println!("nats             log p(x)   amortization   independence   normality");
    let groups = [("linear model", linear()?), ("images seen", seen), ("new images", new)];
    for (name, [evidence, parts @ ..]) in &groups {
        let [encoder, diagonal, normal] = parts;
        println!("{name:<14}{evidence:>11.2}{encoder:>15.3}{diagonal:>15.3}{normal:>12.3}");
        // No part is negative, but for the error of a mean over codes.
        let ordered = parts.iter().all(|part| *part > -0.05);
        ensure!(example.quick || ordered, "{name}: a bound is above a better one");
    }
    let bars = Bars::new("", "nats").stacked().positions(groups.map(|(name, _)| name));
    let bars = bars.group("amortization", groups.map(|(_, gaps)| gaps[1]));
    let bars = bars.group("independence", groups.map(|(_, gaps)| gaps[2]));
    let bars = bars.group("normality", groups.map(|(_, gaps)| gaps[3]));
    Ok(example.save("13-inference-gaps.png", &Panels::row().with(sheet).with(bars))?)
}

/// In the linear-Gaussian model, with an encoder whose means are a tenth too short: log p(x) and the parts of the gap.
fn linear() -> Result<[f64; 4]> {
    let weight = array![[1.2, 0.7], [-0.2, 0.9]];
    let model = LinearGaussian::new(weight.into(), array![0.5, 0.0].into(), 0.4.into());
    let x = Tensor::from(array![[2.0, 1.0]]);
    let best = model.best_diagonal(&x);
    let encoder = FullNormal::new(best.mean() * 0.9, best.factor().clone());
    let gaps = [encoder, best, model.posterior(&x)].map(|q| model.gap(&x, &q).item());
    let known = model.approximation_gap().item();
    ensure!((gaps[1] - known).abs() < 1e-12 && gaps[2].abs() < 1e-12, "½ [Σ ln Pⱼⱼ − ln|P|]");
    Ok([model.log_evidence(&x).item(), gaps[0] - gaps[1], gaps[1] - gaps[2], gaps[2]])
}

/// A VAE of 2,000 images, whose bits are drawn anew each time.
fn trained(example: &Example, train: &Dataset, rng: &mut ChaCha8Rng) -> Vae {
    let sizes = Sizes { pixels: 784, hidden: 200, latent: 2 };
    let mut vae = Vae::new(sizes, Likelihood::Bernoulli, rng);
    vae.start_at_mean(&train.mean_image());
    let mut adam = Adam::new(1e-3);
    for step in 0..example.pick(3000, 2) {
        let images: Vec<_> = (0..100).map(|i| (100 * step + i) % 2000).collect();
        let x = Tensor::constant(train.batch(&images).binarized(rng));
        let loss = vae.elbo(&x, &standard_normal(rng, [100, 2])).loss();
        adam.step(&mut vae, &loss.backward());
    }
    vae
}

/// Of the first images: log p(x), the parts of the gap, and pictures of some posteriors.
fn gaps(vae: &Vae, digits: &Dataset, example: &Example, rng: &mut ChaCha8Rng) -> ([f64; 4], Sheet) {
    let n = example.pick(100, 8);
    let x = Tensor::constant(digits.batches(n).next().expect("a batch").binarized(rng));
    let schedule = Cosine::new(0.05, example.pick(300, 2));
    let mut optimized = |mut local: LocalPosterior| {
        let mut adam = Adam::new(schedule.start);
        for step in 0..schedule.steps {
            let loss = vae.elbo_under(&local.q(), &x, &standard_normal(rng, [8, n, 2])).loss();
            adam.learning_rate = schedule.rate(step);
            adam.step(&mut local, &loss.backward());
        }
        local.q()
    };
    let encoder = vae.encode(&x);
    let diagonal = optimized(LocalPosterior::diagonal(&encoder));
    let full = optimized(LocalPosterior::full(&encoder));
    let proposals = [FullNormal::from(&encoder), diagonal, full];

    let noise: [_; 10] = [(); 10].map(|()| standard_normal(rng, [example.pick(100, 2), n, 2]));
    let bounds = proposals.each_ref().map(|q| {
        let losses = noise.iter().map(|noise| vae.elbo_under(q, &x, noise).loss().item());
        -f64::from(losses.sum::<f32>() / noise.len() as f32)
    });
    let evidence = log_evidence(vae, &x, example.pick(0.05, 0.2)).mean().item().into();
    let parts = [bounds[1] - bounds[0], bounds[2] - bounds[1], evidence - bounds[2]];
    ([evidence, parts[0], parts[1], parts[2]], sheet(vae, &x.narrow(0, 0..8), &proposals))
}

/// log ∫ p(x|z) p(z) dz, by a grid from −5 to 5, a row at a time.
fn log_evidence(vae: &Vae, x: &Tensor, step: f32) -> Tensor {
    let side = (10.0 / step) as usize + 1;
    let row = |i: usize| {
        let place = |(j, axis)| [i, j][axis] as f32 * step - 5.0;
        let z = Tensor::from(Array2::from_shape_fn([side, 2], place));
        let logits = vae.decode(&z);
        let prior = DiagonalNormal::standard([side, 2]).log_prob(&z);
        let constants = prior - logits.softplus().sum_axes([1]);
        (logits.matmul(&x.t()) + constants.insert_axis(1)).log_sum_exp([0])
    };
    let rows: Vec<_> = (0..side).map(row).collect();
    Tensor::stack(&rows.iter().collect::<Vec<_>>(), 0).log_sum_exp([0]) + 2.0 * f64::from(step).ln()
}

/// Densities over squares around the posteriors, each on its own scale.
fn sheet(vae: &Vae, x: &Tensor, proposals: &[FullNormal; 3]) -> Sheet {
    let some = |x: &Tensor| x.narrow(0, 0..8);
    let [encoder, diagonal, full] =
        proposals.each_ref().map(|q| FullNormal::new(some(q.mean()), some(q.factor())));
    let place =
        |(pixel, _, axis)| if axis == 0 { pixel % 28 } else { 27 - pixel / 28 } as f32 - 13.5;
    let square = Tensor::from(Array3::from_shape_fn([784, 1, 2], place)) / 13.5;
    let radius = full.variance().max_axes([1]).sqrt().insert_axis(1) * 3.5;
    let z = full.mean() + square * radius;
    let prior = DiagonalNormal::standard([8, 2]).log_prob(&z);
    let posterior = vae.log_likelihoods(x, &z) + prior;
    let shades = |log: Tensor| (&log - log.max_axes([0])).exp().t();
    let sheet = Sheet::new([28, 28]).captioned("x", &x.value()).group();
    let sheet = sheet.captioned("posterior", &shades(posterior).value());
    let sheet = sheet.captioned("normal q", &shades(full.log_prob(&z)).value());
    let sheet = sheet.captioned("diagonal q", &shades(diagonal.log_prob(&z)).value());
    sheet.captioned("encoder's q", &shades(encoder.log_prob(&z)).value()).scale(4)
}
