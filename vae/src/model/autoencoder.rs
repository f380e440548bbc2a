//! The plain autoencoder: where the lecture begins.

use autograd::{Float, Tensor};
use nn::{Layer, Module, State};
use rand::Rng;

use super::{Architecture, DenseDecoder, DenseEncoder};
use crate::Likelihood;

/// An autoencoder: a code for each picture, a picture for each code, and nothing else.
///
/// It is trained to reconstruct,
/// ```text
///     distortion = −log p(x|c(x)),                                     (an_autoencoder_pays_for_distortion_alone)
/// ```
/// the loss of a [`Vae`](crate::Vae) without noise and without a rate. So nothing tells its codes where to be: they
/// may lie far apart, with gaps in between that decode to nothing in particular. There is no prior to sample from.
///
/// # Examples
/// ```
/// use autograd::Tensor;
/// use rand::SeedableRng;
/// use vae::{Autoencoder, Likelihood, Sizes};
///
/// let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(0);
/// let sizes = Sizes { pixels: 4, hidden: 8, latent: 2 };
/// let autoencoder = Autoencoder::<f32>::new(sizes, Likelihood::Bernoulli, &mut rng);
///
/// let x = Tensor::zeros([5, 4]);
/// let gradients = autoencoder.distortion(&x).mean().backward();
/// assert_eq!(autoencoder.encode(&x).shape(), [5, 2]);
/// # _ = gradients;
/// ```
///
/// Source: Goodfellow, Bengio & Courville 2016, §14.1.
#[derive(Clone, Debug)]
pub struct Autoencoder<T: Float = f32, E = DenseEncoder<T>, D = DenseDecoder<T>> {
    encoder: E,
    decoder: D,
    likelihood: Likelihood<T>,
}

impl<T: Float> Autoencoder<T> {
    /// A model of dense layers, those of [`Vae::new`](crate::Vae::new) but for a head that has no log σ². The encoder
    /// is drawn before the decoder.
    pub fn new(
        layers: impl Into<Architecture>,
        likelihood: Likelihood<T>,
        rng: &mut (impl Rng + ?Sized),
    ) -> Self {
        let layers = layers.into();
        let encoder = DenseEncoder::with_head(&layers, layers.latent, rng);
        let decoder = DenseDecoder::new(layers, rng);
        Self::of(encoder, decoder, likelihood)
    }
}

impl<T: Float, E: Layer<T>, D: Layer<T>> Autoencoder<T, E, D> {
    /// A model of networks of one's own, from pictures to codes and from codes to the parameters of the likelihood.
    pub fn of(encoder: E, decoder: D, likelihood: Likelihood<T>) -> Self {
        Self { encoder, decoder, likelihood }
    }

    /// The code c(x) of each picture.
    ///
    /// Shapes: x [batch, pixels] -> [batch, latent].
    ///
    /// # Panics
    /// If x does not have as many columns as there are pixels.
    #[track_caller]
    pub fn encode(&self, x: &Tensor<T>) -> Tensor<T> {
        self.encoder.forward(x)
    }

    /// E[x|code], a picture for each code.
    ///
    /// Shapes: code [batch, latent] -> [batch, pixels].
    ///
    /// # Panics
    /// If the code does not have as many columns as there are latent dimensions.
    #[track_caller]
    pub fn generate(&self, code: &Tensor<T>) -> Tensor<T> {
        self.likelihood.mean(&self.decoder.forward(code))
    }

    /// A picture for each picture, by way of its code.
    ///
    /// Shapes: x [batch, pixels] -> [batch, pixels].
    ///
    /// # Panics
    /// If x does not have as many columns as there are pixels.
    #[track_caller]
    pub fn reconstruct(&self, x: &Tensor<T>) -> Tensor<T> {
        self.generate(&self.encode(x))
    }

    /// −log p(x|c(x)) of each picture, in nats. Its mean is the loss.
    ///
    /// Shapes: x [batch, pixels] -> `[batch]`.
    ///
    /// # Panics
    /// If x does not have as many columns as there are pixels.
    #[track_caller]
    pub fn distortion(&self, x: &Tensor<T>) -> Tensor<T> {
        -self.likelihood.log_prob(&self.decoder.forward(&self.encode(x)), x)
    }
}

impl<T: Float, E: Module<T>, D: Module<T>> Module<T> for Autoencoder<T, E, D> {
    fn state(&self) -> State<&Tensor<T>> {
        State::new()
            .child("encoder", self.encoder.state())
            .child("decoder", self.decoder.state())
            .child("likelihood", self.likelihood.state())
    }

    fn state_mut(&mut self) -> State<&mut Tensor<T>> {
        State::new()
            .child("encoder", self.encoder.state_mut())
            .child("decoder", self.decoder.state_mut())
            .child("likelihood", self.likelihood.state_mut())
    }
}
