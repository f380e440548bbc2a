//! [`LocalPosterior`]: a q for each image, found by itself and not by an encoder.

use autograd::{Float, Tensor};
use ndarray::Array2;
use nn::{Layer, Module, State};

use super::check_noises;
use crate::{DiagonalNormal, Elbo, FullNormal, KullbackLeibler, Vae};

/// q(z) = N(m, L Lᵀ) for each image of a batch, with m and L as parameters of their own.
///
/// An encoder makes its q from the image, one network for all. What it loses thereby, the amortization gap, is seen by
/// optimizing a q of each image by itself; what a diagonal covariance loses, by the best one with a full covariance.
///
/// # Examples
/// The bound of the best normal q, where the encoder's is the start:
/// ```
/// use autograd::Tensor;
/// use nn::{Adam, Module, Optimizer};
/// use rand::SeedableRng;
/// use vae::{Likelihood, LocalPosterior, Sizes, Vae, standard_normal};
///
/// let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(1);
/// let sizes = Sizes { pixels: 4, hidden: 8, latent: 2 };
/// let vae = Vae::<f64>::new(sizes, Likelihood::Bernoulli, &mut rng).frozen();
/// let x = Tensor::from(ndarray::array![[1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 1.0]]);
///
/// let mut local = LocalPosterior::full(&vae.encode(&x));
/// let noise = standard_normal(&mut rng, [1000, 2, 2]);
/// let start = vae.elbo_under(&local.q(), &x, &noise).loss().item();
/// let mut adam = Adam::new(0.05);
/// for _ in 0..100 {
///     let noise = standard_normal(&mut rng, [8, 2, 2]);
///     let loss = vae.elbo_under(&local.q(), &x, &noise).loss();
///     adam.step(&mut local, &loss.backward());
/// }
/// assert!(vae.elbo_under(&local.q(), &x, &noise).loss().item() < start);
/// ```
///
/// Source: Cremer, Li & Duvenaud 2018, §3.2 and 5.
#[derive(Clone, Debug)]
pub struct LocalPosterior<T: Float = f32> {
    /// m, shape [batch, latent].
    pub mean: Tensor<T>,
    /// ln Lⱼⱼ, shape [batch, latent].
    pub log_diagonal: Tensor<T>,
    /// Lⱼₖ, of which those with j > k count, shape [batch, latent, latent]; none where the covariance is diagonal.
    pub below: Option<Tensor<T>>,
}

impl<T: Float> LocalPosterior<T> {
    /// Diagonal covariances, with these posteriors for a start.
    pub fn diagonal(start: &DiagonalNormal<T>) -> Self {
        let log_var = start.log_var().broadcast_to(start.mean().shape());
        let (mean, log_diagonal) = (start.mean().detach(), log_var.detach() * 0.5);
        Self { mean: Tensor::leaf(mean), log_diagonal: Tensor::leaf(log_diagonal), below: None }
    }

    /// Full covariances, with these posteriors for a start.
    ///
    /// # Panics
    /// If there is no axis.
    #[track_caller]
    pub fn full(start: &DiagonalNormal<T>) -> Self {
        let shape = start.mean().shape();
        let latent = shape[shape.len() - 1];
        let below = Some(Tensor::leaf(Tensor::zeros([shape, &[latent]].concat())));
        Self { below, ..Self::diagonal(start) }
    }

    /// N(m, L Lᵀ), of [batch, latent].
    pub fn q(&self) -> FullNormal<T> {
        let mut factor = self.log_diagonal.exp().diagonal_matrix();
        if let Some(below) = &self.below {
            let latent = below.shape()[below.rank() - 1];
            let one = |(j, k)| T::from_f64(if j > k { 1.0 } else { 0.0 });
            factor = factor + below * Tensor::from(Array2::from_shape_fn([latent; 2], one));
        }
        FullNormal::new(self.mean.clone(), factor)
    }
}

impl<T: Float> Module<T> for LocalPosterior<T> {
    fn state(&self) -> State<&Tensor<T>> {
        State::new()
            .parameter("mean", &self.mean)
            .parameter("log_diagonal", &self.log_diagonal)
            .parameter("below", self.below.as_ref())
    }

    fn state_mut(&mut self) -> State<&mut Tensor<T>> {
        State::new()
            .parameter("mean", &mut self.mean)
            .parameter("log_diagonal", &mut self.log_diagonal)
            .parameter("below", self.below.as_mut())
    }
}

impl<T: Float, E, D: Layer<T>> Vae<T, E, D> {
    /// Rate and distortion of each image for any normal q of [batch, latent] in place of the encoder's. The distortion is a
    /// mean over k codes.
    ///
    /// Shapes: x [batch, pixels], noise [k, batch, latent].
    ///
    /// # Panics
    /// If a shape is another.
    #[track_caller]
    pub fn elbo_under(&self, q: &FullNormal<T>, x: &Tensor<T>, noise: &Tensor<T>) -> Elbo<T> {
        check_noises("elbo_under", noise, q.mean());
        let prior = FullNormal::from(&DiagonalNormal::standard([self.latent()]));
        let log_likelihoods = self.log_likelihoods(x, &q.rsample(noise));
        Elbo { rate: q.kl(&prior), distortion: -log_likelihoods.mean_axes([0]) }
    }
}
