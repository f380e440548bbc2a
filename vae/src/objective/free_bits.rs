//! Free bits: below a floor, a dimension's rate costs nothing.

use autograd::{Float, Tensor};

/// The rate of a batch with `floor` nats free in each dimension, in nats per image,
/// ```text
///     Σⱼ max(λ, 1/batch Σ rate of dimension j).                             (free_bits_are_floors_of_mean_rates)
/// ```
///
/// A dimension of the code that is used less than λ on average over the batch is neither rewarded for it nor pressed
/// further, so that it does not collapse to the prior before the decoder has learned to read it. At λ = 0 this is the mean
/// rate. For λ > 0, with the distortion, it is no less than −ELBO: still a bound, and the gradient of an unused dimension's
/// rate is 0.
///
/// Shapes: rates [batch, latent] -> a scalar
///
/// # Panics
/// If the rates are not [batch, latent].
///
/// # Examples
/// The loss of one step:
/// ```
/// use autograd::Tensor;
/// use rand::SeedableRng;
/// use vae::{Likelihood, Sizes, Vae, free_bits, standard_normal};
///
/// let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(1);
/// let sizes = Sizes { pixels: 4, hidden: 8, latent: 2 };
/// let vae = Vae::<f64>::new(sizes, Likelihood::Bernoulli, &mut rng);
/// let (x, noise) = (Tensor::zeros([5, 4]), standard_normal(&mut rng, [5, 2]));
///
/// let posterior = vae.encode(&x);
/// let rate = free_bits(&posterior.kl_to_standard_by_dimension(), 3.0);
/// let output = vae.decode(&posterior.rsample(&noise));
/// let loss = rate.clone() - vae.likelihood().log_prob(&output, &x).mean();
/// assert_eq!(rate.item(), 2.0 * 3.0); // an untrained encoder uses no dimension: all are at the floor
/// assert!(loss.item() > vae.elbo(&x, &noise).loss().item());
/// ```
///
/// Source: Kingma et al. 2016, *Improved Variational Inference with Inverse Autoregressive Flow*, eq. 15.
#[track_caller]
pub fn free_bits<T: Float>(rates: &Tensor<T>, floor: f64) -> Tensor<T> {
    let shape = rates.shape();
    assert!(shape.len() == 2, "free_bits: the rates are {shape:?}; they must be [batch, latent]");
    rates.mean_axes([0]).maximum(&Tensor::from(floor)).sum()
}
