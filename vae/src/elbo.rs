//! The evidence lower bound and its two terms.
//!
//! For every q, Bayes' rule gives
//!
//! ```text
//!     log p(x) = E_q[log p(x|z)] − KL(q(z|x) ‖ p(z)) + KL(q(z|x) ‖ p(z|x)),        (the_evidence_is_the_bound_and_a_gap)
//! ```
//!
//! and the last term is not negative, so that
//!
//! ```text
//!     ELBO = E_q[log p(x|z)] − KL(q(z|x) ‖ p(z)) = −distortion − rate ≤ log p(x).  (the_evidence_is_the_bound_and_a_gap)
//! ```
//!
//! The expectation is estimated with one reparameterized sample z = μ + σ ⊙ ε, the divergence is exact.
//!
//! Source: Kingma & Welling 2014, eq. 3, 7 and 10; the names *rate* and *distortion* from Alemi et al. 2018.

use autograd::{Float, Tensor};
use nn::Layer;
use rand::Rng;

use crate::{Encoder, Evaluation, LatentModel, Vae, standard_normal};

/// The two terms of −ELBO for each image of a batch, in nats.
#[derive(Clone, Debug)]
pub struct Elbo<T: Float = f32> {
    /// KL(q(z|x) ‖ p(z)): what the code costs. Shape `[batch]`.
    pub rate: Tensor<T>,
    /// −log p(x|z) at the sampled z: what the code fails to say. Shape `[batch]`.
    pub distortion: Tensor<T>,
}

impl<T: Float> Elbo<T> {
    /// The loss −ELBO = distortion + rate, in nats per image: the mean over the batch.
    ///
    /// Consumes the terms, so that nothing but the loss holds the graph and parameters are updated in place.
    pub fn loss(self) -> Tensor<T> {
        (self.distortion + self.rate).mean()
    }
}

/// A model whose bound has a rate and a distortion: each of this crate, whatever its prior and its posterior are.
pub trait EvidenceBound<T: Float = f32>: LatentModel<T> {
    /// Rate and distortion of each image, in nats, for a code sampled from q(z|x) with this noise.
    ///
    /// −rate − distortion has the mean of the [log-weight](LatentModel::log_weights), which is the ELBO. Where the rate
    /// has no closed form it is estimated by the same sample, and the two are equal.
    ///
    /// Shapes: x [batch, pixels], noise [batch, latent] ~ N(0, I).
    ///
    /// # Panics
    /// If a shape is another.
    #[track_caller]
    fn elbo(&self, x: &Tensor<T>, noise: &Tensor<T>) -> Elbo<T>;

    /// Rate and distortion over `batches` of images [batch, pixels], with one sample of z for each image.
    ///
    /// z is sampled here as in training: with z = μ one would read a loss several nats too good, which is no bound of
    /// anything. [`Vae::reconstructions`] has both.
    ///
    /// # Panics
    /// If a batch does not have as many columns as there are pixels.
    #[track_caller]
    fn evaluate(
        &self,
        batches: impl IntoIterator<Item = Tensor<T>>,
        rng: &mut (impl Rng + ?Sized),
    ) -> Evaluation
    where
        Self: Sized + Clone,
    {
        let frozen = self.frozen();
        let mut evaluation = Evaluation::default();
        for x in batches {
            let noise = standard_normal(rng, [x.shape()[0], self.latent()]);
            evaluation.add(&frozen.elbo(&x, &noise));
        }
        evaluation
    }
}

impl<T: Float, E: Encoder<T>, D: Layer<T>> EvidenceBound<T> for Vae<T, E, D> {
    #[track_caller]
    fn elbo(&self, x: &Tensor<T>, noise: &Tensor<T>) -> Elbo<T> {
        Vae::elbo(self, x, noise)
    }
}

impl<T: Float, E: Encoder<T>, D: Layer<T>> Vae<T, E, D> {
    /// Rate and distortion of each image, with z = μ(x) + σ(x) ⊙ noise.
    ///
    /// Shapes: x [batch, pixels], noise [batch, latent].
    ///
    /// # Panics
    /// If a shape is another.
    ///
    /// # Examples
    /// One step of training:
    /// ```
    /// use autograd::Tensor;
    /// use nn::{Adam, Optimizer};
    /// use rand::SeedableRng;
    /// use rand_chacha::ChaCha8Rng;
    /// use vae::{Likelihood, Sizes, Vae, standard_normal};
    ///
    /// let mut rng = ChaCha8Rng::seed_from_u64(1);
    /// let sizes = Sizes { pixels: 4, hidden: 8, latent: 2 };
    /// let mut vae = Vae::<f32>::new(sizes, Likelihood::Bernoulli, &mut rng);
    /// let mut adam = Adam::new(1e-3);
    ///
    /// let x = Tensor::zeros([5, 4]);
    /// let noise = standard_normal(&mut rng, [5, 2]);
    /// let gradients = vae.elbo(&x, &noise).loss().backward();
    /// adam.step(&mut vae, &gradients);
    /// ```
    #[track_caller]
    pub fn elbo(&self, x: &Tensor<T>, noise: &Tensor<T>) -> Elbo<T> {
        let posterior = self.encode(x);
        assert!(
            noise.shape() == posterior.mean().shape(),
            "elbo: noise is {:?} but the posterior is {:?}; each image needs its own noise",
            noise.shape(),
            posterior.mean().shape()
        );
        let output = self.decode(&posterior.rsample(noise));
        Elbo {
            rate: posterior.kl_to_standard(),
            distortion: -self.likelihood().log_prob(&output, x),
        }
    }
}
