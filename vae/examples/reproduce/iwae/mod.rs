//! The importance-weighted autoencoder: Table 1 of Burda, Grosse & Salakhutdinov 2016, with one stochastic layer.

mod checkpoint;
mod model;

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use autograd::Tensor;
use clap::Args;
use nn::{Adam, Optimizer};
use vae::data::Dataset;
use vae::{
    ImportanceSampling, LatentModel, LatentUse, Moments, Vae, importance_bound, standard_normal,
};

use crate::digits::{Digits, binarized, intensities, part};
use crate::estimate::log_likelihood;
use crate::log::{Progress, say};
use crate::randomness::{Purpose, generator};
use crate::table::{NONE, Table};
use checkpoint::Checkpoint;

/// The table of Burda et al. 2016, one stochastic layer [3,280 epochs: days; --stages 5: about a 27th of it]
///
/// Published, −log p(x) of the test images in nats: k = 1 (the VAE) 86.76, k = 5 85.54,
/// k = 50 84.78; active units 19, 22, 25.
///
/// Protocol: 784-200-200-50 with tanh, Glorot initialization, the bias of the output at the
/// logit of the mean image; pixels binarized anew for each minibatch of 20; Adam with
/// β₁ = 0.9, β₂ = 0.999, ε = 0.0001 on the sum over the minibatch; stages i = 0, …, 7 of 3ⁱ
/// epochs at 0.001 · 10^(−i/7); log p(x) with 5,000 importance samples. What differs: all
/// 60,000 digits are trained on, in an order of their own in each epoch; Adam forgets its
/// moments between stages, so that an interrupted run continues with the same numbers.
///
/// Each k leaves a checkpoint after each stage, and a later run continues from it.
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub struct Options {
    /// Samples in the bound that is trained, a model for each
    #[arg(long, value_name = "N,…", value_delimiter = ',', default_values_t = [1, 5, 50],
        value_parser = clap::value_parser!(u32).range(1..=1000))]
    k: Vec<u32>,

    /// Stages of training; all but the last few are short
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u8).range(1..=8))]
    stages: u8,

    /// Importance samples for each test image
    #[arg(long, value_name = "N", default_value_t = 5000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    samples: u32,

    /// Test images for importance sampling, from the first on
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    images: u32,

    /// Folder of the checkpoints
    #[arg(long, value_name = "DIR", default_value = "runs/iwae")]
    folder: PathBuf,

    /// Number from which all randomness is drawn
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

const MINIBATCH: usize = 20;
const EPSILON: f64 = 1e-4;

/// k, then −log p(x) and the active units in the paper.
const PUBLISHED: [(usize, &str, &str); 3] =
    [(1, "86.76", "19"), (5, "85.54", "22"), (50, "84.78", "25")];

/// A row for each k.
pub fn run(options: &Options, quick: bool) -> Result<()> {
    let digits = Digits::load(quick);
    let samples = if quick { 10 } else { options.samples as usize };
    let test = binarized(&digits.test, &mut generator(options.seed, 0, Purpose::TestBits));
    let weighed = part(&test, 0..test.len().min(options.images as usize));
    let folder = if quick { options.folder.join("quick") } else { options.folder.clone() };
    let epochs: usize = (0..options.stages).map(epochs).sum();

    let likelihood = format!("−log p(x), {samples} samples");
    let titles = ["k", "epochs", "−ELBO", &likelihood, "active units"];
    let mut table = Table::new([
        titles[0],
        titles[1],
        titles[2],
        titles[3],
        titles[4],
        "published",
        "active units",
    ]);
    for &k in &options.k {
        let k = k as usize;
        let vae = trained(options, k, &folder, &digits.train, &test)?;
        let mut noise = generator(options.seed, 0, Purpose::TestNoise);
        let estimate = log_likelihood(&vae, &weighed, samples, &mut noise);
        let posteriors = vae.encode_all(intensities(&test, 100));
        let published = PUBLISHED.iter().find(|row| row.0 == k);
        table.row([
            k.to_string(),
            epochs.to_string(),
            format!("{:.2}", -estimate.elbo().mean()),
            format!("{:.2}", -estimate.bound().mean()),
            LatentUse::of(&posteriors).active_units().to_string(),
            published.map_or(NONE, |row| row.1).to_owned(),
            published.map_or(NONE, |row| row.2).to_owned(),
        ]);
    }
    table.print()
}

/// Epochs of stage i.
fn epochs(stage: u8) -> usize {
    3usize.pow(stage.into())
}

/// Learning rate of stage i.
fn learning_rate(stage: u8) -> f64 {
    1e-3 * 10f64.powf(-f64::from(stage) / 7.0)
}

/// A model after all stages, some of which earlier runs may have done.
fn trained(
    options: &Options,
    k: usize,
    folder: &Path,
    train: &Dataset,
    test: &Dataset,
) -> Result<Vae> {
    let seed = options.seed;
    let mut vae = model::initial(train, &mut generator(seed, 0, Purpose::Initialization));
    let checkpoint = Checkpoint::new(folder, k, seed, train.len())?;
    let done = checkpoint.load(&mut vae)?;
    ensure!(
        done <= options.stages,
        "{}: has {done} stages; ask for --stages {done} or more, or for another --folder",
        checkpoint.path().display()
    );
    for stage in done..options.stages {
        let bound = train_stage(&mut vae, train, stage, k, seed)?;
        checkpoint.save(&vae, stage + 1)?;

        let mut noise = generator(seed, usize::from(stage), Purpose::TestNoise);
        let images = intensities(test, 100);
        let estimate = ImportanceSampling::new(k).log_likelihood(&vae, images, &mut noise, |_| ());
        say(&format!(
            "k = {k}, stage {stage}, {} epochs at {:.6}: L_k {:.2} in training, {:.2} in test; test ELBO {:.2}",
            epochs(stage),
            learning_rate(stage),
            bound.mean(),
            estimate.bound().mean(),
            estimate.elbo().mean(),
        ));
    }
    Ok(vae)
}

/// One stage; the mean L_k of the steps of its last epoch.
fn train_stage(vae: &mut Vae, train: &Dataset, stage: u8, k: usize, seed: u64) -> Result<Moments> {
    let [mut order, mut bits, mut noise] = [Purpose::Order, Purpose::Bits, Purpose::Noise]
        .map(|purpose| generator(seed, stage.into(), purpose));
    let mut adam = Adam::new(learning_rate(stage));
    adam.epsilon = EPSILON;
    let title = format!("k = {k}, stage {stage}");
    let mut progress = Progress::new(&title, "images", epochs(stage) * train.len());
    let mut bounds = Moments::default();
    for epoch in 1..=epochs(stage) {
        bounds = Moments::default();
        for batch in train.shuffled_batches(MINIBATCH, &mut order) {
            let x = Tensor::constant(batch.binarized(&mut bits));
            let images = x.shape()[0];
            let noise = standard_normal(&mut noise, [k, images, vae.latent()]);
            let bound = importance_bound(&vae.log_weights(&x, &noise)).sum();
            bounds.add(f64::from(bound.item()) / images as f64);
            let gradients = (-bound).backward();
            adam.step(vae, &gradients);
            progress.advance(images, "L_k", bounds.mean());
        }
        ensure!(bounds.mean().is_finite(), "{title}: training diverged in epoch {epoch}");
    }
    Ok(bounds)
}
