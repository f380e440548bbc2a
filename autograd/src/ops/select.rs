//! Selection by a condition.

use ndarray::Dimension;

use crate::elementwise::select;
use crate::shape::broadcast_shape;
use crate::{Float, Tensor};

impl<T: Float> Tensor<T> {
    /// Selection, z = x where the condition c is not 0 and y where it is, with broadcasting of all three.
    ///
    /// ż = ẋ where c is not 0 and ẏ where it is, so
    ///     x̄ = select(c, z̄, 0),   ȳ = select(c, 0, z̄).
    /// The condition is piecewise constant and has no cotangent. The value that is not selected may be anything, NaN
    /// too, and so may its slope: its cotangent is 0, and a cotangent of 0 pulls back to 0 ([`times`](Tensor::times)).
    ///
    /// # Panics
    /// If the shapes do not broadcast.
    ///
    /// # Examples
    /// √x for x > 0, and 0 elsewhere, where √x is NaN or has an infinite slope:
    /// ```
    /// use autograd::Tensor;
    ///
    /// let x = Tensor::<f64>::leaf(ndarray::array![-1.0, 0.0, 4.0]);
    /// let zero = Tensor::from(0.0);
    /// let z = Tensor::select(&x.greater(&zero), &x.sqrt(), &zero);
    /// assert_eq!(z.to_vec(), [0.0, 0.0, 2.0]);
    /// assert_eq!(z.sum().backward()[&x].to_vec(), [0.0, 0.0, 0.25]);
    /// ```
    #[track_caller]
    pub fn select(condition: &Self, x: &Self, y: &Self) -> Self {
        let shape = broadcast_shape(x.shape(), y.shape());
        let Some(shape) = shape.and_then(|xy| broadcast_shape(condition.shape(), xy.slice()))
        else {
            panic!(
                "select: the condition is {:?}, x is {:?} and y is {:?}; aligned at the last axis, extents must be \
                 equal or 1",
                condition.shape(),
                x.shape(),
                y.shape()
            );
        };
        let z = select(shape.slice(), [condition, x, y]);
        let condition = condition.detach();
        Self::from_op("select", z, [x, y], move |_, _z, dz, [dx, dy]| {
            let zero = Self::from(0.0);
            dx.add(|| Self::select(&condition, dz, &zero));
            dy.add(|| Self::select(&condition, &zero, dz));
        })
    }
}
