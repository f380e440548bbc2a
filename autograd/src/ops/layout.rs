//! Ops that move elements without changing them. Each is linear, so its rule is its adjoint.

use ndarray::IxDyn;

use crate::elementwise::repeat;
use crate::shape::{check_axes, check_broadcasts_to};
use crate::{Float, Tensor};

impl<T: Float> Tensor<T> {
    /// The same elements in row-major order under another shape.
    ///
    /// ⟨z̄, reshape ẋ⟩ = ⟨reshape⁻¹ z̄, ẋ⟩, so
    ///     x̄ = z̄ in the shape of x.
    /// Copies only where the elements are not in row-major order already.
    ///
    /// # Panics
    /// If the number of elements differs.
    #[track_caller]
    pub fn reshape(&self, shape: impl AsRef<[usize]>) -> Self {
        let shape = shape.as_ref();
        assert!(
            shape.iter().try_fold(1, |n: usize, &m| n.checked_mul(m)) == Some(self.len()),
            "reshape: x is {:?} but the new shape is {shape:?}; both must hold {} elements",
            self.shape(),
            self.len()
        );
        let value = match self.storage().as_slice() {
            Some(_) => self.storage().share(),
            None => self.value().as_standard_layout().into_shared(),
        };
        let z = value.into_shape_with_order(IxDyn(shape)).expect("as many elements, in order");
        Self::from_op("reshape", z, [self], |[x], _z, dz, [dx]| dx.add(|| dz.reshape(x.shape())))
    }

    /// Inserts an axis of extent 1 before `axis`.
    ///
    /// # Panics
    /// If `axis` exceeds the rank.
    #[track_caller]
    pub fn insert_axis(&self, axis: usize) -> Self {
        assert!(
            axis <= self.rank(),
            "insert_axis: x is {:?}; the new axis {axis} must be at most {}",
            self.shape(),
            self.rank()
        );
        let mut shape = self.shape().to_vec();
        shape.insert(axis, 1);
        self.reshape(shape)
    }

    /// Permutation of the axes: axis `axes[i]` of x becomes axis i of z. A view, no element moves.
    ///
    /// A permutation is orthogonal, so
    ///     x̄ = z̄ permuted back.
    ///
    /// # Panics
    /// If `axes` does not name each axis once.
    #[track_caller]
    pub fn permute(&self, axes: impl AsRef<[usize]>) -> Self {
        let axes = axes.as_ref();
        check_axes("permute", self.shape(), axes);
        assert!(
            axes.len() == self.rank(),
            "permute: x is {:?} but the axes are {axes:?}; each must be named once",
            self.shape()
        );
        let mut inverse = vec![0; axes.len()];
        for (to, &from) in axes.iter().enumerate() {
            inverse[from] = to;
        }
        let z = self.storage().share().permuted_axes(IxDyn(axes));
        Self::from_op("permute", z, [self], move |_, _z, dz, [dx]| {
            dx.add(|| dz.permute(&inverse));
        })
    }

    /// Transpose, z = xᵀ: the last two axes change places, in each matrix along the others. A view, no element moves.
    ///
    /// # Panics
    /// If there are fewer than two axes.
    #[track_caller]
    pub fn t(&self) -> Self {
        let rank = self.rank();
        assert!(rank >= 2, "t: x is {:?}; a transpose needs two axes", self.shape());
        let mut axes: Vec<_> = (0..rank).collect();
        axes.swap(rank - 2, rank - 1);
        self.permute(axes)
    }

    /// Repetition along axes that are missing or have extent 1: the adjoint of [`sum_to`](Tensor::sum_to), which is
    /// also its rule. x itself where it has this shape.
    ///
    /// ⟨z̄, broadcast_to ẋ⟩ = ⟨sum_to z̄, ẋ⟩, so
    ///     x̄ = sum_to z̄.
    ///
    /// # Panics
    /// If the shape of x does not broadcast to `shape`.
    #[track_caller]
    pub fn broadcast_to(&self, shape: impl AsRef<[usize]>) -> Self {
        let shape = shape.as_ref();
        check_broadcasts_to("broadcast_to", self.shape(), shape);
        if self.shape() == shape {
            return self.clone();
        }
        Self::from_op("broadcast_to", repeat(self, shape), [self], |[x], _z, dz, [dx]| {
            dx.add(|| dz.sum_to(x.shape()));
        })
    }
}
