//! [`RmsProp`]: steps divided by the root mean square of the gradient.

use autograd::simd::{Lanes, Update};
use autograd::{Float, Gradients, Tensor};

use super::{Memories, Optimizer, moving_average};
use crate::{Module, State};

/// RMSprop: each element moves by its gradient over the root of its recent mean square, optionally with momentum.
///
/// ```text
/// v ← β v + (1 − β) g²            mean square, 0 at first
/// u ← μ u + g / (√v + ε)          velocity, 0 at first
/// θ ← θ − α u                                                                                             (rms_prop)
/// ```
///
/// With μ = 0 the step is α g / (√v + ε). It does not change if the loss is scaled, but for ε. v starts at 0 and is not
/// corrected for it, as [`Adam`](super::Adam)'s is: the first step is α / √(1 − β) in size, ten times α unless β is set.
/// ε stands outside the root.
///
/// # Examples
/// With β = ¾ the first step is α / √¼ = 2α against the sign of the gradient, whatever its size:
/// ```
/// use autograd::Tensor;
/// use nn::{Linear, Optimizer, RmsProp};
///
/// let mut layer = Linear { weight: Tensor::<f64>::leaf(Tensor::zeros([1, 1])), bias: None };
/// let gradients = (&layer.weight * 300.0).sum().backward();
/// let mut rms_prop = RmsProp::new(0.001);
/// rms_prop.beta = 0.75;
/// rms_prop.step(&mut layer, &gradients);
/// assert!((layer.weight.item() + 0.002).abs() < 1e-12);
/// ```
///
/// Source: Tieleman and Hinton, "Lecture 6.5: rmsprop", Neural networks for machine learning, 2012; momentum and ε as
/// PyTorch has them.
#[derive(Clone, Debug)]
pub struct RmsProp<T: Float = f32> {
    /// α, the size of a step.
    pub learning_rate: f64,
    /// β, the decay of the mean square, PyTorch's `alpha`; 0.99 unless set.
    pub beta: f64,
    /// ε, which keeps the quotient finite; 10⁻⁸ unless set.
    pub epsilon: f64,
    /// μ, the part of the velocity that is kept; 0 unless set.
    pub momentum: f64,
    moments: Memories<T, 2>,
}

impl<T: Float> RmsProp<T> {
    /// RMSprop with PyTorch's β = 0.99 and ε = 10⁻⁸, without momentum.
    pub fn new(learning_rate: f64) -> Self {
        let moments = Memories::new(["v", "u"]);
        Self { learning_rate, beta: 0.99, epsilon: 1e-8, momentum: 0.0, moments }
    }
}

impl<T: Float> Optimizer<T> for RmsProp<T> {
    #[track_caller]
    fn step(&mut self, module: &mut dyn Module<T>, gradients: &Gradients<T>) {
        let &mut Self { learning_rate, beta, epsilon, momentum, .. } = self;
        let step = Step { learning_rate, beta, epsilon, momentum };
        self.moments.update_each(module, gradients, |_| step);
    }

    fn prepare(&mut self, module: &dyn Module<T>) {
        self.moments.prepare(module);
    }
}

impl<T: Float> Module<T> for RmsProp<T> {
    fn state(&self) -> State<&Tensor<T>> {
        self.moments.state()
    }

    fn state_mut(&mut self) -> State<&mut Tensor<T>> {
        self.moments.state_mut()
    }
}

/// One update of θ, v and u.
#[derive(Clone, Copy)]
struct Step {
    learning_rate: f64,
    beta: f64,
    epsilon: f64,
    momentum: f64,
}

impl<T: Float> Update<T, 2> for Step {
    #[inline(always)]
    fn lanes<V: Lanes<Element = T>>(self, theta: V, [v, u]: [V; 2], g: V) -> (V, [V; 2]) {
        let v = moving_average(self.beta, v, g * g);
        let u = g.number(self.momentum).mul_add(u, g / (v.sqrt() + g.number(self.epsilon)));
        (g.number(-self.learning_rate).mul_add(u, theta), [v, u])
    }
}
