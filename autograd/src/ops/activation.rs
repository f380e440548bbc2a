//! The nonlinearities of neural networks.

use crate::elementwise::{constant, map};
use crate::{Float, Tensor};

impl<T: Float> Tensor<T> {
    /// Hyperbolic tangent, z = tanh x.
    ///
    /// ż = (1 − tanh² x) ⊙ ẋ, so
    ///     x̄ = z̄ ⊙ (1 − z²).
    pub fn tanh(&self) -> Self {
        Self::from_op("tanh", map(self, T::tanh), [self], |_, z, dz, [dx]| {
            dx.add(|| dz * (1.0 - z.square()));
        })
    }

    /// Logistic sigmoid, z = σ(x) = 1 / (1 + e⁻ˣ).
    ///
    /// With u = 1 + e⁻ˣ: ż = u⁻² e⁻ˣ ⊙ ẋ, and e⁻ˣ/u = 1 − z, so
    ///     x̄ = z̄ ⊙ z ⊙ (1 − z).
    /// Where e⁻ˣ overflows the quotient is 0, the limit.
    pub fn sigmoid(&self) -> Self {
        let one = T::one();
        let z = map(self, |x| one / (one + (-x).exp()));
        Self::from_op("sigmoid", z, [self], |_, z, dz, [dx]| dx.add(|| dz * z * (1.0 - z)))
    }

    /// Rectified linear unit, z = max(x, 0).
    ///
    /// ż = [x > 0] ⊙ ẋ, so
    ///     x̄ = z̄ ⊙ [x > 0].
    /// The subgradient at 0 is 0. NaN stays NaN.
    pub fn relu(&self) -> Self {
        let zero = T::zero();
        let z = map(self, |x| if x <= zero { zero } else { x });
        Self::from_op("relu", z, [self], |[x], _z, dz, [dx]| {
            dx.add(|| dz * constant(x, |x| if x <= T::zero() { T::zero() } else { T::one() }));
        })
    }

    /// Softplus, z = ln(1 + eˣ).
    ///
    /// ż = eˣ/(1 + eˣ) ⊙ ẋ, so
    ///     x̄ = z̄ ⊙ σ(x).
    /// Evaluated as max(x, 0) + ln(1 + e^−|x|), which neither overflows nor loses the tail.
    pub fn softplus(&self) -> Self {
        let zero = T::zero();
        let z = map(self, |x| (if x > zero { x } else { zero }) + (-x.abs()).exp().ln_1p());
        Self::from_op("softplus", z, [self], |[x], _z, dz, [dx]| dx.add(|| dz * x.sigmoid()))
    }
}
