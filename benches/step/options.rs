//! The command line of the bench.

use std::num::NonZeroUsize;
use std::thread::available_parallelism;

use clap::Parser;

/// The example's training: seconds an epoch, and where the time of a step goes.
#[derive(Parser)]
#[command(bin_name = "cargo bench --bench step --")]
pub struct Options {
    /// The convolutional model.
    #[arg(long)]
    pub conv: bool,
    /// How many epochs.
    #[arg(long, value_name = "N", default_value = "5")]
    epochs: NonZeroUsize,
    /// Steps after which an epoch is cut short.
    #[arg(long, value_name = "N")]
    steps: Option<NonZeroUsize>,
    /// Threads; else one, then all.
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
    /// Train one epoch for each line on standard input.
    #[arg(long)]
    pub on_request: bool,
    /// What cargo says if this is a measurement; else it is one step on one thread.
    #[arg(long, hide = true)]
    bench: bool,
}

impl Options {
    /// How many epochs.
    pub fn epochs(&self) -> usize {
        if self.bench { self.epochs.get() } else { 1 }
    }

    /// Steps after which an epoch is cut short.
    pub fn steps(&self) -> usize {
        if self.bench { self.steps.map_or(usize::MAX, NonZeroUsize::get) } else { 1 }
    }

    /// The numbers of threads, one after the other.
    pub fn threads(&self) -> Vec<usize> {
        if !self.bench {
            return vec![1];
        }
        let all = || vec![1, available_parallelism().map_or(1, usize::from)];
        let mut threads = self.threads.map_or_else(all, |threads| vec![threads.get()]);
        threads.dedup();
        threads
    }
}
