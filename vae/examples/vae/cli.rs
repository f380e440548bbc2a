//! The command line: a command and its options. Without a command, the options are those of `train`.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand};
use rayon::ThreadPoolBuilder;

use crate::commands::{
    completions, encode, evaluate, export, import, info, interpolate, manifold, reconstruct,
    report, sample, train,
};
use crate::config::bounds;

/// Train a variational autoencoder on images, and see what it learned
#[derive(Debug, Parser)]
#[command(
    name = "vae",
    version,
    long_about = ABOUT,
    after_long_help = AFTER,
    args_conflicts_with_subcommands = true
)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,

    #[command(flatten)]
    train: train::Options,
}

#[derive(Debug, Subcommand)]
enum Command {
    Train(Box<train::Options>),
    Encode(encode::Options),
    Evaluate(evaluate::Options),
    Export(export::Options),
    Import(Box<import::Options>),
    Info(info::Options),
    Interpolate(interpolate::Options),
    Manifold(manifold::Options),
    Reconstruct(reconstruct::Options),
    Report(report::Options),
    Sample(sample::Options),
    Completions(completions::Options),
}

impl Cli {
    /// Does what it says. The exit code is that of a command that ended well, or was interrupted.
    pub fn run(self) -> Result<ExitCode> {
        match self.command.unwrap_or(Command::Train(Box::new(self.train))) {
            Command::Train(options) => train::run(&options),
            Command::Encode(options) => encode::run(&options),
            Command::Evaluate(options) => evaluate::run(&options),
            Command::Export(options) => export::run(&options),
            Command::Import(options) => import::run(&options),
            Command::Info(options) => info::run(&options),
            Command::Interpolate(options) => interpolate::run(&options),
            Command::Manifold(options) => manifold::run(&options),
            Command::Reconstruct(options) => reconstruct::run(&options),
            Command::Report(options) => report::run(&options),
            Command::Sample(options) => sample::run(&options),
            Command::Completions(options) => completions::run(&options),
        }
    }
}

/// For commands that compute.
#[derive(Args, Clone, Debug)]
pub struct Threads {
    /// Threads to compute with; they change the time, never the result [default: one for each core]
    #[arg(long, value_name = "N", value_parser = bounds::whole("threads"))]
    threads: Option<usize>,
}

impl Threads {
    /// Runs `compute` on so many threads.
    pub fn install<R: Send>(&self, compute: impl FnOnce() -> Result<R> + Send) -> Result<R> {
        let threads = self.threads.unwrap_or(0); // 0: one for each core
        let pool = ThreadPoolBuilder::new().num_threads(threads).build();
        // On a thread of the pool: products are then computed where they are asked for, and by the others.
        pool.context("--threads: too many")?.install(compute)
    }
}

/// Prints a line; unlike `println!`, fails where there is nowhere to print to.
pub fn say(line: &str) -> Result<()> {
    writeln!(io::stdout(), "{line}").context("standard output cannot be written to")
}

/// A path as it is typed into a shell.
pub fn quoted(path: &Path) -> String {
    let path = path.display().to_string();
    if path.chars().all(|c| c.is_alphanumeric() || "/\\:._-".contains(c)) {
        path
    } else {
        format!("'{}'", path.replace('\'', r"'\''"))
    }
}

const ABOUT: &str = "\
Train a variational autoencoder on images, and see what it learned.

The model writes an image x as a short code z and reads it back:

  encoder   q(z|x) = N(μ(x), σ²(x))     pixels → hidden (ReLU) → μ and log σ²
  decoder   p(x|z) = Bernoulli(f(z))    code → hidden (ReLU) → a probability per pixel
  prior     p(z) = N(0, I)              decode a z drawn from it to get a new image

The loss is −ELBO = distortion + rate, an upper bound on −log p(x):

  distortion   −log p(x|z), what the code fails to tell about the image
  rate         KL(q(z|x) ‖ p(z)), what the code costs

All three are in nats per image (1 nat = 1.44 bits); lower is better. With too low a
rate all codes look alike; with too low a distortion the prior no longer matches them.

Without a command and options this trains a 784-400-20 model on the 60,000 training
digits of MNIST and tests it on the other 10,000 after each epoch. Expect a test −ELBO
of about 105.5 after 10 epochs. --model and --likelihood choose others.";

const AFTER: &str = "\
Files of a run, brought up to date after each epoch:
  config.toml            its options; --config with this file repeats the run
  last.safetensors       the parameters and all that it takes to go on: see --resume
  best.safetensors       the same, of the epoch with the lowest test loss
  metrics.csv            the figures of each epoch
  reconstructions.png    test images, each over what its code tells
  samples.png            8 × 8 new images, decoded from the prior
  loss.png               the figures as curves

Examples (vae stands for: cargo run --release --example vae --):
  vae                                    everything at its default
  vae --latent 2 --epochs 30             a code that fits on a map
  vae --model conv --latent 16           convolutions in place of the hidden layers
  vae --data fashion-mnist --binarize    another dataset, as bits
  vae --seed 7 --output runs/seven       another run, in a folder of your choice
  vae --resume runs/seven --epochs 20    that run again, from where it ended
  vae info runs/seven                    what came of it
  vae report runs/seven                  the same as a page, with the decoder in it
  vae evaluate runs/seven                what it reaches on the test images, and log p(x)
  vae import vae.safetensors             a run of weights from PyTorch";
