//! Variational autoencoders: a lecture in code.
//!
//! # From Bayes' rule to a loss
//!
//! An autoencoder maps a picture to a code and back. Nothing makes its codes fill space evenly, so a code picked at
//! random decodes to nothing in particular: it cannot generate. A *variational* autoencoder starts from generation.
//! A code z is drawn from the prior p(z) = N(0, I), a picture x from the likelihood p(x|z), and the evidence of a
//! picture is
//!
//! ```text
//!     p(x) = ∫ p(x|z) p(z) dz.
//! ```
//!
//! Almost every z of the prior has nothing to do with a given x, so plain Monte Carlo over p(z) is hopeless. Let
//! q(z|x), the [`Encoder`], propose the codes worth looking at. Its divergence from the true posterior is
//!
//! ```text
//!     KL(q(z|x) ‖ p(z|x)) = E_q[log q(z|x) − log p(z|x)]                        definition
//!                         = E_q[log q(z|x) − log p(x|z) − log p(z)] + log p(x)  Bayes: p(z|x) = p(x|z) p(z) / p(x)
//!                         = KL(q(z|x) ‖ p(z)) − E_q[log p(x|z)] + log p(x),     definition, again
//! ```
//!
//! and since it is not negative,
//!
//! ```text
//!     log p(x)  ≥  E_q[log p(x|z)] − KL(q(z|x) ‖ p(z))  =  ELBO,
//! ```
//!
//! with equality where q is the posterior. Everything on the right can be computed:
//!
//! | term | name | here |
//! |---|---|---|
//! | KL(q(z\|x) ‖ p(z)) | rate | exact: [`DiagonalNormal::kl_to_standard`] |
//! | −E_q log p(x\|z) | distortion | one sample z = μ + σ ⊙ ε: [`DiagonalNormal::rsample`], [`Likelihood::log_prob`] |
//! | −ELBO = distortion + rate | loss | [`Vae::elbo`], [`Elbo::loss`] |
//!
//! The sample is a differentiable function of μ and σ, because the noise ε is drawn outside: gradients pass through it
//! to the encoder.
//!
//! # Conventions
//!
//! Everywhere in this crate: *nats per image; sum over dimensions, mean over the batch; rate and distortion apart; the
//! encoder's second output is log σ²*.
//!
//! # Where things are
//!
//! [`DiagonalNormal`], [`Bernoulli`] and [`Likelihood`] are the distributions, [`Vae`] the model, [`Elbo`] the bound,
//! [`Evaluation`] its mean over a dataset; [`data`] holds the digits. [`free_bits`], [`importance_bound`] and
//! [`PathWeights`] are other losses, [`score_gradients`] and [`path_gradients`] the two ways to differentiate an
//! expectation; [`ImportanceSampling`], [`LatentUse`], [`AggregatePosterior`], [`mutual_information`] and
//! [`Reconstructions`] say what a trained model is worth.
//!
//! Sources: Kingma & Welling 2014, *Auto-Encoding Variational Bayes*; Doersch 2016, *Tutorial on Variational
//! Autoencoders*, §2.
#![forbid(unsafe_code)]

pub mod data;
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
pub use linear_gaussian::{Gaussian, LinearGaussian, ProbabilisticPca};
pub use model::{
    Architecture, Autoencoder, ConditionalVae, ConvDecoder, ConvEncoder, DenseDecoder,
    DenseEncoder, Encoder, FlowPosterior, FlowVae, Given, LinearEncoder, PlanarFlow, Sizes, Vae,
    VampVae, one_hot,
};
pub use moments::Moments;
pub use noise::{standard_normal, uniform};
pub use objective::{PathWeights, free_bits, importance_bound};
