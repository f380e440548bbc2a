//! Reproduces figures that others published, each by its protocol:
//!
//! ```text
//! cargo run --release --example reproduce -- --help                     the experiments
//! cargo run --release --example reproduce -- pytorch-example            one of them, in full
//! cargo run --release --example reproduce -- pytorch-example --quick    seconds, to see that it runs
//! ```
//!
//! Each prints a Markdown table to standard output, the same for the same seed; what goes on meanwhile goes to standard
//! error. `vae/RESULTS.md` keeps the tables.
#![forbid(unsafe_code)]

mod binarization;
mod digits;
mod estimate;
mod iwae;
mod linear_vae;
mod log;
mod pytorch_example;
mod randomness;
mod table;

use std::time::Instant;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use mimalloc::MiMalloc;
use rayon::ThreadPoolBuilder;

/// As in the example `vae`.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Reproduce published figures of variational autoencoders on MNIST
#[derive(Parser)]
#[command(name = "reproduce")]
struct Options {
    #[command(subcommand)]
    experiment: Experiment,

    /// Little data, few steps, small models: see in seconds that everything runs
    #[arg(long, global = true)]
    quick: bool,

    /// Threads to compute with; they change the time, never the result [default: one for each core]
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
}

#[derive(Subcommand)]
enum Experiment {
    PytorchExample(pytorch_example::Options),
    Iwae(iwae::Options),
    Binarization(binarization::Options),
    LinearVae(linear_vae::Options),
}

fn main() -> Result<()> {
    let Options { experiment, quick, threads } = Options::parse();
    let start = Instant::now();
    let run = || match &experiment {
        Experiment::PytorchExample(options) => pytorch_example::run(options, quick),
        Experiment::Iwae(options) => iwae::run(options, quick),
        Experiment::Binarization(options) => binarization::run(options, quick),
        Experiment::LinearVae(options) => linear_vae::run(options, quick),
    };
    let pool = ThreadPoolBuilder::new().num_threads(threads.unwrap_or(0).into()).build();
    // On a thread of the pool: products are then computed where they are asked for, and by the others.
    pool.context("--threads: too many")?.install(run)?;
    log::say(&format!("{:.0} s", start.elapsed().as_secs_f64()));
    Ok(())
}
