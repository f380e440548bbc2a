//! The nonlinearities of neural networks.

use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI};

use crate::elementwise::{Map, map};
use crate::{Float, Tensor};

impl<T: Float> Tensor<T> {
    /// Hyperbolic tangent, z = tanh x.
    ///
    /// ż = (1 − tanh² x) ⊙ ẋ, so
    ///     x̄ = z̄ ⊙ (1 − z²).
    /// Where z is rounded to ±1, from about |x| = 9 (`f32`) or 19 (`f64`) on, the slope is 0.
    #[track_caller]
    pub fn tanh(&self) -> Self {
        Self::from_op("tanh", map(self, Map::Tanh), [self], |_, z, dz, [dx]| {
            dx.add(|| dz.times(&(1.0 - z.square())));
        })
    }

    /// Logistic sigmoid, z = σ(x) = 1 / (1 + e⁻ˣ).
    ///
    /// With u = 1 + e⁻ˣ: ż = u⁻² e⁻ˣ ⊙ ẋ, and e⁻ˣ/u = 1 − z, so
    ///     x̄ = z̄ ⊙ z ⊙ (1 − z).
    /// Evaluated in e^−|x|, which does not overflow: far left z is eˣ, to all digits. Far right, 1 − z has lost digits
    /// and is 0 from about x = 17 (`f32`) or 37 (`f64`) on, where the slope is e⁻ˣ: to keep them the rule would need an
    /// exponential of its own. Where they matter, write 1 − σ(−x), whose rule has them.
    #[track_caller]
    pub fn sigmoid(&self) -> Self {
        let z = map(self, Map::Sigmoid);
        Self::from_op("sigmoid", z, [self], |_, z, dz, [dx]| {
            dx.add(|| dz.times(z).times(&(1.0 - z)));
        })
    }

    /// Rectified linear unit, z = max(x, 0).
    ///
    /// ż = ⟦x > 0⟧ ⊙ ẋ, so
    ///     x̄ = z̄ ⊙ ⟦x > 0⟧.
    /// The subgradient at 0 is 0. x > 0 is where z is not 0. NaN stays NaN, with a slope of 1.
    #[track_caller]
    pub fn relu(&self) -> Self {
        Self::from_op("relu", map(self, Map::Relu), [self], |_, z, dz, [dx]| {
            dx.add(|| Self::select(z, dz, &Self::from(0.0)));
        })
    }

    /// Leaky rectified linear unit, z = x for x > 0 and s x elsewhere, with the slope s below 0.
    ///
    /// ż = ẋ for x > 0 and s ẋ elsewhere, so
    ///     x̄ = z̄ for x > 0,   x̄ = s z̄ elsewhere.
    /// The slope at 0 is s. NaN stays NaN, and so does its slope.
    #[track_caller]
    pub fn leaky_relu(&self, slope: f64) -> Self {
        let z = map(self, Map::LeakyRelu { slope });
        Self::from_op("leaky_relu", z, [self], move |[x], _z, dz, [dx]| {
            dx.add(|| dz.times(&map(x, Map::Step { below: slope })));
        })
    }

    /// Exponential linear unit, z = x for x > 0 and α (eˣ − 1) elsewhere.
    ///
    /// ż = ẋ for x > 0 and α eˣ ⊙ ẋ = (z + α) ⊙ ẋ elsewhere, so
    ///     x̄ = z̄ for x > 0,   x̄ = z̄ ⊙ (z + α) elsewhere.
    /// The slope at 0 is α. NaN stays NaN, and so does its slope.
    /// Source: D.-A. Clevert, T. Unterthiner, S. Hochreiter, Fast and accurate deep network learning by exponential
    /// linear units, 2016, equation 15.
    #[track_caller]
    pub fn elu(&self, alpha: f64) -> Self {
        let z = map(self, Map::Elu { alpha });
        Self::from_op("elu", z, [self], move |[x], z, dz, [dx]| {
            dx.add(|| {
                let positive = x.greater(&Self::from(0.0));
                dz.times(&Self::select(&positive, &Self::from(1.0), &(z + alpha)))
            });
        })
    }

    /// Error function, z = erf x = 2/√π ∫₀ˣ e^(−t²) dt.
    ///
    /// ż = 2/√π e^(−x²) ⊙ ẋ, so
    ///     x̄ = z̄ ⊙ 2/√π e^(−x²).
    #[track_caller]
    pub fn erf(&self) -> Self {
        Self::from_op("erf", map(self, Map::Erf), [self], |[x], _z, dz, [dx]| {
            dx.add(|| dz.times(&(-x.square()).exp()) * FRAC_2_SQRT_PI);
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
                dz.times(&(distribution + x.times(&density)))
            });
        })
    }

    /// Sigmoid linear unit, z = x σ(x), also known as swish.
    ///
    /// ż = (σ + x σ (1 − σ)) ⊙ ẋ, and x σ = z, so
    ///     x̄ = z̄ ⊙ (σ(x) + z ⊙ (1 − σ(x))).
    /// Source: D. Hendrycks, K. Gimpel, Gaussian error linear units, 2016; S. Elfwing, E. Uchibe, K. Doya,
    /// Sigmoid-weighted linear units for neural network function approximation in reinforcement learning, 2018.
    #[track_caller]
    pub fn silu(&self) -> Self {
        Self::from_op("silu", map(self, Map::Silu), [self], |[x], z, dz, [dx]| {
            dx.add(|| {
                let sigmoid = x.sigmoid();
                dz.times(&(&sigmoid + z.times(&(1.0 - &sigmoid))))
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
        Self::from_op("softplus", z, [self], |[x], _z, dz, [dx]| {
            dx.add(|| dz.times(&x.sigmoid()));
        })
    }
}
