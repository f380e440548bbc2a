//! Sine, cosine and tangent, of angles in radians.
//!
//! They are those of the standard library, one element after the other. Of ±∞ they are NaN.

use crate::elementwise::{Map, map};
use crate::{Float, Tensor};

impl<T: Float> Tensor<T> {
    /// Sine, z = sin x.
    ///
    /// ż = cos x ⊙ ẋ, so
    ///     x̄ = z̄ ⊙ cos x.
    #[track_caller]
    pub fn sin(&self) -> Self {
        Self::from_op("sin", map(self, Map::Sin), [self], |[x], _z, dz, [dx]| {
            dx.add(|| dz.times(&x.cos()));
        })
    }

    /// Cosine, z = cos x.
    ///
    /// ż = −sin x ⊙ ẋ, so
    ///     x̄ = −z̄ ⊙ sin x.
    #[track_caller]
    pub fn cos(&self) -> Self {
        Self::from_op("cos", map(self, Map::Cos), [self], |[x], _z, dz, [dx]| {
            dx.add(|| -dz.times(&x.sin()));
        })
    }

    /// Tangent, z = tan x.
    ///
    /// From z = sin x / cos x: ż = (cos² x + sin² x) / cos² x ⊙ ẋ = (1 + z²) ⊙ ẋ, so
    ///     x̄ = z̄ ⊙ (1 + z²).
    #[track_caller]
    pub fn tan(&self) -> Self {
        Self::from_op("tan", map(self, Map::Tan), [self], |_, z, dz, [dx]| {
            dx.add(|| dz.times(&(z.square() + 1.0)));
        })
    }
}
