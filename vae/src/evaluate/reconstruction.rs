//! Reconstructions: how far pictures are from their images.

use std::fmt;

use autograd::{Float, Tensor};
use nn::{Layer, Module};
use rand::Rng;

use crate::{Encoder, Moments, Vae, standard_normal};

/// How far the pictures of a model are from their images, at sampled codes and at mean codes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reconstructions {
    /// At z ~ q(z|x): what the evidence lower bound is made of.
    pub sampled: Reconstruction,
    /// At z = μ(x): what the pictures of most papers show.
    pub mean_code: Reconstruction,
}

/// Reconstruction errors of images, each from one code.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reconstruction {
    /// (x − E[x|z])², the mean over the pixels of an image.
    pub squared_error: Moments,
    /// −log p(x|z), in nats per image.
    pub distortion: Moments,
    /// Distortion + rate, in nats per image. At a sampled code it is −ELBO. At the mean code it bounds nothing: the rate
    /// pays for a code of limited precision, the distortion is that of a code of unlimited precision. It reads several nats
    /// better, and is a well-known mistake.
    pub distortion_plus_rate: Moments,
}

impl Reconstruction {
    /// Adds a batch. Shapes: x and output [batch, pixels], distortion and rate `[batch]`.
    fn add<T: Float>(
        &mut self,
        squared_error: &Tensor<T>,
        distortion: &Tensor<T>,
        rate: &Tensor<T>,
    ) {
        let numbers = |x: &Tensor<T>| x.to_vec().into_iter().map(Float::as_f64);
        self.squared_error.extend(numbers(squared_error));
        self.distortion.extend(numbers(distortion));
        let sums =
            numbers(distortion).zip(numbers(rate)).map(|(distortion, rate)| distortion + rate);
        self.distortion_plus_rate.extend(sums);
    }
}

impl<T: Float, E: Encoder<T> + Clone, D: Layer<T> + Clone> Vae<T, E, D> {
    /// Reconstruction errors over `batches` of images [batch, pixels], at one sampled code for each image and at its mean
    /// code.
    ///
    /// # Panics
    /// If a batch does not have as many columns as there are pixels.
    #[track_caller]
    pub fn reconstructions(
        &self,
        batches: impl IntoIterator<Item = Tensor<T>>,
        rng: &mut (impl Rng + ?Sized),
    ) -> Reconstructions {
        let model = self.frozen();
        let mut errors = Reconstructions::default();
        for x in batches {
            let posterior = model.encode(&x);
            let rate = posterior.kl_to_standard();
            let noise = standard_normal(rng, posterior.mean().shape());
            let add = |errors: &mut Reconstruction, z: &Tensor<T>| {
                let output = model.decode(z);
                let squared_error = (model.likelihood().mean(&output) - &x).square().mean_axes([1]);
                let distortion = -model.likelihood().log_prob(&output, &x);
                errors.add(&squared_error, &distortion, &rate);
            };
            add(&mut errors.sampled, &posterior.rsample(&noise));
            add(&mut errors.mean_code, posterior.mean());
        }
        errors
    }
}

impl fmt::Display for Reconstructions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sampled, mean) = (&self.sampled, &self.mean_code);
        writeln!(
            f,
            "at sampled codes: squared error {:.5}, distortion {}, with the rate {} (−ELBO)",
            sampled.squared_error, sampled.distortion, sampled.distortion_plus_rate
        )?;
        write!(
            f,
            "at mean codes:    squared error {:.5}, distortion {}, with the rate {} (no bound)",
            mean.squared_error, mean.distortion, mean.distortion_plus_rate
        )
    }
}
