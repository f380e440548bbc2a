//! Losses that are made of the same two terms, or of the same weights, as the evidence lower bound.
//!
//! | loss | is | of |
//! |---|---|---|
//! | [`Elbo::loss`](crate::Elbo::loss) | distortion + rate | Kingma & Welling 2014 |
//! | [`Elbo::beta_loss`](crate::Elbo::beta_loss) | distortion + β rate; β may grow with the step | Higgins et al. 2017, Bowman et al. 2016 |
//! | [`free_bits`] | for the rate, Σⱼ max(λ, mean rate of dimension j) | Kingma et al. 2016 |
//! | [`importance_bound`] | log 1/k Σ w, a bound that k samples tighten | Burda et al. 2016 |
//! | [`PathWeights::loss`] | that bound, with a gradient of less variance | Tucker et al. 2019 |

mod beta;
mod doubly_reparameterized;
mod free_bits;
mod importance;

pub use doubly_reparameterized::PathWeights;
pub use free_bits::free_bits;
pub use importance::importance_bound;
