//! A normal distribution with any covariance, as far as the linear-Gaussian model needs it.

use std::f64::consts::PI;

use autograd::{Tensor, Triangle};

use crate::DiagonalNormal;

/// N(m, C) with any positive definite C, which is kept as its Cholesky factor L, C = L Lᵀ.
///
/// Shapes: m [.., dims], L [.., dims, dims]; batch axes broadcast, so that one covariance serves a batch.
#[derive(Clone, Debug)]
pub struct Gaussian {
    mean: Tensor<f64>,
    factor: Tensor<f64>,
}

impl Gaussian {
    /// N(mean, covariance).
    ///
    /// Shapes: mean [.., dims], covariance [.., dims, dims].
    ///
    /// # Panics
    /// If the shapes are others, or a covariance is not positive definite.
    #[track_caller]
    pub fn new(mean: Tensor<f64>, covariance: Tensor<f64>) -> Self {
        let (m, c) = (mean.shape(), covariance.shape());
        let fit = !m.is_empty() && c.len() >= 2 && c[c.len() - 1] == m[m.len() - 1];
        assert!(
            fit,
            "Gaussian: the mean is {m:?} but the covariance is {c:?}; they must be [.., dims] and [.., dims, dims]"
        );
        Self { factor: covariance.cholesky(), mean }
    }

    /// m, [.., dims].
    pub fn mean(&self) -> &Tensor<f64> {
        &self.mean
    }

    /// L, lower triangular, [.., dims, dims].
    pub fn factor(&self) -> &Tensor<f64> {
        &self.factor
    }

    /// C = L Lᵀ, [.., dims, dims].
    pub fn covariance(&self) -> Tensor<f64> {
        self.factor.matmul(&self.factor.t())
    }

    /// A reparameterized sample, z = m + L ε with ε ~ N(0, I).
    ///
    /// Shapes: noise [.., dims], as the mean or with more batch axes in front.
    #[track_caller]
    pub fn rsample(&self, noise: &Tensor<f64>) -> Tensor<f64> {
        &self.mean + rows(&self.factor.matmul(&columns(noise)))
    }

    /// Log-density at x = m + L ε, −½ Σ [ln 2π + εᵢ²] − Σ ln Lᵢᵢ, in nats.
    ///
    /// Shapes: x [.., dims] -> [..].
    #[track_caller]
    pub fn log_prob(&self, x: &Tensor<f64>) -> Tensor<f64> {
        let squares = self.whiten(&(x - &self.mean)).square();
        sum_last(&(squares + (2.0 * PI).ln())) * -0.5 - self.log_root_det()
    }

    /// Kullback-Leibler divergence, in nats, with k dimensions,
    /// ```text
    ///     KL(N₁ ‖ N₂) = ½ [tr(C₂⁻¹ C₁) + (m₁ − m₂)ᵀ C₂⁻¹ (m₁ − m₂) − k + ln|C₂| − ln|C₁|].  (the_divergence_of_two_normals)
    /// ```
    /// For diagonal covariances it is that of [`DiagonalNormal::kl`].
    ///
    /// Shapes: [..].
    #[track_caller]
    pub fn kl(&self, other: &Self) -> Tensor<f64> {
        let squares = other.factor.solve_triangular(&self.factor, Triangle::Lower).square();
        let trace = sum_last(&sum_last(&squares));
        let distance = sum_last(&other.whiten(&(&self.mean - &other.mean)).square());
        let dims = self.mean.shape()[self.mean.rank() - 1] as f64;
        (trace + distance - dims) * 0.5 + other.log_root_det() - self.log_root_det()
    }

    /// L⁻¹ x.
    #[track_caller]
    fn whiten(&self, x: &Tensor<f64>) -> Tensor<f64> {
        rows(&self.factor.solve_triangular(&columns(x), Triangle::Lower))
    }

    /// ½ ln|C| = Σ ln Lᵢᵢ.
    fn log_root_det(&self) -> Tensor<f64> {
        sum_last(&self.factor.diagonal().ln())
    }
}

/// The special case of independent dimensions.
impl From<&DiagonalNormal<f64>> for Gaussian {
    fn from(q: &DiagonalNormal<f64>) -> Self {
        let deviation = (q.log_var() * 0.5).exp().broadcast_to(q.mean().shape());
        Self { mean: q.mean().clone(), factor: deviation.diagonal_matrix() }
    }
}

fn sum_last(x: &Tensor<f64>) -> Tensor<f64> {
    x.sum_axes([x.rank() - 1])
}

/// Each vector as a matrix of one column.
fn columns(x: &Tensor<f64>) -> Tensor<f64> {
    x.insert_axis(x.rank())
}

fn rows(x: &Tensor<f64>) -> Tensor<f64> {
    x.reshape(&x.shape()[..x.rank() - 1])
}
