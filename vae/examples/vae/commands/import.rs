//! `vae import`: weights of PyTorch as a run.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use nn::checkpoint::CheckpointError;
use vae::pytorch::{self, PytorchError};

use super::export::check_layers;
use crate::checkpoint::Checkpoint;
use crate::cli::{quoted, say};
use crate::config::{Config, Flags};
use crate::data::Data;
use crate::folder::RunFolder;
use crate::train::Run;

/// Make a run of weights from PyTorch: of safetensors, by the names of its VAE example
///
/// The inverse of export. There, safetensors.torch.save_file(model.state_dict(), FILE)
/// writes them. What they do not tell, the options of train do: sizes, likelihood, images.
/// The run has no epochs yet; every command takes it, and train --resume trains it on.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  vae import vae.safetensors --output runs/torch                 784-400-20, on handwritten digits
  vae import vae.safetensors --hidden 200 --latent 2 --data fashion-mnist
  vae import for-torch.safetensors --config runs/vae-1/config.toml
  vae evaluate runs/torch                                        what it reaches on the test images
  vae train --resume runs/torch                                  on from these weights, with a new Adam")]
pub struct Options {
    /// The weights
    #[arg(value_name = "FILE")]
    weights: PathBuf,

    #[command(flatten)]
    flags: Flags,

    /// Take options from this file, such as the config.toml of a run; flags override it
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Folder of the run, new or empty [default: the first free of runs/vae-1, runs/vae-2, ...]
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
}

pub fn run(options: &Options) -> Result<ExitCode> {
    let config = Config::resolve(options.config.as_deref(), &options.flags)?;
    check_layers(&config)?;
    let data = Data::load(&config)?;
    let mut start = Checkpoint::start(config, &data)?;
    let imported = pytorch::import(&options.weights, &mut start.model);
    let advice = match &imported {
        Err(PytorchError::Checkpoint(CheckpointError::Mismatch { .. })) => {
            "choose --hidden, --latent and --data for a model of the shapes in the file"
        }
        Err(PytorchError::Architecture { .. }) => "choose a --likelihood without parameters",
        Err(PytorchError::Pickle { .. }) => "convert FILE",
        _ => "choose another FILE",
    };
    imported.context(advice)?;
    // Only now: what cannot be imported leaves no folder.
    let folder = RunFolder::claim(options.output.as_deref())?;
    let path = quoted(folder.path());
    Run::new(folder, data, start).begin()?;
    say(&format!("The run is {path}"))?;
    Ok(ExitCode::SUCCESS)
}
