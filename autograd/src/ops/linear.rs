//! Products of matrices.

use ndarray::{Array2, ArrayView2};

use crate::gemm::{affine, product};
use crate::storage::Storage;
use crate::{Float, Tensor};

impl<T: Float> Tensor<T> {
    /// Matrix product, z = x w.
    ///
    /// Shapes: x [m, k], w [k, n] -> [m, n]. Operands may be transposed or sliced views; they are not copied.
    ///
    /// # Derivation
    /// ż = ẋ w + x ẇ, and ⟨z̄, ẋ w⟩ = tr z̄ᵀ ẋ w = ⟨z̄ wᵀ, ẋ⟩, ⟨z̄, x ẇ⟩ = ⟨xᵀ z̄, ẇ⟩, so
    ///     x̄ = z̄ wᵀ,   w̄ = xᵀ z̄.
    ///
    /// # Panics
    /// If an operand is not a matrix, or x's columns are not as many as w's rows.
    #[track_caller]
    pub fn matmul(&self, w: &Self) -> Self {
        check_product("matmul", self, w);
        let z = pooled(product(matrix(self), matrix(w)));
        Self::from_op("matmul", z, [self, w], |[x, w], _z, dz, [dx, dw]| {
            dx.add(|| dz.matmul(&w.t()));
            dw.add(|| x.t().matmul(dz));
        })
    }

    /// Affine map of every row, z = x w + b: the matrix product is added to the bias.
    ///
    /// Shapes: x [batch, in], w [in, out], b `[out]` -> [batch, out].
    ///
    /// # Derivation
    /// ż = ẋ w + x ẇ + 1 ḃᵀ, so
    ///     x̄ = z̄ wᵀ,   w̄ = xᵀ z̄,   b̄ = z̄ᵀ 1, the sum over the batch.
    ///
    /// # Panics
    /// If x or w is not a matrix, x's columns are not as many as w's rows, or b is not `[out]`.
    #[track_caller]
    pub fn linear(&self, w: &Self, b: &Self) -> Self {
        check_product("linear", self, w);
        let out = w.shape()[1];
        assert!(
            b.shape() == [out],
            "linear: b is {:?} but w is {:?}; b must be [{out}]",
            b.shape(),
            w.shape()
        );
        let bias = b.value();
        let bias = bias.as_standard_layout();
        let bias = bias.as_slice().expect("in standard layout");
        let z = pooled(affine(matrix(self), matrix(w), bias));
        Self::from_op("linear", z, [self, w, b], |[x, w, b], _z, dz, [dx, dw, db]| {
            dx.add(|| dz.matmul(&w.t()));
            dw.add(|| x.t().matmul(dz));
            db.add(|| dz.sum_to(b.shape()));
        })
    }
}

#[track_caller]
fn check_product<T: Float>(op: &str, x: &Tensor<T>, w: &Tensor<T>) {
    let (x, w) = (x.shape(), w.shape());
    assert!(
        x.len() == 2 && w.len() == 2 && x[1] == w[0],
        "{op}: x is {x:?} but w is {w:?}; both must be matrices, x's columns as many as w's rows"
    );
}

fn matrix<T: Float>(x: &Tensor<T>) -> ArrayView2<'_, T> {
    x.value().into_dimensionality().expect("checked to have two axes")
}

/// A constant of elements in a block from the pool, which gets it back.
fn pooled<T: Float>(z: Array2<T>) -> Tensor<T> {
    Storage::pooled(z.into_dyn().into_shared()).into()
}
