//! [`Adam`]: steps scaled by the gradient's recent moments.

use std::collections::BTreeMap;

use autograd::{Float, Gradients};
use ndarray::Zip;

use super::{Memory, Optimizer, update_each};
use crate::Module;

/// Adam: each element moves by the mean of its recent gradients over the root of their mean square.
///
/// ```text
/// m ← β₁ m + (1 − β₁) g                 first moment, 0 at first
/// v ← β₂ v + (1 − β₂) g²                second raw moment, 0 at first
/// θ ← θ − α m̂ / (√v̂ + ε)                m̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ)
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
    moments: BTreeMap<String, Memory<T, 2>>,
}

impl<T: Float> Adam<T> {
    /// Adam with the paper's β₁ = 0.9, β₂ = 0.999 and ε = 10⁻⁸.
    pub fn new(learning_rate: f64) -> Self {
        Self { learning_rate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, moments: BTreeMap::new() }
    }

    /// A step from `decay` · θ instead of θ: 1 for Adam itself, less for [`AdamW`](super::AdamW).
    #[track_caller]
    pub(super) fn step_from(
        &mut self,
        decay: f64,
        module: &mut dyn Module<T>,
        gradients: &Gradients<T>,
    ) {
        let [b1, b2, epsilon, decay] =
            [self.beta1, self.beta2, self.epsilon, decay].map(T::from_f64);
        let [rest1, rest2] = [1.0 - self.beta1, 1.0 - self.beta2].map(T::from_f64);
        let (rate, beta1, beta2) = (self.learning_rate, self.beta1, self.beta2);
        update_each(module, gradients, &mut self.moments, |theta, g, memory| {
            let t = memory.updates;
            // α m̂ = step · m and √v̂ = root · √v: the corrections leave the loop.
            let step = T::from_f64(rate / (1.0 - beta1.powi(t)));
            let root = T::from_f64(1.0 / (1.0 - beta2.powi(t)).sqrt());
            let [m, v] = &mut memory.arrays;
            let elements = Zip::from(theta.value_mut()).and(g.value()).and(m).and(v);
            elements.for_each(|theta, &g, m, v| {
                *m = b1 * *m + rest1 * g;
                *v = b2 * *v + rest2 * g * g;
                *theta = decay * *theta - step * *m / (root * v.sqrt() + epsilon);
            });
        });
    }
}

impl<T: Float> Optimizer<T> for Adam<T> {
    #[track_caller]
    fn step(&mut self, module: &mut dyn Module<T>, gradients: &Gradients<T>) {
        self.step_from(1.0, module, gradients);
    }
}
