//! The likelihood p(x|z): how the decoder's output becomes a distribution of the data.

use autograd::{Float, Tensor};
use nn::loss::bce_with_logits;

use crate::DiagonalNormal;

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

/// Which distribution of the data the decoder's output parameterizes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Likelihood {
    /// p(x|z) = Bernoulli(x | σ(f(z))): the output f(z) holds logits.
    Bernoulli,
    /// p(x|z) = N(x | f(z), σ²I): the output f(z) is the mean.
    Gaussian {
        /// σ², the same for all dimensions.
        variance: f64,
    },
}

impl Likelihood {
    /// log p(x|z) in nats, summed over the dimensions.
    ///
    /// Shapes: output and x [.., dims] -> [..].
    ///
    /// # Panics
    /// If the shapes differ.
    #[track_caller]
    pub fn log_prob<T: Float>(self, output: &Tensor<T>, x: &Tensor<T>) -> Tensor<T> {
        match self {
            Self::Bernoulli => Bernoulli { logits: output.clone() }.log_prob(x),
            Self::Gaussian { variance } => {
                DiagonalNormal::new(output.clone(), Tensor::from(variance.ln())).log_prob(x)
            }
        }
    }

    /// E[x|z], shape [.., dims]: what to show as a picture.
    pub fn mean<T: Float>(self, output: &Tensor<T>) -> Tensor<T> {
        match self {
            Self::Bernoulli => Bernoulli { logits: output.clone() }.mean(),
            Self::Gaussian { .. } => output.clone(),
        }
    }
}
