//! The pictures of a run.

use anyhow::Result;
use figures::Curves;

use crate::checkpoint::Checkpoint;
use crate::data::Data;
use crate::folder::RunFolder;
use crate::metrics::{Epoch, Figures};
use crate::pictures;

/// Columns and rows of `samples.png`.
const SAMPLES: usize = 8;

/// Brings all pictures up to date. Those of two epochs show the same images, and the same random numbers.
pub fn save(folder: &RunFolder, state: &Checkpoint, data: &Data) -> Result<()> {
    let images: Vec<_> = (0..data.test.len().min(pictures::RECONSTRUCTIONS)).collect();
    let reconstructions = pictures::reconstructions(state, data, &images);
    figures::save(folder.file("reconstructions.png"), &reconstructions)?;
    let labels = pictures::labels_in_turn(state, SAMPLES * SAMPLES);
    let mut rng = state.randomness.samples.clone();
    let samples = pictures::samples(state, &labels, SAMPLES, &mut rng);
    figures::save(folder.file("samples.png"), &samples)?;
    Ok(figures::save(folder.file("loss.png"), &loss(&state.epochs))?)
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
