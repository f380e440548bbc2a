//! The normal distribution with any covariance.

use std::f64::consts::PI;

use autograd::{Float, Tensor, Triangle};
use rand::Rng;

use super::{
    DiagonalNormal, Distribution, KullbackLeibler, not_negative, sample_shape, sum_dimensions,
};
use crate::standard_normal;

/// N(μ, Σ), given by μ and the Cholesky factor L of Σ = L Lᵀ. The last axis holds the dimensions.
///
/// L turns noise into samples, and back: x = μ + L ε has the covariance L E[ε εᵀ] Lᵀ = Σ, and ε = L⁻¹ (x − μ) is
/// standard normal. Everything here is a change of variables from x to ε, and Σ is never inverted.
#[derive(Clone, Debug)]
pub struct FullNormal<T: Float = f32> {
    mean: Tensor<T>,
    factor: Tensor<T>,
}

impl<T: Float> FullNormal<T> {
    /// N(mean, L Lᵀ) where L is the lower triangle of `factor`.
    ///
    /// The diagonal of L must be positive, as [`cholesky`](Tensor::cholesky) gives it, or `exp` of what a network
    /// computes: where it is not, densities are NaN.
    ///
    /// Shapes: mean [.., dims], factor [.., dims, dims], with the batch axes of the mean or some that broadcast to them.
    ///
    /// # Panics
    /// If the shapes are others.
    #[track_caller]
    pub fn new(mean: Tensor<T>, factor: Tensor<T>) -> Self {
        check_shapes("factor", &mean, &factor);
        Self { mean, factor: factor.triangle(Triangle::Lower) }
    }

    /// N(mean, covariance).
    ///
    /// Shapes: as of [`new`](Self::new).
    ///
    /// # Panics
    /// If the shapes are others, or a covariance is not positive definite.
    #[track_caller]
    pub fn from_covariance(mean: Tensor<T>, covariance: &Tensor<T>) -> Self {
        check_shapes("covariance", &mean, covariance);
        Self { mean, factor: covariance.cholesky() }
    }

    /// μ, shape [.., dims].
    pub fn mean(&self) -> &Tensor<T> {
        &self.mean
    }

    /// L, lower triangular, [.., dims, dims].
    pub fn factor(&self) -> &Tensor<T> {
        &self.factor
    }

    /// Σ = L Lᵀ, shape [.., dims, dims].
    #[track_caller]
    pub fn covariance(&self) -> Tensor<T> {
        self.factor.matmul(&self.factor.t())
    }

    /// A reparameterized sample, x = μ + L ε with ε ~ N(0, I).
    ///
    /// Shapes: noise [.., dims], as the mean or with more batch axes in front.
    ///
    /// # Panics
    /// If the noise has another shape.
    ///
    /// Source: Kingma & Welling 2014, §2.4.
    #[track_caller]
    pub fn rsample(&self, noise: &Tensor<T>) -> Tensor<T> {
        self.check_values("noise", noise);
        &self.mean + vectors(&self.factor.matmul(&columns(noise)))
    }

    /// L⁻¹ x, for every x by itself.
    #[track_caller]
    fn whiten(&self, x: &Tensor<T>) -> Tensor<T> {
        vectors(&self.factor.solve_triangular(&columns(x), Triangle::Lower))
    }

    /// log Lᵢᵢ, of which the sum is ½ log det Σ. Shape [.., dims].
    #[track_caller]
    fn log_diagonal(&self) -> Tensor<T> {
        self.factor.diagonal().ln()
    }

    #[track_caller]
    fn check_values(&self, what: &str, x: &Tensor<T>) {
        assert!(
            x.shape().ends_with(self.mean.shape()),
            "FullNormal: the mean is {:?} but the {what} is {:?}; it must have the shape of the mean, or more batch \
             axes in front of it",
            self.mean.shape(),
            x.shape()
        );
    }
}

impl<T: Float> Distribution<T> for FullNormal<T> {
    /// Log-density at x = μ + L ε, log N(x | μ, Σ) = −½ Σᵢ [ln 2π + εᵢ²] − Σᵢ ln Lᵢᵢ.
    ///
    /// # Derivation
    /// dx = det L dε, so the density of x is that of ε over det L = Π Lᵢᵢ.
    #[track_caller]
    fn log_prob(&self, x: &Tensor<T>) -> Tensor<T> {
        self.check_values("value", x);
        let squares = self.whiten(&(x - &self.mean)).square();
        sum_dimensions((squares + (2.0 * PI).ln()) * -0.5 - self.log_diagonal())
    }

