//! Maximum likelihood of the linear-Gaussian model: probabilistic PCA.

use std::f64::consts::PI;

use autograd::Tensor;
use ndarray::{Array2, Axis, Slice};

use crate::LinearGaussian;

/// The eigenvalues and eigenvectors of the covariance of data, from which the best linear-Gaussian models are read off.
///
/// For data of mean x̄ and covariance S = 1/n Σ (x − x̄)(x − x̄)ᵀ = U Λ Uᵀ, with Λ descending, the likelihood is largest at
/// ```text
///     μ = x̄,   s² = 1/(d−q) Σ_{i>q} λᵢ,   W = U_q (Λ_q − s²I)^½ R,       (the_gradient_vanishes_at_maximum_likelihood)
/// ```
/// with any rotation R. A variational autoencoder with linear networks and diagonal codes has this likelihood for its
/// bound if R = I: it must find the principal axes themselves. It must reach, as a mean over the data,
/// ```text
///     max E[log p(x)] = −½ [d ln 2π + Σ_{i≤q} ln λᵢ + (d − q) ln s² + d].        (the_likelihood_that_can_be_reached)
/// ```
///
/// # Collapse
/// Where s² is given, a direction uᵢ of the data with the weight t uᵢ contributes −½ [ln(s² + t²) + λᵢ/(s² + t²)], so
/// ```text
///     tᵢ² = max(λᵢ − s², 0).                                            (directions_below_the_noise_collapse)
/// ```
/// A direction with λᵢ ≤ s² is noise to the model: its column of W is 0, its code the prior. That is posterior collapse, with
/// no bad optimizer to blame.
///
/// The decomposition is an input, as any linear-algebra library gives it.
///
/// Sources: Tipping & Bishop 1999, §3.2, eq. 7 and 8; Lucas et al. 2019, *Don't Blame the ELBO!*, §4.
#[derive(Clone, Debug)]
pub struct ProbabilisticPca {
    mean: Tensor<f64>,
    values: Vec<f64>,
    axes: Array2<f64>,
}

impl ProbabilisticPca {
    /// Of data with this mean `[dims]` and a covariance with these eigenvalues, the largest first, and eigenvectors, the
    /// columns of `axes` [dims, dims].
    ///
    /// # Panics
    /// If the shapes are others, or the eigenvalues do not descend.
    #[track_caller]
    pub fn new(mean: Tensor<f64>, values: Vec<f64>, axes: Array2<f64>) -> Self {
        let dims = values.len();
        assert!(
            mean.shape() == [dims] && axes.dim() == (dims, dims),
            "ProbabilisticPca: {dims} eigenvalues but a mean of {:?} and axes of {:?}; they must be [dims] and [dims, dims]",
            mean.shape(),
            axes.dim()
        );
        assert!(
            values.is_sorted_by(|a, b| a >= b),
            "ProbabilisticPca: the eigenvalues are {values:?}; the largest must come first"
        );
        Self { mean, values, axes }
    }

    /// x̄, `[dims]`.
    pub fn mean(&self) -> &Tensor<f64> {
        &self.mean
    }

    /// λᵢ, the largest first.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// U, the principal axes in columns, [dims, dims].
    pub fn axes(&self) -> &Array2<f64> {
        &self.axes
    }

    /// The model with the largest likelihood of all with so many latent dimensions, and R = I.
    ///
    /// # Panics
    /// If there is no dimension left for the noise.
    #[track_caller]
    pub fn maximum_likelihood(&self, latent: usize) -> LinearGaussian {
        self.with_variance(latent, self.best_variance(latent))
    }

    /// s² of [`maximum_likelihood`](Self::maximum_likelihood): the mean of the eigenvalues that are discarded.
    ///
    /// # Panics
    /// If there is no dimension left for the noise.
    #[track_caller]
    pub fn best_variance(&self, latent: usize) -> f64 {
        let dims = self.values.len();
        assert!(
            latent < dims,
            "best_variance: {latent} latent dimensions of {dims}; one must be left for the noise"
        );
        self.values[latent..].iter().sum::<f64>() / (dims - latent) as f64
    }

    /// The model with the largest likelihood of all with so many latent dimensions and this s². Directions that collapse
    /// have columns of zeros.
    ///
    /// # Panics
    /// If there are more latent dimensions than dimensions.
    #[track_caller]
    pub fn with_variance(&self, latent: usize, variance: f64) -> LinearGaussian {
        let mut weight = self.first_axes(latent);
        for (mut column, value) in weight.columns_mut().into_iter().zip(&self.values) {
            column *= (value - variance).max(0.0).sqrt();
        }
        LinearGaussian::new(weight.into(), self.mean.clone(), variance.into())
    }

    /// The mean of log p(x) over the data for [`with_variance`](Self::with_variance), in nats.
    ///
    /// # Derivation
    /// In the basis of U the model's covariance is diagonal, λᵢ where a direction is kept and s² elsewhere, so
    /// ```text
    ///     E[log p(x)] = −½ [d ln 2π + Σ_kept (ln λᵢ + 1) + Σ_others (ln s² + λᵢ/s²)].  (the_likelihood_that_can_be_reached)
    /// ```
    pub fn log_likelihood(&self, latent: usize, variance: f64) -> f64 {
        let term = |(i, &value): (usize, &f64)| {
            let model = if i < latent { value.max(variance) } else { variance };
            (2.0 * PI * model).ln() + value / model
        };
        -0.5 * self.values.iter().enumerate().map(term).sum::<f64>()
    }

    /// How many directions of the data stand out from noise of this variance: the most latent dimensions that a model with
    /// this s² uses.
    pub fn active(&self, variance: f64) -> usize {
        self.values.partition_point(|&value| value > variance)
    }

    #[track_caller]
    fn first_axes(&self, latent: usize) -> Array2<f64> {
        let dims = self.values.len();
        assert!(
            latent <= dims,
            "with_variance: {latent} latent dimensions of {dims}; there are no more axes"
        );
        self.axes.slice_axis(Axis(1), Slice::from(..latent)).to_owned()
    }
}
