//! `vae reconstruct`: what codes tell about test images.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use super::drawing::{check_image, draw};
use super::images::Images;
use super::target::Target;
use crate::config::bounds;
use crate::pictures;

/// Draw test images, each over what its code tells
///
/// Below each image x is E[x|z] at the mean z = μ(x) of its posterior.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  vae reconstruct runs/vae-1                           the first 50, as runs/vae-1/reconstruct.png
  vae reconstruct runs/vae-1 --images 18,62,9,247      these
  vae reconstruct runs/vae-1/last.safetensors --count 10 --output last.png")]
pub struct Options {
    /// Which test images, counted from 0 [default: the first ones]
    #[arg(long, value_name = "I,J,...", value_delimiter = ',', conflicts_with = "count")]
    images: Vec<usize>,

    /// How many of the first ones, at most [default: 50]
    #[arg(long, value_name = "N", value_parser = bounds::whole("count"))]
    count: Option<usize>,

    #[command(flatten)]
    data: Images,

    #[command(flatten)]
    target: Target,
}

pub fn run(options: &Options) -> Result<ExitCode> {
    draw(&options.target, "reconstruct.png", |state| {
        let data = options.data.load(state)?;
        options.images.iter().try_for_each(|&image| check_image(&data, "--images", image))?;
        let count = options.count.unwrap_or(pictures::RECONSTRUCTIONS).min(data.test.len());
        let first = || (0..count).collect();
        let images = if options.images.is_empty() { first() } else { options.images.clone() };
        Ok(pictures::reconstructions(state, &data, &images))
    })
}
