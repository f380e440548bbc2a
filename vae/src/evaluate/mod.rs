//! Evaluation: what a trained model is worth, in numbers with standard errors.
//!
//! | question | answer |
//! |---|---|
//! | how large are rate and distortion? | [`EvidenceBound::evaluate`](crate::EvidenceBound::evaluate): [`Evaluation`] |
//! | how likely are the images? | [`ImportanceSampling`]: [`LogLikelihood`] |
//! | which dimensions of the code are used? | [`LatentUse`] |
//! | do the codes of all images together fill the prior? | [`AggregatePosterior`] |
//! | how much does a code tell of which image it is? | [`mutual_information`] |
//! | how good are the pictures? | [`Vae::reconstructions`](crate::Vae::reconstructions): [`Reconstructions`] |
//!
//! Parameters are frozen first, so that no graph is built. Sums are kept in `f64`, whatever the model computes in.

mod aggregate;
mod evaluation;
mod latent_use;
mod log_likelihood;
mod mutual_information;
mod reconstruction;
mod weight_sum;

pub use aggregate::AggregatePosterior;
pub use evaluation::Evaluation;
pub use latent_use::LatentUse;
pub use log_likelihood::{ImportanceSampling, LogLikelihood};
pub use mutual_information::mutual_information;
pub use reconstruction::{Reconstruction, Reconstructions};
pub use weight_sum::WeightSum;
