//! `vae export`: the weights for PyTorch.

use std::collections::BTreeMap;
use std::process::ExitCode;

use anyhow::{Result, ensure};
use clap::Args;
use vae::pytorch;

use super::target::Target;
use crate::checkpoint::Checkpoint;
use crate::config::{Config, Kind, name};

/// Write the weights for PyTorch: as safetensors, by the names of its VAE example
///
/// There, model.load_state_dict(safetensors.torch.load_file(FILE)) reads them. It is for
/// --model dense and iwae, whose layers are those of the example.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  vae export runs/vae-1                              as runs/vae-1/pytorch.safetensors
  vae export runs/vae-1 --output for-torch.safetensors

import makes a run of such a file again.")]
pub struct Options {
    #[command(flatten)]
    target: Target,
}

pub fn run(options: &Options) -> Result<ExitCode> {
    options.target.make("pytorch.safetensors", "The weights are", |state, output| {
        let Checkpoint { config, model, .. } = state;
        check_layers(config)?;
        let metadata = BTreeMap::from([("config".to_owned(), config.to_toml())]);
        Ok(pytorch::export(output, model, &metadata)?)
    })
}

/// Whether the model is one that PyTorch's example can be.
pub fn check_layers(config: &Config) -> Result<()> {
    ensure!(
        matches!(config.model, Kind::Dense | Kind::Iwae),
        "PyTorch's example has the layers of --model dense and iwae, but this is --model {}; \
         choose one of these",
        name(&config.model)
    );
    Ok(())
}
