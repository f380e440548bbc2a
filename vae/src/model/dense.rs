//! Encoder and decoder of dense layers: the networks of the paper, and deeper ones.

use autograd::{Float, Tensor};
use ndarray::Array1;
use nn::{Activation, Layer, Linear, Module, State};
use rand::Rng;

use super::{Encoder, split_head};
use crate::{DiagonalNormal, Likelihood, Vae};

/// The sizes of a dense [`Vae`](crate::Vae) with one hidden layer of rectifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// Dimensions of x.
    pub pixels: usize,
    /// Units of the hidden layer of encoder and decoder.
    pub hidden: usize,
    /// Dimensions of z.
    pub latent: usize,
}

/// The layers of a dense [`Vae`](crate::Vae), as many as one likes; [`Sizes`] will do for one hidden layer.
///
/// # Examples
/// The networks of Burda et al. 2016, with one stochastic layer:
/// ```
/// use nn::Activation;
/// use rand::SeedableRng;
/// use vae::{Architecture, Likelihood, Vae};
///
/// let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(0);
/// let hidden = vec![200, 200];
/// let layers = Architecture { pixels: 784, hidden, latent: 50, activation: Activation::Tanh };
/// let vae = Vae::<f32>::new(layers, Likelihood::Bernoulli, &mut rng);
/// assert_eq!(vae.latent(), 50);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Architecture {
    /// Dimensions of x.
    pub pixels: usize,
    /// Units of the encoder's hidden layers, from x to z. The decoder has the same ones in reverse.
    pub hidden: Vec<usize>,
    /// Dimensions of z.
    pub latent: usize,
    /// What follows each hidden layer.
    pub activation: Activation,
}

impl From<Sizes> for Architecture {
    fn from(Sizes { pixels, hidden, latent }: Sizes) -> Self {
        Self { pixels, hidden: vec![hidden], latent, activation: Activation::Relu }
    }
}

/// q(z|x) = N(μ(x), diag σ²(x)): hidden layers, then one head for μ and log σ².
///
/// As a [`Layer`] it is the head as it comes, before it is split.
#[derive(Clone, Debug)]
pub struct DenseEncoder<T: Float = f32> {
    hidden: Hidden<T>,
    head: Linear<T>,
}

impl<T: Float> DenseEncoder<T> {
    /// An encoder with the default initialization of its layers.
    pub fn new(layers: impl Into<Architecture>, rng: &mut (impl Rng + ?Sized)) -> Self {
        let layers = layers.into();
        Self::with_head(&layers, 2 * layers.latent, rng)
    }

    /// One whose head has so many columns.
    pub(super) fn with_head(
        layers: &Architecture,
        columns: usize,
        rng: &mut (impl Rng + ?Sized),
    ) -> Self {
        let units = [&[layers.pixels], &layers.hidden[..]].concat();
        let hidden = Hidden::new(&units, layers.activation, rng);
        Self { hidden, head: Linear::new(units[units.len() - 1], columns, rng) }
    }
}

impl<T: Float> Layer<T> for DenseEncoder<T> {
    /// Shapes: x [batch, pixels] -> [batch, columns of the head].
    #[track_caller]
    fn forward(&self, x: &Tensor<T>) -> Tensor<T> {
        self.head.forward(&self.hidden.forward(x))
    }
}

impl<T: Float> Encoder<T> for DenseEncoder<T> {
    #[track_caller]
    fn posterior(&self, x: &Tensor<T>) -> DiagonalNormal<T> {
        split_head(&self.forward(x))
    }
}

impl<T: Float> Module<T> for DenseEncoder<T> {
    fn state(&self) -> State<&Tensor<T>> {
        self.hidden.state().child("head", self.head.state())
    }

    fn state_mut(&mut self) -> State<&mut Tensor<T>> {
        self.hidden.state_mut().child("head", self.head.state_mut())
    }
}

/// f(z), the parameters of p(x|z): hidden layers, then one output a pixel.
#[derive(Clone, Debug)]
pub struct DenseDecoder<T: Float = f32> {
    hidden: Hidden<T>,
    output: Linear<T>,
}

