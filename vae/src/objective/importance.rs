//! The importance-weighted bound: the logarithm of a mean of weights, instead of the mean of their logarithms.

use autograd::{Float, Tensor};

/// The importance-weighted bound of each image, log 1/k Σᵢ wᵢ, in nats, from log w of k samples.
///
/// w = p(x, z)/q(z|x) has the mean p(x) under q. The logarithm is concave, so for L_k, the expectation of this number,
/// ```text
///     L_k ≤ log E[1/k Σᵢ wᵢ] = log p(x).                                        (bounds_rise_to_the_evidence)
/// ```
/// L₁ is the ELBO. A mean of k + 1 weights is the mean, over the weight that is left out, of means of k, so once more by
/// concavity, sample by sample and not only on average,
/// ```text
///     log 1/(k+1) Σᵢ wᵢ ≥ 1/(k+1) Σⱼ log 1/k Σ_{i≠j} wᵢ,   hence   L_{k+1} ≥ L_k.  (more_samples_tighten_the_bound)
/// ```
///
/// # Derivation
/// With w̃ᵢ = wᵢ / Σ w, the differential of log 1/k Σ w = log Σ e^(log w) − ln k gives the gradient: a mean of the gradients
/// of the log w, in which good samples count for more,
/// ```text
///     ∇ log 1/k Σᵢ wᵢ = Σᵢ w̃ᵢ ∇ log wᵢ.                                     (the_gradient_is_a_weighted_mean)
/// ```
///
/// Shapes: log_weights [k, batch] -> `[batch]`
///
/// # Panics
/// If the weights are not [k, batch], or k = 0.
///
/// # Examples
/// The loss of one step with k = 5 samples an image:
/// ```
/// use autograd::Tensor;
/// use rand::SeedableRng;
/// use vae::{LatentModel, Likelihood, Sizes, Vae, importance_bound, standard_normal};
///
/// let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(1);
/// let sizes = Sizes { pixels: 4, hidden: 8, latent: 2 };
/// let vae = Vae::<f64>::new(sizes, Likelihood::Bernoulli, &mut rng);
/// let (x, noise) = (Tensor::zeros([3, 4]), standard_normal(&mut rng, [5, 3, 2]));
///
/// let log_weights = vae.log_weights(&x, &noise);
/// let loss = -importance_bound(&log_weights).mean();
/// assert!(loss.item() < -log_weights.mean().item()); // tighter than −ELBO
/// let gradients = loss.backward();
/// # _ = gradients;
/// ```
///
/// Source: Burda, Grosse & Salakhutdinov 2016, *Importance Weighted Autoencoders*, eq. 8, 9, 13 and 14, Theorem 1.
#[track_caller]
pub fn importance_bound<T: Float>(log_weights: &Tensor<T>) -> Tensor<T> {
    let &[k, _] = log_weights.shape() else {
        panic!("importance_bound: log_weights is {:?}; it must be [k, batch]", log_weights.shape());
    };
    log_weights.log_sum_exp([0]) - (k as f64).ln()
}
