//! How much a code tells of which image it is of.

use std::f64::consts::PI;

use autograd::{Float, Tensor};

use super::aggregate::in_f64;
use super::latent_use::check_posteriors;
use crate::{DiagonalNormal, Distribution, Moments};

/// Entries of the matrix of densities that is held at once.
const ENTRIES: usize = 1 << 21;

/// The mutual information of image and code, I(n; z), in nats: its mean is the estimate.
///
/// Let n be an image of the dataset, each as probable as any other, and z ~ q(z|xₙ). What all posteriors have in common is
/// q(z) = 1/N Σₙ q(z|xₙ), and the mean rate falls into what a code tells of its image and how far all codes together are from
/// the prior:
/// ```text
///     1/N Σₙ KL(q(z|xₙ) ‖ p(z)) = I(n; z) + KL(q(z) ‖ p(z)),   I(n; z) = E[log q(z|xₙ) − log q(z)] ≤ ln N.
///                                                                  (the_rate_is_information_and_a_distance)
/// ```
/// A dataset of N images cannot show more than ln N nats: where the estimate is close to that, it says no more than that every
/// code belongs to one image. One code is sampled for each image, and q(z) is the mean over all N of them, not over a batch.
///
/// Shapes: posteriors of [images, latent], noise [images, latent] ~ N(0, I)
///
/// # Panics
/// If a shape is another.
///
/// # Examples
/// ```
/// use autograd::Tensor;
/// use ndarray::array;
/// use vae::{DiagonalNormal, mutual_information};
///
/// // Two codes that cannot be mistaken for each other: one bit.
/// let means = Tensor::<f64>::from(array![[-9.0], [9.0]]);
/// let posteriors = DiagonalNormal::new(means, Tensor::from(0.0));
/// let information = mutual_information(&posteriors, &Tensor::zeros([2, 1]));
/// assert!((information.mean() - 2f64.ln()).abs() < 1e-12);
/// ```
///
/// Source: Hoffman & Johnson 2016, *ELBO surgery*.
#[track_caller]
pub fn mutual_information<T: Float>(posteriors: &DiagonalNormal<T>, noise: &Tensor<T>) -> Moments {
    check_posteriors("mutual_information", posteriors);
    let (found, shape) = (noise.shape(), posteriors.mean().shape());
    assert!(
        found == shape,
        "mutual_information: noise is {found:?} but the posteriors are {shape:?}; each image needs its own"
    );
    let posteriors = in_f64(posteriors);
    let z = posteriors.rsample(&noise.value().mapv(|x| x.as_f64()).into());
    let own = posteriors.log_prob(&z);
    let images = shape[0];
    let components = Components::of(&posteriors);
    let mut information = Moments::default();
    let rows = (ENTRIES / images.max(1)).max(1);
    for first in (0..images).step_by(rows) {
        let range = first..images.min(first + rows);
        let mixture = components.log_probs(&z.narrow(0, range.clone())).log_sum_exp([1]);
        let ratio = own.narrow(0, range) - mixture + (images as f64).ln();
        information.extend(ratio.to_vec());
    }
    information
}

/// The normals q(z|xₙ), so arranged that all their log-densities at a code are two matrix products,
/// ```text
///     log q(z|xₙ) = −½ Σ (ln 2π + log σ² + μ²/σ²) + Σ z μ/σ² − ½ Σ z²/σ².      (all_densities_by_matrix_products)
/// ```
struct Components {
    /// 1/σ², transposed: [latent, images].
    precision: Tensor<f64>,
    /// μ/σ², transposed: [latent, images].
    shift: Tensor<f64>,
    /// The part without z: `[images]`.
    constant: Tensor<f64>,
}

impl Components {
    fn of(posteriors: &DiagonalNormal<f64>) -> Self {
        let (mean, log_var) = (posteriors.mean(), posteriors.log_var());
        let precision = (-log_var).exp();
        let shift = mean * &precision;
        let constant = (mean * &shift + log_var + (2.0 * PI).ln()).sum_axes([1]) * -0.5;
        Self { precision: precision.t(), shift: shift.t(), constant }
    }

    /// Shapes: z [rows, latent] -> [rows, images].
    fn log_probs(&self, z: &Tensor<f64>) -> Tensor<f64> {
        let squares = z.square().matmul(&self.precision) * 0.5;
        z.matmul(&self.shift) - squares + &self.constant
    }
}
