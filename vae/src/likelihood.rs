//! The likelihood p(x|z): how the decoder's output becomes a distribution of the data.

use autograd::{Float, Tensor};
use nn::{Module, State};

use crate::{Bernoulli, DiagonalNormal};

/// Which distribution of the data the decoder's output f(z) parameterizes.
///
/// A module, because a variance may be learned.
#[derive(Clone, Debug)]
pub enum Likelihood<T: Float = f32> {
    /// p(x|z) = Bernoulli(x | σ(f(z))): the output f(z) holds logits.
    Bernoulli,
    /// p(x|z) = N(x | f(z), σ²I): the output f(z) is the mean.
    Gaussian {
        /// σ², the same for all dimensions.
        variance: f64,
    },
    /// p(x|z) = N(x | f(z), σ²I) with a variance that is trained along with the networks.
    LearnedGaussian {
        /// log σ², a parameter: one number for all dimensions, or one for each.
        log_var: Tensor<T>,
    },
}

impl<T: Float> Likelihood<T> {
    /// [`LearnedGaussian`](Self::LearnedGaussian) with one variance for all dimensions, 1 at the start.
    pub fn learned_gaussian() -> Self {
        Self::LearnedGaussian { log_var: Tensor::leaf(ndarray::arr0(T::from_f64(0.0))) }
    }

    /// log p(x|z) in nats, summed over the dimensions.
    ///
    /// Shapes: output and x [.., dims] -> [..].
    ///
    /// # Panics
    /// If the shapes differ.
    #[track_caller]
    pub fn log_prob(&self, output: &Tensor<T>, x: &Tensor<T>) -> Tensor<T> {
        let normal = |log_var| DiagonalNormal::new(output.clone(), log_var).log_prob(x);
        match self {
            Self::Bernoulli => Bernoulli { logits: output.clone() }.log_prob(x),
            Self::Gaussian { variance } => normal(Tensor::from(variance.ln())),
            Self::LearnedGaussian { log_var } => normal(log_var.clone()),
        }
    }

    /// E[x|z], shape [.., dims]: what to show as a picture.
    pub fn mean(&self, output: &Tensor<T>) -> Tensor<T> {
        match self {
            Self::Bernoulli => Bernoulli { logits: output.clone() }.mean(),
            Self::Gaussian { .. } | Self::LearnedGaussian { .. } => output.clone(),
        }
    }
}

impl<T: Float> Module<T> for Likelihood<T> {
    fn state(&self) -> State<&Tensor<T>> {
        match self {
            Self::LearnedGaussian { log_var } => State::new().parameter("log_var", log_var),
            Self::Bernoulli | Self::Gaussian { .. } => State::new(),
        }
    }

    fn state_mut(&mut self) -> State<&mut Tensor<T>> {
        match self {
            Self::LearnedGaussian { log_var } => State::new().parameter("log_var", log_var),
            Self::Bernoulli | Self::Gaussian { .. } => State::new(),
        }
    }
}
