//! `vae interpolate`: what is between two test images.

use std::iter::once;
use std::process::ExitCode;

use anyhow::Result;
use autograd::Tensor;
use clap::Args;
use figures::Sheet;
use nn::Module;
use vae::{arc, straight_path};

use super::drawing::{check_image, draw};
use super::images::Images;
use super::target::Target;
use crate::checkpoint::Checkpoint;
use crate::config::{Kind, bounds};
use crate::pictures;

/// Draw what is between two test images
///
/// Decodes the codes between their two, z = μ(x): on the straight line, which passes
/// closer to the origin than its ends, and on an arc around the origin, which does not.
/// A conditional model decodes them by the label of either image.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  vae interpolate runs/vae-1 --from 25 --to 26               as runs/vae-1/interpolate.png
  vae interpolate runs/vae-1 --from 0 --to 1 --steps 16      more finely")]
pub struct Options {
    /// The test image at the start, counted from 0
    #[arg(long, value_name = "I")]
    from: usize,

    /// The test image at the end
    #[arg(long, value_name = "J")]
    to: usize,

    /// Codes on the way, both ends among them [default: 11]
    #[arg(long, value_name = "N", value_parser = bounds::whole("steps"))]
    steps: Option<usize>,

    #[command(flatten)]
    data: Images,

    #[command(flatten)]
    target: Target,
}

pub fn run(options: &Options) -> Result<ExitCode> {
    draw(&options.target, "interpolate.png", |state| interpolations(options, state))
}

/// Both ways, each between the images themselves.
fn interpolations(options: &Options, state: &Checkpoint) -> Result<Sheet> {
    let &Options { from, to, steps, .. } = options;
    let data = options.data.load(state)?;
    check_image(&data, "--from", from)?;
    check_image(&data, "--to", to)?;
    let steps = steps.unwrap_or(11);
    let input = data.input(&data.test.batch(&[from, to]), &mut state.randomness.test_bits.clone());
    let model = state.model.frozen();
    let codes = model.posterior(&input).mean().clone();
    let [start, end] = [0, 1].map(|end| codes.narrow(0, end..end + 1).reshape([model.latent()]));
    let ways =
        [("straight", straight_path(&start, &end, steps)), ("arc", arc(&start, &end, steps))];

    let conditional = state.config.model == Kind::Cvae;
    let mut labels = input.labels.clone();
    labels.dedup();
    labels.truncate(if conditional { 2 } else { 1 });
    let row = |sheet: Sheet, label: u8, (way, path): &(&str, Tensor)| {
        let decoded = pictures::decode(&model, path, &vec![label; steps]);
        let [first, last] = [0, 1].map(|end| input.x.narrow(0, end..end + 1));
        let images = Tensor::concatenate(&[&first, &decoded, &last], 0);
        let caption = if conditional { format!("{way}, {label}") } else { (*way).to_owned() };
        sheet.captioned(caption, &images.value())
    };
    let t = (0..steps).map(|step| format!("{:.2}", step as f64 / (steps - 1) as f64));
    let sheet = pictures::sheet(state)
        .title(format!("From test image {from} to test image {to}"))
        .columns(once("from".to_owned()).chain(t).chain(once("to".to_owned())));
    Ok(labels.iter().fold(sheet, |sheet, &label| {
        ways.iter().fold(sheet.group(), |sheet, way| row(sheet, label, way))
    }))
}
