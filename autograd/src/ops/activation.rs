//! The nonlinearities of neural networks.

use crate::elementwise::{kernels, map};
use crate::{Float, Tensor};

impl<T: Float> Tensor<T> {
    /// Hyperbolic tangent, z = tanh x.
    ///
    /// ż = (1 − tanh² x) ⊙ ẋ, so
    ///     x̄ = z̄ ⊙ (1 − z²).
    pub fn tanh(&self) -> Self {
        Self::from_op("tanh", map(self, kernels::Tanh), [self], |_, z, dz, [dx]| {
            dx.add(|| dz * (1.0 - z.square()));
        })
    }

    /// Logistic sigmoid, z = σ(x) = 1 / (1 + e⁻ˣ).
    ///
    /// With u = 1 + e⁻ˣ: ż = u⁻² e⁻ˣ ⊙ ẋ, and e⁻ˣ/u = 1 − z, so
    ///     x̄ = z̄ ⊙ z ⊙ (1 − z).
    /// Evaluated in e^−|x|, which does not overflow: far left z is eˣ, to all digits.
    pub fn sigmoid(&self) -> Self {
        let z = map(self, kernels::Sigmoid);
        Self::from_op("sigmoid", z, [self], |_, z, dz, [dx]| dx.add(|| dz * z * (1.0 - z)))
    }

    /// Rectified linear unit, z = max(x, 0).
    ///
    /// ż = ⟦x > 0⟧ ⊙ ẋ, so
    ///     x̄ = z̄ ⊙ ⟦x > 0⟧.
    /// The subgradient at 0 is 0. NaN stays NaN.
    pub fn relu(&self) -> Self {
        Self::from_op("relu", map(self, kernels::Relu), [self], |[x], _z, dz, [dx]| {
            dx.add(|| dz * map(x, kernels::Positive));
        })
    }

    /// Softplus, z = ln(1 + eˣ).
    ///
    /// ż = eˣ/(1 + eˣ) ⊙ ẋ, so
    ///     x̄ = z̄ ⊙ σ(x).
    /// Evaluated as max(x, 0) + ln(1 + e^−|x|), which neither overflows nor loses the tail.
    pub fn softplus(&self) -> Self {
        let z = map(self, kernels::Softplus);
        Self::from_op("softplus", z, [self], |[x], _z, dz, [dx]| dx.add(|| dz * x.sigmoid()))
    }
}
