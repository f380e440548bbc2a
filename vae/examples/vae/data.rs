//! The training and the test set, and how their batches become inputs of the model.

use anyhow::{Context, Result, ensure};
use autograd::Tensor;
use flate2::Crc;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use vae::data::{Batch, Dataset};

use crate::config::Config;

/// The images to train on and the images to test on, all of one size.
pub struct Data {
    /// What the model learns from.
    pub train: Dataset,
    /// What it never learns from.
    pub test: Dataset,
    binarize: bool,
}

/// What a model must know of the data to be built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ImageShape {
    /// Pixels from top to bottom.
    pub rows: usize,
    /// Pixels from left to right.
    pub cols: usize,
    /// Labels are below this.
    pub classes: usize,
}

impl ImageShape {
    /// Dimensions of x.
    pub fn pixels(&self) -> usize {
        self.rows * self.cols
    }
}

/// A batch as a model sees it.
#[derive(Clone, Debug)]
pub struct Input {
    /// The images, [batch, pixels].
    pub x: Tensor,
    /// Their labels, which a conditional model knows.
    pub labels: Vec<u8>,
}

impl Input {
    /// The number of images.
    pub fn len(&self) -> usize {
        self.labels.len()
    }
}

impl Data {
    /// The dataset at the path `data`; without one, the embedded digits.
    pub fn load(config: &Config) -> Result<Self> {
        let (train, test) = match &config.data {
            None => (Dataset::mnist_train(), Dataset::mnist_test()),
            Some(path) => Dataset::from_path(path).context("--data cannot be used")?,
        };
        Ok(Self { train, test, binarize: config.binarize })
    }

    /// Data for a model of images of this shape.
    pub fn load_for(config: &Config, images: &ImageShape) -> Result<Self> {
        let data = Self::load(config)?;
        let found = data.shape();
        ensure!(
            (found.rows, found.cols) == (images.rows, images.cols),
            "found images of {} × {} pixels, but the model is of {} × {}; choose other images with --data",
            found.rows,
            found.cols,
            images.rows,
            images.cols
        );
        ensure!(
            found.classes <= images.classes,
            "found labels up to {}, but the model knows those up to {}; choose other images with --data",
            found.classes - 1,
            images.classes - 1
        );
        Ok(data)
    }

    /// Size and labels of the images.
    pub fn shape(&self) -> ImageShape {
        let labels = self.train.labels().iter().chain(self.test.labels());
        let classes = labels.max().map_or(0, |&label| usize::from(label) + 1);
        ImageShape { rows: self.train.rows(), cols: self.train.cols(), classes }
    }

    /// A number that changes, but for 1 case in 2³², with the images, with their order and with their labels.
    pub fn checksum(&self) -> u32 {
        let mut crc = Crc::new();
        for dataset in [&self.train, &self.test] {
            (0..dataset.len()).for_each(|i| crc.update(dataset.image(i)));
            crc.update(dataset.labels());
        }
        crc.sum()
    }

    /// The first `n` test images in batches, or all if there are fewer. The bits are the same in every test.
    pub fn test_inputs(
        &self,
        n: usize,
        batch: usize,
        bits: &ChaCha8Rng,
    ) -> impl Iterator<Item = Input> {
        let (n, mut bits) = (n.min(self.test.len()), bits.clone());
        (0..n).step_by(batch).map(move |start| {
            let images: Vec<_> = (start..n.min(start + batch)).collect();
            self.input(&self.test.batch(&images), &mut bits)
        })
    }

    /// A batch as intensities, or as bits drawn with them as probabilities.
    pub fn input(&self, batch: &Batch, bits: &mut ChaCha8Rng) -> Input {
        let x = if self.binarize { batch.binarized(bits) } else { batch.intensities() };
        Input { x: Tensor::constant(x), labels: batch.labels.clone() }
    }
}
