//! The nodes behind tracked tensors: who was computed from whom, and by which rule.

use std::cell::Cell;
use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use smallvec::SmallVec;

use crate::{Cotangent, Float, Tensor};

/// A vector-Jacobian product: from the inputs x, the output z and its cotangent z̄ to contributions to each x̄.
pub(crate) type Vjp<T> =
    dyn Fn(&[Tensor<T>], &Tensor<T>, &Tensor<T>, &mut [Cotangent<'_, T>]) + Send + Sync;

/// One of each input: most ops have one or two, which then need no allocation.
pub(crate) type PerInput<X> = SmallVec<[X; 2]>;

/// What makes a tensor tracked: an identity and, unless it is a leaf, the op that computed it.
pub(crate) struct Node<T: Float> {
    /// Increases with creation. An output is created after its inputs, so this order is a topological order.
    pub id: u64,
    /// `None` for a leaf.
    pub op: Option<Op<T>>,
}

/// One recorded application of an op. Values and history are kept apart, so that a first-order sweep can hand the
/// values to the rule as they are.
pub(crate) struct Op<T: Float> {
    pub name: &'static str,
    /// The line that called the op; of an op that a rule called, the line of the op whose rule it is.
    pub recorded_at: &'static Location<'static>,
    /// The inputs, detached.
    pub inputs: PerInput<Tensor<T>>,
    /// The nodes of the inputs; `None` for a constant.
    pub parents: PerInput<Option<Arc<Node<T>>>>,
    /// The output, detached.
    pub output: Tensor<T>,
    pub vjp: Box<Vjp<T>>,
}

thread_local! {
    /// Where the op was recorded whose rule is running.
    static RULE_OF: Cell<Option<&'static Location<'static>>> = const { Cell::new(None) };
}

/// The line that an op recorded now belongs to: the caller's, or that of the op whose rule is running.
#[track_caller]
pub(crate) fn line() -> &'static Location<'static> {
    RULE_OF.get().unwrap_or(Location::caller())
}

impl<T: Float> Op<T> {
    /// Runs the rule such that what it records belongs to the line of this op.
    pub fn run_rule<R>(&self, rule: impl FnOnce(&Vjp<T>) -> R) -> R {
        struct Restore(Option<&'static Location<'static>>);
        impl Drop for Restore {
            fn drop(&mut self) {
                RULE_OF.set(self.0);
            }
        }
        let _restore = Restore(RULE_OF.replace(Some(self.recorded_at)));
        rule(&self.vjp)
    }
}

impl<T: Float> Node<T> {
    pub fn new(op: Option<Op<T>>) -> Arc<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Arc::new(Self { id: NEXT.fetch_add(1, Ordering::Relaxed), op })
    }

    pub fn is_leaf(&self) -> bool {
        self.op.is_none()
    }

    /// Takes the nodes of the inputs out: whoever drops this node need not drop them.
    fn take_parents(&mut self) -> impl Iterator<Item = Arc<Node<T>>> {
        self.op.iter_mut().flat_map(|op| op.parents.drain(..)).flatten()
    }
}

/// Frees a chain of any length with a loop: the compiler's own drop would recurse once per op.
impl<T: Float> Drop for Node<T> {
    fn drop(&mut self) {
        let mut orphans: PerInput<_> = self.take_parents().collect();
        while let Some(orphan) = orphans.pop() {
            if let Some(mut node) = Arc::into_inner(orphan) {
                orphans.extend(node.take_parents());
            }
        }
    }
}
