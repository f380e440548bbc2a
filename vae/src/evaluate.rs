//! Evaluation: the two terms of −ELBO over a whole dataset.

use autograd::{Float, Tensor};
use nn::Layer;
use rand::Rng;

use crate::{Encoder, Vae, standard_normal};

/// Rate and distortion in nats per image, averaged over the images seen so far.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Evaluation {
    images: usize,
    rate: f64,
    distortion: f64,
}

impl Evaluation {
    /// Adds the images of a batch. Sums are kept in `f64`, whatever the model computes in.
    pub fn add<T: Float>(&mut self, elbo: &crate::Elbo<T>) {
        let sum = |terms: &Tensor<T>| terms.value().iter().map(|x| x.as_f64()).sum::<f64>();
        self.images += elbo.rate.len();
        self.rate += sum(&elbo.rate);
        self.distortion += sum(&elbo.distortion);
    }

    /// Mean rate, nats per image; NaN before the first image.
    pub fn rate(&self) -> f64 {
        self.rate / self.images as f64
    }

    /// Mean distortion, nats per image; NaN before the first image.
    pub fn distortion(&self) -> f64 {
        self.distortion / self.images as f64
    }

    /// Mean −ELBO = distortion + rate, nats per image; NaN before the first image.
    pub fn loss(&self) -> f64 {
        self.distortion() + self.rate()
    }
}

impl<T: Float, E: Encoder<T> + Clone, D: Layer<T> + Clone> Vae<T, E, D> {
    /// Rate and distortion over `batches` of images [batch, pixels], with one sample of z for each image.
    ///
    /// z is sampled here as in training: with z = μ one would read a loss several nats too good, which is no bound of
    /// anything.
    ///
    /// # Panics
    /// If a batch does not have as many columns as there are pixels.
    pub fn evaluate(
        &self,
        batches: impl IntoIterator<Item = Tensor<T>>,
        rng: &mut (impl Rng + ?Sized),
    ) -> Evaluation {
        let frozen = nn::Module::frozen(self);
        let mut evaluation = Evaluation::default();
        for x in batches {
            let noise = standard_normal(rng, [x.shape()[0], self.latent()]);
            evaluation.add(&frozen.elbo(&x, &noise));
        }
        evaluation
    }
}
