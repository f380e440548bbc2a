//! What an op's rule writes to.

use std::sync::Arc;

use crate::graph::Node;
use crate::{Float, Tensor};

/// What an op's rule adds to: the cotangent x̄ of one of its inputs.
pub struct Cotangent<'a, T: Float> {
    pub(super) shape: &'a [usize],
    /// The node to which x̄ flows; `None` if x is a constant, or x̄ is not wanted.
    pub(super) node: Option<&'a Arc<Node<T>>>,
    /// The contributions so far.
    pub(crate) sum: Option<Tensor<T>>,
    /// Whether a contribution had a shape that x was broadcast to.
    pub(crate) was_broadcast: bool,
}

impl<T: Float> Cotangent<'_, T> {
    /// Adds a contribution to x̄, of x's shape or of a shape that x was broadcast to (it is then summed back).
    ///
    /// The closure is not called where x̄ is not wanted. It is not if x is a constant: the gradient with respect to data
    /// costs nothing.
    ///
    /// # Panics
    /// If the contribution's shape is not one that x broadcasts to.
    #[track_caller]
    pub fn add(&mut self, contribution: impl FnOnce() -> Tensor<T>) {
        if self.node.is_none() {
            return;
        }
        let mut term = contribution();
        if term.shape() != self.shape {
            term = term.sum_to(self.shape);
            self.was_broadcast = true;
        }
        match &mut self.sum {
            None => self.sum = Some(term),
            Some(sum) => accumulate(sum, term),
        }
    }
}

/// Adds a contribution to others: in place, unless the sum is to be differentiated.
#[track_caller]
pub(super) fn accumulate<T: Float>(sum: &mut Tensor<T>, term: Tensor<T>) {
    match sum.is_tracked() || term.is_tracked() {
        true => *sum = &*sum + term,
        false => sum.accumulate(&term),
    }
}
