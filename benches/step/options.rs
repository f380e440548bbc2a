//! The command line of the bench.

use std::env;
use std::process::exit;
use std::thread::available_parallelism;

/// What to measure.
pub struct Options {
    /// How many epochs.
    pub epochs: usize,
    /// Steps after which an epoch is cut short.
    pub steps: usize,
    /// The numbers of threads, one after the other.
    pub threads: Vec<usize>,
    /// Whether the model is the convolutional one.
    pub convolutional: bool,
    /// Whether to train one epoch for each line on standard input.
    pub on_request: bool,
}

const USAGE: &str =
    "cargo bench --bench step -- [--conv] [--epochs N] [--steps N] [--threads N] [--on-request]";

impl Options {
    /// From the command line. Without cargo's `--bench`, this is not a measurement: one step on one thread.
    pub fn parse() -> Self {
        if !env::args().any(|argument| argument == "--bench") {
            return Self { epochs: 1, steps: 1, threads: vec![1], ..Self::all() };
        }
        let mut options = Self::all();
        let mut arguments = env::args().skip(1);
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--conv" => options.convolutional = true,
                "--epochs" => options.epochs = positive(arguments.next()),
                "--steps" => options.steps = positive(arguments.next()),
                "--threads" => options.threads = vec![positive(arguments.next())],
                "--on-request" => options.on_request = true,
                "--bench" => {}
                _ => fail(&format!("unknown argument {argument}")),
            }
        }
        options
    }

    /// Everything there is to measure of the dense model.
    fn all() -> Self {
        let cores = available_parallelism().map_or(1, usize::from);
        let mut threads = vec![1, cores];
        threads.dedup();
        let steps = usize::MAX;
        Self { epochs: 5, steps, threads, convolutional: false, on_request: false }
    }
}

fn positive(argument: Option<String>) -> usize {
    match argument.as_deref().map(str::parse) {
        Some(Ok(n)) if n > 0 => n,
        _ => fail("expected a whole number of at least 1"),
    }
}

fn fail(problem: &str) -> ! {
    eprintln!("{problem}; usage:\n    {USAGE}");
    exit(2)
}
