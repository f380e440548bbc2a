//! Gradients of a scalar: [`Tensor::backward`] and [`Tensor::grad`], by a [reverse sweep](sweep).

mod cotangent;
mod pending;
mod sweep;

use std::collections::BTreeMap;
use std::ops::Index;
use std::sync::Arc;

pub use cotangent::Cotangent;
pub(crate) use sweep::{Aim, sweep};

use crate::{Float, Tensor, anomaly};

impl<T: Float> Tensor<T> {
    /// The gradients of this scalar with respect to every leaf it was computed from.
    ///
    /// Consumes the loss, so that the graph dies here and parameters can be updated in place. To differentiate again,
    /// use [`Tensor::grad`].
    ///
    /// On a thread of a rayon pool, as within `ThreadPool::install`, what large ops contribute to leaves is computed by
    /// whichever thread is free, since nothing else in the sweep waits for it. No bit depends on that.
    ///
    /// # Panics
    /// If the tensor does not hold exactly one element, or is not tracked.
    #[track_caller]
    pub fn backward(self) -> Gradients<T> {
        check_scalar("backward", &self);
        let seed = Tensor::ones(self.shape());
        let Some(root) = self.into_node() else {
            panic!("backward: the loss is a constant; it must be computed from at least one leaf");
        };
        let mut leaves = BTreeMap::new();
        sweep(root, seed, Aim::Leaves, 0, |node, cotangent, _| {
            if node.is_leaf() {
                leaves.insert(node.id, cotangent);
            }
        });
        Gradients { leaves }
    }

    /// The gradients of this scalar with respect to each tensor of `wrt`, themselves tracked: they can be
    /// differentiated again, to any order.
    ///
    /// `None` where this tensor does not depend on the one asked for. Those asked for need not be leaves.
    ///
    /// # Panics
    /// If the tensor does not hold exactly one element.
    ///
    /// # Examples
    /// The third derivative of x⁴ is 24 x:
    /// ```
    /// use autograd::Tensor;
    ///
    /// let x = Tensor::<f64>::leaf(2.0);
    /// let mut y = x.powi(4);
    /// for _ in 0..3 {
    ///     y = y.grad(&[&x]).remove(0).unwrap();
    /// }
    /// assert_eq!(y.item(), 48.0);
    /// ```
    #[track_caller]
    pub fn grad(&self, wrt: &[&Tensor<T>]) -> Vec<Option<Tensor<T>>> {
        check_scalar("grad", self);
        self.vjp(&Tensor::ones(self.shape()), wrt)
    }

    /// Jᵀ z̄ for the cotangent z̄ of this tensor z and its Jacobian J with respect to each tensor of `wrt`: tracked, and
    /// `None` where z does not depend on the one asked for.
    #[track_caller]
    pub(crate) fn vjp(&self, cotangent: &Self, wrt: &[&Self]) -> Vec<Option<Self>> {
        let id = |tensor: &Tensor<T>| tensor.node().map(|node| node.id);
        let mut wanted: BTreeMap<u64, Option<Tensor<T>>> =
            wrt.iter().filter_map(|tensor| Some((id(tensor)?, None))).collect();
        if let (Some(root), Some((&oldest, _))) = (self.node(), wanted.first_key_value()) {
            sweep(
                Arc::clone(root),
                cotangent.clone(),
                Aim::Tracked,
                oldest,
                |node, cotangent, _| {
                    if let Some(slot) = wanted.get_mut(&node.id) {
                        *slot = Some(cotangent);
                    }
                },
            );
        }
        wrt.iter().map(|tensor| wanted.get(&id(tensor)?)?.clone()).collect()
    }
}

#[track_caller]
pub(crate) fn check_scalar<T: Float>(caller: &str, loss: &Tensor<T>) {
    assert!(
        loss.len() == 1,
        "{caller}: the loss is {:?}; it must hold one element, reduce it with sum or mean",
        loss.shape()
    );
    if anomaly::watched() {
        anomaly::judge_loss(caller, loss);
    }
}

/// Gradients of a loss, one for each leaf that it depends on. Returned by [`Tensor::backward`].
///
/// Indexing with a leaf gives its gradient and panics if there is none; [`Gradients::get`] does not.
#[derive(Debug)]
pub struct Gradients<T: Float = f32> {
    leaves: BTreeMap<u64, Tensor<T>>,
}

impl<T: Float> Gradients<T> {
    /// The gradient with respect to `leaf`, of its shape; `None` if the loss does not depend on it.
    pub fn get(&self, leaf: &Tensor<T>) -> Option<&Tensor<T>> {
        self.leaves.get(&leaf.node()?.id)
    }

    /// All gradients, in the order in which their leaves were created.
    pub fn values(&self) -> impl Iterator<Item = &Tensor<T>> {
        self.leaves.values()
    }

    /// All gradients, to be changed in place: clipped, or averaged.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut Tensor<T>> {
        self.leaves.values_mut()
    }
}

impl<T: Float> Index<&Tensor<T>> for Gradients<T> {
    type Output = Tensor<T>;

    #[track_caller]
    fn index(&self, leaf: &Tensor<T>) -> &Tensor<T> {
        let Some(gradient) = self.get(leaf) else {
            panic!(
                "no gradient: the loss does not depend on this leaf of shape {:?}",
                leaf.shape()
            );
        };
        gradient
    }
}
