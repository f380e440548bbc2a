//! [`Linear`]: the affine layer.

use autograd::{Float, Tensor};
use rand::Rng;

use crate::initialize::uniform;
use crate::{Layer, Module, State};

/// Affine map of every row, y = x W + b.
///
/// Shapes: x [.., in], W [in, out], b `[out]` -> [.., out], most often with one axis before the last, the batch; of
/// more, all are batch axes
///
/// PyTorch stores the transpose, [out, in]: transpose a weight that is read from, or written for, a PyTorch model.
/// The rules for gradients are those of [`Tensor::linear`].
///
/// # Examples
/// ```
/// use autograd::Tensor;
/// use ndarray::array;
/// use nn::{Layer, Linear};
///
/// let layer = Linear {
///     weight: Tensor::leaf(array![[1.0], [2.0]]),
///     bias: Some(Tensor::leaf(array![0.5])),
/// };
/// let y = layer.forward(&array![[3.0, 4.0]].into());
/// assert_eq!(y.to_vec(), [11.5]);
///
/// let gradients = y.sum().backward();
/// assert_eq!(gradients[&layer.weight].to_vec(), [3.0, 4.0]);
/// ```
#[derive(Clone, Debug)]
pub struct Linear<T: Float = f32> {
    /// W, of shape [in, out].
    pub weight: Tensor<T>,
    /// b, of shape `[out]`, if there is one.
    pub bias: Option<Tensor<T>>,
}

impl<T: Float> Linear<T> {
    /// A layer as PyTorch initializes it: weight and bias uniform on ±1/√in.
    ///
    /// A convention rather than a derivation: with inputs of unit variance the outputs have variance 1/3 + 1/(3 in).
    /// See [`initialize`](crate::initialize) for initializers that preserve it.
    ///
    /// # Panics
    /// If there is no input or no output.
    #[track_caller]
    pub fn new(inputs: usize, outputs: usize, rng: &mut (impl Rng + ?Sized)) -> Self {
        check_extents(inputs, outputs);
        let bound = 1.0 / (inputs as f64).sqrt();
        Self {
            weight: Tensor::leaf(uniform([inputs, outputs], bound, rng)),
            bias: Some(Tensor::leaf(uniform([outputs], bound, rng))),
        }
    }

    /// A layer with a weight drawn by an [initializer](crate::initialize) and a bias of zeros.
    ///
    /// # Panics
    /// If there is no input or no output, or the initializer's weight is not [in, out].
    ///
    /// # Examples
    /// ```
    /// use nn::Linear;
    /// use nn::initialize::he_normal;
    /// use rand::SeedableRng;
    ///
    /// let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(0);
    /// let layer = Linear::<f32>::with(784, 400, he_normal, &mut rng);
    /// assert_eq!(layer.weight.shape(), [784, 400]);
    /// ```
    #[track_caller]
    pub fn with<R: Rng + ?Sized>(
        inputs: usize,
        outputs: usize,
        initializer: impl FnOnce(usize, usize, &mut R) -> Tensor<T>,
        rng: &mut R,
    ) -> Self {
        check_extents(inputs, outputs);
        let weight = initializer(inputs, outputs, rng);
        assert!(
            weight.shape() == [inputs, outputs],
            "Linear: the initializer's weight is {:?}; it must be [{inputs}, {outputs}]",
            weight.shape()
        );
        Self { weight: Tensor::leaf(weight), bias: Some(Tensor::leaf(Tensor::zeros([outputs]))) }
    }

    /// The same layer without a bias: y = x W.
    pub fn without_bias(self) -> Self {
        Self { bias: None, ..self }
    }
}

impl<T: Float> Module<T> for Linear<T> {
    fn state(&self) -> State<&Tensor<T>> {
        State::new().parameter("weight", &self.weight).parameter("bias", self.bias.as_ref())
    }

    fn state_mut(&mut self) -> State<&mut Tensor<T>> {
        State::new().parameter("weight", &mut self.weight).parameter("bias", self.bias.as_mut())
    }
}

impl<T: Float> Layer<T> for Linear<T> {
    #[track_caller]
    fn forward(&self, x: &Tensor<T>) -> Tensor<T> {
        match &self.bias {
            Some(bias) => x.linear(&self.weight, bias),
            None => x.matmul(&self.weight),
        }
    }
}

#[track_caller]
fn check_extents(inputs: usize, outputs: usize) {
    assert!(
        inputs > 0 && outputs > 0,
        "Linear: there are {inputs} inputs and {outputs} outputs; there must be at least one of each"
    );
}
