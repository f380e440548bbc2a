//! `vae sample`: new images.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use figures::Sheet;

use super::drawing::{check_label, draw};
use super::target::Target;
use crate::checkpoint::Checkpoint;
use crate::config::{Kind, bounds};
use crate::pictures;
use crate::randomness::Randomness;

/// Draw new images, decoded from codes of the prior
///
/// A conditional model draws a column for each label, or one label alone.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  vae sample runs/vae-1                             64 new images, as runs/vae-1/sample.png
  vae sample runs/vae-1 --count 400 --seed 2        more of them, and others
  vae sample runs/cvae --label 7 --output 7.png     sevens, by a model of --model cvae")]
pub struct Options {
    /// How many [default: 64; of a conditional model, 8 of each label]
    #[arg(long, value_name = "N", value_parser = bounds::whole("count"))]
    count: Option<usize>,

    /// The label of all of them, for a conditional model
    #[arg(long, value_name = "LABEL")]
    label: Option<u8>,

    /// Number from which the codes are drawn [default: that of the run]
    #[arg(long, value_name = "N", value_parser = bounds::whole("seed"))]
    seed: Option<usize>,

    #[command(flatten)]
    target: Target,
}

pub fn run(options: &Options) -> Result<ExitCode> {
    draw(&options.target, "sample.png", |state| samples(options, state))
}

fn samples(options: &Options, state: &Checkpoint) -> Result<Sheet> {
    let mut rng = match options.seed {
        None => state.randomness.samples.clone(),
        Some(seed) => Randomness::new(seed as u64).samples,
    };
    if let Some(label) = options.label {
        check_label(state, label)?;
    } else if state.config.model == Kind::Cvae {
        let classes = state.images.classes;
        let labels = pictures::labels_in_turn(state, options.count.unwrap_or(8 * classes));
        let columns = (0..classes).map(|label| label.to_string());
        return Ok(pictures::samples(state, &labels, classes, &mut rng).columns(columns));
    }
    let count = options.count.unwrap_or(64);
    let labels = vec![options.label.unwrap_or(0); count];
    let columns = count.isqrt() + usize::from(count.isqrt().pow(2) < count);
    Ok(pictures::samples(state, &labels, columns, &mut rng))
}
