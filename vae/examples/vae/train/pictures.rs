//! The pictures of a run.

use anyhow::Result;
use autograd::Tensor;
use figures::{Curves, Sheet};
use nn::Module;

use crate::checkpoint::Checkpoint;
use crate::data::{Data, Input};
use crate::folder::RunFolder;
use crate::metrics::{Epoch, Figures};
use crate::model::Model;

/// Test images in a row of `reconstructions.png`, and the rows of them.
const COLUMNS: usize = 10;
const ROWS: usize = 5;
/// Columns and rows of `samples.png`.
const SAMPLES: usize = 8;

/// Brings all pictures up to date.
pub fn save(folder: &RunFolder, state: &Checkpoint, data: &Data) -> Result<()> {
    figures::save(folder.file("reconstructions.png"), &reconstructions(state, data))?;
    figures::save(folder.file("samples.png"), &samples(state))?;
    Ok(figures::save(folder.file("loss.png"), &loss(&state.epochs))?)
}

fn sheet(state: &Checkpoint) -> Sheet {
    Sheet::new([state.images.rows, state.images.cols])
}

/// Rows of test images, each over a row of what the decoder makes of their mean codes.
fn reconstructions(state: &Checkpoint, data: &Data) -> Sheet {
    let shown = data.test.batches(COLUMNS * ROWS).next().expect("a dataset is never empty");
    let input = data.input(&shown, &mut state.randomness.test_bits.clone());
    let reconstructed = reconstruct(&state.model.frozen(), &input);
    let n = input.len();
    (0..n).step_by(COLUMNS).fold(sheet(state), |sheet, start| {
        let row = |images: &Tensor| images.narrow(0, start..n.min(start + COLUMNS));
        sheet.group().row(&row(&input.x).value()).row(&row(&reconstructed).value())
    })
}

fn reconstruct(model: &Model, input: &Input) -> Tensor {
    model.generate(model.posterior(input).mean(), &input.labels)
}

/// What the decoder makes of codes drawn from the prior, the same random numbers after each epoch; of a conditional model
/// with one label after the other.
fn samples(state: &Checkpoint) -> Sheet {
    let model = state.model.frozen();
    let codes = SAMPLES * SAMPLES;
    let z = model.sample_prior(codes, &mut state.randomness.samples.clone());
    let labels: Vec<_> = (0..codes).map(|i| (i % state.images.classes) as u8).collect();
    sheet(state).grid(SAMPLES, &model.generate(&z, &labels).value())
}

/// A quantity and its name.
type Quantity = (&'static str, fn(&Figures) -> f64);

const QUANTITIES: [Quantity; 3] =
    [("−ELBO", |f| f.loss), ("distortion", |f| f.distortion), ("rate", |f| f.rate)];

/// The figures of all epochs as curves, full in test and pale in training.
fn loss(epochs: &[Epoch]) -> Curves {
    let losses = epochs.iter().flat_map(|epoch| [epoch.train.loss, epoch.test.loss]);
    let highest = losses.fold(1e-6, f64::max); // an axis has two ends, even where nothing is lost
    let chart = Curves::new("epoch", "nats per image").y_range(0.0, 1.05 * highest);
    QUANTITIES.into_iter().fold(chart, |chart, (name, of)| {
        let figures = |of_epoch: fn(&Epoch) -> &Figures| {
            epochs.iter().map(move |epoch| (epoch.number as f64, of(of_epoch(epoch))))
        };
        chart
            .line(format!("{name}, test"), figures(|epoch| &epoch.test))
            .pale(format!("{name}, train"), figures(|epoch| &epoch.train))
    })
}
