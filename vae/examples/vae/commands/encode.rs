//! `vae encode`: the codes of the test images, for other programs.

use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use autograd::Tensor;
use clap::Args;
use ndarray::Ix2;
use vae::data::npy;

use super::images::Images;
use super::target::Target;
use crate::checkpoint::Checkpoint;
use crate::config::bounds;
use crate::data::Data;
use crate::folder;

/// Write the codes of the test images: means and log-variances of q(z|x)
///
/// As .npy, an array of f32 [images, 2 latent]: the means, and right of them the
/// log-variances. As .csv, the same in columns with names, after the label.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  vae encode runs/vae-1                                      as runs/vae-1/encode.npy
  vae encode runs/vae-1 --output codes.csv --images 1000")]
pub struct Options {
    /// Test images, from the first on, at most [default: all]
    #[arg(long, value_name = "N", value_parser = bounds::whole("images"))]
    images: Option<usize>,

    #[command(flatten)]
    data: Images,

    #[command(flatten)]
    target: Target,
}

pub fn run(options: &Options) -> Result<ExitCode> {
    options.target.make("encode.npy", "The codes are", |state, output| {
        let data = options.data.load(state)?;
        let codes = codes(state, &data, options.images.unwrap_or(usize::MAX));
        folder::write(output, &bytes(output, &codes, data.test.labels())?)
            .context("choose another --output")
    })
}

/// Means and log-variances side by side, [images, 2 latent].
fn codes(state: &Checkpoint, data: &Data, images: usize) -> Tensor {
    let posteriors = state.posteriors(data, images);
    Tensor::concatenate(&[posteriors.mean(), posteriors.log_var()], 1)
}

/// In the format that the name of the file asks for.
fn bytes(output: &Path, codes: &Tensor, labels: &[u8]) -> Result<Vec<u8>> {
    match output.extension().and_then(|extension| extension.to_str()) {
        Some("npy") => {
            let codes = codes.value();
            let codes = codes.view().into_dimensionality::<Ix2>();
            Ok(npy::to_bytes(codes.expect("a row for each image")))
        }
        Some("csv") => Ok(csv(codes, labels).into_bytes()),
        _ => bail!(
            "{}: found no format that is known, expected a name that ends in .npy or .csv; \
             choose another --output",
            output.display()
        ),
    }
}

/// A line for each image, with all the digits it takes to read the same numbers back.
fn csv(codes: &Tensor, labels: &[u8]) -> String {
    let columns = codes.shape()[1];
    let mut csv = "label".to_owned();
    for name in ["mean", "log_var"] {
        (1..=columns / 2).for_each(|j| write!(csv, ",{name}_{j}").expect(INFALLIBLE));
    }
    for (code, label) in codes.to_vec().chunks(columns).zip(labels) {
        write!(csv, "\n{label}").expect(INFALLIBLE);
        code.iter().for_each(|number| write!(csv, ",{number}").expect(INFALLIBLE));
    }
    csv + "\n"
}

const INFALLIBLE: &str = "a string can always be written to";