impl<T: Float> DenseDecoder<T> {
    /// A decoder with the default initialization of its layers.
    pub fn new(layers: impl Into<Architecture>, rng: &mut (impl Rng + ?Sized)) -> Self {
        let Architecture { pixels, hidden, latent, activation } = layers.into();
        let units: Vec<_> = [latent].into_iter().chain(hidden.into_iter().rev()).collect();
        let hidden = Hidden::new(&units, activation, rng);
        Self { hidden, output: Linear::new(units[units.len() - 1], pixels, rng) }
    }
}

impl<T: Float> Layer<T> for DenseDecoder<T> {
    /// Shapes: z [batch, latent] -> [batch, pixels].
    #[track_caller]
    fn forward(&self, z: &Tensor<T>) -> Tensor<T> {
        self.output.forward(&self.hidden.forward(z))
    }
}

impl<T: Float> Module<T> for DenseDecoder<T> {
    fn state(&self) -> State<&Tensor<T>> {
        self.hidden.state().child("output", self.output.state())
    }

    fn state_mut(&mut self) -> State<&mut Tensor<T>> {
        self.hidden.state_mut().child("output", self.output.state_mut())
    }
}

impl<T: Float, E> Vae<T, E, DenseDecoder<T>> {
    /// Sets the bias of the decoder's output such that the mean of x is this one wherever the weights say nothing:
    /// to the mean of a Gaussian likelihood, and else to its logit
    /// ```text
    ///     b = ln(m / (1 − m)),   so that   σ(b) = m.                               (the_output_starts_at_the_mean)
    /// ```
    /// Training then starts with the best model that ignores z, not with gray noise. Pixels that are black, or white, in
    /// all images would have an infinite logit: means are first moved into [0.001, 0.999].
    ///
    /// # Panics
    /// If there are not as many means as pixels.
    ///
    /// Source: Burda, Grosse & Salakhutdinov 2016, the code of their experiments.
    #[track_caller]
    pub fn start_at_mean(&mut self, mean: &Array1<f64>) {
        let output = &mut self.decoder.output;
        let pixels = output.weight.shape()[1];
        assert!(
            mean.len() == pixels,
            "start_at_mean: the mean is [{}] but images are [{pixels}]; each pixel needs its mean",
            mean.len()
        );
        let bias = match self.likelihood {
            Likelihood::Gaussian { .. }
            | Likelihood::LearnedGaussian { .. }
            | Likelihood::OptimalGaussian => mean.clone(),
            Likelihood::Bernoulli | Likelihood::ContinuousBernoulli => {
                mean.mapv(|m| logit(m, 1e-3))
            }
        };
        output.bias = Some(Tensor::leaf(bias.mapv(T::from_f64)));
    }
}

/// ln(p / (1 − p)) of p moved into [margin, 1 − margin].
pub(super) fn logit(p: f64, margin: f64) -> f64 {
    let p = p.clamp(margin, 1.0 - margin);
    p.ln() - (-p).ln_1p()
}

/// Linear layers in a row, each followed by the activation.
///
/// A single one is called `hidden`, several are `hidden1`, `hidden2` and so on.
#[derive(Clone, Debug)]
struct Hidden<T: Float> {
    layers: Vec<Linear<T>>,
    activation: Activation,
}

impl<T: Float> Hidden<T> {
    /// `units` begins with those of the input.
    fn new(units: &[usize], activation: Activation, rng: &mut (impl Rng + ?Sized)) -> Self {
        let layers = units.windows(2).map(|pair| Linear::new(pair[0], pair[1], rng)).collect();
        Self { layers, activation }
    }

    #[track_caller]
    fn forward(&self, x: &Tensor<T>) -> Tensor<T> {
        let mut y = x.clone();
        for layer in &self.layers {
            y = self.activation.forward(&layer.forward(&y));
        }
        y
    }

    fn names(&self) -> Vec<String> {
        match self.layers.len() {
            1 => vec!["hidden".to_owned()],
            n => (1..=n).map(|i| format!("hidden{i}")).collect(),
        }
    }

    fn state(&self) -> State<&Tensor<T>> {
        let layers = self.names().into_iter().zip(&self.layers);
        layers.fold(State::new(), |all, (name, layer)| all.child(&name, layer.state()))
    }

    fn state_mut(&mut self) -> State<&mut Tensor<T>> {
        let layers = self.names().into_iter().zip(&mut self.layers);
        layers.fold(State::new(), |all, (name, layer)| all.child(&name, layer.state_mut()))
    }
}
