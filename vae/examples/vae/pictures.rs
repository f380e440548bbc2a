//! Pictures of what a model makes of images and of codes: for a run under way, and for commands.

use std::ops::Range;

use autograd::Tensor;
use figures::Sheet;
use nn::Module;
use rand::Rng;

use crate::checkpoint::Checkpoint;
use crate::data::{Data, Input};
use crate::model::Model;

/// Test images that are reconstructed, unless told otherwise.
pub const RECONSTRUCTIONS: usize = 50;
/// Images in a row of reconstructions.
const COLUMNS: usize = 10;
/// Images or codes in a batch: what a model was found to have the memory for.
const BATCH: usize = 64;

/// An empty sheet for images of the model.
pub fn sheet(state: &Checkpoint) -> Sheet {
    Sheet::new([state.images.rows, state.images.cols])
}

/// Rows of test images, each over a row of what the decoder makes of their mean codes.
pub fn reconstructions(state: &Checkpoint, data: &Data, images: &[usize]) -> Sheet {
    let input = data.input(&data.test.batch(images), &mut state.randomness.test_bits.clone());
    let reconstructed = reconstruct(&state.model.frozen(), &input);
    let n = input.len();
    (0..n).step_by(COLUMNS).fold(sheet(state), |sheet, start| {
        let row = |images: &Tensor| images.narrow(0, start..n.min(start + COLUMNS));
        sheet.group().row(&row(&input.x).value()).row(&row(&reconstructed).value())
    })
}

/// Rows of what the decoder makes of codes drawn from the prior, one for each label; labels are for a conditional model.
pub fn samples(state: &Checkpoint, labels: &[u8], columns: usize, rng: &mut impl Rng) -> Sheet {
    let model = state.model.frozen();
    let z = model.sample_prior(labels.len(), rng);
    sheet(state).grid(columns, &decode(&model, &z, labels).value())
}

/// One label after the other, and again from the first.
pub fn labels_in_turn(state: &Checkpoint, n: usize) -> Vec<u8> {
    (0..n).map(|i| (i % state.images.classes) as u8).collect()
}

/// E[x|z] of each code: z [codes, latent], with a label for each -> [codes, pixels].
pub fn decode(model: &Model, z: &Tensor, labels: &[u8]) -> Tensor {
    in_batches(labels.len(), |part| model.generate(&z.narrow(0, part.clone()), &labels[part]))
}

fn reconstruct(model: &Model, input: &Input) -> Tensor {
    in_batches(input.len(), |part| {
        let labels = input.labels[part.clone()].to_vec();
        let input = Input { x: input.x.narrow(0, part), labels };
        model.generate(model.posterior(&input).mean(), &input.labels)
    })
}

/// The rows that `of` has for each part of 0..n, one below the other.
fn in_batches(n: usize, of: impl Fn(Range<usize>) -> Tensor) -> Tensor {
    let parts = (0..n).step_by(BATCH).map(|start| of(start..n.min(start + BATCH)));
    let parts: Vec<_> = parts.collect();
    Tensor::concatenate(&parts.iter().collect::<Vec<_>>(), 0)
}
