//! Trains variational autoencoders on images, and uses them:
//!
//! ```text
//! cargo run --release --example vae                       784-400-20 on handwritten digits, 10 epochs, about a minute
//! cargo run --release --example vae -- --help             the model, the figures and the options explained
//! cargo run --release --example vae -- info runs/vae-1    what came of it
//! ```
//!
//! Start at [`train::epoch`], which is all there is to training. Around it: [`config`] says what to train, [`model`] is
//! that model, [`checkpoint`] keeps it, and [`commands`] has a file for each command.
#![forbid(unsafe_code)]

mod checkpoint;
mod cli;
mod commands;
mod config;
mod data;
mod folder;
mod metrics;
mod model;
mod onnx;
mod pictures;
mod randomness;
mod report;
mod tensorboard;
mod train;

use std::process::ExitCode;

use clap::Parser;
use mimalloc::MiMalloc;

/// A step takes a twentieth less than with the allocator of glibc: see `benches/README.md`, step.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    match cli::Cli::parse().run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
