//! `vae manifold`: what the decoder makes of a plane of codes.

use std::process::ExitCode;

use anyhow::{Result, bail, ensure};
use autograd::Tensor;
use clap::Args;
use figures::Sheet;
use ndarray::Axis;
use nn::Module;
use vae::{LatentUse, grid, normal_quantiles};

use super::drawing::{check_label, draw};
use super::images::Images;
use super::target::Target;
use crate::checkpoint::Checkpoint;
use crate::config::{Kind, bounds};
use crate::pictures;
use crate::report::ticks;

/// Draw what the decoder makes of a plane of codes
///
/// Each axis goes through quantiles of N(0, 1), so that equal areas of the picture are
/// equally probable. Of more than two dimensions, it is the plane of the two with the
/// highest rate on test images, through the origin.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  vae manifold runs/vae-1                       as runs/vae-1/manifold.png
  vae manifold runs/vae-1 --dimensions 3,17     two dimensions of your choice
  vae manifold runs/cvae --label 7 --size 12    sevens, by a model of --model cvae")]
pub struct Options {
    /// Which two dimensions, the horizontal one first, counted from 1 as in the report
    /// [default: those with the highest rate]
    #[arg(long, value_name = "A,B", value_parser = two_dimensions, verbatim_doc_comment)]
    dimensions: Option<[usize; 2]>,

    /// The label to draw, for a conditional model
    #[arg(long, value_name = "LABEL")]
    label: Option<u8>,

    /// Codes along each axis [default: 17]
    #[arg(long, value_name = "N", value_parser = bounds::whole("size"))]
    size: Option<usize>,

    #[command(flatten)]
    data: Images,

    #[command(flatten)]
    target: Target,
}

/// Two dimensions, counted from 0.
fn two_dimensions(text: &str) -> Result<[usize; 2], String> {
    let one = |text: &str| text.trim().parse::<usize>().ok()?.checked_sub(1);
    let two = text.split_once(',').and_then(|(a, b)| Some([one(a)?, one(b)?]));
    two.filter(|[a, b]| a != b).ok_or_else(|| "expected two dimensions, such as 1,2".to_owned())
}

pub fn run(options: &Options) -> Result<ExitCode> {
    draw(&options.target, "manifold.png", |state| manifold(options, state))
}

fn manifold(options: &Options, state: &Checkpoint) -> Result<Sheet> {
    check_model(options, state)?;
    let axes = match options.dimensions {
        Some(chosen) => chosen,
        None => highest_rates(options, state)?,
    };
    let n = options.size.unwrap_or(17);
    let z = normal_quantiles(n);
    let upward: Vec<_> = z.iter().rev().copied().collect();
    let latent = state.model.latent();
    let codes = embed(&grid(&z, &upward), axes, latent);
    let labels = vec![options.label.unwrap_or(0); n * n];
    let decoded = pictures::decode(&state.model.frozen(), &codes, &labels);
    let [x, y] = axes.map(ticks::name);
    let title = match (options.label, latent > 2) {
        (None, false) => String::new(),
        (None, true) => "The other dimensions are 0".to_owned(),
        (Some(label), false) => format!("Label {label}"),
        (Some(label), true) => format!("Label {label}, the other dimensions are 0"),
    };
    let sheet = pictures::sheet(state).title(title).grid(n, &decoded.value()).seamless();
    Ok(sheet.axes([&x, &y], &z, &upward))
}

/// Codes of all dimensions from those of two, [codes, 2] -> [codes, latent]; the others are 0.
fn embed(plane: &Tensor, axes: [usize; 2], latent: usize) -> Tensor {
    let n = plane.shape()[0];
    let mut codes = Tensor::zeros([n, latent]);
    for (column, axis) in axes.into_iter().enumerate() {
        let places = plane.narrow(1, column..column + 1).reshape([n]);
        codes.value_mut().index_axis_mut(Axis(1), axis).assign(&places.value());
    }
    codes
}

/// Whether there is such a plane.
fn check_model(options: &Options, state: &Checkpoint) -> Result<()> {
    let (latent, kind) = (state.model.latent(), state.config.model);
    ensure!(
        latent > 1,
        "a plane takes two dimensions, but the code of this model has one; sample and interpolate draw it"
    );
    if let Some(beyond) = options.dimensions.into_iter().flatten().find(|&axis| axis >= latent) {
        let found = beyond + 1;
        bail!(
            "found --dimensions {found}, but the code has those from 1 to {latent}; choose two of them"
        );
    }
    match (options.label, kind) {
        (Some(label), _) => check_label(state, label),
        (None, Kind::Cvae) => bail!(
            "a conditional model has a plane for each label; choose one with --label, from 0 to {}",
            state.images.classes - 1
        ),
        (None, Kind::Vamp) => bail!(
            "the plane goes through quantiles of N(0, I), which is not the prior of --model vamp; \
             sample draws from its prior"
        ),
        (None, _) => Ok(()),
    }
}

/// The two dimensions with the highest rate, in the order in which they are numbered.
fn highest_rates(options: &Options, state: &Checkpoint) -> Result<[usize; 2]> {
    let latent = state.model.latent();
    if latent == 2 {
        return Ok([0, 1]);
    }
    ensure!(
        state.config.model.rate_is_a_sum(),
        "the rate of a posterior with flows is no sum over dimensions; choose two with --dimensions, from 1 to {latent}"
    );
    let data = options.data.load(state)?;
    let order = LatentUse::of(&state.posteriors(&data, usize::MAX)).by_rate();
    Ok([order[0].min(order[1]), order[0].max(order[1])])
}
