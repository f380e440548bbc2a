//! A VAE whose prior is a mixture of its own posteriors.

use autograd::{Float, Tensor};
use nn::{Layer, Module, State};
use rand::{Rng, RngExt};

use super::dense::logit;
use super::{DenseDecoder, DenseEncoder, Encoder, check_noise, check_noises, only_sample};
use crate::{DiagonalNormal, Distribution, Elbo, EvidenceBound, LatentModel, Vae, standard_normal};

/// A variational autoencoder with a VampPrior, the "variational mixture of posteriors".
///
/// The ELBO of a whole dataset is highest, given the encoder, for the prior that is the mean of all its posteriors. That
/// one is too large to evaluate and overfits; a mixture of K of them, at pictures u that are learned, is neither:
/// ```text
///     p(z) = 1/K Σₖ q(z|uₖ),   uₖ = σ(lₖ),                                   (the_vamp_prior_is_a_mixture)
/// ```
/// where the sigmoid σ keeps the pixels of the pseudo-inputs u between 0 and 1 whatever the parameters l are. The
/// divergence from a mixture has no closed form, so the rate is estimated by the one sample that there is:
/// ```text
///     rate = E_q[log q(z|x) − log p(z)],   log p(z) = log Σₖ e^(log q(z|uₖ)) − ln K.   (the_vamp_rate_is_a_divergence)
/// ```
/// It takes all K pseudo-inputs through the encoder once a batch, and compares every code with all of them.
///
/// # Examples
/// ```
/// use autograd::Tensor;
/// use rand::SeedableRng;
/// use vae::{EvidenceBound, Likelihood, Sizes, Vae, VampVae, standard_normal};
///
/// let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(0);
/// let sizes = Sizes { pixels: 4, hidden: 8, latent: 2 };
/// let vae = Vae::<f32>::new(sizes, Likelihood::Bernoulli, &mut rng);
///
/// let images = standard_normal(&mut rng, [10, 4]).sigmoid(); // or K images of the dataset
/// let vamp = VampVae::of(vae, &images);
///
/// let (x, noise) = (Tensor::zeros([5, 4]), standard_normal(&mut rng, [5, 2]));
/// let gradients = vamp.elbo(&x, &noise).loss().backward();
/// let pictures = vamp.generate(&vamp.sample_prior(16, &mut rng));
/// assert_eq!(pictures.shape(), [16, 4]);
/// # _ = gradients;
/// ```
///
/// Source: Tomczak & Welling 2018, eq. 9; there, the pixels are kept in range by clipping, which passes no gradient to
/// what is out of it.
#[derive(Clone, Debug)]
pub struct VampVae<T: Float = f32, E = DenseEncoder<T>, D = DenseDecoder<T>> {
    vae: Vae<T, E, D>,
    /// l, shape [K, pixels].
    logits: Tensor<T>,
}

impl<T: Float, E: Encoder<T>, D: Layer<T>> VampVae<T, E, D> {
    /// This model with another prior, whose pseudo-inputs start at these pictures: those of a dataset, or any others.
    ///
    /// Pixels are first moved into [0.01, 0.99], for black and white have infinite logits.
    ///
    /// Shapes: images [K, pixels], in [0, 1].
    ///
    /// # Panics
    /// If the images are not a matrix, or there is none.
    #[track_caller]
    pub fn of(vae: Vae<T, E, D>, images: &Tensor<T>) -> Self {
        assert!(
            images.rank() == 2 && images.shape()[0] > 0,
            "VampVae: the images are {:?}; they must be [K, pixels], of K at least 1",
            images.shape()
        );
        let logits = images.value().mapv(|pixel| T::from_f64(logit(pixel.as_f64(), 0.01)));
        Self { vae, logits: Tensor::leaf(logits) }
    }

    /// The pseudo-inputs u, in [0, 1].
    ///
    /// Shape: [K, pixels].
    pub fn pseudo_inputs(&self) -> Tensor<T> {
        self.logits.sigmoid()
    }

    /// The components of the prior, q(z|uₖ), each with the weight 1/K.
    ///
    /// Shape: N of [K, latent].
    #[track_caller]
    pub fn components(&self) -> DiagonalNormal<T> {
        self.vae.encode(&self.pseudo_inputs())
    }

