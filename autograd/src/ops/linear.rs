//! Products of matrices.

use ndarray::{ArrayD, Dimension};

use crate::gemm::{Onto, batched};
use crate::shape::broadcast;
use crate::storage::Storage;
use crate::{Float, Tensor};

impl<T: Float> Tensor<T> {
    /// Matrix product, z = x w, along all batch axes.
    ///
    /// Shapes: x [.., m, k], w [.., k, n] -> [.., m, n]. The axes before the last two are batch axes: each place along
    /// them has a product of its own. They broadcast as elsewhere, aligned at the last, with extents that are equal, or
    /// 1, or missing. Operands may be transposed, sliced or repeated views; they are not copied.
    ///
    /// A vector is made a row by [`insert_axis(0)`](Tensor::insert_axis), a column by `insert_axis(1)`.
    ///
    /// # Derivation
    /// ż = ẋ w + x ẇ, and with Σ over the places, ⟨z̄, ẋ w⟩ = Σ tr z̄ᵀ ẋ w = ⟨z̄ wᵀ, ẋ⟩, ⟨z̄, x ẇ⟩ = ⟨xᵀ z̄, ẇ⟩, so
    ///     x̄ = z̄ wᵀ,   w̄ = xᵀ z̄,
    /// where ᵀ is [`t`](Tensor::t). An operand that is repeated has one share for each repetition. They are summed as
    /// they are computed, so that x̄ and w̄ never take more memory than x and w.
    ///
    /// # Panics
    /// If an operand has less than two axes, x's columns are not as many as w's rows, or batch axes do not broadcast.
    ///
    /// # Examples
    /// One w for two products; w̄ is the sum of their xᵀ z̄:
    /// ```
    /// use autograd::Tensor;
    /// use ndarray::array;
    ///
    /// let x = Tensor::constant(array![[[1.0, 2.0]], [[3.0, 4.0]]]); // [2, 1, 2]
    /// let w = Tensor::leaf(array![[10.0], [1.0]]);
    /// let z = x.matmul(&w);
    /// assert_eq!((z.shape(), z.to_vec()), (&[2, 1, 1][..], vec![12.0, 34.0]));
    /// assert_eq!(z.sum().backward()[&w].to_vec(), [1.0 + 3.0, 2.0 + 4.0]);
    /// ```
    #[track_caller]
    pub fn matmul(&self, w: &Self) -> Self {
        check_product("matmul", self, w);
        self.matmul_to(w, broadcast("matmul", batch(self), batch(w)).slice())
    }

    /// The matrix product summed to the batch axes of its result, as [`sum_to`](Tensor::sum_to) would.
    ///
    /// z = S x w, where S sums over repetitions. Its adjoint Sᵀ repeats, as the product does anyway, so the rule is
    /// that of [`matmul`](Tensor::matmul), each cotangent summed to the batch axes of its input.
    #[track_caller]
    pub(super) fn matmul_to(&self, w: &Self, to: &[usize]) -> Self {
        let z = pooled(batched::product(self.value(), w.value(), to, Onto::Nothing));
        Self::from_op("matmul", z, [self, w], |[x, w], _z, dz, [dx, dw]| {
            dx.add(|| dz.matmul_to(&w.t(), batch(x)));
            dw.add(|| x.t().matmul_to(dz, batch(w)));
        })
    }

    /// Affine map of every row, z = x w + b: the matrix product is added to the bias.
    ///
    /// Shapes: x [.., in], w [in, out], b `[out]` -> [.., out], where x has one axis before the last, or more.
    ///
    /// # Derivation
    /// ż = ẋ w + x ẇ + 1 ḃᵀ, so
    ///     x̄ = z̄ wᵀ,   w̄ = xᵀ z̄,   b̄ = z̄ᵀ 1, sums over all rows.
    ///
    /// # Panics
    /// If x has less than two axes, w is not a matrix, x's columns are not as many as w's rows, or b is not `[out]`.
    #[track_caller]
    pub fn linear(&self, w: &Self, b: &Self) -> Self {
        check_product("linear", self, w);
        let &[_, out] = w.shape() else {
            panic!("linear: x is {:?} but w is {:?}; w must be a matrix", self.shape(), w.shape());
        };
        assert!(
            b.shape() == [out],
            "linear: b is {:?} but w is {:?}; b must be [{out}]",
            b.shape(),
            w.shape()
        );
        let bias = b.value();
        let bias = bias.as_standard_layout();
        let onto = Onto::Row(bias.as_slice().expect("in standard layout"));
        let z = pooled(batched::product(self.value(), w.value(), batch(self), onto));
        Self::from_op("linear", z, [self, w, b], |[x, w, b], _z, dz, [dx, dw, db]| {
            dx.add(|| dz.matmul(&w.t()));
            // Before the product: this sum takes one thread, and what is last in a sweep should take all.
            db.add(|| dz.sum_to(b.shape()));
            dw.add(|| x.t().matmul_to(dz, &[]));
        })
    }
}

#[track_caller]
fn check_product<T: Float>(op: &str, x: &Tensor<T>, w: &Tensor<T>) {
    let (of_x, of_w) = (x.shape(), w.shape());
    assert!(
        x.rank() >= 2 && w.rank() >= 2 && of_x[x.rank() - 1] == of_w[w.rank() - 2],
        "{op}: x is {of_x:?} but w is {of_w:?}; both must have rows and columns, x's columns as many as w's rows"
    );
    let mut aligned = batch(x).iter().rev().zip(batch(w).iter().rev());
    assert!(
        aligned.all(|(&x, &w)| x == w || x == 1 || w == 1),
        "{op}: x is {of_x:?} but w is {of_w:?}; aligned at the last, their batch axes must be equal or 1"
    );
}

/// The extents of the batch axes.
pub(super) fn batch<T: Float>(x: &Tensor<T>) -> &[usize] {
    &x.shape()[..x.rank() - 2]
}

/// A constant of elements in a block from the pool, which gets it back.
fn pooled<T: Float>(z: ArrayD<T>) -> Tensor<T> {
    Storage::pooled(z.into_shared()).into()
}
