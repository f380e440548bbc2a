//! Seconds per epoch of the example's training, and where the time of a step goes.
//!
//! ```text
//! cargo bench --bench step                                    on one thread, then on all
//! cargo bench --bench step -- --threads 2 --epochs 9
//! cargo bench --bench step -- --conv --threads 2 --epochs 3    the convolutional model
//! cargo bench --bench step -- --threads 2 --on-request        for peers/compare.py
//! ```
//!
//! The default example's training, random streams included: 784-400-20, batches of 128 of the 60,000
//! digits, Adam with a rate of 0.001. Everything counts that an epoch needs, from shuffling on. With
//! `--conv`, the same for the convolutional model with 16 latent dimensions.
//!
//! Run otherwise than by `cargo bench`, for instance by `cargo test --benches`, it takes one step.

mod options;
mod products;
mod profile;

use std::io;
use std::ops::ControlFlow;
use std::time::Instant;

use autograd::Tensor;
use autograd::simd::{self, Isa};
use clap::Parser;
use mimalloc::MiMalloc;
use nn::{Adam, Optimizer};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rayon::ThreadPoolBuilder;
use vae::data::{Dataset, for_each_ahead};
use vae::{Encoder, Evaluation, Likelihood, Sizes, Vae, standard_normal};

use options::Options;
use products::{Layer, Products};
use profile::{Profile, median};

/// The example's.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

const SIZES: Sizes = Sizes { pixels: 784, hidden: 400, latent: 20 };
const BATCH: usize = 128;

/// The layers of the dense model.
fn dense() -> Vec<Layer> {
    let Sizes { pixels, hidden, latent } = SIZES;
    vec![
        Layer::first("encoder.hidden", pixels, hidden),
        Layer::linear("encoder.head", hidden, 2 * latent),
        Layer::linear("decoder.hidden", latent, hidden),
        Layer::linear("decoder.output", hidden, pixels),
    ]
}

/// Dimensions of z of the convolutional model.
const LATENT: usize = 16;

/// The layers of the convolutional model.
fn convolutional() -> Vec<Layer> {
    vec![
        Layer::conv("encoder.conv1", 1, 14, 32),
        Layer::conv("encoder.conv2", 32, 7, 64),
        Layer::linear("encoder.hidden", 3136, 256),
        Layer::linear("encoder.head", 256, 2 * LATENT),
        Layer::linear("decoder.hidden", LATENT, 256),
        Layer::linear("decoder.features", 256, 3136),
        Layer::conv_transpose("decoder.conv1", 64, 7, 32),
        Layer::conv_transpose("decoder.conv2", 32, 14, 1),
    ]
}

/// All that training changes.
struct Training<E, D> {
    vae: Vae<f32, E, D>,
    adam: Adam,
    order: ChaCha8Rng,
    noise: ChaCha8Rng,
}

/// What an epoch took, and what it reached.
struct Epoch {
    /// Seconds for 60,000 digits.
    seconds: f64,
    /// −ELBO in nats per image, the mean over the epoch.
    loss: f64,
}

/// A random stream of the example with `--seed 1`.
fn stream(number: u64) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    rng.set_stream(number);
    rng
}

impl<E: Encoder, D: nn::Layer> Training<E, D> {
    fn new(vae: Vae<f32, E, D>) -> Self {
        Self { vae, adam: Adam::new(1e-3), order: stream(1), noise: stream(2) }
    }

    /// At most `steps` steps of one epoch, the time of each part of a step noted in `profile`.
    fn epoch(&mut self, digits: &Dataset, steps: usize, profile: &mut Profile) -> Epoch {
        let start = Instant::now();
        let mut evaluation = Evaluation::default();
        let mut images = 0;
        profile.start();
        let batches = digits.shuffled_batches(BATCH, &mut self.order).take(steps);
        profile.lap("shuffle");
        let latent = self.vae.latent();
        let inputs = batches.map(|batch| {
            let x = Tensor::constant(batch.intensities());
            let noise = standard_normal(&mut self.noise, [x.shape()[0], latent]);
            (x, noise)
        });
        let _: ControlFlow<()> = for_each_ahead(inputs, |(x, noise)| {
            profile.lap("wait for the batch");
            let elbo = self.vae.elbo(&x, &noise);
            profile.lap("forward");
            evaluation.add(&elbo);
            profile.lap("sum up the losses");
            let gradients = elbo.loss().backward();
            profile.lap("backward");
            self.adam.step(&mut self.vae, &gradients);
            profile.lap("Adam");

            images += x.shape()[0];
            drop((x, noise, gradients));
            profile.lap("free");
            ControlFlow::Continue(())
        });
        let seconds = start.elapsed().as_secs_f64() * digits.len() as f64 / images as f64;
        Epoch { seconds, loss: evaluation.loss() }
    }
}

/// Trains, and prints each epoch and the profile.
fn report<E: Encoder, D: nn::Layer>(
    mut training: Training<E, D>,
    layers: &[Layer],
    digits: &Dataset,
    options: &Options,
) {
    let mut profile = Profile::default();
    let threads = rayon::current_num_threads();
    let peak = 1e9 * threads as f64 * simd::peak::<f32>(Isa::current());
    println!("\nthreads: {threads}, peak {:.1} GFLOP/s (measured)\n", 1e-9 * peak);
    println!("{:22} {:>8} {:>8}", "epoch", "s", "−ELBO");
    let mut seconds = Vec::new();
    for number in 1..=options.epochs() {
        let epoch = training.epoch(digits, options.steps(), &mut profile);
        println!("{number:<22} {:8.3} {:8.2}", epoch.seconds, epoch.loss);
        seconds.push(epoch.seconds);
    }
    seconds.sort_by(f64::total_cmp);
    println!("{:22} {:8.3}", "fastest", seconds[0]);
    println!("{:22} {:8.3}\n", "median", median(&seconds));
    print!("{profile}");
    print!("\n{}", Products::measure(layers, options.steps(), peak));
}

/// Trains one epoch for each line on standard input, and prints its seconds and its loss.
fn on_request<E: Encoder, D: nn::Layer>(mut training: Training<E, D>, digits: &Dataset) {
    for line in io::stdin().lines() {
        line.expect("standard input is text");
        let epoch = training.epoch(digits, usize::MAX, &mut Profile::default());
        println!("{} {}", epoch.seconds, epoch.loss);
    }
}

fn main() {
    let options = Options::parse();
    let digits = Dataset::mnist_train();
    if !options.on_request {
        let model = if options.conv { "the convolutional VAE" } else { "a VAE of 784-400-20" };
        println!("{model} in batches of {BATCH}, {}", Isa::current());
    }
    for threads in options.threads() {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().expect("threads to start");
        pool.install(|| {
            if options.conv {
                let vae = Vae::convolutional(LATENT, Likelihood::Bernoulli, &mut stream(0));
                run(Training::new(vae), &convolutional(), &digits, &options);
            } else {
                let vae = Vae::new(SIZES, Likelihood::Bernoulli, &mut stream(0));
                run(Training::new(vae), &dense(), &digits, &options);
            }
        });
    }
}

fn run<E: Encoder, D: nn::Layer>(
    training: Training<E, D>,
    layers: &[Layer],
    digits: &Dataset,
    options: &Options,
) {
    if options.on_request {
        on_request(training, digits);
    } else {
        report(training, layers, digits, options);
    }
}
