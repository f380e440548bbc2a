//! [`Adagrad`]: steps divided by the root of all squares so far.

use autograd::simd::{Lanes, Update};
use autograd::{Float, Gradients, Tensor};

use super::{Memories, Optimizer};
use crate::{Module, State};

/// Adagrad: each element moves by its gradient over the root of the sum of all its squared gradients.
///
/// ```text
/// h ← h + g²                                   the sum, 0 at first
/// θ ← θ − αₜ g / (√(h₀ + h) + ε)               αₜ = α / (1 + (t − 1) λ)                                    (adagrad)
/// ```
///
/// An element that seldom has a gradient takes large steps when it has one. h only grows, so that steps shrink like
/// 1/√t, and by the decay λ faster still. t counts the updates of this one parameter.
///
/// # Examples
/// Two steps with g = 3: the first divides by √9, the second by √18.
/// ```
/// use autograd::Tensor;
/// use nn::{Adagrad, Linear, Optimizer};
///
/// let mut layer = Linear { weight: Tensor::<f64>::leaf(Tensor::zeros([1, 1])), bias: None };
/// let mut adagrad = Adagrad::new(0.1);
/// for _ in 0..2 {
///     let gradients = (&layer.weight * 3.0).sum().backward();
///     adagrad.step(&mut layer, &gradients);
/// }
/// assert!((layer.weight.item() + 0.1 + 0.1 / 2f64.sqrt()).abs() < 1e-9);
/// ```
///
/// Source: Duchi, Hazan and Singer, "Adaptive subgradient methods for online learning and stochastic optimization",
/// 2011, section 1.1 (the diagonal form); λ, h₀ and ε as PyTorch has them.
#[derive(Clone, Debug)]
pub struct Adagrad<T: Float = f32> {
    /// α, the size of the first steps.
    pub learning_rate: f64,
    /// λ, how much the learning rate falls with each update, PyTorch's `lr_decay`; 0 unless set.
    pub decay: f64,
    /// h₀, what the sum of squares starts from, PyTorch's `initial_accumulator_value`; 0 unless set.
    pub initial_sum: f64,
    /// ε, which keeps the quotient finite; 10⁻¹⁰ unless set.
    pub epsilon: f64,
    sums: Memories<T, 1>,
}

impl<T: Float> Adagrad<T> {
    /// Adagrad with PyTorch's λ = 0, h₀ = 0 and ε = 10⁻¹⁰.
    pub fn new(learning_rate: f64) -> Self {
        let sums = Memories::new(["h"]);
        Self { learning_rate, decay: 0.0, initial_sum: 0.0, epsilon: 1e-10, sums }
    }
}

impl<T: Float> Optimizer<T> for Adagrad<T> {
    #[track_caller]
    fn step(&mut self, module: &mut dyn Module<T>, gradients: &Gradients<T>) {
        let &mut Self { learning_rate, decay, initial_sum, epsilon, .. } = self;
        self.sums.update_each(module, gradients, |t| Step {
            rate: learning_rate / (1.0 + f64::from(t - 1) * decay),
            initial_sum,
            epsilon,
        });
    }

    fn prepare(&mut self, module: &dyn Module<T>) {
        self.sums.prepare(module);
    }
}

impl<T: Float> Module<T> for Adagrad<T> {
    fn state(&self) -> State<&Tensor<T>> {
        self.sums.state()
    }

    fn state_mut(&mut self) -> State<&mut Tensor<T>> {
        self.sums.state_mut()
    }
}

/// One update of θ and h.
#[derive(Clone, Copy)]
struct Step {
    rate: f64,
    initial_sum: f64,
    epsilon: f64,
}

impl<T: Float> Update<T, 1> for Step {
    #[inline(always)]
    fn lanes<V: Lanes<Element = T>>(self, theta: V, [h]: [V; 1], g: V) -> (V, [V; 1]) {
        let h = h + g * g;
        let root = (g.number(self.initial_sum) + h).sqrt() + g.number(self.epsilon);
        (theta - g.number(self.rate) * g / root, [h])
    }
}
