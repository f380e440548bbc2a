//! Reductions: sum, mean, maximum and minimum, over all axes or chosen ones. Reduced axes are dropped.

use crate::elementwise::{Fold, reduce};
use crate::shape::{check_axes, check_broadcasts_to, check_filled_axes, kept, repeated_axes};
use crate::{Float, Tensor};

impl<T: Float> Tensor<T> {
    /// Sum of all elements, z = Σ x, of shape `[]`.
    ///
    /// ż = Σ ẋ = ⟨1, ẋ⟩, so
    ///     x̄ = z̄ 1.
    #[track_caller]
    pub fn sum(&self) -> Self {
        self.sum_axes(all_axes(self))
    }

    /// Sum over `axes`, z = Σ x.
    ///
    /// ż = Σ ẋ, and ⟨z̄, Σ ẋ⟩ = ⟨z̄ repeated along the axes, ẋ⟩, so
    ///     x̄ = z̄ broadcast to the shape of x.
    ///
    /// # Panics
    /// If an axis does not exist or is named twice.
    ///
    /// # Examples
    /// ```
    /// use autograd::Tensor;
    ///
    /// let x = Tensor::<f64>::from(ndarray::array![[1.0, 2.0], [3.0, 4.0]]);
    /// assert_eq!(x.sum_axes([0]).to_vec(), [4.0, 6.0]);
    /// assert_eq!(x.sum_axes([1]).to_vec(), [3.0, 7.0]);
    /// ```
    #[track_caller]
    pub fn sum_axes(&self, axes: impl AsRef<[usize]>) -> Self {
        let axes = axes.as_ref();
        check_axes("sum", self.shape(), axes);
        let keep = kept(self.shape(), axes);
        let z = reduce(self, axes, Fold::Sum);
        Self::from_op("sum", z, [self], move |[x], _z, dz, [dx]| {
            dx.add(|| dz.reshape(&keep).broadcast_to(x.shape()));
        })
    }

    /// Mean of all elements, z = Σ x / n, of shape `[]`; NaN if there are none.
    #[track_caller]
    pub fn mean(&self) -> Self {
        self.mean_axes(all_axes(self))
    }

    /// Mean over `axes`, z = Σ x / n with n the number of elements summed.
    ///
    /// A [sum](Tensor::sum_axes) scaled by 1/n, and so is its rule.
    ///
    /// # Panics
    /// If an axis does not exist or is named twice.
    #[track_caller]
    pub fn mean_axes(&self, axes: impl AsRef<[usize]>) -> Self {
        let axes = axes.as_ref();
        check_axes("mean", self.shape(), axes);
        let sum = self.sum_axes(axes);
        let n: usize = axes.iter().map(|&axis| self.shape()[axis]).product();
        sum / n as f64
    }

    /// The largest element, z = max x, of shape `[]`.
    ///
    /// # Panics
    /// If there are no elements.
    #[track_caller]
    pub fn max(&self) -> Self {
        self.max_axes(all_axes(self))
    }

    /// Maximum over `axes`, z = max x.
    ///
    /// The largest elements move the maximum: ż = mean of ẋ over the places where x = z, so
    ///     x̄ = z̄ ⊙ ⟦x = z⟧ ⊘ (number of such places).
    /// Ties share equally. NaN if any element is, and then so are the slopes of all.
    ///
    /// # Panics
    /// If an axis does not exist, is named twice, or has extent 0.
    #[track_caller]
    pub fn max_axes(&self, axes: impl AsRef<[usize]>) -> Self {
        let axes = axes.as_ref();
        check_filled_axes("max", self.shape(), axes);
        let (z, axes) = (reduce(self, axes, Fold::Max), axes.to_vec());
        Self::from_op("max", z, [self], move |[x], z, dz, [dx]| {
            dx.add(|| attained(x, z, dz, &axes))
        })
    }

    /// The smallest element, z = min x, of shape `[]`.
    ///
    /// # Panics
    /// If there are no elements.
    #[track_caller]
    pub fn min(&self) -> Self {
        self.min_axes(all_axes(self))
    }

    /// Minimum over `axes`, z = min x.
    ///
    /// The smallest elements move the minimum: ż = mean of ẋ over the places where x = z, so
    ///     x̄ = z̄ ⊙ ⟦x = z⟧ ⊘ (number of such places).
    /// Ties share equally. NaN if any element is, and then so are the slopes of all.
    ///
    /// # Panics
    /// If an axis does not exist, is named twice, or has extent 0.
    #[track_caller]
    pub fn min_axes(&self, axes: impl AsRef<[usize]>) -> Self {
        let axes = axes.as_ref();
        check_filled_axes("min", self.shape(), axes);
        let (z, axes) = (reduce(self, axes, Fold::Min), axes.to_vec());
        Self::from_op("min", z, [self], move |[x], z, dz, [dx]| {
            dx.add(|| attained(x, z, dz, &axes))
        })
    }

    /// Sum of the repetitions of a broadcast, to a shape that broadcasts to this one: the adjoint of
    /// [`broadcast_to`](Tensor::broadcast_to), which is also its rule.
    ///
    /// ⟨z̄, sum_to ẋ⟩ = ⟨broadcast_to z̄, ẋ⟩, so
    ///     x̄ = broadcast_to z̄.
    ///
    /// # Panics
    /// If `shape` does not broadcast to this tensor's.
    #[track_caller]
    pub fn sum_to(&self, shape: impl AsRef<[usize]>) -> Self {
        let shape = shape.as_ref();
        check_broadcasts_to("sum_to", shape, self.shape());
        let axes = repeated_axes(shape, self.shape());
        self.sum_axes(&axes).reshape(shape)
    }
}

/// Every axis of x.
pub(super) fn all_axes<T: Float>(x: &Tensor<T>) -> Vec<usize> {
    (0..x.rank()).collect()
}

/// z̄ shared equally among the places along `axes` where x attains its extremum z.
fn attained<T: Float>(x: &Tensor<T>, z: &Tensor<T>, dz: &Tensor<T>, axes: &[usize]) -> Tensor<T> {
    let keep = kept(x.shape(), axes);
    let attained = x.equal(&z.reshape(&keep));
    let ties = attained.sum_axes(axes).reshape(&keep);
    dz.reshape(&keep).times(&(attained / ties))
}
