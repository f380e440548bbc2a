//! The prior as a proposal: plain Monte Carlo.

use autograd::{Float, Tensor};
use nn::{Layer, Module, State};

use crate::{Encoder, LatentModel, Vae};

/// A model whose codes are proposed by its prior, with no regard to the image.
///
/// With z ~ p(z) the weight is the likelihood, and its mean the evidence, as the lecture begins:
/// ```text
///     w = p(x, z)/p(z) = p(x|z),   E_{p(z)}[p(x|z)] = ∫ p(x|z) p(z) dz = p(x).             (the_prior_is_a_proposal)
/// ```
/// It is as unbiased as q(z|x) as a proposal, and hopeless: almost no code of the prior has to do with a given image, so the
/// mean is that of one lucky weight among thousands. [`NormalProposal::second_moment`](crate::NormalProposal::second_moment)
/// says how hopeless: exponentially in the number of dimensions.
///
/// It is a [`LatentModel`] as any other, so what is measured of one proposal can be measured of the other.
///
/// Source: Doersch 2016, §2.
#[derive(Clone, Debug)]
pub struct PriorProposal<M>(
    /// The model of which the prior and the likelihood are used.
    pub M,
);

impl<T: Float, E: Encoder<T>, D: Layer<T>> LatentModel<T> for PriorProposal<Vae<T, E, D>> {
    fn latent(&self) -> usize {
        self.0.latent()
    }

    #[track_caller]
    fn log_weights(&self, x: &Tensor<T>, noise: &Tensor<T>) -> Tensor<T> {
        self.0.log_likelihoods(x, noise)
    }
}

impl<T: Float, M: Module<T>> Module<T> for PriorProposal<M> {
    fn state(&self) -> State<&Tensor<T>> {
        self.0.state()
    }

    fn state_mut(&mut self) -> State<&mut Tensor<T>> {
        self.0.state_mut()
    }
}
