//! The Euclidean norm.

use super::reduce::all_axes;
use crate::elementwise::{Fold, Map, map, reduce};
use crate::shape::{check_axes, kept};
use crate::{Float, Tensor};

impl<T: Float> Tensor<T> {
    /// Euclidean norm of all elements, z = √Σ x², of shape `[]`; 0 if there are none.
    ///
    /// # Examples
    /// ```
    /// use autograd::Tensor;
    ///
    /// let x = Tensor::<f64>::leaf(ndarray::array![3.0, 4.0]);
    /// let z = x.norm();
    /// assert_eq!(z.item(), 5.0);
    /// assert_eq!(z.backward()[&x].to_vec(), [0.6, 0.8]);
    /// ```
    #[track_caller]
    pub fn norm(&self) -> Self {
        self.norm_axes(all_axes(self))
    }

    /// Euclidean norm over `axes`, z = √Σ x². The axes are dropped.
    ///
    /// From z² = Σ x²: 2z ⊙ ż = 2 Σ x ⊙ ẋ, so
    ///     x̄ = z̄ ⊙ (x ⊘ z).
    /// The subgradient at 0 is 0; the second derivative there is infinite.
    ///
    /// Numerics: evaluated as s √Σ (x/s)², with the power of two s next below max |x|. No square overflows, none that
    /// counts underflows, and the scaling rounds nothing.
    ///
    /// # Panics
    /// If an axis does not exist or is named twice.
    #[track_caller]
    pub fn norm_axes(&self, axes: impl AsRef<[usize]>) -> Self {
        let axes = axes.as_ref();
        check_axes("norm", self.shape(), axes);
        let keep = kept(self.shape(), axes);
        let x = self.detach();
        let scale = map(&reduce(&x.abs(), axes, Fold::Max), Map::PowerOfTwo);
        let z = (x / scale.reshape(&keep)).square().sum_axes(axes).sqrt() * scale;
        Self::from_op("norm", z, [self], move |[x], z, dz, [dx]| {
            dx.add(|| dz.reshape(&keep).times(&x.over(&z.reshape(&keep))));
        })
    }
}
