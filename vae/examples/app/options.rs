//! The command line.

use std::path::PathBuf;

use anyhow::{Result, ensure};
use clap::Parser;
use indicatif::{BinaryBytes, HumanCount};
use vae::Sizes;

/// Train a variational autoencoder on images, and see what it learned
#[derive(Debug, Parser)]
#[command(name = "vae", long_about = ABOUT, after_long_help = AFTER)]
pub struct Options {
    /// Folder of the training and test images, as IDX files [default: the embedded MNIST digits]
    ///
    /// The four files have the names of MNIST, plain or gzipped (.gz):
    /// train-images-idx3-ubyte, train-labels-idx1-ubyte,
    /// t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte.
    #[arg(long, value_name = "DIR", verbatim_doc_comment)]
    pub data: Option<PathBuf>,

    /// How often to go through the training images
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = up_to(1_000_000))]
    pub epochs: usize,

    /// Images in each step of the optimizer
    #[arg(long, value_name = "N", default_value_t = 128, value_parser = up_to(1_000_000))]
    pub batch: usize,

    /// Dimensions of the code z
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = up_to(65_536))]
    pub latent: usize,

    /// Hidden units of the encoder, and of the decoder
    #[arg(long, value_name = "N", default_value_t = 400, value_parser = up_to(65_536))]
    pub hidden: usize,

    /// Step size of Adam, above 0 and at most 1
    #[arg(long, value_name = "RATE", default_value_t = 1e-3, value_parser = learning_rate, allow_negative_numbers = true)]
    pub learning_rate: f64,

    /// Number from which all randomness is drawn; the same seed gives the same run
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,

    /// Threads to compute with; they change the time, never the result [default: one for each core]
    #[arg(long, value_name = "N", value_parser = up_to(256))]
    pub threads: Option<usize>,

    /// Folder of the results, new or empty [default: the first free of runs/vae-1, runs/vae-2, ...]
    #[arg(long, value_name = "DIR")]
    pub output: Option<PathBuf>,

    /// Draw each pixel as 0 or 1 with its intensity as probability, anew for each batch
    ///
    /// A Bernoulli likelihood speaks of bits: with them, the loss bounds a true −log p(x).
    /// Without this option, intensities are taken as they are, as in most published examples.
    #[arg(long, verbatim_doc_comment)]
    pub binarize: bool,
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

Without options this trains a 784-400-20 model on the 60,000 training digits of MNIST
and tests it on the other 10,000 after each epoch. Expect a test −ELBO of about 105.5
after 10 epochs.";

const AFTER: &str = "\
Files, brought up to date after each epoch:
  metrics.csv            the figures of each epoch
  model.safetensors      the parameters, and how they were trained
  reconstructions.png    test images, each over what its code tells
  samples.png            8 × 8 new images, decoded from the prior
  loss.png               the figures as curves

Examples (vae stands for: cargo run --release --example vae --):
  vae                                    everything at its default
  vae --latent 2 --epochs 30             a code that fits on a map
  vae --data fashion-mnist --binarize    another dataset, as bits
  vae --seed 7 --output runs/seven       another run, in a folder of your choice";

impl Options {
    /// The sizes of the model for images of `pixels` pixels, if a run with them fits in memory.
    pub fn sizes(&self, pixels: usize) -> Result<Sizes> {
        let (hidden, latent) = (self.hidden, self.latent);
        let parameters = 2 * pixels * hidden + 3 * hidden * latent;
        let activations = self.batch.max(64) * (pixels + hidden + latent);
        let bytes = size_of::<f32>() * (4 * parameters + 8 * activations);
        ensure!(
            bytes <= MEMORY,
            "a model of {pixels}-{hidden}-{latent} in batches of {batch} takes about {needed} of memory, \
             and a run may take {limit}; choose a smaller --hidden, --latent or --batch",
            batch = HumanCount(self.batch as u64),
            needed = BinaryBytes(bytes as u64),
            limit = BinaryBytes(MEMORY as u64),
        );
        Ok(Sizes { pixels, hidden, latent })
    }
}

/// The most memory that a run may take: parameters with gradients and two moments, and the activations of a batch.
const MEMORY: usize = 4 << 30;

/// A parser of whole numbers from 1 to `bound`.
fn up_to(bound: usize) -> impl Fn(&str) -> Result<usize, String> + Clone {
    move |text| match text.parse() {
        Ok(n) if (1..=bound).contains(&n) => Ok(n),
        _ => Err(format!("expected a whole number from 1 to {}", HumanCount(bound as u64))),
    }
}

fn learning_rate(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(rate) if rate > 0.0 && rate <= 1.0 => Ok(rate),
        _ => Err("expected a number above 0 and at most 1".to_owned()),
    }
}
