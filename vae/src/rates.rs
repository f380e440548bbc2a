//! The rate of each dimension of the code.

use autograd::{Float, Tensor};

use crate::DiagonalNormal;

impl<T: Float> DiagonalNormal<T> {
    /// [`kl_to_standard`](Self::kl_to_standard) of each dimension apart, ½ (μ² + σ² − 1 − log σ²).
    ///
    /// Shape: [.., dims].
    #[track_caller]
    pub fn kl_to_standard_by_dimension(&self) -> Tensor<T> {
        let last = self.mean().rank();
        let log_var = self.log_var().broadcast_to(self.mean().shape());
        Self::new(self.mean().insert_axis(last), log_var.insert_axis(last)).kl_to_standard()
    }
}
