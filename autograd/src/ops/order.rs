//! Ops that compare: piecewise linear, with conventions at the kinks.

use crate::elementwise::{constant, map, zip};
use crate::{Float, Tensor};

impl<T: Float> Tensor<T> {
    /// Absolute value, z = |x|.
    ///
    /// ż = sign(x) ⊙ ẋ, so
    ///     x̄ = z̄ ⊙ sign(x).
    /// The subgradient at 0 is 0.
    pub fn abs(&self) -> Self {
        let sign = |x: T| match x.partial_cmp(&T::zero()) {
            Some(order) => T::from_f64(order as i8 as f64),
            None => x,
        };
        Self::from_op(
            "abs",
            map(self, T::abs),
            [self],
            move |[x], _z, dz, [dx]| {
                dx.add(|| dz * constant(x, sign));
            },
        )
    }

    /// Elementwise maximum, z = max(x, y), with broadcasting.
    ///
    /// ż = [x > y] ⊙ ẋ + [y > x] ⊙ ẏ, so
    ///     x̄ = z̄ ⊙ [x > y],   ȳ = z̄ ⊙ [y > x].
    /// Where x = y each gets half. NaN if either is.
    #[track_caller]
    pub fn maximum(&self, y: &Self) -> Self {
        let z = zip(
            "maximum",
            self,
            y,
            |x, y| if x > y || x.is_nan() { x } else { y },
        );
        Self::from_op("maximum", z, [self, y], |[x, y], _z, dz, [dx, dy]| {
            dx.add(|| dz * greater(x, y));
            dy.add(|| dz * greater(y, x));
        })
    }

    /// Elementwise minimum, z = min(x, y), with broadcasting.
    ///
    /// ż = [y > x] ⊙ ẋ + [x > y] ⊙ ẏ, so
    ///     x̄ = z̄ ⊙ [y > x],   ȳ = z̄ ⊙ [x > y].
    /// Where x = y each gets half. NaN if either is.
    #[track_caller]
    pub fn minimum(&self, y: &Self) -> Self {
        let z = zip(
            "minimum",
            self,
            y,
            |x, y| if x < y || x.is_nan() { x } else { y },
        );
        Self::from_op("minimum", z, [self, y], |[x, y], _z, dz, [dx, dy]| {
            dx.add(|| dz * greater(y, x));
            dy.add(|| dz * greater(x, y));
        })
    }

    /// Clamp to an interval, z = min(max(x, low), high).
    ///
    /// ż = [low ≤ x ≤ high] ⊙ ẋ, so
    ///     x̄ = z̄ ⊙ [low ≤ x ≤ high].
    /// On the bounds the slope is that of the inside, 1. NaN stays NaN.
    ///
    /// # Panics
    /// If low > high, or either is NaN.
    #[track_caller]
    pub fn clamp(&self, low: f64, high: f64) -> Self {
        assert!(
            low <= high,
            "clamp: low is {low} but high is {high}; low must not exceed high"
        );
        let (low, high) = (T::from_f64(low), T::from_f64(high));
        let clamped = |x| match x {
            x if x < low => low,
            x if x > high => high,
            x => x,
        };
        Self::from_op(
            "clamp",
            map(self, clamped),
            [self],
            move |[x], _z, dz, [dx]| {
                let inside = |x| {
                    if x < low || x > high {
                        T::zero()
                    } else {
                        T::one()
                    }
                };
                dx.add(|| dz * constant(x, inside));
            },
        )
    }
}

/// [x > y], one half where they are equal: a constant.
fn greater<T: Float>(x: &Tensor<T>, y: &Tensor<T>) -> Tensor<T> {
    let indicator = |x: T, y: T| match x.partial_cmp(&y) {
        Some(order) => T::from_f64(0.5 + 0.5 * order as i8 as f64),
        None => T::NAN,
    };
    zip("greater", x, y, indicator).into()
}
