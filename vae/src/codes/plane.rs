//! The plane of a two-dimensional code.

use autograd::{Float, Tensor};
use ndarray::Array2;

use super::normal_quantile;

/// n places on an axis that have the same share of N(0, 1) each, in ascending order: the quantiles of ½/n, 1½/n, …, 1 − ½/n.
///
/// Where z ~ N(0, I), a [`grid`] of them is a map on which equal areas are equally probable.
///
/// Source: Kingma & Welling 2014, App. A.
pub fn normal_quantiles(n: usize) -> Vec<f64> {
    (0..n).map(|i| normal_quantile((i as f64 + 0.5) / n as f64)).collect()
}

/// The codes of a grid, (column, row), from the first row to the last: decoded, the images of a sheet.
///
/// Shapes: -> [rows · columns, 2]
///
/// # Examples
/// A sheet is read from above, so the second coordinate descends:
/// ```
/// let z = vae::grid::<f64>(&[-1.0, 1.0], &[2.0, 0.0]);
/// assert_eq!(z.to_vec(), [-1.0, 2.0, 1.0, 2.0, -1.0, 0.0, 1.0, 0.0]);
/// ```
pub fn grid<T: Float>(columns: &[f64], rows: &[f64]) -> Tensor<T> {
    let n = columns.len();
    let place = |i: usize, axis: usize| if axis == 0 { columns[i % n] } else { rows[i / n] };
    let codes = [rows.len() * n, 2];
    Array2::from_shape_fn(codes, |(i, axis)| T::from_f64(place(i, axis))).into()
}
