//! `vae info`: what a checkpoint is.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use indicatif::HumanCount;
use nn::Module;
use serde_json::json;

use crate::checkpoint::Checkpoint;
use crate::cli::say;
use crate::config::name;
use crate::metrics;

/// Tell what a checkpoint is: model, options, epochs and figures
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  vae info runs/vae-1                     the best checkpoint of a run
  vae info runs/vae-1/last.safetensors    another one
  vae info runs/vae-1 --json | jq .config")]
pub struct Options {
    /// The folder of a run, or a checkpoint
    #[arg(value_name = "RUN")]
    checkpoint: PathBuf,

    /// Print it as JSON
    #[arg(long)]
    json: bool,
}

pub fn run(options: &Options) -> Result<ExitCode> {
    let checkpoint = Checkpoint::load(&options.checkpoint)?;
    say(&if options.json { as_json(&checkpoint) } else { in_words(&checkpoint) })?;
    Ok(ExitCode::SUCCESS)
}

fn in_words(checkpoint: &Checkpoint) -> String {
    let Checkpoint { config, images, model, epochs, progress, .. } = checkpoint;
    let mut text = format!(
        "model        {}, {} parameters, {} latent dimensions\n\
         likelihood   {}\n\
         images       {} × {} pixels\n\
         epochs       {} of {}",
        name(&config.model),
        HumanCount(model.parameter_count() as u64),
        model.latent(),
        name(&config.likelihood),
        images.rows,
        images.cols,
        epochs.len(),
        config.epochs,
    );
    if progress.step > 0 {
        text += &format!(", and {} steps", progress.step);
    }
    if let (Some(last), Some(best)) = (epochs.last(), metrics::best(epochs)) {
        let test = &last.test;
        text += &format!(
            "\ntest         −ELBO {:.2} = distortion {:.2} + rate {:.2} nats per image\n\
             best         {:.2} after epoch {}",
            test.loss, test.distortion, test.rate, best.bound, best.number
        );
    }
    format!("{text}\n\n{}", config.to_toml().trim_end())
}

fn as_json(checkpoint: &Checkpoint) -> String {
    let Checkpoint { config, images, model, epochs, progress, .. } = checkpoint;
    let best = metrics::best(epochs);
    json!({
        "config": config,
        "images": images,
        "parameters": model.parameter_count(),
        "epochs": epochs.len(),
        "step": progress.step,
        "test": epochs.last().map(|epoch| epoch.test),
        "best": best.map(|epoch| json!({ "epoch": epoch.number, "test_bound": epoch.bound })),
    })
    .to_string()
}
