//! `vae export`: the weights for PyTorch, or the decoder as an ONNX model.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use clap::Args;
use vae::pytorch;

use super::report::decoder;
use super::target::Target;
use crate::checkpoint::Checkpoint;
use crate::config::{Config, Kind, name};
use crate::{folder, onnx};

/// Write the weights for PyTorch, as safetensors, or the decoder as an ONNX model
///
/// In PyTorch, model.load_state_dict(safetensors.torch.load_file(FILE)) reads the weights
/// into the model of its VAE example: those of --model dense and iwae, whose layers it has.
///
/// A FILE that ends in .onnx is the decoder alone: z [codes, latent] to x [codes, pixels],
/// E[x|z]. The z of a conditional model ends in a 1 among 0s, its label. Any model has one,
/// but with --likelihood continuous-bernoulli, for whose mean ONNX has no operator.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  vae export runs/vae-1                              as runs/vae-1/pytorch.safetensors
  vae export runs/vae-1 --output for-torch.safetensors
  vae export runs/vae-1 --output decoder.onnx        for onnxruntime and others

import makes a run of the weights again.")]
pub struct Options {
    #[command(flatten)]
    target: Target,
}

pub fn run(options: &Options) -> Result<ExitCode> {
    options.target.make("pytorch.safetensors", "The weights are", |state, output| {
        if output.extension().is_some_and(|extension| extension == "onnx") {
            return write_decoder(state, output);
        }
        let Checkpoint { config, model, .. } = state;
        check_layers(config)?;
        let metadata = BTreeMap::from([("config".to_owned(), config.to_toml())]);
        Ok(pytorch::export(output, model, &metadata)?)
    })
}

/// As an ONNX model.
fn write_decoder(state: &Checkpoint, output: &Path) -> Result<()> {
    let Checkpoint { config, images, model, .. } = state;
    let labels = if config.model == Kind::Cvae { images.classes } else { 0 };
    let layers = decoder(config, model)?;
    let bytes = onnx::bytes(&layers, model.latent() + labels, images.pixels())?;
    folder::write(output, &bytes).context("choose another --output")
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
