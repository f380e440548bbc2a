//! The graph behind tracked tensors: who was computed from whom, and by which rule.

use std::mem;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::storage::Storage;
use crate::{Cotangent, Float, Tensor};

/// A vector-Jacobian product: from the inputs x, the output z and its cotangent z̄ to contributions to each x̄.
pub(crate) type Vjp<T> =
    dyn Fn(&[Tensor<T>], &Tensor<T>, &Tensor<T>, &mut [Cotangent<'_, T>]) + Send + Sync;

/// What makes a tensor tracked: an identity and, unless it is a leaf, the op that computed it.
pub(crate) struct Node<T: Float> {
    /// Increases with creation. An output is created after its inputs, so this order is a topological order.
    pub id: u64,
    /// `None` for a leaf.
    pub op: Option<Op<T>>,
}

/// One recorded application of an op.
pub(crate) struct Op<T: Float> {
    pub name: &'static str,
    pub output: Storage<T>,
    pub inputs: Vec<Tensor<T>>,
    pub vjp: Box<Vjp<T>>,
}

impl<T: Float> Node<T> {
    pub fn new(op: Option<Op<T>>) -> Arc<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Arc::new(Self { id: NEXT.fetch_add(1, Ordering::Relaxed), op })
    }
}

/// Frees a chain of any length with a loop: the compiler's own drop would recurse once per op.
impl<T: Float> Drop for Node<T> {
    fn drop(&mut self) {
        let Some(op) = &mut self.op else { return };
        let mut orphans = mem::take(&mut op.inputs);
        while let Some(tensor) = orphans.pop() {
            let Some(mut node) = tensor.into_node().and_then(Arc::into_inner) else {
                continue;
            };
            if let Some(op) = &mut node.op {
                orphans.append(&mut op.inputs);
            }
        }
    }
}
