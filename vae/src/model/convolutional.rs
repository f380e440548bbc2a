//! Encoder and decoder of convolutions: each halves, or doubles, height and width.

use autograd::{Float, Tensor, Window};
use nn::{Conv2d, ConvTranspose2d, Layer, Linear, Module, State};
use rand::Rng;

use super::{Encoder, split_head};
use crate::DiagonalNormal;

/// Height and width of the images, after the first convolution and after the second.
const EXTENTS: [usize; 3] = [28, 14, 7];
/// Channels of the images, after the first convolution and after the second.
const CHANNELS: [usize; 3] = [1, 32, 64];
/// Numbers after the second convolution.
const FEATURES: usize = EXTENTS[2] * EXTENTS[2] * CHANNELS[2];
/// Units of the dense layer between the convolutions and the code.
const HIDDEN: usize = 256;

const KERNEL: [usize; 2] = [4, 4];
/// Half of an even extent, with a kernel of 4.
const HALVING: Window = Window { stride: [2, 2], padding: [1, 1] };

/// q(z|x) of 28 × 28 images: two convolutions, a dense layer, then one head for μ and log σ².
///
/// ```text
/// [28, 28, 1] → conv1 → [14, 14, 32] → conv2 → [7, 7, 64] → hidden → [256] → head → μ, log σ²
/// ```
///
/// with a relu after all but the last.
#[derive(Clone, Debug)]
pub struct ConvEncoder<T: Float = f32> {
    conv1: Conv2d<T>,
    conv2: Conv2d<T>,
    hidden: Linear<T>,
    head: Linear<T>,
}

impl<T: Float> ConvEncoder<T> {
    /// An encoder with the default initialization of its layers.
    pub fn new(latent: usize, rng: &mut (impl Rng + ?Sized)) -> Self {
        Self {
            conv1: Conv2d::new(CHANNELS[0], CHANNELS[1], KERNEL, HALVING, rng),
            conv2: Conv2d::new(CHANNELS[1], CHANNELS[2], KERNEL, HALVING, rng),
            hidden: Linear::new(FEATURES, HIDDEN, rng),
            head: Linear::new(HIDDEN, 2 * latent, rng),
        }
    }
}

impl<T: Float> Encoder<T> for ConvEncoder<T> {
    #[track_caller]
    fn posterior(&self, x: &Tensor<T>) -> DiagonalNormal<T> {
        let batch = x.shape()[0];
        let image = x.reshape([batch, EXTENTS[0], EXTENTS[0], CHANNELS[0]]);
        let features = self.conv2.forward(&self.conv1.forward(&image).relu()).relu();
        let hidden = self.hidden.forward(&features.reshape([batch, FEATURES])).relu();
        split_head(&self.head.forward(&hidden))
    }
}

impl<T: Float> Module<T> for ConvEncoder<T> {
    fn state(&self) -> State<&Tensor<T>> {
        State::new()
            .child("conv1", self.conv1.state())
            .child("conv2", self.conv2.state())
            .child("hidden", self.hidden.state())
            .child("head", self.head.state())
    }

    fn state_mut(&mut self) -> State<&mut Tensor<T>> {
        State::new()
            .child("conv1", self.conv1.state_mut())
            .child("conv2", self.conv2.state_mut())
            .child("hidden", self.hidden.state_mut())
            .child("head", self.head.state_mut())
    }
}

/// f(z), the parameters of p(x|z), for 28 × 28 images: the mirror image of [`ConvEncoder`].
///
/// ```text
/// z → hidden → [256] → features → [7, 7, 64] → conv1 → [14, 14, 32] → conv2 → [28, 28, 1]
/// ```
///
/// with a relu after all but the last.
#[derive(Clone, Debug)]
pub struct ConvDecoder<T: Float = f32> {
    hidden: Linear<T>,
    features: Linear<T>,
    conv1: ConvTranspose2d<T>,
    conv2: ConvTranspose2d<T>,
}

impl<T: Float> ConvDecoder<T> {
    /// A decoder with the default initialization of its layers.
    pub fn new(latent: usize, rng: &mut (impl Rng + ?Sized)) -> Self {
        Self {
            hidden: Linear::new(latent, HIDDEN, rng),
            features: Linear::new(HIDDEN, FEATURES, rng),
            conv1: ConvTranspose2d::new(CHANNELS[2], CHANNELS[1], KERNEL, HALVING, rng),
            conv2: ConvTranspose2d::new(CHANNELS[1], CHANNELS[0], KERNEL, HALVING, rng),
        }
    }
}

impl<T: Float> Layer<T> for ConvDecoder<T> {
    /// Shapes: z [batch, latent] -> [batch, pixels].
    #[track_caller]
    fn forward(&self, z: &Tensor<T>) -> Tensor<T> {
        let batch = z.shape()[0];
        let features = self.features.forward(&self.hidden.forward(z).relu()).relu();
        let features = features.reshape([batch, EXTENTS[2], EXTENTS[2], CHANNELS[2]]);
        let image = self.conv2.forward(&self.conv1.forward(&features).relu());
        image.reshape([batch, EXTENTS[0] * EXTENTS[0] * CHANNELS[0]])
    }
}

impl<T: Float> Module<T> for ConvDecoder<T> {
    fn state(&self) -> State<&Tensor<T>> {
        State::new()
            .child("hidden", self.hidden.state())
            .child("features", self.features.state())
            .child("conv1", self.conv1.state())
            .child("conv2", self.conv2.state())
    }

    fn state_mut(&mut self) -> State<&mut Tensor<T>> {
        State::new()
            .child("hidden", self.hidden.state_mut())
            .child("features", self.features.state_mut())
            .child("conv1", self.conv1.state_mut())
            .child("conv2", self.conv2.state_mut())
    }
}
