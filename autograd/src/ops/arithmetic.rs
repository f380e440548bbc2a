//! Addition, subtraction, multiplication, division and negation, with NumPy broadcasting.
//!
//! Where an input was broadcast, its cotangent is the sum over the repetitions: broadcasting is linear and summing is
//! its adjoint. [`Cotangent::add`](crate::Cotangent::add) does that for every rule here.

use std::ops::{Add, Div, Mul, Neg, Sub};

use crate::elementwise::{Map, Zip, map, zip};
use crate::{Float, Tensor};

/// Sum, z = x + y.
///
/// ż = ẋ + ẏ, and ⟨z̄, ż⟩ = ⟨x̄, ẋ⟩ + ⟨ȳ, ẏ⟩ for every ẋ, ẏ, so
///     x̄ = z̄,   ȳ = z̄.
impl<T: Float> Add<&Tensor<T>> for &Tensor<T> {
    type Output = Tensor<T>;

    #[track_caller]
    fn add(self, y: &Tensor<T>) -> Tensor<T> {
        let z = zip("add", self, y, Zip::Add);
        Tensor::from_op("add", z, [self, y], |_, _z, dz, [dx, dy]| {
            dx.add(|| dz.clone());
            dy.add(|| dz.clone());
        })
    }
}

/// Difference, z = x − y.
///
/// ż = ẋ − ẏ, so
///     x̄ = z̄,   ȳ = −z̄.
impl<T: Float> Sub<&Tensor<T>> for &Tensor<T> {
    type Output = Tensor<T>;

    #[track_caller]
    fn sub(self, y: &Tensor<T>) -> Tensor<T> {
        let z = zip("sub", self, y, Zip::Sub);
        Tensor::from_op("sub", z, [self, y], |_, _z, dz, [dx, dy]| {
            dx.add(|| dz.clone());
            dy.add(|| -dz);
        })
    }
}

/// Hadamard product, z = x ⊙ y.
///
/// ż = ẋ ⊙ y + x ⊙ ẏ, so
///     x̄ = z̄ ⊙ y,   ȳ = z̄ ⊙ x.
impl<T: Float> Mul<&Tensor<T>> for &Tensor<T> {
    type Output = Tensor<T>;

    #[track_caller]
    fn mul(self, y: &Tensor<T>) -> Tensor<T> {
        let z = zip("mul", self, y, Zip::Mul);
        Tensor::from_op("mul", z, [self, y], |[x, y], _z, dz, [dx, dy]| {
            dx.add(|| dz.times(y));
            dy.add(|| dz.times(x));
        })
    }
}

/// Quotient, z = x ⊘ y.
///
/// From x = z ⊙ y: ẋ = ż ⊙ y + z ⊙ ẏ, hence ż = (ẋ − z ⊙ ẏ) ⊘ y, so
///     x̄ = z̄ ⊘ y,   ȳ = −z̄ ⊙ z ⊘ y.
/// 0/0 is NaN, in the value and in the slopes.
impl<T: Float> Div<&Tensor<T>> for &Tensor<T> {
    type Output = Tensor<T>;

    #[track_caller]
    fn div(self, y: &Tensor<T>) -> Tensor<T> {
        let z = zip("div", self, y, Zip::Div);
        Tensor::from_op("div", z, [self, y], |[_x, y], z, dz, [dx, dy]| {
            dx.add(|| dz.over(y));
            dy.add(|| -dz.times(z).over(y));
        })
    }
}

/// Negation, z = −x.
///
/// ż = −ẋ, so
///     x̄ = −z̄.
impl<T: Float> Neg for &Tensor<T> {
    type Output = Tensor<T>;

    #[track_caller]
    fn neg(self) -> Tensor<T> {
        Tensor::from_op("neg", map(self, Map::Neg), [self], |_, _z, dz, [dx]| dx.add(|| -dz))
    }
}
