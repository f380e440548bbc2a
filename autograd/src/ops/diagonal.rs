//! The diagonal of a matrix, and the matrix of a diagonal: an adjoint pair.

use ndarray::{Array, IxDyn};

use crate::shape::check_square;
use crate::{Float, Tensor};

impl<T: Float> Tensor<T> {
    /// The diagonal of each matrix, zᵢ = xᵢᵢ: the adjoint of [`diagonal_matrix`](Tensor::diagonal_matrix), which is
    /// also its rule.
    ///
    /// Shapes: x [.., n, n] -> [.., n].
    ///
    /// ⟨z̄, diag ẋ⟩ = Σ z̄ᵢ ẋᵢᵢ = ⟨diagonal_matrix z̄, ẋ⟩, so
    ///     x̄ = diagonal_matrix z̄.
    ///
    /// # Panics
    /// If the last two axes are not equal.
    ///
    /// # Examples
    /// ```
    /// use autograd::Tensor;
    /// use ndarray::array;
    ///
    /// let x = Tensor::<f64>::leaf(array![[1.0, 2.0], [3.0, 4.0]]);
    /// let trace = x.diagonal().sum();
    /// assert_eq!(trace.item(), 5.0);
    /// assert_eq!(trace.backward()[&x].to_vec(), [1.0, 0.0, 0.0, 1.0]);
    /// ```
    #[track_caller]
    pub fn diagonal(&self) -> Self {
        let n = check_square("diagonal", self.shape());
        let x = self.to_vec();
        let matrices = x.chunks_exact((n * n).max(1));
        let z = matrices.flat_map(|x| x.iter().step_by(n + 1)).copied().collect();
        let shape = IxDyn(&self.shape()[..self.rank() - 1]);
        let z = Array::from_shape_vec(shape, z).expect("n of each matrix");
        Self::from_op("diagonal", z, [self], |_, _z, dz, [dx]| dx.add(|| dz.diagonal_matrix()))
    }

    /// The matrix with x on its diagonal and zeros elsewhere, zᵢᵢ = xᵢ: the adjoint of
    /// [`diagonal`](Tensor::diagonal), which is also its rule.
    ///
    /// Shapes: x [.., n] -> [.., n, n].
    ///
    /// ⟨z̄, diagonal_matrix ẋ⟩ = Σ z̄ᵢᵢ ẋᵢ, so
    ///     x̄ = diagonal z̄.
    ///
    /// # Panics
    /// If x is a scalar.
    #[track_caller]
    pub fn diagonal_matrix(&self) -> Self {
        let Some(&n) = self.shape().last() else {
            panic!("diagonal_matrix: x is []; it must have an axis, which becomes the diagonal");
        };
        let mut z = Array::zeros(IxDyn(&[self.shape(), &[n]].concat()));
        let row_major = z.as_slice_mut().expect("in standard layout");
        let matrices = row_major.chunks_exact_mut((n * n).max(1));
        let places = matrices.flat_map(|z| z.iter_mut().step_by(n + 1));
        places.zip(self.to_vec()).for_each(|(z, x)| *z = x);
        Self::from_op("diagonal_matrix", z, [self], |_, _z, dz, [dx]| dx.add(|| dz.diagonal()))
    }
}
