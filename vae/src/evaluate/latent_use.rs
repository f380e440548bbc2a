//! [`LatentUse`]: what each dimension of the code is used for.

use std::fmt;

use autograd::{Float, Tensor};
use nn::{Layer, Module};

use crate::{DiagonalNormal, Encoder, Moments, Vae};

/// A dimension is active if the variance of its posterior mean over images is above this.
const ACTIVE: f64 = 0.01;

/// What each dimension of the code is used for.
///
/// # Examples
/// ```
/// use autograd::Tensor;
/// use ndarray::array;
/// use vae::{DiagonalNormal, LatentUse};
///
/// // The first dimension tells two images apart, the second is the prior for both.
/// let means = Tensor::<f64>::from(array![[-1.0, 0.0], [1.0, 0.0]]);
/// let log_vars = Tensor::from(array![[-2.0, 0.0], [-2.0, 0.0]]);
/// let latent = LatentUse::of(&DiagonalNormal::new(means, log_vars));
/// assert_eq!(latent.active(), [true, false]);
/// assert_eq!(latent.rates[1].mean(), 0.0);
/// assert_eq!(latent.by_rate(), [0, 1]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct LatentUse {
    /// KL(q(zⱼ|x) ‖ p(zⱼ)) over images, for each dimension j, in nats.
    pub rates: Vec<Moments>,
    /// μⱼ(x) over images, for each dimension j. Its variance is the dimension's activity.
    pub means: Vec<Moments>,
}

impl LatentUse {
    /// Of the posteriors of a dataset, N of [images, latent], as [`Vae::encode_all`](crate::Vae::encode_all) gives them.
    ///
    /// # Panics
    /// If the posteriors are not of [images, latent].
    #[track_caller]
    pub fn of<T: Float>(posteriors: &DiagonalNormal<T>) -> Self {
        check_posteriors("LatentUse", posteriors);
        Self {
            rates: Moments::of_columns(&posteriors.kl_to_standard_by_dimension()),
            means: Moments::of_columns(posteriors.mean()),
        }
    }

    /// Whether each dimension is active: whether
    /// ```text
    ///     Var_x E_q[zⱼ] > 0.01.                                                    (active_units_by_construction)
    /// ```
    ///
    /// Source: Burda, Grosse & Salakhutdinov 2016, §5.
    pub fn active(&self) -> Vec<bool> {
        self.means.iter().map(|mean| mean.variance() > ACTIVE).collect()
    }

    /// The dimensions, counted from 0, the one with the highest rate first.
    pub fn by_rate(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.rates.len()).collect();
        order.sort_by(|&i, &j| self.rates[j].mean().total_cmp(&self.rates[i].mean()));
        order
    }

    /// The number of active dimensions.
    pub fn active_units(&self) -> usize {
        self.active().into_iter().filter(|&active| active).count()
    }
}

impl<T: Float, E: Encoder<T> + Clone, D: Layer<T> + Clone> Vae<T, E, D> {
    /// q(z|x) of all images of these batches, each of [batch, pixels]: N of [images, latent], without a graph.
    ///
    /// # Panics
    /// If there is no batch, or one does not have as many columns as there are pixels.
    #[track_caller]
    pub fn encode_all(&self, batches: impl IntoIterator<Item = Tensor<T>>) -> DiagonalNormal<T> {
        let model = self.frozen();
        let posteriors: Vec<_> = batches.into_iter().map(|x| model.encode(&x)).collect();
        DiagonalNormal::concatenate(&posteriors)
    }
}

/// Panics unless these are posteriors of [images, latent].
#[track_caller]
pub(super) fn check_posteriors<T: Float>(caller: &str, posteriors: &DiagonalNormal<T>) {
    let shape = posteriors.mean().shape();
    assert!(
        shape.len() == 2,
        "{caller}: the posteriors are {shape:?}; they must be [images, latent]"
    );
}

/// A line for each dimension, the most used first.
impl fmt::Display for LatentUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} dimensions are active", self.active_units(), self.rates.len())?;
        let active = self.active();
        for j in self.by_rate() {
            let (rate, activity) = (self.rates[j], self.means[j].variance());
            let mark = if active[j] { "" } else { ", inactive" };
            write!(f, "\n{j:5}: rate {rate:.3} nats, variance of the mean {activity:.4}{mark}")?;
        }
        Ok(())
    }
}
