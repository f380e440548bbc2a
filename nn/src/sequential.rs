//! [`Sequential`]: layers in a row.

use std::fmt;

use autograd::{Float, Tensor};
use rand::Rng;

use crate::{Layer, Module, State};

/// Composition of layers, y = fₙ(… f₂(f₁(x))).
///
/// Parameters are named by the position of their layer, as in PyTorch: `0.weight`, `0.bias`, `2.weight`.
///
/// # Examples
/// ```
/// use nn::{Activation, Linear, Module, Sequential};
/// use rand::SeedableRng;
///
/// let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(0);
/// let model: Sequential = Sequential::new()
///     .then(Linear::new(784, 400, &mut rng))
///     .then(Activation::Relu)
///     .then(Linear::new(400, 10, &mut rng).without_bias());
///
/// let parameters = model.parameters();
/// let names: Vec<_> = parameters.iter().map(|(name, _)| name.as_str()).collect();
/// assert_eq!(names, ["0.weight", "0.bias", "2.weight"]);
/// ```
#[derive(Clone)]
pub struct Sequential<T: Float = f32> {
    layers: Vec<Box<dyn CloneLayer<T>>>,
}

impl<T: Float> Sequential<T> {
    /// No layers: the identity.
    pub fn new() -> Self {
        Self { layers: Vec::new() }
    }

    /// Appends a layer.
    pub fn then(mut self, layer: impl Layer<T> + Clone + Send + Sync + 'static) -> Self {
        self.layers.push(Box::new(layer));
        self
    }
}

impl<T: Float> Default for Sequential<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Float> Module<T> for Sequential<T> {
    fn state(&self) -> State<&Tensor<T>> {
        let layers = self.layers.iter().enumerate();
        layers.fold(State::new(), |all, (i, layer)| all.child(&i.to_string(), layer.state()))
    }

    fn state_mut(&mut self) -> State<&mut Tensor<T>> {
        let layers = self.layers.iter_mut().enumerate();
        layers.fold(State::new(), |all, (i, layer)| all.child(&i.to_string(), layer.state_mut()))
    }
}

impl<T: Float> Layer<T> for Sequential<T> {
    #[track_caller]
    fn forward(&self, x: &Tensor<T>) -> Tensor<T> {
        let mut y = x.clone();
        for layer in &self.layers {
            y = layer.forward(&y);
        }
        y
    }

    #[track_caller]
    fn forward_train(&mut self, x: &Tensor<T>, rng: &mut dyn Rng) -> Tensor<T> {
        let mut y = x.clone();
        for layer in &mut self.layers {
            y = layer.forward_train(&y, rng);
        }
        y
    }
}

impl<T: Float> fmt::Debug for Sequential<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.parameters().iter()).finish()
    }
}

/// A layer that can be cloned behind a pointer: [`Clone`] itself cannot, its result has a size to be known.
trait CloneLayer<T: Float>: Layer<T> + Send + Sync {
    fn boxed(&self) -> Box<dyn CloneLayer<T>>;
}

impl<T: Float, L: Layer<T> + Clone + Send + Sync + 'static> CloneLayer<T> for L {
    fn boxed(&self) -> Box<dyn CloneLayer<T>> {
        Box::new(self.clone())
    }
}

impl<T: Float> Clone for Box<dyn CloneLayer<T>> {
    fn clone(&self) -> Self {
        // Through the reference: `self.boxed()` would box the box.
        (**self).boxed()
    }
}
