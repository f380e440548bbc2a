//! The doubly reparameterized gradient of the importance-weighted bound.

use autograd::{Float, Tensor};
use nn::Layer;

use super::importance_bound;
use crate::{DiagonalNormal, Distribution, Encoder, Vae};

/// Log-weights that depend on the encoder through the codes alone.
///
/// The gradient of the [importance-weighted bound](importance_bound) with respect to the encoder's parameters φ has a path
/// through the codes z(φ, ε) and another through the density q(z; φ) in the weight,
/// ```text
///     ∇_φ L_k = E Σᵢ w̃ᵢ [∂log wᵢ/∂zᵢ ∂zᵢ/∂φ − ∂log q(zᵢ; φ)/∂φ].             (the_gradient_has_two_paths)
/// ```
/// The second is a score function. It has no signal but much noise, and for large k the gradient is lost in it: its
/// signal-to-noise ratio falls like 1/√k. Reparameterized in turn (the weight w̃ᵢ is a function of zᵢ, too) it becomes a
/// derivative along the codes, and what remains is
/// ```text
///     ∇_φ L_k = E Σᵢ w̃ᵢ² ∂log wᵢ/∂zᵢ ∂zᵢ/∂φ,                       (doubly_reparameterized_is_the_same_on_average)
/// ```
/// whose ratio rises like √k, and which vanishes where q is the posterior. For k = 1 it is called "sticking the landing".
/// The parameters of the generative model keep their gradient, E Σ w̃ᵢ ∇_θ log wᵢ.
///
/// Sources: Tucker, Lawson, Gu & Maddison 2019, *Doubly Reparameterized Gradient Estimators for Monte Carlo Objectives*,
/// eq. 8; Roeder, Wu & Duvenaud 2017 (k = 1); Rainforth et al. 2018 (the ratio).
#[derive(Clone, Debug)]
pub struct PathWeights<T: Float = f32> {
    /// The codes, z = μ(x) + σ(x) ⊙ ε. Shape [k, batch, latent].
    pub codes: Tensor<T>,
    /// log w, computed from the codes, and from q(z|x) with constants for its parameters. Shape [k, batch].
    pub log_weights: Tensor<T>,
}

impl<T: Float> PathWeights<T> {
    /// The loss −L_k, in nats per image: the mean over the batch. Its value is that of [`importance_bound`], its gradient is
    /// the doubly reparameterized one, and of first order.
    ///
    /// # Derivation
    /// The gradient of Σ L_k with respect to the codes is gᵢ = w̃ᵢ ∂log wᵢ/∂zᵢ, and w̃ᵢ gᵢ is wanted of it. So
    /// Σ ⟨(1 − w̃ᵢ) gᵢ, zᵢ⟩, in which all but z is a constant, is subtracted: that is what the gradient then lacks, and its
    /// value is subtracted from it in turn. The sweep for g goes back to the codes, not into the encoder.
    ///
    /// # Panics
    /// If the weights are not [k, batch], or the codes not [k, batch, latent].
    #[track_caller]
    pub fn loss(self) -> Tensor<T> {
        let Self { codes, log_weights } = self;
        let bound = importance_bound(&log_weights);
        let Some(slopes) = bound.sum().grad(&[&codes]).remove(0) else {
            return -bound.mean(); // a frozen encoder: there is no gradient to correct
        };
        let batch = bound.len() as f64;
        let share = log_weights.detach().softmax(0).insert_axis(2);
        let excess = slopes.detach() * (1.0 - share);
        let correction = (excess * (&codes - codes.detach())).sum() / batch;
        correction - bound.mean()
    }
}

impl<T: Float, E: Encoder<T>, D: Layer<T>> Vae<T, E, D> {
    /// Codes and log-weights as [`log_weights`](crate::LatentModel::log_weights) has them, but for the gradient of log q(z|x),
    /// which passes through z alone.
    ///
    /// Shapes: x [batch, pixels], noise [k, batch, latent].
    ///
    /// # Panics
    /// If a shape is another.
    ///
    /// # Examples
    /// ```
    /// use autograd::Tensor;
    /// use nn::{Adam, Optimizer};
    /// use rand::SeedableRng;
    /// use vae::{Likelihood, Sizes, Vae, standard_normal};
    ///
    /// let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(1);
    /// let sizes = Sizes { pixels: 4, hidden: 8, latent: 2 };
    /// let mut vae = Vae::<f32>::new(sizes, Likelihood::Bernoulli, &mut rng);
    /// let mut adam = Adam::new(1e-3);
    ///
    /// let (x, noise) = (Tensor::zeros([3, 4]), standard_normal(&mut rng, [50, 3, 2]));
    /// let gradients = vae.path_weights(&x, &noise).loss().backward();
    /// adam.step(&mut vae, &gradients);
    /// ```
    #[track_caller]
    pub fn path_weights(&self, x: &Tensor<T>, noise: &Tensor<T>) -> PathWeights<T> {
        let posterior = self.encode(x);
        let codes = posterior.rsample(noise);
        let prior = DiagonalNormal::standard(posterior.mean().shape());
        let fixed = DiagonalNormal::new(posterior.mean().detach(), posterior.log_var().detach());
        let log_weights =
            self.log_likelihoods(x, &codes) + prior.log_prob(&codes) - fixed.log_prob(&codes);
        PathWeights { codes, log_weights }
    }
}
