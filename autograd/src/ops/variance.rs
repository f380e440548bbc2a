//! Variance and standard deviation, over all axes or chosen ones.
//!
//! With m the mean of n elements and a correction c, the variance is Σ (x − m)² / (n − c). For c = 0 it is that of the
//! elements themselves, the population; for c = 1 the unbiased estimate from a sample, PyTorch's default.

use super::reduce::all_axes;
use crate::shape::{check_axes, kept};
use crate::{Float, Tensor};

impl<T: Float> Tensor<T> {
    /// Variance of all elements, of shape `[]`, with n − `correction` degrees of freedom.
    ///
    /// # Panics
    /// If the correction is not below the number of elements.
    ///
    /// # Examples
    /// ```
    /// use autograd::Tensor;
    ///
    /// let x = Tensor::<f64>::from(ndarray::array![1.0, 2.0, 6.0]); // 4 + 1 + 9 = 14
    /// assert_eq!(x.var(0).item(), 14.0 / 3.0);
    /// assert_eq!(x.var(1).item(), 14.0 / 2.0);
    /// ```
    #[track_caller]
    pub fn var(&self, correction: usize) -> Self {
        self.var_axes(all_axes(self), correction)
    }

    /// Variance over `axes`, z = Σ (x − m)² / (n − c), with m the mean of n elements and c the correction.
    ///
    /// # Panics
    /// If an axis does not exist or is named twice, or the correction is not below n.
    #[track_caller]
    pub fn var_axes(&self, axes: impl AsRef<[usize]>, correction: usize) -> Self {
        let axes = axes.as_ref();
        let freedom = degrees_of_freedom("var", self.shape(), axes, correction);
        centered(self, axes).square().sum_axes(axes) / freedom
    }

    /// Standard deviation of all elements, of shape `[]`, with n − `correction` degrees of freedom.
    ///
    /// # Panics
    /// If the correction is not below the number of elements.
    #[track_caller]
    pub fn std(&self, correction: usize) -> Self {
        self.std_axes(all_axes(self), correction)
    }

    /// Standard deviation over `axes`, z = ‖x − m‖ / √(n − c), with m the mean of n elements and c the correction.
    ///
    /// As a [norm](Tensor::norm_axes) it neither overflows nor underflows, and where all elements are equal its
    /// subgradient is 0.
    ///
    /// # Panics
    /// If an axis does not exist or is named twice, or the correction is not below n.
    #[track_caller]
    pub fn std_axes(&self, axes: impl AsRef<[usize]>, correction: usize) -> Self {
        let axes = axes.as_ref();
        let freedom = degrees_of_freedom("std", self.shape(), axes, correction);
        centered(self, axes).norm_axes(axes) / freedom.sqrt()
    }
}

/// x − m.
#[track_caller]
fn centered<T: Float>(x: &Tensor<T>, axes: &[usize]) -> Tensor<T> {
    x - x.mean_axes(axes).reshape(kept(x.shape(), axes))
}

/// n − c, which must be positive.
#[track_caller]
fn degrees_of_freedom(op: &str, shape: &[usize], axes: &[usize], correction: usize) -> f64 {
    check_axes(op, shape, axes);
    let n: usize = axes.iter().map(|&axis| shape[axis]).product();
    assert!(
        correction < n,
        "{op}: x is {shape:?} and the correction {correction}; it must be below the number of elements along axes \
         {axes:?}, which is {n}"
    );
    (n - correction) as f64
}
