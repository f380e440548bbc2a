//! [`Module`]: a set of named parameters; [`Layer`]: a module that maps one tensor to one tensor.

use std::{iter, vec};

use autograd::{Float, Tensor};
use rand::Rng;

/// Something with parameters: a layer, an encoder, a whole model.
///
/// A module lists its state, in a fixed order and under dotted names such as `encoder.hidden.weight`. Optimizers and
/// checkpoints know a model by this list alone.
///
/// # Examples
/// A composite is one line per child:
/// ```
/// use autograd::Tensor;
/// use nn::{Linear, Module, State};
/// use rand::SeedableRng;
///
/// #[derive(Clone)]
/// struct Encoder {
///     hidden: Linear,
///     head: Linear,
/// }
///
/// impl Module for Encoder {
///     fn state(&self) -> State<&Tensor> {
///         State::new()
///             .child("hidden", self.hidden.state())
///             .child("head", self.head.state())
///     }
///
///     fn state_mut(&mut self) -> State<&mut Tensor> {
///         State::new()
///             .child("hidden", self.hidden.state_mut())
///             .child("head", self.head.state_mut())
///     }
/// }
///
/// let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(0);
/// let encoder = Encoder {
///     hidden: Linear::new(3, 2, &mut rng),
///     head: Linear::new(2, 2, &mut rng),
/// };
/// let parameters = encoder.parameters();
/// let names: Vec<_> = parameters.iter().map(|(name, _)| name.as_str()).collect();
/// assert_eq!(names, ["hidden.weight", "hidden.bias", "head.weight", "head.bias"]);
/// assert_eq!(encoder.parameter_count(), 3 * 2 + 2 + 2 * 2 + 2);
/// ```
pub trait Module<T: Float = f32> {
    /// What the module consists of, in the order and under the names of its definition.
    fn state(&self) -> State<&Tensor<T>>;

    /// The same lists as [`state`](Module::state), to be changed.
    fn state_mut(&mut self) -> State<&mut Tensor<T>>;

    /// The parameters: what an optimizer changes.
    fn parameters(&self) -> Named<&Tensor<T>> {
        self.state().parameters
    }

    /// The same list as [`parameters`](Module::parameters), to be changed.
    fn parameters_mut(&mut self) -> Named<&mut Tensor<T>> {
        self.state_mut().parameters
    }

    /// The same function with constants for parameters: gradients flow through it, none flows to it.
    ///
    /// Values are shared, not copied. Later changes of either model leave the other as it is.
    fn frozen(&self) -> Self
    where
        Self: Sized + Clone,
    {
        let mut module = self.clone();
        for (_, parameter) in module.parameters_mut() {
            *parameter = parameter.detach();
        }
        module
    }

    /// The number of scalars to be learned.
    fn parameter_count(&self) -> usize {
        self.parameters().iter().map(|(_, parameter)| parameter.len()).sum()
    }
}

/// A module that maps one tensor to one tensor, and so can stand in a [`Sequential`](crate::Sequential).
///
/// Most layers compute one function. A few compute another one while they are trained: [`Dropout`](crate::Dropout) draws
/// what it drops, [`BatchNorm`](crate::BatchNorm) normalizes by the batch at hand and remembers its statistics. Which of
/// the two is meant is written where the layer is called, and what the call needs is in its signature: evaluation is a
/// pure function of the input, training changes the layer and draws from `rng`.
///
/// # Examples
/// ```
/// use autograd::Tensor;
/// use nn::{BatchNorm, Dropout, Layer, Linear, Sequential};
/// use rand::SeedableRng;
///
/// let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(0);
/// let mut model: Sequential = Sequential::new()
///     .then(Linear::new(3, 8, &mut rng))
///     .then(BatchNorm::new(8))
///     .then(Dropout::new(0.5));
///
/// let x = Tensor::from(ndarray::array![[1.0, 0.0, 2.0], [0.0, 3.0, 1.0]]);
/// let before = model.forward(&x);
/// assert!(model.forward_train(&x, &mut rng).value().iter().any(|&y| y == 0.0)); // some were dropped
/// assert_ne!(model.forward(&x).to_vec(), before.to_vec()); // running statistics have moved
/// ```
pub trait Layer<T: Float = f32>: Module<T> {
    /// The output for a batch of inputs, batch first.
    #[track_caller]
    fn forward(&self, x: &Tensor<T>) -> Tensor<T>;

    /// The output in training, where it is another one than [`forward`](Layer::forward)'s.
    ///
    /// A layer made of layers that are called by their `forward` must call their `forward_train` here.
    #[track_caller]
    fn forward_train(&mut self, x: &Tensor<T>, rng: &mut dyn Rng) -> Tensor<T> {
        _ = rng;
        self.forward(x)
    }
}

/// Tensors with their names, in a fixed order.
pub type Named<P> = Vec<(String, P)>;

/// What a module consists of: a list built from its own tensors and its children's.
///
/// Checkpoints hold both lists. A buffer is a constant that the module itself keeps up to date, such as the
/// `running_mean` of a [`BatchNorm`](crate::BatchNorm): no gradient flows to it, no optimizer sees it.
#[derive(Clone, Debug)]
pub struct State<P> {
    /// What is trained.
    pub parameters: Named<P>,
    /// What is stored but not trained.
    pub buffers: Named<P>,
}

impl<P> State<P> {
    /// Neither parameters nor buffers.
    pub fn new() -> Self {
        Self { parameters: Named::new(), buffers: Named::new() }
    }

    /// Appends a parameter of the module itself; `None` appends nothing.
    pub fn parameter(mut self, name: &str, parameter: impl Into<Option<P>>) -> Self {
        self.parameters.extend(parameter.into().map(|parameter| (name.to_owned(), parameter)));
        self
    }

    /// Appends a buffer of the module itself.
    pub fn buffer(mut self, name: &str, buffer: P) -> Self {
        self.buffers.push((name.to_owned(), buffer));
        self
    }

    /// Appends the state of a child, `weight` as `name.weight`.
    pub fn child(mut self, name: &str, state: State<P>) -> Self {
        let dotted = |(own, tensor)| (format!("{name}.{own}"), tensor);
        self.parameters.extend(state.parameters.into_iter().map(dotted));
        self.buffers.extend(state.buffers.into_iter().map(dotted));
        self
    }
}

impl<P> Default for State<P> {
    fn default() -> Self {
        Self::new()
    }
}

/// First the parameters, then the buffers.
impl<P> IntoIterator for State<P> {
    type Item = (String, P);
    type IntoIter = iter::Chain<vec::IntoIter<Self::Item>, vec::IntoIter<Self::Item>>;

    fn into_iter(self) -> Self::IntoIter {
        self.parameters.into_iter().chain(self.buffers)
    }
}
