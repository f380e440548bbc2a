//! [`Conv2d`] and [`ConvTranspose2d`]: convolutions of images, channels last.

use autograd::{Float, Tensor, Window};
use rand::Rng;

use crate::initialize::uniform;
use crate::{Layer, Module, State};

/// Convolution of images with a kernel, y = x ∗ w + b.
///
/// Shapes: x [batch, height, width, in], w [kernel height, kernel width, in, out], b `[out]`
///     -> [batch, places down, places across, out]
///
/// PyTorch has channels first, x [batch, in, height, width], and w [out, in, kernel height, kernel width]: permute a
/// weight that is read from a PyTorch model by (2, 3, 1, 0). Equation and rules are those of [`Tensor::conv2d_bias`].
///
/// # Examples
/// A layer that halves height and width:
/// ```
/// use autograd::{Tensor, Window};
/// use nn::{Conv2d, Layer};
/// use rand::SeedableRng;
///
/// let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(0);
/// let halving = Window { stride: [2, 2], padding: [1, 1] };
/// let layer = Conv2d::<f32>::new(1, 32, [4, 4], halving, &mut rng);
/// assert_eq!(layer.forward(&Tensor::zeros([8, 28, 28, 1])).shape(), [8, 14, 14, 32]);
/// ```
#[derive(Clone, Debug)]
pub struct Conv2d<T: Float = f32> {
    /// w, of shape [kernel height, kernel width, in, out].
    pub weight: Tensor<T>,
    /// b, of shape `[out]`, if there is one.
    pub bias: Option<Tensor<T>>,
    /// How the kernel moves.
    pub window: Window,
}

impl<T: Float> Conv2d<T> {
    /// A layer as PyTorch initializes it: weight and bias uniform on ±1/√(kernel height · kernel width · in).
    ///
    /// # Panics
    /// If a number is 0.
    #[track_caller]
    pub fn new(
        inputs: usize,
        outputs: usize,
        kernel: [usize; 2],
        window: Window,
        rng: &mut (impl Rng + ?Sized),
    ) -> Self {
        let shape = [kernel[0], kernel[1], inputs, outputs];
        let (weight, bias) = draw("Conv2d", shape, [inputs, outputs], rng);
        Self { weight, bias: Some(bias), window }
    }

    /// The same layer without a bias: y = x ∗ w.
    pub fn without_bias(self) -> Self {
        Self { bias: None, ..self }
    }
}

impl<T: Float> Layer<T> for Conv2d<T> {
    #[track_caller]
    fn forward(&self, x: &Tensor<T>) -> Tensor<T> {
        match &self.bias {
            Some(bias) => x.conv2d_bias(&self.weight, bias, self.window),
            None => x.conv2d(&self.weight, self.window),
        }
    }
}

/// Transposed convolution of images with a kernel: each input is spread over the patch of its place.
///
/// Shapes: x [batch, height, width, in], w [kernel height, kernel width, out, in], b `[out]`
///     -> [batch, (height − 1) stride + kernel − 2 padding + rest, …, out]
///
/// Kernel and window are those of the convolution in the other direction. A convolution with a stride leaves a rest: the
/// rows and columns of its image that no place reaches; `rest` gives them back. PyTorch calls it `output_padding`, has
/// channels first, and w [in, out, kernel height, kernel width]: permute a weight that is read from a PyTorch model by
/// (2, 3, 1, 0). Equation and rules are those of [`Tensor::conv_transpose2d_bias`].
///
/// # Examples
/// A layer that doubles height and width:
/// ```
/// use autograd::{Tensor, Window};
/// use nn::{ConvTranspose2d, Layer};
/// use rand::SeedableRng;
///
/// let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(0);
/// let doubling = Window { stride: [2, 2], padding: [1, 1] };
/// let layer = ConvTranspose2d::<f32>::new(64, 32, [4, 4], doubling, &mut rng);
/// assert_eq!(layer.forward(&Tensor::zeros([8, 7, 7, 64])).shape(), [8, 14, 14, 32]);
/// ```
#[derive(Clone, Debug)]
pub struct ConvTranspose2d<T: Float = f32> {
    /// w, of shape [kernel height, kernel width, out, in].
    pub weight: Tensor<T>,
    /// b, of shape `[out]`, if there is one.
    pub bias: Option<Tensor<T>>,
    /// How the kernel moves over the output.
    pub window: Window,
    /// Rows and columns of the output beyond the smallest; below the stride, 0 unless set.
    pub rest: [usize; 2],
}