    /// H = ½ ln det 2πe Σ = Σᵢ [½ (1 + ln 2π) + ln Lᵢᵢ].
    #[track_caller]
    fn entropy(&self) -> Tensor<T> {
        let log_diagonal = self.log_diagonal().broadcast_to(self.mean.shape());
        sum_dimensions(log_diagonal + 0.5 * (1.0 + (2.0 * PI).ln()))
    }

    /// μ.
    fn mean(&self) -> Tensor<T> {
        self.mean.clone()
    }

    /// Σᵢᵢ = Σⱼ Lᵢⱼ².
    #[track_caller]
    fn variance(&self) -> Tensor<T> {
        sum_dimensions(self.factor.square()).broadcast_to(self.mean.shape())
    }

    fn sample(&self, batch: impl AsRef<[usize]>, rng: &mut (impl Rng + ?Sized)) -> Tensor<T> {
        self.rsample(&standard_normal(rng, sample_shape(batch, self.mean.shape()))).detach()
    }
}

/// KL = ½ [Σᵢ (ρᵢ² − 1 − ln ρᵢ²) + Σ_{i>j} Mᵢⱼ² + |δ|²], with M = L₂⁻¹ L₁, ρ its diagonal and δ = L₂⁻¹ (μ₁ − μ₂).
///
/// # Derivation
/// In the variable L₂⁻¹ (x − μ₂) the second normal is N(0, I) and the first N(δ, M Mᵀ). E |ε|² is then d for the second
/// and tr M Mᵀ + |δ|² = Σ Mᵢⱼ² + |δ|² for the first, and ln det M Mᵀ = Σ ln ρᵢ². Since M is lower triangular, no term of
/// this sum is negative.
impl<T: Float> KullbackLeibler<T> for FullNormal<T> {
    #[track_caller]
    fn kl(&self, other: &Self) -> Tensor<T> {
        let delta = other.whiten(&(&self.mean - &other.mean));
        let m = other.factor.solve_triangular(&self.factor, Triangle::Lower);
        let log_squares = (self.log_diagonal() - other.log_diagonal()) * 2.0;
        let below = &m - m.diagonal().diagonal_matrix();
        let of_factors =
            not_negative(log_squares.exp_m1() - log_squares) + sum_dimensions(below.square());
        sum_dimensions(delta.square() + of_factors) * 0.5
    }
}

/// The same distribution, Σ = diag σ².
impl<T: Float> From<&DiagonalNormal<T>> for FullNormal<T> {
    #[track_caller]
    fn from(p: &DiagonalNormal<T>) -> Self {
        let deviations = (p.log_var().broadcast_to(p.mean().shape()) * 0.5).exp();
        Self { mean: p.mean().clone(), factor: deviations.diagonal_matrix() }
    }
}

#[track_caller]
fn check_shapes<T: Float>(what: &str, mean: &Tensor<T>, matrix: &Tensor<T>) {
    let (m, c) = (mean.shape(), matrix.shape());
    let fits = m.split_last().is_some_and(|(&dims, batch)| {
        c.len() >= 2 && c[c.len() - 2..] == [dims, dims] && broadcasts(&c[..c.len() - 2], batch)
    });
    assert!(
        fits,
        "FullNormal: the mean is {m:?} but the {what} is {c:?}; it must hold a square matrix of the mean's dimensions, \
         with batch axes that broadcast to the mean's"
    );
}

/// Whether `from` broadcasts to `to`.
fn broadcasts(from: &[usize], to: &[usize]) -> bool {
    from.len() <= to.len()
        && from.iter().rev().zip(to.iter().rev()).all(|(&a, &b)| a == b || a == 1)
}

/// Vectors as matrices of one column: [.., dims] -> [.., dims, 1].
#[track_caller]
fn columns<T: Float>(x: &Tensor<T>) -> Tensor<T> {
    x.insert_axis(x.rank())
}

/// Matrices of one column as vectors: [.., dims, 1] -> [.., dims].
#[track_caller]
fn vectors<T: Float>(x: &Tensor<T>) -> Tensor<T> {
    x.reshape(&x.shape()[..x.rank() - 1])
}
