//! Probabilistic principal component analysis, whose maximum of the likelihood is known.

use std::f64::consts::PI;

use autograd::Tensor;
use nalgebra::{DMatrix, SymmetricEigen};
use ndarray::Array2;

/// The eigenvalues λ₁ ≥ λ₂ ≥ … of a covariance, and its eigenvectors.
pub struct PrincipalComponents {
    /// λᵢ: the variance along each axis.
    pub variances: Vec<f64>,
    /// The axes, one in each column, [pixels, pixels].
    pub axes: Array2<f64>,
}

impl PrincipalComponents {
    /// Of a covariance [pixels, pixels].
    pub fn of(covariance: &Tensor<f64>) -> Self {
        let pixels = covariance.shape()[0];
        let matrix = DMatrix::from_row_slice(pixels, pixels, &covariance.to_vec());
        let SymmetricEigen { eigenvalues, eigenvectors } = SymmetricEigen::new(matrix);
        let mut order: Vec<usize> = (0..pixels).collect();
        order.sort_by(|&i, &j| eigenvalues[j].total_cmp(&eigenvalues[i]));
        Self {
            variances: order.iter().map(|&i| eigenvalues[i]).collect(),
            axes: Array2::from_shape_fn((pixels, pixels), |(row, i)| eigenvectors[(row, order[i])]),
        }
    }

    /// The variance of the noise at the maximum of the likelihood with this many latent dimensions: the mean of the
    /// eigenvalues that they leave out.
    pub fn noise(&self, latent: usize) -> f64 {
        let left_out = &self.variances[latent..];
        left_out.iter().sum::<f64>() / left_out.len() as f64
    }

    /// The mean of log p(x), in nats, at the maximum of the likelihood among models with noise of this variance.
    ///
    /// Its axes are those of the first eigenvalues, as many as there are latent dimensions and eigenvalues above the noise.
    /// Wᵀ W + s² I then has the variance λᵢ along each of them, and s² along all others, of which the data have
    /// λᵢ: −½ [d ln 2π + Σ_{kept} (ln λᵢ + 1) + Σ_{others} (ln s² + λᵢ/s²)].
    ///
    /// Source: Tipping & Bishop 1999, §3.2 and App. A.
    pub fn log_likelihood(&self, latent: usize, noise: f64) -> f64 {
        let term = |(i, &variance): (usize, &f64)| {
            let model = if i < latent && variance > noise { variance } else { noise };
            (2.0 * PI).ln() + model.ln() + variance / model
        };
        -0.5 * self.variances.iter().enumerate().map(term).sum::<f64>()
    }
}
