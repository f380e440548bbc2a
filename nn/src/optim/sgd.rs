//! [`Sgd`]: gradient descent with momentum.

use autograd::simd::{Lanes, Update};
use autograd::{Float, Gradients, Tensor};

use super::{Memories, Optimizer};
use crate::{Module, State};

/// Stochastic gradient descent, optionally with momentum, as PyTorch formulates it.
///
/// ```text
/// v ← μ v + g                 the velocity, 0 at first
/// θ ← θ − α v                 classical momentum (Polyak)
/// θ ← θ − α (g + μ v)         Nesterov: the gradient step and the next velocity's, taken ahead  (momentum_and_nesterov)
/// ```
///
/// With μ = 0 both are θ ← θ − α g. The velocity does not contain α (Sutskever's does): a change of the learning rate
/// acts on the whole step at once.
///
/// # Examples
/// Two steps with μ = ½ and g = 1: v = 1, then 1.5.
/// ```
/// use autograd::Tensor;
/// use nn::{Linear, Optimizer, Sgd};
///
/// let mut layer = Linear { weight: Tensor::<f64>::leaf(Tensor::zeros([1, 1])), bias: None };
/// let mut sgd = Sgd::new(0.1);
/// sgd.momentum = 0.5;
/// for _ in 0..2 {
///     let gradients = layer.weight.sum().backward();
///     sgd.step(&mut layer, &gradients);
/// }
/// assert_eq!(layer.weight.item(), -0.1 - 0.1 * 1.5);
/// ```
///
/// Source: Polyak, "Some methods of speeding up the convergence of iteration methods", 1964; Sutskever, Martens, Dahl
/// and Hinton, "On the importance of initialization and momentum in deep learning", 2013, section 2.
#[derive(Clone, Debug)]
pub struct Sgd<T: Float = f32> {
    /// α, the size of a step.
    pub learning_rate: f64,
    /// μ, the part of the velocity that is kept; 0 unless set.
    pub momentum: f64,
    /// Whether the step is Nesterov's; false unless set.
    pub nesterov: bool,
    velocities: Memories<T, 1>,
}

impl<T: Float> Sgd<T> {
    /// Plain gradient descent, without momentum.
    pub fn new(learning_rate: f64) -> Self {
        Self { learning_rate, momentum: 0.0, nesterov: false, velocities: Memories::new(["v"]) }
    }
}

impl<T: Float> Optimizer<T> for Sgd<T> {
    #[track_caller]
    fn step(&mut self, module: &mut dyn Module<T>, gradients: &Gradients<T>) {
        let &mut Self { learning_rate, momentum, nesterov, .. } = self;
        let step = Step { learning_rate, momentum, nesterov };
        self.velocities.update_each(module, gradients, |_| step);
    }

    fn prepare(&mut self, module: &dyn Module<T>) {
        self.velocities.prepare(module);
    }
}

impl<T: Float> Module<T> for Sgd<T> {
    fn state(&self) -> State<&Tensor<T>> {
        self.velocities.state()
    }

    fn state_mut(&mut self) -> State<&mut Tensor<T>> {
        self.velocities.state_mut()
    }
}

/// One update of θ and v.
#[derive(Clone, Copy)]
struct Step {
    learning_rate: f64,
    momentum: f64,
    nesterov: bool,
}

impl<T: Float> Update<T, 1> for Step {
    #[inline(always)]
    fn lanes<V: Lanes<Element = T>>(self, theta: V, [v]: [V; 1], g: V) -> (V, [V; 1]) {
        let momentum = g.number(self.momentum);
        let v = momentum * v + g;
        let direction = if self.nesterov { g + momentum * v } else { v };
        (theta - g.number(self.learning_rate) * direction, [v])
    }
}
