//! [`Module`]: a set of named parameters; [`Layer`]: a module that maps one tensor to one tensor.

use std::ops::Deref;
use std::vec;

use autograd::{Float, Tensor};

/// Something with parameters: a layer, an encoder, a whole model.
///
/// A module lists its parameters, in a fixed order and under dotted names such as `encoder.hidden.weight`. Optimizers
/// and checkpoints know a model by this list alone.
///
/// # Examples
/// A composite is one line per child:
/// ```
/// use autograd::Tensor;
/// use nn::{Linear, Module, Named};
/// use rand::SeedableRng;
///
/// #[derive(Clone)]
/// struct Encoder {
///     hidden: Linear,
///     head: Linear,
/// }
///
/// impl Module for Encoder {
///     fn parameters(&self) -> Named<&Tensor> {
///         Named::new()
///             .child("hidden", self.hidden.parameters())
///             .child("head", self.head.parameters())
///     }
///
///     fn parameters_mut(&mut self) -> Named<&mut Tensor> {
///         Named::new()
///             .child("hidden", self.hidden.parameters_mut())
///             .child("head", self.head.parameters_mut())
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
    /// The parameters, in the order and under the names of the model's definition.
    fn parameters(&self) -> Named<&Tensor<T>>;

    /// The same list as [`parameters`](Module::parameters), to be changed.
    fn parameters_mut(&mut self) -> Named<&mut Tensor<T>>;

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
pub trait Layer<T: Float = f32>: Module<T> {
    /// The output for a batch of inputs, batch first.
    #[track_caller]
    fn forward(&self, x: &Tensor<T>) -> Tensor<T>;
}

/// Parameters with their names, in a fixed order: a list built from a module's own parameters and its children's.
#[derive(Clone, Debug)]
pub struct Named<P>(Vec<(String, P)>);

impl<P> Named<P> {
    /// No parameters.
    pub fn new() -> Self {
        Self(Vec::new())
    }

    /// Appends a parameter of the module itself; `None` appends nothing.
    pub fn parameter(mut self, name: &str, parameter: impl Into<Option<P>>) -> Self {
        self.0.extend(parameter.into().map(|parameter| (name.to_owned(), parameter)));
        self
    }

    /// Appends the parameters of a child, `weight` as `name.weight`.
    pub fn child(mut self, name: &str, parameters: Named<P>) -> Self {
        let dotted = |(own, parameter)| (format!("{name}.{own}"), parameter);
        self.0.extend(parameters.into_iter().map(dotted));
        self
    }
}

impl<P> Default for Named<P> {
    fn default() -> Self {
        Self::new()
    }
}

impl<P> Deref for Named<P> {
    type Target = [(String, P)];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<P> IntoIterator for Named<P> {
    type Item = (String, P);
    type IntoIter = vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