impl<T: Float> ConvTranspose2d<T> {
    /// A layer as PyTorch initializes it: weight and bias uniform on ±1/√(kernel height · kernel width · out).
    ///
    /// # Panics
    /// If a number is 0.
    #[track_caller]
    pub fn new(
        inputs: usize,
        outputs: usize,
        kernel: [usize; 2],
        window: Window,
        rng: &mut (impl Rng + ?Sized),
    ) -> Self {
        let shape = [kernel[0], kernel[1], outputs, inputs];
        let (weight, bias) = draw("ConvTranspose2d", shape, [inputs, outputs], rng);
        Self { weight, bias: Some(bias), window, rest: [0, 0] }
    }

    /// The same layer without a bias.
    pub fn without_bias(self) -> Self {
        Self { bias: None, ..self }
    }
}

impl<T: Float> Layer<T> for ConvTranspose2d<T> {
    #[track_caller]
    fn forward(&self, x: &Tensor<T>) -> Tensor<T> {
        assert!(
            x.rank() == 4,
            "ConvTranspose2d: x is {:?}; it must be [batch, height, width, channels]",
            x.shape()
        );
        let Window { stride, padding } = self.window;
        let extent = |axis: usize| {
            let covered =
                (x.shape()[axis + 1].max(1) - 1) * stride[axis] + self.weight.shape()[axis];
            (covered + self.rest[axis]).saturating_sub(2 * padding[axis])
        };
        let size = [extent(0), extent(1)];
        match &self.bias {
            Some(bias) => x.conv_transpose2d_bias(&self.weight, bias, self.window, size),
            None => x.conv_transpose2d(&self.weight, self.window, size),
        }
    }
}

/// Weight and bias, uniform on ±1/√n, where n numbers of the image are covered by the kernel.
#[track_caller]
fn draw<T: Float>(
    layer: &str,
    shape: [usize; 4],
    [inputs, outputs]: [usize; 2],
    rng: &mut (impl Rng + ?Sized),
) -> (Tensor<T>, Tensor<T>) {
    assert!(
        !shape.contains(&0),
        "{layer}: there are {inputs} inputs, {outputs} outputs and a kernel of {:?}; there must be at least one of each",
        &shape[..2]
    );
    let bound = 1.0 / (shape[..3].iter().product::<usize>() as f64).sqrt();
    (Tensor::leaf(uniform(shape, bound, rng)), Tensor::leaf(uniform([outputs], bound, rng)))
}

impl<T: Float> Module<T> for Conv2d<T> {
    fn state(&self) -> State<&Tensor<T>> {
        State::new().parameter("weight", &self.weight).parameter("bias", self.bias.as_ref())
    }

    fn state_mut(&mut self) -> State<&mut Tensor<T>> {
        State::new().parameter("weight", &mut self.weight).parameter("bias", self.bias.as_mut())
    }
}

impl<T: Float> Module<T> for ConvTranspose2d<T> {
    fn state(&self) -> State<&Tensor<T>> {
        State::new().parameter("weight", &self.weight).parameter("bias", self.bias.as_ref())
    }

    fn state_mut(&mut self) -> State<&mut Tensor<T>> {
        State::new().parameter("weight", &mut self.weight).parameter("bias", self.bias.as_mut())
    }
}
