//! Whether a model fits the images and the memory.

use indicatif::BinaryBytes;

use super::ModelError;
use crate::config::{Config, Kind};
use crate::data::ImageShape;

/// The most memory that a run may take: parameters with gradients and two moments, and the activations of a batch.
const MEMORY: u128 = 4 << 30;

/// Batches of the test, and what pictures take, are no smaller than this.
const LEAST_BATCH: usize = 64;

/// Numbers between the layers of the convolutional model, for each image.
const FEATURES: u128 = 2 * (14 * 14 * 32 + 7 * 7 * 64);
/// Parameters of the convolutional model, but for those at the code.
const CONVOLUTIONS: u128 = 1_670_000;

/// Whether there is such a model, and a run with it fits in memory.
pub fn check(config: &Config, images: &ImageShape) -> Result<(), ModelError> {
    let &ImageShape { rows, cols, .. } = images;
    if config.model == Kind::Conv && (rows, cols) != (28, 28) {
        return Err(ModelError::Size { rows, cols });
    }
    let numbers = 4 * parameters(config, images) + 8 * activations(config, images);
    let bytes = numbers * size_of::<f32>() as u128;
    if bytes > MEMORY {
        let in_words = |bytes| BinaryBytes(u64::try_from(bytes).unwrap_or(u64::MAX)).to_string();
        return Err(ModelError::Memory {
            pixels: images.pixels(),
            hidden: config.hidden,
            latent: config.latent,
            batch: config.batch,
            needed: in_words(bytes),
            limit: in_words(MEMORY),
        });
    }
    Ok(())
}

/// How many parameters it has, at least; about so many, if it is large.
pub fn parameters(config: &Config, images: &ImageShape) -> u128 {
    let &Config { hidden, latent, flows, pseudo_inputs, .. } = config;
    let [pixels, classes, hidden, latent, flows, pseudo_inputs] =
        [images.pixels(), images.classes, hidden, latent, flows, pseudo_inputs].map(wide);
    let dense = 2 * pixels * hidden + 3 * hidden * latent;
    match config.model {
        Kind::Dense | Kind::Iwae => dense,
        Kind::Cvae => dense + 2 * classes * hidden,
        Kind::Flow => dense + flows * (2 * latent + 1) * hidden,
        Kind::Vamp => dense + pseudo_inputs * pixels,
        Kind::Linear => 2 * pixels * latent,
        Kind::Conv => CONVOLUTIONS + 3 * 256 * latent,
    }
}

/// About how many numbers there are between the layers, for a batch.
fn activations(config: &Config, images: &ImageShape) -> u128 {
    let &Config { hidden, latent, samples, flows, pseudo_inputs, .. } = config;
    let batch = config.batch.max(LEAST_BATCH);
    let [pixels, batch, hidden, latent, samples, flows, pseudo_inputs] =
        [images.pixels(), batch, hidden, latent, samples, flows, pseudo_inputs].map(wide);
    let dense = pixels + hidden + latent;
    match config.model {
        Kind::Dense | Kind::Cvae => batch * dense,
        Kind::Iwae => batch * samples * dense,
        Kind::Flow => batch * (dense + flows * 4 * latent),
        Kind::Vamp => (batch + pseudo_inputs) * dense + batch * pseudo_inputs * latent,
        Kind::Linear => batch * (pixels + latent),
        Kind::Conv => batch * (pixels + FEATURES + latent),
    }
}

/// For products that do not overflow, whatever a file says.
fn wide(number: usize) -> u128 {
    number as u128
}
