//! The log-likelihood of a dataset, with progress.

use rand::Rng;
use vae::data::Dataset;
use vae::{ImportanceSampling, LatentModel, LogLikelihood};

use crate::digits::intensities;
use crate::log::Progress;

/// Images whose codes are decoded together.
const BATCH: usize = 100;

/// Of all images, with so many samples for each.
pub fn log_likelihood(
    model: &(impl LatentModel + Clone),
    dataset: &Dataset,
    samples: usize,
    noise: &mut (impl Rng + ?Sized),
) -> LogLikelihood {
    let mut progress = Progress::new(format!("{samples} samples"), "images", dataset.len());
    let mut done = 0;
    let sampling = ImportanceSampling::new(samples);
    sampling.log_likelihood(model, intensities(dataset, BATCH), noise, |so_far| {
        progress.advance(so_far.images.len() - done, "log p(x)", so_far.bound().mean());
        done = so_far.images.len();
    })
}
