//! Gathering and scattering along an axis, by indices: an adjoint pair.

use ndarray::{Array, Axis, IxDyn};

use crate::shape::check_axes;
use crate::{Float, Tensor};

impl<T: Float> Tensor<T> {
    /// The places `indices` of one axis, in their order: place i of z is place `indices[i]` of x. Indices may repeat.
    ///
    /// ż = S ẋ with a 0-1 matrix S that has one 1 in each row, so x̄ = Sᵀ z̄:
    ///     x̄ₖ = Σ z̄ᵢ over all i whose index is k ([`scatter_add`](Tensor::scatter_add)).
    ///
    /// # Panics
    /// If the axis does not exist or an index is out of bounds.
    ///
    /// # Examples
    /// Rows of a table, one of them twice:
    /// ```
    /// use autograd::Tensor;
    ///
    /// let table = Tensor::<f64>::leaf(ndarray::array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]);
    /// let rows = table.index_select(0, &[2, 0, 2]);
    /// assert_eq!(rows.to_vec(), [5.0, 6.0, 1.0, 2.0, 5.0, 6.0]);
    /// assert_eq!(rows.sum().backward()[&table].to_vec(), [1.0, 1.0, 0.0, 0.0, 2.0, 2.0]);
    /// ```
    #[track_caller]
    pub fn index_select(&self, axis: usize, indices: &[usize]) -> Self {
        check_axes("index_select", self.shape(), &[axis]);
        let extent = self.shape()[axis];
        check_indices("index_select", self.shape(), axis, extent, indices);
        let z = self.value().select(Axis(axis), indices);
        let indices = indices.to_vec();
        Self::from_op("index_select", z, [self], move |_, _z, dz, [dx]| {
            dx.add(|| dz.scatter_add(axis, extent, &indices));
        })
    }

    /// Zeros with `extent` places along one axis, to which x is added: place i of x at place `indices[i]` of z. Indices
    /// may repeat. The adjoint of [`index_select`](Tensor::index_select), which is also its rule.
    ///
    /// ż = Sᵀ ẋ, so x̄ = S z̄:
    ///     x̄ᵢ = z̄ₖ with k the index of place i.
    ///
    /// # Panics
    /// If the axis does not exist, there is not one index for each of its places, or an index is out of bounds.
    #[track_caller]
    pub fn scatter_add(&self, axis: usize, extent: usize, indices: &[usize]) -> Self {
        check_axes("scatter_add", self.shape(), &[axis]);
        assert!(
            self.shape()[axis] == indices.len(),
            "scatter_add: x is {:?} but there are {} indices; there must be one for each place of axis {axis}",
            self.shape(),
            indices.len()
        );
        check_indices("scatter_add", self.shape(), axis, extent, indices);
        let mut shape = self.shape().to_vec();
        shape[axis] = extent;
        let mut z = Array::zeros(IxDyn(&shape));
        for (x, &index) in self.value().axis_iter(Axis(axis)).zip(indices) {
            let mut place = z.index_axis_mut(Axis(axis), index);
            place += &x;
        }
        let indices = indices.to_vec();
        Self::from_op("scatter_add", z, [self], move |_, _z, dz, [dx]| {
            dx.add(|| dz.index_select(axis, &indices));
        })
    }
}

#[track_caller]
fn check_indices(op: &str, shape: &[usize], axis: usize, extent: usize, indices: &[usize]) {
    for (i, index) in indices.iter().enumerate() {
        assert!(
            *index < extent,
            "{op}: x is {shape:?} but index {i} is {index}; along axis {axis} it must be below {extent}"
        );
    }
}
