//! The log-likelihood of images by importance sampling, in bounded memory.

use std::fmt;

use autograd::{Float, Tensor};
use rand::Rng;

use super::WeightSum;
use crate::{LatentModel, Moments, standard_normal};

/// How to estimate log p(x): with how many samples an image, and how many of them at once.
///
/// The codes of a batch are decoded in chunks, each a few large matrix products, and of a chunk nothing is kept but the
/// [sums of its weights](WeightSum): memory does not grow with the number of samples. The noise is drawn sample after sample,
/// so the chunks leave the result as it is; another number of threads leaves every bit as it is.
///
/// # Examples
/// ```
/// use autograd::Tensor;
/// use rand::SeedableRng;
/// use rand_chacha::ChaCha8Rng;
/// use vae::{ImportanceSampling, Likelihood, Sizes, Vae};
///
/// let mut rng = ChaCha8Rng::seed_from_u64(1);
/// let sizes = Sizes { pixels: 4, hidden: 8, latent: 2 };
/// let vae = Vae::<f32>::new(sizes, Likelihood::Bernoulli, &mut rng);
/// let batches = vec![Tensor::zeros([5, 4]), Tensor::ones([3, 4])];
///
/// let progress = |so_far: &vae::LogLikelihood| println!("{} images", so_far.images.len());
/// let estimate = ImportanceSampling::new(100).log_likelihood(&vae, batches, &mut rng, progress);
/// println!("{estimate}");
/// assert!(estimate.bound().mean() > estimate.elbo().mean());
/// ```
///
/// Source: Rezende, Mohamed & Wierstra 2014, App. E; Burda, Grosse & Salakhutdinov 2016, §5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImportanceSampling {
    /// k, the number of samples for each image.
    pub samples: usize,
    /// How many codes, at most, are decoded at once; but at least one for each image of a batch.
    pub codes_at_once: usize,
}

impl ImportanceSampling {
    /// So many samples for each image; 8,192 codes at once, which takes some 100 MB for images of 28 × 28 in `f32`.
    pub fn new(samples: usize) -> Self {
        Self { samples, codes_at_once: 8192 }
    }

    /// The weights of all images of these batches, each of [batch, pixels].
    ///
    /// `progress` is called after each batch, with the estimate so far.
    ///
    /// # Panics
    /// If a batch does not have as many columns as there are pixels.
    #[track_caller]
    pub fn log_likelihood<T: Float, M: LatentModel<T> + Clone>(
        &self,
        model: &M,
        batches: impl IntoIterator<Item = Tensor<T>>,
        rng: &mut (impl Rng + ?Sized),
        mut progress: impl FnMut(&LogLikelihood),
    ) -> LogLikelihood {
        let model = model.frozen();
        let mut estimate = LogLikelihood::default();
        for x in batches {
            estimate.images.extend(self.weigh(&model, &x, rng));
            progress(&estimate);
        }
        estimate
    }

    /// The weights of each image of a batch.
    #[track_caller]
    fn weigh<T: Float>(
        &self,
        model: &impl LatentModel<T>,
        x: &Tensor<T>,
        rng: &mut (impl Rng + ?Sized),
    ) -> Vec<WeightSum> {
        let batch = x.shape()[0];
        let chunk = (self.codes_at_once / batch.max(1)).max(1);
        let mut sums = vec![WeightSum::default(); batch];
        for first in (0..self.samples).step_by(chunk) {
            let samples = chunk.min(self.samples - first);
            let noise = standard_normal(rng, [samples, batch, model.latent()]);
            for sample in model.log_weights(x, &noise).value().rows() {
                for (sum, log_weight) in sums.iter_mut().zip(sample) {
                    sum.add(log_weight.as_f64());
                }
            }
        }
        sums
    }
}

/// What importance sampling says of the images seen so far. Standard errors are over images.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LogLikelihood {
    /// The weights of each image, in the order in which they came.
    pub images: Vec<WeightSum>,
}

impl LogLikelihood {
    /// L_k of an image, in nats: a bound of log p(x), and for large k an estimate of it.
    pub fn bound(&self) -> Moments {
        Moments::of(self.images.iter().map(WeightSum::log_mean))
    }

    /// The ELBO of an image, in nats, by the same samples.
    pub fn elbo(&self) -> Moments {
        Moments::of(self.images.iter().map(WeightSum::mean_log))
    }

    /// How many of the samples of an image count.
    pub fn effective_samples(&self) -> Moments {
        Moments::of(self.images.iter().map(WeightSum::effective_samples))
    }
}

impl fmt::Display for LogLikelihood {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let samples = self.images.first().map_or(0, WeightSum::count);
        write!(
            f,
            "log p(x) ≥ {} nats per image ({} images, {samples} samples each, {:.1} effective); ELBO {}",
            self.bound(),
            self.images.len(),
            self.effective_samples().mean(),
            self.elbo(),
        )
    }
}
