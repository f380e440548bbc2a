//! Trains a variational autoencoder on handwritten digits:
//!
//! ```text
//! cargo run --release --example vae             784-400-20, 10 epochs, about a minute
//! cargo run --release --example vae -- --help   the model, the figures and the options explained
//! ```
//!
//! Start at [`train`], which is all there is to training; [`run`] is the story around it.
#![forbid(unsafe_code)]

mod app;

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use clap::Parser;
use indicatif::HumanCount;
use nn::{Adam, Module, Optimizer};
use rayon::ThreadPoolBuilder;
use vae::{Evaluation, EvidenceBound, Likelihood, Sizes, Vae, standard_normal};

use app::data::Data;
use app::folder::RunFolder;
use app::metrics::Epoch;
use app::options::Options;
use app::progress::{self, Steps, say};
use app::randomness::Randomness;
use app::results::Results;

fn main() -> Result<()> {
    let options = Options::parse();
    let threads = options.threads.unwrap_or(0); // 0: one for each core
    let pool = ThreadPoolBuilder::new().num_threads(threads).build();
    // On a thread of the pool: products are then computed where they are asked for, and by the others.
    pool.context("--threads: too many")?.install(|| run(&options))
}

fn run(options: &Options) -> Result<()> {
    let start = Instant::now();
    let data = Data::load(options.data.as_deref(), options.binarize)?;
    let sizes = options.sizes(data.train.pixels())?;
    let mut randomness = Randomness::new(options.seed);
    let mut vae = Vae::new(sizes, Likelihood::Bernoulli, &mut randomness.initialization);
    let mut adam = Adam::new(options.learning_rate);

    let folder = RunFolder::claim(options.output.as_deref())?;
    let results = Results::begin(folder, options, sizes, &data, &randomness)?;
    say(&introduction(&vae, sizes, &data))?;
    say(progress::TITLE)?;

    let mut epochs = Vec::new();
    for number in 1..=options.epochs {
        let steps = Steps::new(number, data.train.len().div_ceil(options.batch));
        let epoch_start = Instant::now();
        let train = train(&mut vae, &mut adam, &data, options.batch, &mut randomness, steps)?;
        let train_seconds = epoch_start.elapsed().as_secs_f64();
        let test = test(&vae, &data, options.batch, &randomness)?;

        let epoch = Epoch { number, train, test, train_seconds };
        say(&progress::row(&epoch, data.train.len()))?;
        epochs.push(epoch);
        results.save(&vae, &epochs)?;
    }
    say(&conclusion(&epochs, start.elapsed(), results.folder()))
}

/// One epoch: every training image once, in batches of an order of their own.
fn train(
    vae: &mut Vae,
    adam: &mut Adam,
    data: &Data,
    batch_size: usize,
    randomness: &mut Randomness,
    mut steps: Steps,
) -> Result<Evaluation> {
    let mut evaluation = Evaluation::default();
    for batch in data.train.shuffled_batches(batch_size, &mut randomness.order) {
        let x = data.input(&batch, &mut randomness.bits);
        let noise = standard_normal(&mut randomness.noise, [x.shape()[0], vae.latent()]);

        let elbo = vae.elbo(&x, &noise);
        evaluation.add(&elbo);
        let gradients = elbo.loss().backward();
        adam.step(vae, &gradients);

        steps.advance(x.shape()[0], evaluation.loss());
        ensure!(evaluation.loss().is_finite(), DIVERGED);
    }
    Ok(evaluation)
}

/// Rate and distortion of the test images, with one sampled code each.
///
/// Every test draws the same noise, and the same bits: two epochs differ by their parameters alone.
fn test(vae: &Vae, data: &Data, batch_size: usize, randomness: &Randomness) -> Result<Evaluation> {
    let mut bits = randomness.test_bits.clone();
    let batches = data.test.batches(batch_size).map(|batch| data.input(&batch, &mut bits));
    let evaluation = vae.evaluate(batches, &mut randomness.test_noise.clone());
    ensure!(evaluation.loss().is_finite(), DIVERGED);
    Ok(evaluation)
}

const DIVERGED: &str = "training diverged: the loss is no longer a finite number; \
                        choose a smaller --learning-rate";

fn introduction(vae: &Vae, Sizes { pixels, hidden, latent }: Sizes, data: &Data) -> String {
    let count = |n| HumanCount(n as u64);
    format!(
        "A VAE of {pixels}-{hidden}-{latent}, {} parameters\n\
         {} training and {} test images of {} × {} pixels",
        count(vae.parameter_count()),
        count(data.train.len()),
        count(data.test.len()),
        data.train.rows(),
        data.train.cols(),
    )
}

fn conclusion(epochs: &[Epoch], time: Duration, folder: &RunFolder) -> String {
    let last = epochs.last().expect("there is at least one epoch");
    format!(
        "\nTest −ELBO {:.2} nats per image at epoch {}, in {:.1} s\n\
         Figures, pictures and the model are in {}",
        last.test.loss(),
        last.number,
        time.as_secs_f64(),
        folder.path().display(),
    )
}
