//! Mean and covariance of the digits.

use autograd::Tensor;
use ndarray::Array1;
use vae::data::Dataset;

use crate::digits::{Digits, intensities};

/// All that a linear VAE knows of its images.
pub struct Moments {
    /// [pixels].
    pub mean: Array1<f64>,
    /// [pixels, pixels]: that of a sample of the images, divided by their number.
    pub covariance: Tensor<f64>,
}

impl Moments {
    /// Of the gray pixels of the training images; with `quick`, of a few images with 4 × 4 pixels in one.
    pub fn of_digits(quick: bool) -> Self {
        let train = Digits::load(quick).train;
        let [rows, columns] = [train.rows(), train.cols()];
        if !quick {
            return Self::of(&train, rows * columns, |x| x);
        }
        Self::of(&train, rows * columns / 16, |x| {
            let images = x.reshape([x.shape()[0], rows, columns, 1]);
            images.avg_pool2d([4, 4]).reshape([x.shape()[0], rows * columns / 16])
        })
    }

    /// A thousand images at a time, so that memory stays that of a covariance.
    fn of(images: &Dataset, pixels: usize, prepare: impl Fn(Tensor<f64>) -> Tensor<f64>) -> Self {
        let batches = || intensities(images, 1000).map(&prepare);
        let n = images.len() as f64;
        let zero = || Tensor::zeros([pixels]);
        let mean = batches().fold(zero(), |sum, x| sum + x.sum_axes([0])) / n;
        let zero = Tensor::zeros([pixels, pixels]);
        let covariance = batches().fold(zero, |sum, x| {
            let centered = x - &mean;
            sum + centered.t().matmul(&centered)
        });
        Self { mean: Array1::from_vec(mean.to_vec()), covariance: covariance / n }
    }
}
