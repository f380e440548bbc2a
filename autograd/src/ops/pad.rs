//! Margins of zeros, put on and taken off: an adjoint pair.

use ndarray::SliceInfoElem;

use crate::{Float, Tensor};

/// The number of places before and after x along one axis.
type Margin = (usize, usize);

impl<T: Float> Tensor<T> {
    /// x in a margin of zeros, `(before, after)` along each axis. An [`unslice`](Tensor::unslice), so its adjoint is
    /// [`crop`](Tensor::crop).
    ///
    /// # Panics
    /// If there is not one margin for each axis.
    ///
    /// # Examples
    /// ```
    /// use autograd::Tensor;
    ///
    /// let x = Tensor::<f64>::from(ndarray::array![[1.0, 2.0]]);
    /// let z = x.pad([(0, 1), (1, 0)]);
    /// assert_eq!((z.shape(), z.to_vec()), (&[2, 3][..], vec![0.0, 1.0, 2.0, 0.0, 0.0, 0.0]));
    /// ```
    #[track_caller]
    pub fn pad(&self, margins: impl AsRef<[Margin]>) -> Self {
        let margins = margins.as_ref();
        check_margins("pad", self.shape(), margins);
        let axes = || self.shape().iter().zip(margins);
        let padded: Vec<_> = axes().map(|(n, (before, after))| before + n + after).collect();
        let place = axes().map(|(n, (before, _))| SliceInfoElem::from(*before..before + n));
        self.unslice(padded, place.collect::<Vec<_>>())
    }

    /// x without its margin, `(before, after)` along each axis. A [`slice`](Tensor::slice), so no element moves.
    ///
    /// # Panics
    /// If there is not one margin for each axis, or the two of an axis take more than there is.
    #[track_caller]
    pub fn crop(&self, margins: impl AsRef<[Margin]>) -> Self {
        let margins = margins.as_ref();
        check_margins("crop", self.shape(), margins);
        let mut info = Vec::with_capacity(self.rank());
        for (axis, (&n, &(before, after))) in self.shape().iter().zip(margins).enumerate() {
            assert!(
                before <= n && after <= n - before,
                "crop: x is {:?} but the margin of axis {axis} is ({before}, {after}); it must not exceed {n}",
                self.shape()
            );
            info.push(SliceInfoElem::from(before..n - after));
        }
        self.slice(info)
    }
}

#[track_caller]
fn check_margins(op: &str, shape: &[usize], margins: &[Margin]) {
    assert!(
        margins.len() == shape.len(),
        "{op}: x is {shape:?} but there are {} margins; there must be one for each axis",
        margins.len()
    );
}
