//! The principal components of the digits, from which the maximum of the likelihood is known.

use nalgebra::{DMatrix, SymmetricEigen};
use ndarray::Array2;
use vae::ProbabilisticPca;

use super::moments::Moments;

/// By the eigendecomposition of the covariance.
pub fn principal_components(data: &Moments) -> ProbabilisticPca {
    let pixels = data.mean.len();
    let matrix = DMatrix::from_row_slice(pixels, pixels, &data.covariance.to_vec());
    let SymmetricEigen { eigenvalues, eigenvectors } = SymmetricEigen::new(matrix);
    let mut order: Vec<usize> = (0..pixels).collect();
    order.sort_by(|&i, &j| eigenvalues[j].total_cmp(&eigenvalues[i]));
    let values = order.iter().map(|&i| eigenvalues[i]).collect();
    let axes = Array2::from_shape_fn((pixels, pixels), |(row, i)| eigenvectors[(row, order[i])]);
    ProbabilisticPca::new(data.mean.clone().into(), values, axes)
}
