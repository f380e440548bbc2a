//! The networks: an encoder q(z|x), a decoder p(x|z), and the two together.

mod convolutional;
mod dense;

use autograd::{Float, Tensor};
use nn::{Layer, Module, State};
use rand::Rng;

use crate::{DiagonalNormal, Likelihood};

pub use convolutional::{ConvDecoder, ConvEncoder};
pub use dense::{DenseDecoder, DenseEncoder, Sizes};

/// A network that computes the approximate posterior q(z|x) = N(μ(x), diag σ²(x)).
///
/// A decoder is any [`Layer`] from codes to the parameters of p(x|z).
pub trait Encoder<T: Float = f32>: Module<T> {
    /// The approximate posterior q(z|x).
    ///
    /// Shapes: x [batch, pixels] -> N of [batch, latent].
    ///
    /// # Panics
    /// If x does not have as many columns as there are pixels.
    #[track_caller]
    fn posterior(&self, x: &Tensor<T>) -> DiagonalNormal<T>;
}

/// N(μ, diag σ²) from one head of 2·latent columns, μ in the left half and log σ² in the right: one matrix product
/// instead of two narrow ones.
#[track_caller]
fn split_head<T: Float>(head: &Tensor<T>) -> DiagonalNormal<T> {
    let latent = head.shape()[1] / 2;
    DiagonalNormal::new(head.narrow(1, 0..latent), head.narrow(1, latent..2 * latent))
}

/// A variational autoencoder: the generative model p(z) p(x|z) with p(z) = N(0, I), and the encoder q(z|x).
///
/// Source: Kingma & Welling 2014, App. C.
#[derive(Clone, Debug)]
pub struct Vae<T: Float = f32, E = DenseEncoder<T>, D = DenseDecoder<T>> {
    encoder: E,
    decoder: D,
    likelihood: Likelihood<T>,
    latent: usize,
}

impl<T: Float> Vae<T> {
    /// A model of dense layers. The encoder is drawn before the decoder.
    pub fn new(sizes: Sizes, likelihood: Likelihood<T>, rng: &mut (impl Rng + ?Sized)) -> Self {
        let encoder = DenseEncoder::new(sizes, rng);
        let decoder = DenseDecoder::new(sizes, rng);
        Self::of(encoder, decoder, likelihood, sizes.latent)
    }
}

impl<T: Float> Vae<T, ConvEncoder<T>, ConvDecoder<T>> {
    /// A model of convolutional layers, for images of 28 × 28. The encoder is drawn before the decoder.
    pub fn convolutional(
        latent: usize,
        likelihood: Likelihood<T>,
        rng: &mut (impl Rng + ?Sized),
    ) -> Self {
        let encoder = ConvEncoder::new(latent, rng);
        let decoder = ConvDecoder::new(latent, rng);
        Self::of(encoder, decoder, likelihood, latent)
    }
}

impl<T: Float, E: Encoder<T>, D: Layer<T>> Vae<T, E, D> {
    /// A model of networks of one's own, with this many dimensions of z between them.
    pub fn of(encoder: E, decoder: D, likelihood: Likelihood<T>, latent: usize) -> Self {
        Self { encoder, decoder, likelihood, latent }
    }

    /// Dimensions of z.
    pub fn latent(&self) -> usize {
        self.latent
    }

    /// p(x|z).
    pub fn likelihood(&self) -> &Likelihood<T> {
        &self.likelihood
    }

    /// The approximate posterior q(z|x).
    ///
    /// Shapes: x [batch, pixels] -> N of [batch, latent].
    ///
    /// # Panics
    /// If x does not have as many columns as there are pixels.
    #[track_caller]
    pub fn encode(&self, x: &Tensor<T>) -> DiagonalNormal<T> {
        self.encoder.posterior(x)
    }

    /// The decoder's output f(z), parameters of [`likelihood`](Self::likelihood).
    ///
    /// Shapes: z [batch, latent] -> [batch, pixels].
    ///
    /// # Panics
    /// If z does not have as many columns as there are latent dimensions.
    #[track_caller]
    pub fn decode(&self, z: &Tensor<T>) -> Tensor<T> {
        self.decoder.forward(z)
    }

    /// E[x|z], a picture for each code.
    ///
    /// Shapes: z [batch, latent] -> [batch, pixels].
    ///
    /// # Panics
    /// If z does not have as many columns as there are latent dimensions.
    #[track_caller]
    pub fn generate(&self, z: &Tensor<T>) -> Tensor<T> {
        self.likelihood.mean(&self.decode(z))
    }

    /// E[x|z] at the mean of q(z|x): a picture for each picture.
    ///
    /// Shapes: x [batch, pixels] -> [batch, pixels].
    ///
    /// # Panics
    /// If x does not have as many columns as there are pixels.
    #[track_caller]
    pub fn reconstruct(&self, x: &Tensor<T>) -> Tensor<T> {
        self.generate(self.encode(x).mean())
    }
}

impl<T: Float, E: Module<T>, D: Module<T>> Module<T> for Vae<T, E, D> {
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
