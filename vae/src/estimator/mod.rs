//! Estimators, side by side: where to sample codes from, how to differentiate an expectation, how many samples to take.
//!
//! | question | one answer | the better one |
//! |---|---|---|
//! | where from? | the prior: [`PriorProposal`] | q(z\|x): the model's own [`log_weights`](crate::LatentModel::log_weights) |
//! | how to differentiate? | the density: [`score_gradients`] | the sample: [`path_gradients`] |
//! | how many? | one: the ELBO | k: [`NormalProposal::gap`] |

mod gradient;
mod prior;
mod tightening;

pub use gradient::{NormalGradients, path_gradients, score_gradients};
pub use prior::PriorProposal;
pub use tightening::NormalProposal;
