//! What a code may cost: the curve of rate and distortion, and three ways to choose a place on it.
//!
//! A β-VAE minimizes distortion + β rate. The least of it that the networks can reach is, over all β, a convex curve with the
//! slope −β. A chord between two of its points is steeper than the smaller β and less steep than the larger,
//!
//!     β₁ ≤ −ΔD/ΔR ≤ β₂.
//!
//! −ELBO is distortion + rate, and least where the slope is −1. With a larger β, dimensions of the code collapse; with a
//! smaller one, nats of rate are bought that save less than a nat of distortion. Two more losses want β = 1 in the end, but
//! no dimension to collapse before the decoder has learned to read it: KL warm-up, where β rises from 0 to 1, and free bits,
//! where each dimension pays nothing for its first λ nats. Pixels are drawn as bits, so that nats are those of a probability.
//!
//! ```text
//! cargo run --release --example 11-beta-and-free-bits
//! ```
//!
//! Draws `11-beta-and-free-bits.png`: the curve, and the rate of each dimension, the most used first.
#![forbid(unsafe_code)]

use std::iter;

use anyhow::{Result, ensure};
use autograd::Tensor;
use figures::{Curves, Example, Panels};
use nn::schedule::WarmUp;
use nn::{Adam, Optimizer};
use vae::data::Dataset;
use vae::{Evaluation, EvidenceBound, LatentUse, Likelihood};
use vae::{Sizes, Vae, free_bits, standard_normal};

const LATENT: usize = 20;
const BETAS: [f64; 8] = [0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0];

fn main() -> Result<()> {
    let example = Example::from_args();
    let (train, test) = (Dataset::mnist_train(), Dataset::mnist_test());
    let sizes = Sizes { pixels: 784, hidden: 200, latent: LATENT };
    let mut rng = example.stream(0);
    let mut start = Vae::new(sizes, Likelihood::Bernoulli, &mut rng);
    start.start_at_mean(&train.mean_image());
    let digits = Digits { train, test, start, example: example.clone() };

    println!("{:<20}   rate   distortion    −ELBO   active units", "");
    let curve = BETAS.map(|beta| {
        let name = format!("β = {beta}");
        digits.trained(name, |vae, x, noise, _| vae.elbo(x, noise).beta_loss(beta))
    });
    let beta = WarmUp { start: 0.0, steps: 400 };
    let warm_up = digits.trained("KL warm-up", |vae, x, noise, step| {
        vae.elbo(x, noise).beta_loss(beta.factor(step))
    });
    let free = [0.5, 2.0].map(|floor| {
        let name = format!("{floor} nats free");
        digits.trained(name, |vae, x, noise, _| with_free_bits(vae, x, noise, floor))
    });

    let slopes: Vec<_> = curve.windows(2).map(|pair| slope(&pair[0], &pair[1])).collect();
    println!("\n−ΔD/ΔR between two β: {slopes:.2?}");
    if !example.quick {
        for (slope, betas) in slopes.iter().zip(BETAS.windows(2)) {
            // Within a tenth: training is not over.
            let between = 0.9 * betas[0] < *slope && *slope < 1.1 * betas[1];
            ensure!(between, "the slope is {slope} where β is from {betas:?}");
        }
    }
    let others = [warm_up].into_iter().chain(free).collect::<Vec<_>>();
    let picture = Panels::row().with(plane(&curve, &others)).with(rates(&curve, &others));
    Ok(example.save("11-beta-and-free-bits.png", &picture)?)
}

/// Distortion and Σⱼ max(λ, rate of dimension j).
fn with_free_bits(vae: &Vae, x: &Tensor, noise: &Tensor, floor: f64) -> Tensor {
    let posterior = vae.encode(x);
    let log_likelihood = vae.likelihood().log_prob(&vae.decode(&posterior.rsample(noise)), x);
    free_bits(&posterior.kl_to_standard_by_dimension(), floor) - log_likelihood.mean()
}

/// −ΔD/ΔR between two points of the curve.
fn slope(one: &Trained, other: &Trained) -> f64 {
    (one.test.distortion() - other.test.distortion()) / (other.test.rate() - one.test.rate())
}

/// The images, and the model that all begin with.
struct Digits {
    train: Dataset,
    test: Dataset,
    start: Vae,
    example: Example,
}

/// What a model reaches on test images.
struct Trained {
    name: String,
    test: Evaluation,
    latent: LatentUse,
}

impl Digits {
    /// Prints a row of the table. All models begin alike, and see the same images and the same noise.
    fn trained(
        &self,
        name: impl Into<String>,
        loss: impl Fn(&Vae, &Tensor, &Tensor, usize) -> Tensor,
    ) -> Trained {
        let [mut order, mut noise, mut test] =
            [1, 2, 3].map(|purpose| self.example.stream(purpose));
        let mut vae = self.start.clone();
        let mut adam = Adam::new(2e-3);
        let epochs = iter::repeat_with(|| self.train.shuffled_batches(128, &mut order));
        for (step, batch) in epochs.flatten().take(self.example.pick(800, 2)).enumerate() {
            let x = Tensor::constant(batch.binarized(&mut noise));
            let noise = standard_normal(&mut noise, [x.shape()[0], LATENT]);
            let loss = loss(&vae, &x, &noise, step);
            adam.step(&mut vae, &loss.backward());
        }
        let batches = self.test.batches(100).take(self.example.pick(20, 1));
        let x: Vec<_> = batches.map(|batch| Tensor::constant(batch.binarized(&mut test))).collect();
        let latent = LatentUse::of(&vae.encode_all(x.clone()));
        let (name, test) = (name.into(), vae.evaluate(x, &mut test));
        let (rate, distortion, loss) = (test.rate(), test.distortion(), test.loss());
        println!("{name:<20}{rate:>7.1}{distortion:>13.1}{loss:>9.1}{:>15}", latent.active_units());
        Trained { name, test, latent }
    }
}

fn plane(curve: &[Trained], others: &[Trained]) -> Curves {
    let point = |trained: &Trained| (trained.test.rate(), trained.test.distortion());
    let (rate, distortion) = point(&curve[3]);
    let line = [-15.0, 15.0].map(|nats| (rate + nats, distortion - nats));
    let plane = Curves::new("rate, nats", "distortion, nats").title("test images");
    let plane = plane.line("β from 16 to 0.1", curve.iter().map(point));
    let plane = plane.dashed("the −ELBO of β = 1", line);
    others.iter().fold(plane, |plane, trained| plane.line(&trained.name, [point(trained)]))
}

fn rates(curve: &[Trained], others: &[Trained]) -> Curves {
    let shown = [&curve[1], &curve[3], &curve[5], &others[0], &others[1], &others[2]];
    let lines = Curves::new("dimension, the most used first", "rate, nats");
    shown.into_iter().fold(lines, |lines, trained| {
        let latent = &trained.latent;
        let rates = latent.by_rate().into_iter().map(|j| latent.rates[j].mean());
        lines.line(&trained.name, (1..).map(f64::from).zip(rates))
    })
}
