//! The Cholesky factor of a positive definite matrix: a covariance becomes something to sample with and to divide by.

use ndarray::{Array, Dimension, IxDyn, indices};

use super::linear::batch;
use super::triangular::Triangle;
use crate::shape::check_square;
use crate::{Float, Tensor};

impl<T: Float> Tensor<T> {
    /// Cholesky factor, the lower triangular L with a positive diagonal and x = L Lᵀ.
    ///
    /// Shapes: x [.., n, n] -> [.., n, n], each matrix along the batch axes by itself.
    ///
    /// Of x the symmetric part ½(x + xᵀ) is factored: L is a function of all entries, and x̄ is symmetric.
    ///
    /// # Derivation
    /// ẋ = L̇ Lᵀ + L L̇ᵀ gives L⁻¹ ẋ L⁻ᵀ = L⁻¹ L̇ + (L⁻¹ L̇)ᵀ, a lower triangular matrix and its transpose. Φ takes the
    /// lower triangle and halves its diagonal: L̇ = L Φ(L⁻¹ ẋ L⁻ᵀ). Φ is its own adjoint, so ⟨L̄, L̇⟩ = ⟨Φ(Lᵀ L̄),
    /// L⁻¹ ẋ L⁻ᵀ⟩, and with sym s = ½(s + sᵀ)
    ///     x̄ = sym(L⁻ᵀ Φ(Lᵀ L̄) L⁻¹).
    ///
    /// # Panics
    /// If the last two axes are not equal, or a matrix is not positive definite: in exact numbers a pivot Lᵢᵢ² is then
    /// 0 or negative for some i. Rounding can make it so where x is nearly singular.
    ///
    /// # Examples
    /// The covariance [[4, 2], [2, 5]]; noise becomes a sample by L ε:
    /// ```
    /// use autograd::Tensor;
    /// use ndarray::array;
    ///
    /// let x = Tensor::<f64>::leaf(array![[4.0, 2.0], [2.0, 5.0]]);
    /// let l = x.cholesky();
    /// assert_eq!(l.to_vec(), [2.0, 0.0, 1.0, 2.0]);
    /// assert_eq!(l.diagonal().sum().backward()[&x].to_vec(), [0.3125, -0.125, -0.125, 0.25]);
    /// ```
    /// Source: I. Murray, Differentiation of the Cholesky decomposition, 2016, equations 8 and 10.
    #[track_caller]
    pub fn cholesky(&self) -> Self {
        let n = check_square("cholesky", self.shape());
        let mut z = self.to_vec();
        let places = indices(IxDyn(batch(self))).into_iter();
        for (matrix, place) in z.chunks_exact_mut((n * n).max(1)).zip(places) {
            if let Err((i, pivot)) = factor(matrix, n) {
                panic!(
                    "cholesky: x is {:?} but its matrix {:?} has pivot {i} = {pivot}; \
                     a positive definite matrix has positive pivots",
                    self.shape(),
                    place.slice()
                );
            }
        }
        let z = Array::from_shape_vec(IxDyn(self.shape()), z).expect("as many elements");
        Self::from_op("cholesky", z, [self], |_, l, dl, [dx]| {
            dx.add(|| {
                let u = l.t();
                let phi = u.matmul(dl).triangle(Triangle::Lower);
                let phi = &phi - phi.diagonal().diagonal_matrix() * 0.5;
                let left = u.solve_triangular(&phi, Triangle::Upper);
                let both = u.solve_triangular(&left.t(), Triangle::Upper);
                (&both + both.t()) * 0.5
            });
        })
    }

    /// Logarithm of the determinant of a positive definite matrix, z = ln det x = 2 Σ ln Lᵢᵢ with x = L Lᵀ.
    ///
    /// Shapes: x [.., n, n] -> [..].
    ///
    /// Of x the symmetric part counts. The rule that follows is x̄ = z̄ (sym x)⁻¹. The determinant itself, which overflows soon, is never formed.
    ///
    /// # Panics
    /// As [`cholesky`](Tensor::cholesky).
    #[track_caller]
    pub fn log_det(&self) -> Self {
        check_square("log_det", self.shape());
        self.cholesky().diagonal().ln().sum_axes([self.rank() - 2]) * 2.0
    }
}

/// Replaces x by its factor, row by row:
///
/// ```text
///     Lᵢⱼ = (xᵢⱼ − Σₖ Lᵢₖ Lⱼₖ) / Lⱼⱼ,   Lᵢᵢ² = xᵢᵢ − Σₖ Lᵢₖ²,   k < j.
/// ```
///
/// Fails with i and Lᵢᵢ² where that is not positive.
fn factor<T: Float>(x: &mut [T], n: usize) -> Result<(), (usize, T)> {
    let half = T::from_f64(0.5);
    for i in 0..n {
        let (above, row) = x.split_at_mut(i * n);
        for (j, l) in above.chunks_exact_mut(n).enumerate() {
            let symmetric = half * (row[j] + l[i]);
            row[j] = (symmetric - dot(&row[..j], &l[..j])) / l[j];
            l[i] = T::zero();
        }
        let pivot = row[i] - dot(&row[..i], &row[..i]);
        if pivot <= T::zero() || pivot.is_nan() {
            return Err((i, pivot));
        }
        row[i] = pivot.sqrt();
    }
    Ok(())
}

fn dot<T: Float>(x: &[T], y: &[T]) -> T {
    x.iter().zip(y).map(|(&x, &y)| x * y).sum()
}
