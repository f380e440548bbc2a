//! Ops that compare: piecewise linear, with conventions at the kinks.

use crate::elementwise::{Map, Zip, map, zip};
use crate::{Float, Tensor};

impl<T: Float> Tensor<T> {
    /// Absolute value, z = |x|.
    ///
    /// ż = sign(x) ⊙ ẋ, so
    ///     x̄ = z̄ ⊙ sign(x).
    /// The subgradient at 0 is 0. NaN stays NaN, and so does its slope.
    #[track_caller]
    pub fn abs(&self) -> Self {
        Self::from_op("abs", map(self, Map::Abs), [self], |[x], _z, dz, [dx]| {
            dx.add(|| dz.times(&map(x, Map::Sign)));
        })
    }

    /// Elementwise maximum, z = max(x, y), with broadcasting.
    ///
    /// ż = ⟦x > y⟧ ⊙ ẋ + ⟦y > x⟧ ⊙ ẏ, so
    ///     x̄ = z̄ ⊙ ⟦x > y⟧,   ȳ = z̄ ⊙ ⟦y > x⟧.
    /// Where x = y each gets half. NaN, and so are the slopes, if either is.
    #[track_caller]
    pub fn maximum(&self, y: &Self) -> Self {
        let z = zip("maximum", self, y, Zip::Maximum);
        Self::from_op("maximum", z, [self, y], |[x, y], _z, dz, [dx, dy]| {
            dx.add(|| dz.times(&share(x, y)));
            dy.add(|| dz.times(&share(y, x)));
        })
    }

    /// Elementwise minimum, z = min(x, y), with broadcasting.
    ///
    /// ż = ⟦y > x⟧ ⊙ ẋ + ⟦x > y⟧ ⊙ ẏ, so
    ///     x̄ = z̄ ⊙ ⟦y > x⟧,   ȳ = z̄ ⊙ ⟦x > y⟧.
    /// Where x = y each gets half. NaN, and so are the slopes, if either is.
    #[track_caller]
    pub fn minimum(&self, y: &Self) -> Self {
        let z = zip("minimum", self, y, Zip::Minimum);
        Self::from_op("minimum", z, [self, y], |[x, y], _z, dz, [dx, dy]| {
            dx.add(|| dz.times(&share(y, x)));
            dy.add(|| dz.times(&share(x, y)));
        })
    }

    /// Clamp to an interval, z = min(max(x, low), high).
    ///
    /// ż = ⟦low ≤ x ≤ high⟧ ⊙ ẋ, so
    ///     x̄ = z̄ ⊙ ⟦low ≤ x ≤ high⟧.
    /// On the bounds the slope is that of the inside, 1. NaN stays NaN, and so does its slope.
    ///
    /// # Panics
    /// If low > high, or either is NaN.
    #[track_caller]
    pub fn clamp(&self, low: f64, high: f64) -> Self {
        assert!(low <= high, "clamp: low is {low} but high is {high}; low must not exceed high");
        let z = map(self, Map::Clamp { low, high });
        Self::from_op("clamp", z, [self], move |[x], _z, dz, [dx]| {
            dx.add(|| dz.times(&map(x, Map::Inside { low, high })));
        })
    }
}

/// ⟦x > y⟧, one half where they are equal: a constant.
fn share<T: Float>(x: &Tensor<T>, y: &Tensor<T>) -> Tensor<T> {
    zip("share", x, y, Zip::Share)
}