    /// log p(z) of the prior, in nats.
    ///
    /// Shapes: z [.., latent] -> [..].
    ///
    /// # Panics
    /// If z does not have as many columns as there are latent dimensions.
    #[track_caller]
    pub fn log_prior(&self, z: &Tensor<T>) -> Tensor<T> {
        let components = self.components();
        let &[k, latent] = components.mean().shape() else { unreachable!("N of [K, latent]") };
        assert!(
            z.shape().last() == Some(&latent),
            "log_prior: z is {:?} but the components are [{k}, {latent}]; their last axes must be equal",
            z.shape()
        );
        let axis = z.rank() - 1;
        components.log_prob(&z.insert_axis(axis)).log_sum_exp([axis]) - (k as f64).ln()
    }

    /// Codes drawn from the prior: a pseudo-input for each, then a code of it.
    ///
    /// Shape: [codes, latent].
    #[track_caller]
    pub fn sample_prior(&self, codes: usize, rng: &mut (impl Rng + ?Sized)) -> Tensor<T> {
        let components = self.components();
        let mean = components.mean();
        let picks: Vec<_> = (0..codes).map(|_| rng.random_range(0..mean.shape()[0])).collect();
        let pick = |x: &Tensor<T>| x.broadcast_to(mean.shape()).index_select(0, &picks);
        let noise = standard_normal(rng, [codes, self.vae.latent()]);
        DiagonalNormal::new(pick(mean), pick(components.log_var())).rsample(&noise)
    }

    /// The approximate posterior q(z|x).
    ///
    /// Shapes: x [batch, pixels] -> N of [batch, latent].
    ///
    /// # Panics
    /// If x does not have as many columns as there are pixels.
    #[track_caller]
    pub fn encode(&self, x: &Tensor<T>) -> DiagonalNormal<T> {
        self.vae.encode(x)
    }

    /// E[x|z], a picture for each code.
    ///
    /// Shapes: z [batch, latent] -> [batch, pixels].
    ///
    /// # Panics
    /// If z does not have as many columns as there are latent dimensions.
    #[track_caller]
    pub fn generate(&self, z: &Tensor<T>) -> Tensor<T> {
        self.vae.generate(z)
    }

    /// Rate and distortion of each sample.
    ///
    /// Shapes: x [batch, pixels], noise [k, batch, latent] -> [k, batch].
    #[track_caller]
    fn terms(&self, x: &Tensor<T>, posterior: &DiagonalNormal<T>, noise: &Tensor<T>) -> Elbo<T> {
        let z = posterior.rsample(noise);
        Elbo {
            rate: posterior.log_prob(&z) - self.log_prior(&z),
            distortion: -self.vae.log_likelihoods(x, &z),
        }
    }
}

impl<T: Float, E: Encoder<T>, D: Layer<T>> LatentModel<T> for VampVae<T, E, D> {
    fn latent(&self) -> usize {
        self.vae.latent()
    }

    #[track_caller]
    fn log_weights(&self, x: &Tensor<T>, noise: &Tensor<T>) -> Tensor<T> {
        let posterior = self.encode(x);
        check_noises("log_weights", noise, posterior.mean());
        let Elbo { rate, distortion } = self.terms(x, &posterior, noise);
        -(rate + distortion)
    }
}

impl<T: Float, E: Encoder<T>, D: Layer<T>> EvidenceBound<T> for VampVae<T, E, D> {
    #[track_caller]
    fn elbo(&self, x: &Tensor<T>, noise: &Tensor<T>) -> Elbo<T> {
        let posterior = self.encode(x);
        check_noise("elbo", noise, posterior.mean());
        only_sample(self.terms(x, &posterior, &noise.insert_axis(0)))
    }
}

impl<T: Float, E: Module<T>, D: Module<T>> Module<T> for VampVae<T, E, D> {
    fn state(&self) -> State<&Tensor<T>> {
        let prior = State::new().parameter("pseudo_inputs", &self.logits);
        self.vae.state().child("prior", prior)
    }

    fn state_mut(&mut self) -> State<&mut Tensor<T>> {
        let prior = State::new().parameter("pseudo_inputs", &mut self.logits);
        self.vae.state_mut().child("prior", prior)
    }
}
