//! Which model, and which likelihood.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use vae::Likelihood;

/// The models, by the names of `--model`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A hidden layer each way
    #[default]
    Dense,
    /// Two convolutions and a hidden layer each way, for images of 28 × 28
    Conv,
    /// The dense model, trained by the importance-weighted bound of --samples codes
    Iwae,
    /// The dense model of p(x|label)
    Cvae,
    /// One matrix each way: probabilistic principal component analysis
    Linear,
    /// The dense model with a posterior bent by --flows planar flows
    Flow,
    /// The dense model with a prior made of the posteriors of --pseudo-inputs pictures
    Vamp,
}

impl Kind {
    /// Whether the rate is the sum of the rates of the dimensions of z, each a divergence from N(0, 1).
    pub fn rate_is_a_sum(self) -> bool {
        !matches!(self, Self::Flow | Self::Vamp)
    }
}

/// The likelihoods p(x|z), by the names of `--likelihood`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum LikelihoodKind {
    /// Bits, or gray pixels taken as probabilities of bits
    #[default]
    Bernoulli,
    /// Gray pixels: the Bernoulli likelihood, normalized
    ContinuousBernoulli,
    /// A normal distribution around each pixel, of --variance
    Gaussian,
    /// A normal distribution whose variance is trained
    LearnedGaussian,
    /// A normal distribution whose variance is the mean squared error of the batch
    OptimalGaussian,
}

impl LikelihoodKind {
    /// p(x|z), with this variance where it has a fixed one.
    pub fn likelihood(self, variance: f64) -> Likelihood {
        match self {
            Self::Bernoulli => Likelihood::Bernoulli,
            Self::ContinuousBernoulli => Likelihood::ContinuousBernoulli,
            Self::Gaussian => Likelihood::Gaussian { variance },
            Self::LearnedGaussian => Likelihood::learned_gaussian(),
            Self::OptimalGaussian => Likelihood::OptimalGaussian,
        }
    }

    /// Whether it is a density of any numbers, not of those in [0, 1] alone.
    pub fn is_gaussian(self) -> bool {
        matches!(self, Self::Gaussian | Self::LearnedGaussian | Self::OptimalGaussian)
    }
}

/// The name of a kind on the command line.
pub fn name(kind: &impl ValueEnum) -> String {
    let value = kind.to_possible_value().expect("no kind is hidden");
    value.get_name().to_owned()
}
