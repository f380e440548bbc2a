//! The matrix product.

use ndarray::linalg::general_mat_mul;
use ndarray::parallel::prelude::*;
use ndarray::{ArrayView2, ArrayViewMut2, Axis};

use crate::Float;

/// Rows of C that one task computes.
const ROWS: usize = 64;

/// C ← C + A·B.
///
/// Shapes: a [m, k], b [k, n], c [m, n], of any strides.
pub fn gemm<T: Float>(a: ArrayView2<'_, T>, b: ArrayView2<'_, T>, mut c: ArrayViewMut2<'_, T>) {
    let rows = a.axis_chunks_iter(Axis(0), ROWS);
    let tasks: Vec<_> = rows.zip(c.axis_chunks_iter_mut(Axis(0), ROWS)).collect();
    tasks
        .into_par_iter()
        .for_each(|(a, mut c)| general_mat_mul(T::one(), &a, &b, T::one(), &mut c));
}
