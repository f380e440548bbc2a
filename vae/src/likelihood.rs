//! The likelihood p(x|z): how the decoder's output becomes a distribution of the data.

use autograd::{Float, Tensor};
use nn::{Module, State};
use rand::Rng;

use crate::{Bernoulli, ContinuousBernoulli, DiagonalNormal, Distribution};

/// Which distribution of the data the decoder's output f(z) parameterizes.
///
/// | variant | f(z) | x | log p(x\|z) |
/// |---|---|---|---|
/// | [`Bernoulli`](Self::Bernoulli) | logits | bits | probability: at most 0 |
/// | | | gray, in [0, 1] | expected over random bits, no density of x: at most 0 |
/// | [`ContinuousBernoulli`](Self::ContinuousBernoulli) | logits | gray, in [0, 1] | density on [0, 1] |
/// | [`Gaussian`](Self::Gaussian), [`LearnedGaussian`](Self::LearnedGaussian), [`OptimalGaussian`](Self::OptimalGaussian) | mean | any numbers | density on the real line |
///
/// x is not checked. Bits are no test of a density: it can be made as large as one likes at two points. Distortions in
/// nats can be compared within a row, not between rows.
///
/// A module, because a variance may be learned.
#[derive(Clone, Debug)]
pub enum Likelihood<T: Float = f32> {
    /// p(x|z) = Bernoulli(x | σ(f(z))): the output f(z) holds logits.
    Bernoulli,
    /// p(x|z) = [`ContinuousBernoulli`] of x with the output f(z) as logits: the Bernoulli likelihood of gray pixels,
    /// normalized. Note that E[x|z] is not σ(f(z)).
    ContinuousBernoulli,
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
    /// p(x|z) = N(x | f(z), σ²I) with the variance that fits the batch best: the mean squared error.
    ///
    /// # Derivation
    /// Over n images of d dimensions with MSE = Σ (x − f)² / (n d), the mean distortion per dimension is
    ///
    /// ```text
    ///     D(σ²) = ½ (ln 2π + ln σ² + MSE/σ²),   dD/dσ² = ½ (1 − MSE/σ²)/σ² = 0 at σ² = MSE,
    ///     D(MSE) = ½ (1 + ln 2π + ln MSE).                                   (the_optimal_variance_is_the_mean_square)
    /// ```
    ///
    /// σ² is a function of the batch, of all elements of x and f(z) together, and is differentiated as such. In the
    /// mean over the batch that makes no difference: dD/dσ² = 0, so the gradient is the one with σ² held fixed (the
    /// envelope theorem). It makes one for a single image, for other weights, and in second derivatives.
    ///
    /// An image's distortion depends on those beside it. In training that is what is wanted; to evaluate, take
    /// [`Gaussian`](Self::Gaussian) with the mean squared error of the training set. If f(z) = x throughout, σ² is 0
    /// and the distortion not a number.
    ///
    /// Source: Rybkin, Daniilidis & Levine 2021, *Simple and effective VAE training with calibrated decoders*, §3.2.
    OptimalGaussian,
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
        let logits = || output.clone();
        let normal = |log_var| DiagonalNormal::new(output.clone(), log_var).log_prob(x);
        match self {
            Self::Bernoulli => Bernoulli { logits: logits() }.log_prob(x),
            Self::ContinuousBernoulli => ContinuousBernoulli { logits: logits() }.log_prob(x),
            Self::Gaussian { variance } => normal(Tensor::from(variance.ln())),
            Self::LearnedGaussian { log_var } => normal(log_var.clone()),
            Self::OptimalGaussian => normal((x - output).square().mean().ln()),
        }
    }

    /// E[x|z], shape [.., dims]: what to show as a picture.
    #[track_caller]
    pub fn mean(&self, output: &Tensor<T>) -> Tensor<T> {
        let logits = output.clone();
        match self {
            Self::Bernoulli => Bernoulli { logits }.mean(),
            Self::ContinuousBernoulli => ContinuousBernoulli { logits }.mean(),
            Self::Gaussian { .. } | Self::LearnedGaussian { .. } | Self::OptimalGaussian => logits,
        }
    }

    /// An image for each output, x ~ p(x|z), shape [.., dims]: the mean with the noise that the likelihood says is in it.
    ///
    /// # Panics
    /// For [`OptimalGaussian`](Self::OptimalGaussian), which has no variance before there is an x.
    #[track_caller]
    pub fn sample(&self, output: &Tensor<T>, rng: &mut (impl Rng + ?Sized)) -> Tensor<T> {
        let logits = output.clone();
        let log_var = match self {
            Self::Bernoulli => return Bernoulli { logits }.sample([], rng),
            Self::ContinuousBernoulli => return ContinuousBernoulli { logits }.sample([], rng),
            Self::Gaussian { variance } => Tensor::from(variance.ln()),
            Self::LearnedGaussian { log_var } => log_var.clone(),
            Self::OptimalGaussian => panic!(
                "sample: OptimalGaussian has the variance of a batch of x; take Gaussian with that of the training set"
            ),
        };
        DiagonalNormal::new(logits, log_var).sample([], rng)
    }
}

impl<T: Float> Module<T> for Likelihood<T> {
    fn state(&self) -> State<&Tensor<T>> {
        match self {
            Self::LearnedGaussian { log_var } => State::new().parameter("log_var", log_var),
            _ => State::new(),
        }
    }

    fn state_mut(&mut self) -> State<&mut Tensor<T>> {
        match self {
            Self::LearnedGaussian { log_var } => State::new().parameter("log_var", log_var),
            _ => State::new(),
        }
    }
}
