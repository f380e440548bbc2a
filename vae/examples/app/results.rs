//! What a run leaves behind.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use autograd::Tensor;
use figures::{Curves, Sheet};
use nn::{Module, checkpoint};
use vae::{Evaluation, Sizes, Vae, standard_normal};

use super::data::Data;
use super::folder::RunFolder;
use super::metrics::{self, Epoch};
use super::options::Options;
use super::randomness::Randomness;

/// Test images in a row of `reconstructions.png`, and the rows of them.
const COLUMNS: usize = 10;
const ROWS: usize = 5;
/// Columns and rows of `samples.png`.
const SAMPLES: usize = 8;

/// The folder of a run, and what all of its files are made of but the model itself.
pub struct Results {
    folder: RunFolder,
    metadata: BTreeMap<String, String>,
    /// Rows and columns of an image.
    size: [usize; 2],
    /// Test images to reconstruct, [at most COLUMNS · ROWS, pixels].
    x: Tensor,
    /// Codes to decode, [SAMPLES², latent].
    z: Tensor,
}

impl Results {
    /// Writes `metrics.csv` with its title line, so that a folder that cannot be written to is found out before training.
    pub fn begin(
        folder: RunFolder,
        options: &Options,
        sizes: Sizes,
        data: &Data,
        randomness: &Randomness,
    ) -> Result<Self> {
        folder.write("metrics.csv", metrics::csv(&[]).as_bytes())?;
        let shown = data.test.batches(COLUMNS * ROWS).next().expect("a dataset is never empty");
        Ok(Self {
            folder,
            metadata: metadata(options, sizes),
            size: [data.test.rows(), data.test.cols()],
            x: data.input(&shown, &mut randomness.test_bits.clone()),
            z: standard_normal(&mut randomness.samples.clone(), [SAMPLES * SAMPLES, sizes.latent]),
        })
    }

    /// Brings all files up to date.
    pub fn save(&self, vae: &Vae, epochs: &[Epoch]) -> Result<()> {
        let mut metadata = self.metadata.clone();
        metadata.insert("epochs".to_owned(), epochs.len().to_string());
        let model = self.folder.path().join("model.safetensors");
        checkpoint::save(model, vae, &metadata).context("the model cannot be saved")?;

        self.folder.write("metrics.csv", metrics::csv(epochs).as_bytes())?;
        let file = |name| self.folder.path().join(name);
        figures::save(file("reconstructions.png"), &self.reconstructions(vae))?;
        figures::save(file("samples.png"), &self.samples(vae))?;
        Ok(figures::save(file("loss.png"), &loss(epochs))?)
    }

    /// Where the files are.
    pub fn folder(&self) -> &RunFolder {
        &self.folder
    }

    /// Rows of test images, each over a row of what the decoder makes of their mean codes.
    fn reconstructions(&self, vae: &Vae) -> Sheet {
        let reconstructed = vae.frozen().reconstruct(&self.x);
        let n = self.x.shape()[0];
        (0..n).step_by(COLUMNS).fold(Sheet::new(self.size), |sheet, start| {
            let row = |images: &Tensor| images.narrow(0, start..n.min(start + COLUMNS));
            sheet.group().row(&row(&self.x).value()).row(&row(&reconstructed).value())
        })
    }

    /// What the decoder makes of codes drawn from the prior; the same codes after each epoch.
    fn samples(&self, vae: &Vae) -> Sheet {
        Sheet::new(self.size).grid(SAMPLES, &vae.frozen().generate(&self.z).value())
    }
}

/// A quantity and its name.
type Quantity = (&'static str, fn(&Evaluation) -> f64);

const QUANTITIES: [Quantity; 3] = [
    ("−ELBO", Evaluation::loss),
    ("distortion", Evaluation::distortion),
    ("rate", Evaluation::rate),
];

/// The figures of all epochs as curves, full in test and pale in training.
fn loss(epochs: &[Epoch]) -> Curves {
    let losses = epochs.iter().flat_map(|epoch| [epoch.train.loss(), epoch.test.loss()]);
    let highest = losses.fold(1e-6, f64::max); // an axis has two ends, even where nothing is lost
    let chart = Curves::new("epoch", "nats per image").y_range(0.0, 1.05 * highest);
    QUANTITIES.into_iter().fold(chart, |chart, (name, of)| {
        let figures = |of_epoch: fn(&Epoch) -> &Evaluation| {
            epochs.iter().map(move |epoch| (epoch.number as f64, of(of_epoch(epoch))))
        };
        chart
            .line(format!("{name}, test"), figures(|epoch| &epoch.test))
            .pale(format!("{name}, train"), figures(|epoch| &epoch.train))
    })
}

/// What it takes to rebuild the model, and to repeat its training.
fn metadata(options: &Options, sizes: Sizes) -> BTreeMap<String, String> {
    let entry = |(name, value): (&str, String)| (name.to_owned(), value);
    BTreeMap::from(
        [
            ("model", "vae".to_owned()),
            ("likelihood", "bernoulli".to_owned()),
            ("pixels", sizes.pixels.to_string()),
            ("hidden", sizes.hidden.to_string()),
            ("latent", sizes.latent.to_string()),
            ("batch", options.batch.to_string()),
            ("learning_rate", options.learning_rate.to_string()),
            ("seed", options.seed.to_string()),
            ("binarize", options.binarize.to_string()),
        ]
        .map(entry),
    )
}
