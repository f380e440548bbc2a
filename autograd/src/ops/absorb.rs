//! The product and the quotient of the rules, in which 0 absorbs: 0·∞ = 0·NaN = 0, as in measure theory.
//!
//! In z = select(c, f(x), y) the places where c is 0 do not depend on x: there the cotangent of f(x) is 0. f may have no
//! derivative at such a place; c may be there because of that. With the product of IEEE numbers its rule would give
//! 0·∞ = NaN and spoil the gradient of everything before it. With this one, a cotangent of 0 pulls back to 0 whatever
//! the slope, at every op and so through any chain of them.
//!
//! It is as true of higher orders. What was pulled back once is z̄ ⊙ s(x), with a slope s that may be infinite. The
//! cotangent of z̄ then is too, but z̄ came from a `select`, which passes nothing on; and the cotangent of s is a product
//! with z̄ = 0. So 0 must absorb on either side, and then the rule of the product needs no other product.

use crate::elementwise::{Zip, zip};
use crate::{Float, Tensor};

impl<T: Float> Tensor<T> {
    /// Product in which 0 absorbs, z = x ⊙ y where neither is 0, and 0 elsewhere, even for 0·∞ and 0·NaN.
    ///
    /// ż = ẋ ⊙ y + x ⊙ ẏ, so
    ///     x̄ = z̄ ⊙ y,   ȳ = z̄ ⊙ x, in the same product.
    /// This is the product of a cotangent and a slope, for the rules of one's own ops; in any other formula use `*`,
    /// which lets NaN be seen.
    ///
    /// # Panics
    /// If the shapes do not broadcast.
    ///
    /// # Examples
    /// ```
    /// use autograd::Tensor;
    /// use ndarray::array;
    ///
    /// let dz = Tensor::<f64>::from(array![0.0, 0.0, 2.0]);
    /// let slope = Tensor::from(array![f64::INFINITY, f64::NAN, 3.0]);
    /// assert_eq!(dz.times(&slope).to_vec(), [0.0, 0.0, 6.0]);
    /// ```
    #[track_caller]
    pub fn times(&self, y: &Self) -> Self {
        let z = zip("times", self, y, Zip::Times);
        Self::from_op("times", z, [self, y], |[x, y], _z, dz, [dx, dy]| {
            dx.add(|| dz.times(y));
            dy.add(|| dz.times(x));
        })
    }

    /// Quotient in which 0 absorbs, z = x ⊘ y where x is not 0, and 0 elsewhere, even for 0/0 and 0/NaN.
    ///
    /// From x = z ⊙ y: ẋ = ż ⊙ y + z ⊙ ẏ, hence ż = (ẋ − z ⊙ ẏ) ⊘ y, so
    ///     x̄ = z̄ ⊘ y,   ȳ = −z̄ ⊙ z ⊘ y, in the same quotient.
    /// This is the quotient of a cotangent and the reciprocal of a slope, for the rules of one's own ops.
    ///
    /// # Panics
    /// If the shapes do not broadcast.
    #[track_caller]
    pub fn over(&self, y: &Self) -> Self {
        let z = zip("over", self, y, Zip::Over);
        Self::from_op("over", z, [self, y], |[_x, y], z, dz, [dx, dy]| {
            dx.add(|| dz.over(y));
            dy.add(|| -dz.times(z).over(y));
        })
    }
}
