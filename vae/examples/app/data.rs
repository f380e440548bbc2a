//! The training and the test set, and how their batches become inputs of the model.

use std::path::Path;

use anyhow::{Context, Result};
use autograd::Tensor;
use rand_chacha::ChaCha8Rng;
use vae::data::{Batch, Dataset};

/// The images to train on and the images to test on, all of one size.
pub struct Data {
    /// What the model learns from.
    pub train: Dataset,
    /// What it never learns from.
    pub test: Dataset,
    binarize: bool,
}

impl Data {
    /// The dataset in `folder`; without one, the embedded digits.
    pub fn load(folder: Option<&Path>, binarize: bool) -> Result<Self> {
        let (train, test) = match folder {
            None => (Dataset::mnist_train(), Dataset::mnist_test()),
            Some(folder) => Dataset::from_idx_folder(folder).context("--data cannot be used")?,
        };
        Ok(Self { train, test, binarize })
    }

    /// x [batch, pixels]: the intensities of a batch, or bits drawn with them as probabilities.
    pub fn input(&self, batch: &Batch, bits: &mut ChaCha8Rng) -> Tensor {
        if self.binarize {
            Tensor::constant(batch.binarized(bits))
        } else {
            Tensor::constant(batch.intensities())
        }
    }
}
