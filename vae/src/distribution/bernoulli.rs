//! Independent Bernoulli variables: black and white pixels.

use autograd::{Float, Tensor};
use nn::loss::bce_with_logits;

/// Independent Bernoulli variables given by their logits l = log p/(1 − p). The last axis holds the dimensions.
#[derive(Clone, Debug)]
pub struct Bernoulli<T: Float = f32> {
    /// l, shape [.., dims].
    pub logits: Tensor<T>,
}

impl<T: Float> Bernoulli<T> {
    /// Log-probability, log p(x) = Σ [x log p + (1 − x) log(1 − p)] = −Σ [softplus(l) − x l], in nats.
    ///
    /// Values of x between 0 and 1, gray pixels, are accepted: then this is the expected log-probability of a binary
    /// image drawn from them, the convention of most published figures.
    ///
    /// Shapes: x [.., dims] -> [..].
    ///
    /// # Panics
    /// If x is not of the shape of the logits.
    #[track_caller]
    pub fn log_prob(&self, x: &Tensor<T>) -> Tensor<T> {
        let surprise = bce_with_logits(&self.logits, x);
        -surprise.sum_axes([surprise.rank() - 1])
    }

    /// The success probabilities p = σ(l), shape [.., dims].
    pub fn mean(&self) -> Tensor<T> {
        self.logits.sigmoid()
    }
}
