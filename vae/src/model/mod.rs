//! The networks: an encoder q(z|x), a decoder p(x|z), and the two together.
//!
//! | file | the model |
//! |---|---|
//! | `dense.rs`, `convolutional.rs`, `linear.rs` | [`Vae`] of dense layers, of convolutions, of one matrix each way |
//! | `autoencoder.rs` | [`Autoencoder`](crate::Autoencoder): no noise and no rate |
//! | `conditional.rs`, `given.rs` | [`ConditionalVae`](crate::ConditionalVae): p(x\|y) |
//! | `vamp.rs` | [`VampVae`](crate::VampVae): a prior made of posteriors |
//! | `planar.rs`, `flow.rs` | [`FlowVae`](crate::FlowVae): a posterior that is not normal |
//! | `local.rs` | [`LocalPosterior`](crate::LocalPosterior): a posterior of each image, without an encoder |

mod autoencoder;
mod conditional;
mod convolutional;
mod dense;
mod flow;
mod given;
mod linear;
mod local;
mod planar;
mod vamp;

use autograd::{Float, Tensor};
use nn::{Layer, Module, State};
use rand::Rng;

use crate::{DiagonalNormal, Elbo, Likelihood};

pub use autoencoder::Autoencoder;
pub use conditional::{ConditionalVae, one_hot};
pub use convolutional::{ConvDecoder, ConvEncoder};
pub use dense::{Architecture, DenseDecoder, DenseEncoder, Sizes};
pub use flow::{FlowPosterior, FlowVae};
pub use given::Given;
pub use linear::LinearEncoder;
pub use local::LocalPosterior;
pub use planar::PlanarFlow;
pub use vamp::VampVae;

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
    /// A model of dense layers: [`Sizes`] for one hidden layer, an [`Architecture`] for any number. The encoder is drawn
    /// before the decoder.
    pub fn new(
        layers: impl Into<Architecture>,
        likelihood: Likelihood<T>,
        rng: &mut (impl Rng + ?Sized),
    ) -> Self {
        let layers = layers.into();
        let latent = layers.latent;
        let encoder = DenseEncoder::new(layers.clone(), rng);
        let decoder = DenseDecoder::new(layers, rng);
        Self::of(encoder, decoder, likelihood, latent)
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

impl<T: Float, E, D: Layer<T>> Vae<T, E, D> {
    /// The same networks with another p(x|z), to which the decoder's outputs are parameters as well: to evaluate
    /// [`Likelihood::OptimalGaussian`] at a variance of the training set, or a Bernoulli likelihood as a density.
    pub fn with_likelihood(self, likelihood: Likelihood<T>) -> Self {
        Self { likelihood, ..self }
    }

    /// Dimensions of z.
    pub fn latent(&self) -> usize {
        self.latent
    }

    /// p(x|z).
    pub fn likelihood(&self) -> &Likelihood<T> {
        &self.likelihood
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

/// Panics unless there is noise for one code of each image.
#[track_caller]
fn check_noise<T: Float>(caller: &str, noise: &Tensor<T>, mean: &Tensor<T>) {
    assert!(
        noise.shape() == mean.shape(),
        "{caller}: noise is {:?} but the posterior is {:?}; each image needs its own noise",
        noise.shape(),
        mean.shape()
    );
}

/// Panics unless there is noise for k codes of each image.
#[track_caller]
fn check_noises<T: Float>(caller: &str, noise: &Tensor<T>, mean: &Tensor<T>) {
    assert!(
        noise.rank() == 3 && noise.shape()[1..] == *mean.shape(),
        "{caller}: noise is {:?} but the posterior is {:?}; noise must be [k, batch, latent]",
        noise.shape(),
        mean.shape()
    );
}

/// The terms of the only sample, [1, batch] -> `[batch]`.
#[track_caller]
fn only_sample<T: Float>(terms: Elbo<T>) -> Elbo<T> {
    let batch = [terms.rate.len()];
    Elbo { rate: terms.rate.reshape(batch), distortion: terms.distortion.reshape(batch) }
}
