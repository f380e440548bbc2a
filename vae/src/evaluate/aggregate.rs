//! [`AggregatePosterior`]: the codes of all images together.

use std::fmt;

use autograd::{Float, Tensor};
use ndarray::{Array1, Array2, Ix1, Ix2};

use super::latent_use::check_posteriors;
use crate::DiagonalNormal;

/// Mean and covariance of q(z) = 1/N Σₙ q(z|xₙ), the law of the codes of all images together.
///
/// The decoder is trained on codes of q(z) and sampled with codes of p(z) = N(0, I). Where the two differ, samples are worse
/// than reconstructions. By the laws of total expectation and total variance,
/// ```text
///     E[z] = 1/N Σₙ μₙ,   Cov[z] = 1/N Σₙ [diag σₙ² + (μₙ − E[z])(μₙ − E[z])ᵀ].      (the_aggregate_has_these_moments)
/// ```
///
/// Source: Hoffman & Johnson 2016; the name from Makhzani et al. 2016.
#[derive(Clone, Debug, PartialEq)]
pub struct AggregatePosterior {
    /// E\[z\].
    pub mean: Array1<f64>,
    /// Cov\[z\].
    pub covariance: Array2<f64>,
}

impl AggregatePosterior {
    /// Of the posteriors of a dataset, N of [images, latent], as [`Vae::encode_all`](crate::Vae::encode_all) gives them.
    ///
    /// # Panics
    /// If the posteriors are not of [images, latent].
    #[track_caller]
    pub fn of<T: Float>(posteriors: &DiagonalNormal<T>) -> Self {
        check_posteriors("AggregatePosterior", posteriors);
        let posteriors = in_f64(posteriors);
        let means = posteriors.mean();
        let mean = means.mean_axes([0]);
        let centered = means - &mean;
        let spread = centered.t().matmul(&centered) / means.shape()[0] as f64;
        let variance = posteriors.log_var().exp().mean_axes([0]);
        let covariance = spread + variance.diagonal_matrix();
        let (mean, covariance) = (mean.value().to_owned(), covariance.value().to_owned());
        Self {
            mean: mean.into_dimensionality::<Ix1>().expect("one axis"),
            covariance: covariance.into_dimensionality::<Ix2>().expect("two axes"),
        }
    }

    /// The divergence of N(E\[z\], Cov\[z\]) from N(0, I), in nats: how far q(z) is from the prior as far as two moments can tell,
    /// ```text
    ///     KL = ½ [tr Cov + |E|² − d − ln det Cov].                             (the_distance_of_the_aggregate)
    /// ```
    /// It is 0 if and only if they are those of the prior, and never more than KL(q(z) ‖ p(z)).
    pub fn kl_to_standard(&self) -> f64 {
        let covariance = Tensor::<f64>::from(self.covariance.view());
        let moments = self.covariance.diag().sum() + self.mean.dot(&self.mean);
        0.5 * (moments - self.mean.len() as f64 - covariance.log_det().item())
    }
}

/// The same posteriors in double precision, constants, log σ² in the shape of the mean.
pub(super) fn in_f64<T: Float>(posteriors: &DiagonalNormal<T>) -> DiagonalNormal<f64> {
    let convert = |x: &Tensor<T>| Tensor::<f64>::from(x.value().mapv(|x| x.as_f64()));
    let log_var = posteriors.log_var().broadcast_to(posteriors.mean().shape());
    DiagonalNormal::new(convert(posteriors.mean()), convert(&log_var))
}

impl fmt::Display for AggregatePosterior {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { mean, covariance } = self;
        let furthest = mean.iter().fold(0.0f64, |largest, mean| largest.max(mean.abs()));
        let variances = covariance.diag();
        let least = variances.iter().copied().fold(f64::INFINITY, f64::min);
        let most = variances.iter().copied().fold(0.0, f64::max);
        write!(
            f,
            "aggregate posterior: |mean| up to {furthest:.2}, variances {least:.2} to {most:.2}, \
             {:.2} nats from N(0, I)",
            self.kl_to_standard()
        )
    }
}
