//! [`AdamW`]: Adam with weight decay beside the gradient.

use autograd::{Float, Gradients, Tensor};

use super::{Adam, Optimizer};
use crate::{Module, State};

/// Adam with decoupled weight decay.
///
/// ```text
/// θ ← (1 − α λ) θ − α m̂ / (√v̂ + ε)        m̂, v̂ as in Adam                                                (adamw)
/// ```
///
/// A penalty ½ λ |θ|² on the loss would add λ θ to g, and Adam would divide it by √v̂: parameters with large gradients
/// would decay less. Here every parameter decays at the same rate, biases too.
/// λ is PyTorch's, relative to α: the paper's λ is the product α λ.
///
/// # Examples
/// Where the gradient is 0 only the decay acts:
/// ```
/// use autograd::Tensor;
/// use nn::{AdamW, Linear, Optimizer};
///
/// let mut layer = Linear { weight: Tensor::<f64>::leaf(Tensor::ones([1, 1])), bias: None };
/// let gradients = (&layer.weight * 0.0).sum().backward();
/// AdamW::new(0.5).step(&mut layer, &gradients);
/// assert_eq!(layer.weight.item(), 1.0 - 0.5 * 0.01);
/// ```
///
/// Source: Loshchilov and Hutter, "Decoupled weight decay regularization", 2019, algorithm 2.
#[derive(Clone, Debug)]
pub struct AdamW<T: Float = f32> {
    /// The step that follows the decay, with α, β₁, β₂ and ε.
    pub adam: Adam<T>,
    /// λ, the rate of decay relative to α; 0.01 unless set.
    pub weight_decay: f64,
}

impl<T: Float> AdamW<T> {
    /// AdamW with the defaults of [`Adam::new`] and λ = 0.01.
    pub fn new(learning_rate: f64) -> Self {
        Self { adam: Adam::new(learning_rate), weight_decay: 0.01 }
    }
}

impl<T: Float> Optimizer<T> for AdamW<T> {
    #[track_caller]
    fn step(&mut self, module: &mut dyn Module<T>, gradients: &Gradients<T>) {
        let decay = 1.0 - self.adam.learning_rate * self.weight_decay;
        self.adam.step_from(decay, module, gradients);
    }

    fn prepare(&mut self, module: &dyn Module<T>) {
        self.adam.prepare(module);
    }
}

impl<T: Float> Module<T> for AdamW<T> {
    fn state(&self) -> State<&Tensor<T>> {
        self.adam.state()
    }

    fn state_mut(&mut self) -> State<&mut Tensor<T>> {
        self.adam.state_mut()
    }
}
