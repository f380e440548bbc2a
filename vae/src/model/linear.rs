//! The linear VAE, of which everything is known: probabilistic principal component analysis.

use autograd::{Float, Tensor};
use ndarray::Array1;
use nn::{Linear, Module, State};
use rand::Rng;

use super::Encoder;
use crate::{DiagonalNormal, Likelihood, LinearGaussian, Vae};

/// q(z|x) = N((x − μ) V, D), with one diagonal D for all images: the encoder of a linear VAE.
///
/// With the decoder x = z W + μ + s ε the data are normal, and so is the posterior:
/// ```text
///     p(x)   = N(x | μ, Wᵀ W + s² I),
///     p(z|x) = N(z | (x − μ) V, s² M⁻¹)   with   M = W Wᵀ + s² I,   V = Wᵀ M⁻¹.     (the_linear_posterior)
/// ```
/// The encoder's mean can be the posterior's. Its variance can be where the rows of W are orthogonal, that is, principal
/// axes: then M is diagonal, and with D = s² M⁻¹ the bound is the evidence. Any rotation of the axes has the same
/// evidence, but a lower bound: that is why a linear VAE finds the principal axes, and not only their plane.
///
/// μ is the mean of the data, a constant: the maximum of the likelihood has the decoder's bias there, whatever W is.
///
/// Source: Tipping & Bishop 1999, eq. 5 and 8; Lucas et al. 2019, *Don't Blame the ELBO!*, §4.
#[derive(Clone, Debug)]
pub struct LinearEncoder<T: Float = f32> {
    /// μ, shape `[pixels]`: a buffer.
    pub center: Tensor<T>,
    /// V, shape [pixels, latent].
    pub weight: Tensor<T>,
    /// log D, shape `[latent]`.
    pub log_var: Tensor<T>,
}

impl<T: Float> Vae<T, LinearEncoder<T>, Linear<T>> {
    /// A linear VAE of data with this mean, where encoder and decoder start; D starts at 1. V is drawn before W.
    ///
    /// # Panics
    /// If there is no pixel or no latent dimension.
    ///
    /// # Examples
    /// ```
    /// use autograd::Tensor;
    /// use ndarray::array;
    /// use rand::SeedableRng;
    /// use vae::{Likelihood, Vae};
    ///
    /// let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(0);
    /// let mean = array![0.5, -1.0, 2.0];
    /// let vae = Vae::<f64, _, _>::linear(&mean, 2, Likelihood::learned_gaussian(), &mut rng);
    ///
    /// let at_the_mean = vae.encode(&mean.clone().into_shape_with_order((1, 3)).unwrap().into());
    /// assert_eq!(at_the_mean.mean().to_vec(), [0.0, 0.0]);
    /// assert_eq!(vae.generate(&Tensor::zeros([1, 2])).to_vec(), mean.to_vec());
    /// ```
    #[track_caller]
    pub fn linear(
        mean: &Array1<f64>,
        latent: usize,
        likelihood: Likelihood<T>,
        rng: &mut (impl Rng + ?Sized),
    ) -> Self {
        let center = Tensor::constant(mean.mapv(T::from_f64));
        let encoder = LinearEncoder {
            weight: Linear::new(mean.len(), latent, rng).weight,
            log_var: Tensor::leaf(Tensor::zeros([latent])),
            center: center.clone(),
        };
        let mut decoder = Linear::new(latent, mean.len(), rng);
        decoder.bias = Some(Tensor::leaf(center));
        Self::of(encoder, decoder, likelihood, latent)
    }
}

impl Vae<f64, LinearEncoder<f64>, Linear<f64>> {
    /// The generative model p(z) p(x|z), whose evidence and posteriors are known.
    ///
    /// # Panics
    /// Unless the likelihood is a Gaussian with one variance for all pixels.
    #[track_caller]
    pub fn linear_gaussian(&self) -> LinearGaussian {
        let variance = match &self.likelihood {
            Likelihood::Gaussian { variance } => Tensor::from(*variance),
            Likelihood::LearnedGaussian { log_var } if log_var.len() == 1 => {
                log_var.exp().reshape([])
            }
            other => panic!(
                "linear_gaussian: the likelihood is {other:?}; it must be Gaussian with one variance for all pixels"
            ),
        };
        let Linear { weight, bias } = &self.decoder;
        let mean = bias.clone().unwrap_or_else(|| Tensor::zeros([weight.shape()[1]]));
        LinearGaussian::new(weight.t(), mean, variance)
    }
}

impl<T: Float> Encoder<T> for LinearEncoder<T> {
    #[track_caller]
    fn posterior(&self, x: &Tensor<T>) -> DiagonalNormal<T> {
        DiagonalNormal::new((x - &self.center).matmul(&self.weight), self.log_var.clone())
    }
}

impl<T: Float> Module<T> for LinearEncoder<T> {
    fn state(&self) -> State<&Tensor<T>> {
        State::new()
            .parameter("weight", &self.weight)
            .parameter("log_var", &self.log_var)
            .buffer("center", &self.center)
    }

    fn state_mut(&mut self) -> State<&mut Tensor<T>> {
        State::new()
            .parameter("weight", &mut self.weight)
            .parameter("log_var", &mut self.log_var)
            .buffer("center", &mut self.center)
    }
}
