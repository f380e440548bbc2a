//! The networks: an encoder q(z|x), a decoder p(x|z), and the two together.

use autograd::{Float, Tensor};
use nn::{Layer, Linear, Module, Named};
use rand::Rng;

use crate::{DiagonalNormal, Likelihood};

/// The sizes of a [`Vae`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// Dimensions of x.
    pub pixels: usize,
    /// Units of the hidden layer of encoder and decoder.
    pub hidden: usize,
    /// Dimensions of z.
    pub latent: usize,
}

/// q(z|x) = N(μ(x), diag σ²(x)): a hidden layer, then one head for μ and log σ².
///
/// One head of 2·latent columns, μ in the left half, is one matrix product instead of two narrow ones.
#[derive(Clone, Debug)]
pub struct Encoder<T: Float = f32> {
    hidden: Linear<T>,
    head: Linear<T>,
}

impl<T: Float> Encoder<T> {
    /// A new encoder with the default initialization of its layers.
    pub fn new(sizes: Sizes, rng: &mut (impl Rng + ?Sized)) -> Self {
        Self {
            hidden: Linear::new(sizes.pixels, sizes.hidden, rng),
            head: Linear::new(sizes.hidden, 2 * sizes.latent, rng),
        }
    }

    /// The approximate posterior q(z|x).
    ///
    /// Shapes: x [batch, pixels] -> N of [batch, latent].
    ///
    /// # Panics
    /// If x does not have as many columns as there are pixels.
    #[track_caller]
    pub fn posterior(&self, x: &Tensor<T>) -> DiagonalNormal<T> {
        let head = self.head.forward(&self.hidden.forward(x).relu());
        let latent = head.shape()[1] / 2;
        DiagonalNormal::new(head.narrow(1, 0..latent), head.narrow(1, latent..2 * latent))
    }
}

impl<T: Float> Module<T> for Encoder<T> {
    fn parameters(&self) -> Named<&Tensor<T>> {
        Named::new().child("hidden", self.hidden.parameters()).child("head", self.head.parameters())
    }

    fn parameters_mut(&mut self) -> Named<&mut Tensor<T>> {
        Named::new()
            .child("hidden", self.hidden.parameters_mut())
            .child("head", self.head.parameters_mut())
    }
}

/// f(z), the parameters of p(x|z): a hidden layer, then one output a pixel.
#[derive(Clone, Debug)]
pub struct Decoder<T: Float = f32> {
    hidden: Linear<T>,
    output: Linear<T>,
}

impl<T: Float> Decoder<T> {
    /// A new decoder with the default initialization of its layers.
    pub fn new(sizes: Sizes, rng: &mut (impl Rng + ?Sized)) -> Self {
        Self {
            hidden: Linear::new(sizes.latent, sizes.hidden, rng),
            output: Linear::new(sizes.hidden, sizes.pixels, rng),
        }
    }
}

impl<T: Float> Layer<T> for Decoder<T> {
    /// Shapes: z [batch, latent] -> [batch, pixels].
    #[track_caller]
    fn forward(&self, z: &Tensor<T>) -> Tensor<T> {
        self.output.forward(&self.hidden.forward(z).relu())
    }
}

impl<T: Float> Module<T> for Decoder<T> {
    fn parameters(&self) -> Named<&Tensor<T>> {
        Named::new()
            .child("hidden", self.hidden.parameters())
            .child("output", self.output.parameters())
    }

    fn parameters_mut(&mut self) -> Named<&mut Tensor<T>> {
        Named::new()
            .child("hidden", self.hidden.parameters_mut())
            .child("output", self.output.parameters_mut())
    }
}

/// A variational autoencoder: the generative model p(z) p(x|z) with p(z) = N(0, I), and the encoder q(z|x).
///
/// Source: Kingma & Welling 2014, App. C.
#[derive(Clone, Debug)]
pub struct Vae<T: Float = f32> {
    encoder: Encoder<T>,
    decoder: Decoder<T>,
    likelihood: Likelihood,
    latent: usize,
}

impl<T: Float> Vae<T> {
    /// A new model. The encoder is drawn before the decoder.
    pub fn new(sizes: Sizes, likelihood: Likelihood, rng: &mut (impl Rng + ?Sized)) -> Self {
        Self {
            encoder: Encoder::new(sizes, rng),
            decoder: Decoder::new(sizes, rng),
            likelihood,
            latent: sizes.latent,
        }
    }

    /// Dimensions of z.
    pub fn latent(&self) -> usize {
        self.latent
    }

    /// p(x|z).
    pub fn likelihood(&self) -> Likelihood {
        self.likelihood
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

impl<T: Float> Module<T> for Vae<T> {
    fn parameters(&self) -> Named<&Tensor<T>> {
        Named::new()
            .child("encoder", self.encoder.parameters())
            .child("decoder", self.decoder.parameters())
    }

    fn parameters_mut(&mut self) -> Named<&mut Tensor<T>> {
        Named::new()
            .child("encoder", self.encoder.parameters_mut())
            .child("decoder", self.decoder.parameters_mut())
    }
}
