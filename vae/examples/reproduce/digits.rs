//! The digits, and how a batch of them becomes the input of a model.

use autograd::{Float, Tensor};
use ndarray::Array3;
use rand::Rng;
use vae::data::{Batch, Dataset};

/// Training images with `--quick`, and test images.
const QUICK: [usize; 2] = [256, 64];

/// MNIST.
pub struct Digits {
    /// What a model learns from.
    pub train: Dataset,
    /// What it never learns from.
    pub test: Dataset,
}

impl Digits {
    /// All 60,000 and 10,000 of them; a few with `quick`.
    pub fn load(quick: bool) -> Self {
        let (train, test) = (Dataset::mnist_train(), Dataset::mnist_test());
        if quick {
            Self { train: part(&train, 0..QUICK[0]), test: part(&test, 0..QUICK[1]) }
        } else {
            Self { train, test }
        }
    }
}

/// The images `range` of a dataset, as a dataset.
pub fn part(dataset: &Dataset, range: std::ops::Range<usize>) -> Dataset {
    let Batch { pixels, labels } = dataset.batch(&range.collect::<Vec<_>>());
    let shape = (labels.len(), dataset.rows(), dataset.cols());
    let images = Array3::from_shape_vec(shape, pixels.into_raw_vec_and_offset().0);
    Dataset::new(images.expect("every image has as many pixels"), labels)
        .expect("the range is not empty")
}

/// The same images with one draw of bits in place of the intensities: static binarization.
pub fn binarized(dataset: &Dataset, rng: &mut (impl Rng + ?Sized)) -> Dataset {
    let all: Vec<usize> = (0..dataset.len()).collect();
    let batch = dataset.batch(&all);
    let bits = batch.binarized::<f32>(rng).mapv(|bit| 255 * bit as u8);
    let shape = (dataset.len(), dataset.rows(), dataset.cols());
    let images = bits.into_shape_with_order(shape).expect("every image has as many pixels");
    Dataset::new(images, batch.labels).expect("a dataset is never empty")
}

/// x [batch, pixels] in [0, 1] of the batches of a dataset, in its order.
pub fn intensities<T: Float>(dataset: &Dataset, batch: usize) -> impl Iterator<Item = Tensor<T>> {
    dataset.batches(batch).map(|batch| Tensor::constant(batch.intensities()))
}
