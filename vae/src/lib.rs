//! Variational autoencoders: a lecture in code.
//!
//! An autoencoder maps a picture to a code and back. A *variational* autoencoder is a model that generates: a code z is
//! drawn from the prior p(z) = N(0, I), a picture x from the likelihood p(x|z), and an encoder q(z|x) says which codes a
//! picture may have come from. It is trained by
//!
//! ```text
//!     log p(x) − KL(q(z|x) ‖ p(z|x)) = E_q[log p(x|z)] − KL(q(z|x) ‖ p(z)) = ELBO.   (the_evidence_minus_the_gap_is_the_bound)
//! ```
//!
//! **Start with [`derivation`]**: the lecture from the plain autoencoder to this line and on to the trained model, each
//! equation with the test that evaluates it and the function that computes it.
//!
//! # Conventions
//!
//! Everywhere in this crate: *nats per image; sum over dimensions, mean over the batch; rate and distortion apart; the
//! encoder's second output is log σ²*.
//!
//! # Where things are
//!
//! | what | where |
//! |---|---|
//! | distributions | [`DiagonalNormal`], [`FullNormal`], [`Bernoulli`], [`ContinuousBernoulli`], [`Categorical`]; [`Likelihood`] |
//! | models | [`Vae`] of an [`Encoder`] and a decoder, [`ConditionalVae`], [`VampVae`], [`FlowVae`], the plain [`Autoencoder`]; [`LinearGaussian`] and [`ProbabilisticPca`], of which everything is known |
//! | the bound | [`Vae::elbo`], [`Elbo`]; other losses: [`free_bits`], [`importance_bound`], [`PathWeights`] |
//! | estimators | [`score_gradients`] and [`path_gradients`], [`PriorProposal`], [`NormalProposal`] |
//! | evaluation | [`Evaluation`], [`ImportanceSampling`], [`LatentUse`], [`LocalPosterior`], [`AggregatePosterior`], [`mutual_information`], [`Reconstructions`] |
//! | walks through codes | [`grid`], [`normal_quantiles`], [`straight_path`], [`arc`] |
//! | the digits, and images of one's own | [`data`] |
//! | weights to PyTorch and back | [`pytorch`] |
#![forbid(unsafe_code)]

mod codes;
pub mod data;
pub mod derivation;
mod distribution;
mod elbo;
mod estimator;
mod evaluate;
mod latent_model;
mod likelihood;
mod linear_gaussian;
mod model;
mod moments;
mod noise;
mod objective;
pub mod pytorch;

pub use codes::{arc, grid, normal_quantile, normal_quantiles, straight_path};
pub use distribution::{
    Bernoulli, Categorical, ContinuousBernoulli, DiagonalNormal, Distribution, FullNormal,
    KullbackLeibler, MonteCarloKl,
};
pub use elbo::{Elbo, EvidenceBound};
pub use estimator::{
    NormalGradients, NormalProposal, PriorProposal, path_gradients, score_gradients,
};
pub use evaluate::{
    AggregatePosterior, Evaluation, ImportanceSampling, LatentUse, LogLikelihood, Reconstruction,
    Reconstructions, WeightSum, mutual_information,
};
pub use latent_model::LatentModel;
pub use likelihood::Likelihood;
pub use linear_gaussian::{LinearGaussian, ProbabilisticPca};
pub use model::{
    Architecture, Autoencoder, ConditionalVae, ConvDecoder, ConvEncoder, DenseDecoder,
    DenseEncoder, Encoder, FlowPosterior, FlowVae, Given, LinearEncoder, LocalPosterior,
    PlanarFlow, Sizes, Vae, VampVae, one_hot,
};
pub use moments::Moments;
pub use noise::{standard_normal, uniform};
pub use objective::{PathWeights, free_bits, importance_bound};
