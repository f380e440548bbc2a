//! Exponential, logarithm and powers.

use crate::elementwise::{Map, map};
use crate::{Float, Tensor};

impl<T: Float> Tensor<T> {
    /// Exponential, z = eˣ.
    ///
    /// ż = eˣ ⊙ ẋ = z ⊙ ẋ, so
    ///     x̄ = z̄ ⊙ z.
    #[track_caller]
    pub fn exp(&self) -> Self {
        Self::from_op("exp", map(self, Map::Exp), [self], |_, z, dz, [dx]| dx.add(|| dz.times(z)))
    }

    /// Exponential minus one, z = eˣ − 1, accurate where it is small.
    ///
    /// ż = eˣ ⊙ ẋ = (z + 1) ⊙ ẋ, so
    ///     x̄ = z̄ ⊙ (z + 1).
    #[track_caller]
    pub fn exp_m1(&self) -> Self {
        Self::from_op("exp_m1", map(self, Map::ExpM1), [self], |_, z, dz, [dx]| {
            dx.add(|| dz.times(&(z + 1.0)));
        })
    }

    /// Natural logarithm, z = ln x.
    ///
    /// ż = ẋ ⊘ x, so
    ///     x̄ = z̄ ⊘ x.
    /// −∞ at 0 and NaN below, as in the standard library.
    #[track_caller]
    pub fn ln(&self) -> Self {
        Self::from_op("ln", map(self, Map::Ln), [self], |[x], _z, dz, [dx]| dx.add(|| dz.over(x)))
    }

    /// Logarithm of one more, z = ln(1 + x), accurate where x is small.
    ///
    /// ż = ẋ ⊘ (1 + x), so
    ///     x̄ = z̄ ⊘ (1 + x).
    /// −∞ at −1 and NaN below.
    #[track_caller]
    pub fn ln_1p(&self) -> Self {
        Self::from_op("ln_1p", map(self, Map::Ln1p), [self], |[x], _z, dz, [dx]| {
            dx.add(|| dz.over(&(x + 1.0)));
        })
    }

    /// Square root, z = √x.
    ///
    /// From z² = x: 2z ⊙ ż = ẋ, so
    ///     x̄ = z̄ ⊘ 2z.
    /// The slope at 0 is +∞; below, value and slope are NaN.
    #[track_caller]
    pub fn sqrt(&self) -> Self {
        Self::from_op("sqrt", map(self, Map::Sqrt), [self], |_, z, dz, [dx]| {
            dx.add(|| dz.over(&(z * 2.0)));
        })
    }

    /// Reciprocal, z = 1/x.
    ///
    /// From z ⊙ x = 1: ż ⊙ x + z ⊙ ẋ = 0, hence ż = −z² ⊙ ẋ, so
    ///     x̄ = −z̄ ⊙ z².
    /// At ±0 it is ±∞ and the slope −∞.
    #[track_caller]
    pub fn reciprocal(&self) -> Self {
        Self::from_op("reciprocal", map(self, Map::Reciprocal), [self], |_, z, dz, [dx]| {
            dx.add(|| -dz.times(&z.square()));
        })
    }

    /// Reciprocal of the square root, z = 1/√x.
    ///
    /// From z² ⊙ x = 1: 2z ⊙ ż ⊙ x + z² ⊙ ẋ = 0, hence ż = −½ z ⊘ x ⊙ ẋ, so
    ///     x̄ = −½ z̄ ⊙ z ⊘ x.
    /// At 0 it is +∞ and the slope −∞; below, it is NaN.
    #[track_caller]
    pub fn rsqrt(&self) -> Self {
        Self::from_op("rsqrt", map(self, Map::Rsqrt), [self], |[x], z, dz, [dx]| {
            dx.add(|| dz.times(z).over(x) * -0.5);
        })
    }

    /// Square, z = x².
    ///
    /// ż = 2x ⊙ ẋ, so
    ///     x̄ = 2x ⊙ z̄.
    #[track_caller]
    pub fn square(&self) -> Self {
        Self::from_op("square", map(self, Map::Square), [self], |[x], _z, dz, [dx]| {
            dx.add(|| dz.times(x) * 2.0);
        })
    }

    /// Integer power, z = xⁿ.
    ///
    /// ż = n xⁿ⁻¹ ⊙ ẋ, so
    ///     x̄ = n xⁿ⁻¹ ⊙ z̄.
    /// For n = 0 the output is 1 and the cotangent 0, whatever x. At 0 the slope is infinite for n < 0.
    #[track_caller]
    pub fn powi(&self, n: i32) -> Self {
        self.integer_power(n.into())
    }

    /// xⁿ with room for the exponents n − 1, n − 2, … of the derivatives.
    #[track_caller]
    fn integer_power(&self, n: i64) -> Self {
        Self::from_op("powi", map(self, Map::Powi { n }), [self], move |[x], _z, dz, [dx]| {
            dx.add(|| match n {
                0 => Self::zeros(x.shape()),
                n => dz.times(&x.integer_power(n - 1)) * n as f64,
            });
        })
    }

    /// Real power, z = xᵖ, for x ≥ 0.
    ///
    /// ż = p xᵖ⁻¹ ⊙ ẋ, so
    ///     x̄ = p xᵖ⁻¹ ⊙ z̄.
    /// For p = 0 the output is 1 and the cotangent 0, whatever x. At 0 the slope is infinite for p < 1, 1 for p = 1 and
    /// 0 for p > 1. NaN below 0 unless p is an integer.
    #[track_caller]
    pub fn powf(&self, p: f64) -> Self {
        let z = map(self, Map::Powf { p });
        Self::from_op("powf", z, [self], move |[x], _z, dz, [dx]| {
            dx.add(|| match p {
                0.0 => Self::zeros(x.shape()),
                p => dz.times(&x.powf(p - 1.0)) * p,
            });
        })
    }
}
