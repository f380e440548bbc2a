//! [`Adam`]: steps scaled by the gradient's recent moments.

use autograd::simd::{Lanes, Update};
use autograd::{Float, Gradients, Tensor};

use super::{Memories, Optimizer, moving_average};
use crate::{Module, State};

/// Adam: each element moves by the mean of its recent gradients over the root of their mean square.
///
/// ```text
/// m ← β₁ m + (1 − β₁) g                 first moment, 0 at first
/// v ← β₂ v + (1 − β₂) g²                second raw moment, 0 at first
/// θ ← θ − α m̂ / (√v̂ + ε)                m̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ)                             (adam)
/// ```
///
/// # Derivation
/// Unrolled, m = (1 − β₁) Σₛ β₁ᵗ⁻ˢ gₛ over s = 1 … t, and the weights sum to 1 − β₁ᵗ. Were all gₛ of one expectation,
/// E m = (1 − β₁ᵗ) E g: starting from zero biases m toward zero, and the division undoes it. So for v.
/// The step does not change if the loss is scaled, but for ε, and is about α in size; the first is α sign(g).
/// ε stands outside the root. t counts the updates of this one parameter.
///
/// # Examples
/// The first step is α = 0.001 against the sign of the gradient, whatever its size:
/// ```
/// use autograd::Tensor;
/// use nn::{Adam, Linear, Optimizer};
///
/// let mut layer = Linear { weight: Tensor::<f64>::leaf(Tensor::zeros([1, 1])), bias: None };
/// let gradients = (&layer.weight * 300.0).sum().backward();
/// Adam::new(0.001).step(&mut layer, &gradients);
/// assert!((layer.weight.item() + 0.001).abs() < 1e-12);
/// ```
///
/// Source: Kingma and Ba, "Adam: a method for stochastic optimization", 2015, algorithm 1 and section 3.
#[derive(Clone, Debug)]
pub struct Adam<T: Float = f32> {
    /// α, the size of a step.
    pub learning_rate: f64,
    /// β₁, the decay of the first moment; 0.9 unless set.
    pub beta1: f64,
    /// β₂, the decay of the second moment; 0.999 unless set.
    pub beta2: f64,
    /// ε, which keeps the quotient finite; 10⁻⁸ unless set.
    pub epsilon: f64,
    moments: Memories<T, 2>,
}

impl<T: Float> Adam<T> {
    /// Adam with the paper's β₁ = 0.9, β₂ = 0.999 and ε = 10⁻⁸.
    pub fn new(learning_rate: f64) -> Self {
        Self {
            learning_rate,
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
            moments: Memories::new(["m", "v"]),
        }
    }

    /// A step from `decay` · θ instead of θ: 1 for Adam itself, less for [`AdamW`](super::AdamW).
    #[track_caller]
    pub(super) fn step_from(
        &mut self,
        decay: f64,
        module: &mut dyn Module<T>,
        gradients: &Gradients<T>,
    ) {
        let (rate, beta1, beta2) = (self.learning_rate, self.beta1, self.beta2);
        self.moments.update_each(module, gradients, |t| Step {
            decay,
            beta1,
            beta2,
            // α m̂ = rate · m and √v̂ = root · √v: the corrections leave the loop.
            rate: rate / (1.0 - beta1.powi(t)),
            root: 1.0 / (1.0 - beta2.powi(t)).sqrt(),
            epsilon: self.epsilon,
        });
    }
}

/// Update number t of θ, m and v.
#[derive(Clone, Copy)]
struct Step {
    decay: f64,
    beta1: f64,
    beta2: f64,
    rate: f64,
    root: f64,
    epsilon: f64,
}

impl<T: Float> Update<T, 2> for Step {
    #[inline(always)]
    fn lanes<V: Lanes<Element = T>>(self, theta: V, [m, v]: [V; 2], g: V) -> (V, [V; 2]) {
        let m = moving_average(self.beta1, m, g);
        let v = moving_average(self.beta2, v, g * g);
        let quotient = m / g.number(self.root).mul_add(v.sqrt(), g.number(self.epsilon));
        (g.number(-self.rate).mul_add(quotient, g.number(self.decay) * theta), [m, v])
    }
}

impl<T: Float> Optimizer<T> for Adam<T> {
    #[track_caller]
    fn step(&mut self, module: &mut dyn Module<T>, gradients: &Gradients<T>) {
        self.step_from(1.0, module, gradients);
    }

    fn prepare(&mut self, module: &dyn Module<T>) {
        self.moments.prepare(module);
    }
}

impl<T: Float> Module<T> for Adam<T> {
    fn state(&self) -> State<&Tensor<T>> {
        self.moments.state()
    }

    fn state_mut(&mut self) -> State<&mut Tensor<T>> {
        self.moments.state_mut()
    }
}
