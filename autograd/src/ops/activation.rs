//! The nonlinearities of neural networks.

use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI};

use crate::elementwise::{Map, map};
use crate::{Float, Tensor};

impl<T: Float> Tensor<T> {
    /// Hyperbolic tangent, z = tanh x.
    ///
    /// ż = (1 − tanh² x) ⊙ ẋ, so
    ///     x̄ = z̄ ⊙ (1 − z²).
    #[track_caller]
    pub fn tanh(&self) -> Self {
        Self::from_op("tanh", map(self, Map::Tanh), [self], |_, z, dz, [dx]| {
            dx.add(|| dz * (1.0 - z.square()));
        })
    }

    /// Logistic sigmoid, z = σ(x) = 1 / (1 + e⁻ˣ).
    ///
    /// With u = 1 + e⁻ˣ: ż = u⁻² e⁻ˣ ⊙ ẋ, and e⁻ˣ/u = 1 − z, so
    ///     x̄ = z̄ ⊙ z ⊙ (1 − z).
    /// Evaluated in e^−|x|, which does not overflow: far left z is eˣ, to all digits.
    #[track_caller]
    pub fn sigmoid(&self) -> Self {
        let z = map(self, Map::Sigmoid);
        Self::from_op("sigmoid", z, [self], |_, z, dz, [dx]| dx.add(|| dz * z * (1.0 - z)))
    }

    /// Rectified linear unit, z = max(x, 0).
    ///
    /// ż = ⟦x > 0⟧ ⊙ ẋ, so
    ///     x̄ = z̄ ⊙ ⟦x > 0⟧.
    /// The subgradient at 0 is 0. NaN stays NaN.
    #[track_caller]
    pub fn relu(&self) -> Self {
        Self::from_op("relu", map(self, Map::Relu), [self], |[x], _z, dz, [dx]| {
            dx.add(|| dz * map(x, Map::Positive));
        })
    }

    /// Error function, z = erf x = 2/√π ∫₀ˣ e^(−t²) dt.
    ///
    /// ż = 2/√π e^(−x²) ⊙ ẋ, so
    ///     x̄ = z̄ ⊙ 2/√π e^(−x²).
    #[track_caller]
    pub fn erf(&self) -> Self {
        Self::from_op("erf", map(self, Map::Erf), [self], |[x], _z, dz, [dx]| {
            dx.add(|| dz * (-x.square()).exp() * FRAC_2_SQRT_PI);
        })
    }

    /// Gaussian error linear unit, z = x Φ(x), with Φ and φ the distribution function and the density of N(0, 1).
    ///
    /// ż = (Φ(x) + x φ(x)) ⊙ ẋ, so
    ///     x̄ = z̄ ⊙ (Φ(x) + x φ(x)),   Φ(x) = (1 + erf x/√2)/2,   φ(x) = e^(−x²/2)/√(2π).
    /// Source: D. Hendrycks, K. Gimpel, Gaussian error linear units, 2016.
    #[track_caller]
    pub fn gelu(&self) -> Self {
        Self::from_op("gelu", map(self, Map::Gelu), [self], |[x], _z, dz, [dx]| {
            dx.add(|| {
                let distribution = ((x * FRAC_1_SQRT_2).erf() + 1.0) * 0.5;
                let density = (x.square() * -0.5).exp() * (0.5 * FRAC_1_SQRT_2 * FRAC_2_SQRT_PI);
                dz * (distribution + x * density)
            });
        })
    }

    /// Softplus, z = ln(1 + eˣ).
    ///
    /// ż = eˣ/(1 + eˣ) ⊙ ẋ, so
    ///     x̄ = z̄ ⊙ σ(x).
    /// Evaluated as max(x, 0) + ln(1 + e^−|x|), which neither overflows nor loses the tail.
    #[track_caller]
    pub fn softplus(&self) -> Self {
        let z = map(self, Map::Softplus);
        Self::from_op("softplus", z, [self], |[x], _z, dz, [dx]| dx.add(|| dz * x.sigmoid()))
    }
}
