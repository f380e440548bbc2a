//! Encoder and decoder of dense layers: the networks of the paper.

use autograd::{Float, Tensor};
use nn::{Layer, Linear, Module, State};
use rand::Rng;

use super::{Encoder, split_head};
use crate::DiagonalNormal;

/// The sizes of a dense [`Vae`](crate::Vae).
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
#[derive(Clone, Debug)]
pub struct DenseEncoder<T: Float = f32> {
    hidden: Linear<T>,
    head: Linear<T>,
}

impl<T: Float> DenseEncoder<T> {
    /// An encoder with the default initialization of its layers.
    pub fn new(sizes: Sizes, rng: &mut (impl Rng + ?Sized)) -> Self {
        Self {
            hidden: Linear::new(sizes.pixels, sizes.hidden, rng),
            head: Linear::new(sizes.hidden, 2 * sizes.latent, rng),
        }
    }
}

impl<T: Float> Encoder<T> for DenseEncoder<T> {
    #[track_caller]
    fn posterior(&self, x: &Tensor<T>) -> DiagonalNormal<T> {
        split_head(&self.head.forward(&self.hidden.forward(x).relu()))
    }
}

impl<T: Float> Module<T> for DenseEncoder<T> {
    fn state(&self) -> State<&Tensor<T>> {
        State::new().child("hidden", self.hidden.state()).child("head", self.head.state())
    }

    fn state_mut(&mut self) -> State<&mut Tensor<T>> {
        State::new().child("hidden", self.hidden.state_mut()).child("head", self.head.state_mut())
    }
}

/// f(z), the parameters of p(x|z): a hidden layer, then one output a pixel.
#[derive(Clone, Debug)]
pub struct DenseDecoder<T: Float = f32> {
    hidden: Linear<T>,
    output: Linear<T>,
}

impl<T: Float> DenseDecoder<T> {
    /// A decoder with the default initialization of its layers.
    pub fn new(sizes: Sizes, rng: &mut (impl Rng + ?Sized)) -> Self {
        Self {
            hidden: Linear::new(sizes.latent, sizes.hidden, rng),
            output: Linear::new(sizes.hidden, sizes.pixels, rng),
        }
    }
}

impl<T: Float> Layer<T> for DenseDecoder<T> {
    /// Shapes: z [batch, latent] -> [batch, pixels].
    #[track_caller]
    fn forward(&self, z: &Tensor<T>) -> Tensor<T> {
        self.output.forward(&self.hidden.forward(z).relu())
    }
}

impl<T: Float> Module<T> for DenseDecoder<T> {
    fn state(&self) -> State<&Tensor<T>> {
        State::new().child("hidden", self.hidden.state()).child("output", self.output.state())
    }

    fn state_mut(&mut self) -> State<&mut Tensor<T>> {
        State::new()
            .child("hidden", self.hidden.state_mut())
            .child("output", self.output.state_mut())
    }
}
