//! A conditional model whose condition is known: a model of x like any other.

use autograd::{Float, Tensor};
use nn::{Layer, Module, State};

use super::{ConditionalVae, DenseDecoder, DenseEncoder, Encoder, check_noises};
use crate::{DiagonalNormal, Distribution, Elbo, EvidenceBound, LatentModel};

/// p(x|y) and q(z|x, y) for the conditions y of one batch: what [`ConditionalVae::given`] returns.
///
/// It is a [`LatentModel`] as any other, so what estimates p(x) of other models estimates p(x|y) of this one. It shares
/// the parameters that the model had when it was made: drop it before the next step of training.
///
/// # Examples
/// log p(x|y) by importance sampling with 100 samples:
/// ```
/// use autograd::Tensor;
/// use rand::SeedableRng;
/// use vae::{ConditionalVae, LatentModel, Likelihood, Sizes, one_hot, standard_normal};
///
/// let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(0);
/// let sizes = Sizes { pixels: 4, hidden: 8, latent: 2 };
/// let vae = ConditionalVae::<f64>::new(sizes, 10, Likelihood::Bernoulli, &mut rng);
///
/// let (x, y) = (Tensor::zeros([3, 4]), one_hot(&[7, 0, 7], 10));
/// let noise = standard_normal(&mut rng, [100, 3, 2]);
/// let log_weights = vae.given(&y).log_weights(&x, &noise);
/// let log_likelihood = log_weights.log_sum_exp([0]) - 100f64.ln();
/// assert_eq!(log_likelihood.shape(), [3]);
/// ```
#[derive(Clone, Debug)]
pub struct Given<T: Float = f32, E = DenseEncoder<T>, D = DenseDecoder<T>> {
    pub(super) model: ConditionalVae<T, E, D>,
    pub(super) y: Tensor<T>,
}

impl<T: Float, E: Encoder<T>, D: Layer<T>> LatentModel<T> for Given<T, E, D> {
    fn latent(&self) -> usize {
        self.model.latent()
    }

    #[track_caller]
    fn log_weights(&self, x: &Tensor<T>, noise: &Tensor<T>) -> Tensor<T> {
        let posterior = self.model.encode(x, &self.y);
        check_noises("log_weights", noise, posterior.mean());
        let z = posterior.rsample(noise);
        let prior = DiagonalNormal::standard(posterior.mean().shape());
        let log_joint = self.model.log_likelihoods(x, &self.y, &z) + prior.log_prob(&z);
        log_joint - posterior.log_prob(&z)
    }
}

impl<T: Float, E: Encoder<T>, D: Layer<T>> EvidenceBound<T> for Given<T, E, D> {
    #[track_caller]
    fn elbo(&self, x: &Tensor<T>, noise: &Tensor<T>) -> Elbo<T> {
        self.model.elbo(x, &self.y, noise)
    }
}

impl<T: Float, E: Module<T>, D: Module<T>> Module<T> for Given<T, E, D> {
    fn state(&self) -> State<&Tensor<T>> {
        self.model.state()
    }

    fn state_mut(&mut self) -> State<&mut Tensor<T>> {
        self.model.state_mut()
    }
}
