//! Independent Bernoulli variables: black and white pixels.

use autograd::{Float, Tensor};
use nn::loss::summed_bce_with_logits;
use rand::{Rng, RngExt};

use super::{
    Distribution, KullbackLeibler, logits_for, not_negative, sample_shape, sum_dimensions,
};

/// Independent Bernoulli variables given by their logits l = log p/(1 − p). The last axis holds the dimensions.
///
/// In terms of the logit p = σ(l) and 1 − p = σ(−l), −log p = softplus(−l) and −log(1 − p) = softplus(l): no digits are
/// lost at either end, and nothing overflows.
#[derive(Clone, Debug)]
pub struct Bernoulli<T: Float = f32> {
    /// l, shape [.., dims].
    pub logits: Tensor<T>,
}

impl<T: Float> Distribution<T> for Bernoulli<T> {
    /// Log-probability, log p(x) = Σ [x log p + (1 − x) log(1 − p)] = −Σ [softplus(l) − x l].
    ///
    /// Values of x between 0 and 1, gray pixels, are accepted: then this is the expected log-probability of a binary
    /// image drawn from them, the convention of most published figures. It is no density of gray images, which is what
    /// [`ContinuousBernoulli`](crate::ContinuousBernoulli) makes of it.
    #[track_caller]
    fn log_prob(&self, x: &Tensor<T>) -> Tensor<T> {
        -summed_bce_with_logits(&logits_for("Bernoulli", &self.logits, x), x)
    }

    /// H = −Σ [p log p + (1 − p) log(1 − p)].
    #[track_caller]
    fn entropy(&self) -> Tensor<T> {
        let (l, minus_l) = (&self.logits, -&self.logits);
        sum_dimensions(l.sigmoid() * minus_l.softplus() + minus_l.sigmoid() * l.softplus())
    }

    /// p = σ(l).
    #[track_caller]
    fn mean(&self) -> Tensor<T> {
        self.logits.sigmoid()
    }

    /// p (1 − p).
    #[track_caller]
    fn variance(&self) -> Tensor<T> {
        self.logits.sigmoid() * (-&self.logits).sigmoid()
    }

    /// 1 where u < p, for u uniform on [0, 1).
    fn sample(&self, batch: impl AsRef<[usize]>, rng: &mut (impl Rng + ?Sized)) -> Tensor<T> {
        let p = self.mean().detach().broadcast_to(sample_shape(batch, self.logits.shape()));
        let bit = |p: T| if rng.random::<f64>() < p.as_f64() { T::one() } else { T::zero() };
        p.value().mapv(bit).into()
    }
}

/// KL = Σ [p₁ log(p₁/p₂) + (1 − p₁) log((1 − p₁)/(1 − p₂))].
impl<T: Float> KullbackLeibler<T> for Bernoulli<T> {
    #[track_caller]
    fn kl(&self, other: &Self) -> Tensor<T> {
        let (l, other) = (&self.logits, &other.logits);
        let (minus_l, minus_other) = (-l, -other);
        let ones = l.sigmoid() * (minus_other.softplus() - minus_l.softplus());
        let zeros = minus_l.sigmoid() * (other.softplus() - l.softplus());
        sum_dimensions(not_negative(ones + zeros))
    }
}
