//! The distributions: densities, divergences and entropies against quadrature, exact sums, PyTorch and each other;
//! samplers against their distribution functions.

mod bernoulli;
mod categorical;
mod continuous_bernoulli;
mod derivatives;
mod diagonal_normal;
mod divergence;
mod full_normal;
mod likelihood;
mod precision;
mod pytorch;
mod quadrature;
mod samplers;
mod shapes;
mod statistics;

use approx::assert_abs_diff_eq;
use autograd::Tensor;
use ndarray::Array1;

/// Numbers as a column, [n, 1]: n distributions, or values, of one dimension.
fn column(numbers: &[f64]) -> Tensor<f64> {
    Array1::from(numbers.to_vec()).into_shape_with_order((numbers.len(), 1)).unwrap().into()
}

/// Asserts that two tensors have the same shape and, within `epsilon` · max(1, |expected|), the same elements.
#[track_caller]
fn assert_close(found: &Tensor<f64>, expected: &Tensor<f64>, epsilon: f64) {
    assert_eq!(found.shape(), expected.shape());
    for (found, expected) in found.to_vec().into_iter().zip(expected.to_vec()) {
        assert_abs_diff_eq!(found, expected, epsilon = epsilon * expected.abs().max(1.0));
    }
}
