//! What all models here have in common: a joint density p(x, z), and a proposal q(z|x) to sample its codes from.

use autograd::{Float, Tensor};
use nn::{Layer, Module};

use crate::{DiagonalNormal, Distribution, Encoder, Vae};

/// A model with latent variables whose evidence can be estimated by importance sampling.
///
/// With z ~ q(z|x), the weight w = p(x, z) / q(z|x) is an unbiased estimate of p(x), whatever the prior, the likelihood
/// and the proposal are made of: E_q\[w\] = ∫ p(x, z) dz = p(x). Everything that is known of a model through samples alone
/// is a function of its weights: the mean of log w is the ELBO, the logarithm of the mean of k weights is the
/// importance-weighted bound, and its limit for large k the log-likelihood.
pub trait LatentModel<T: Float = f32>: Module<T> {
    /// Numbers of noise per image: the dimensions of z.
    fn latent(&self) -> usize;

    /// log w = log p(x, z) − log q(z|x), in nats, for z sampled from q(z|x) with this noise.
    ///
    /// Shapes: x [batch, pixels], noise [k, batch, latent] ~ N(0, I) -> [k, batch].
    ///
    /// # Panics
    /// If a shape is another.
    #[track_caller]
    fn log_weights(&self, x: &Tensor<T>, noise: &Tensor<T>) -> Tensor<T>;
}

impl<T: Float, E: Encoder<T>, D: Layer<T>> LatentModel<T> for Vae<T, E, D> {
    fn latent(&self) -> usize {
        Vae::latent(self)
    }

    #[track_caller]
    fn log_weights(&self, x: &Tensor<T>, noise: &Tensor<T>) -> Tensor<T> {
        let posterior = self.encode(x);
        let z = posterior.rsample(noise);
        let prior = DiagonalNormal::standard(posterior.mean().shape());
        self.log_likelihoods(x, &z) + prior.log_prob(&z) - posterior.log_prob(&z)
    }
}

impl<T: Float, E, D: Layer<T>> Vae<T, E, D> {
    /// log p(x|z) of several codes for each image, in nats.
    ///
    /// Shapes: x [batch, pixels], z [k, batch, latent] -> [k, batch].
    ///
    /// # Panics
    /// If a shape is another.
    #[track_caller]
    pub fn log_likelihoods(&self, x: &Tensor<T>, z: &Tensor<T>) -> Tensor<T> {
        let &[k, batch, latent] = z.shape() else {
            panic!("log_likelihoods: z is {:?}; it must be [k, batch, latent]", z.shape());
        };
        let output = self.decode(&z.reshape([k * batch, latent]));
        let images = [k, batch, output.shape()[1]];
        self.likelihood().log_prob(&output.reshape(images), &x.broadcast_to(images))
    }
}
