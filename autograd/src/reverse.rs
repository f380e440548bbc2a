//! The reverse sweep: from the cotangent of a scalar to the cotangents of all it was computed from.
//!
//! For a chain z = f(x), L = g(z) the chain rule reads x̄ = J_fᵀ z̄ with x̄ = ∂L/∂x. The sweep starts from L̄ = 1 and
//! calls each op's rule once, when the cotangent of its output is complete: that is, after every op that used the
//! output. Nodes are numbered as they are created, an op's output after its inputs, so to visit them in decreasing
//! order is enough. Each cotangent is freed once it was used.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::Index;
use std::sync::Arc;

use crate::graph::{Node, Op, PerInput};
use crate::{Float, Tensor, anomaly};

impl<T: Float> Tensor<T> {
    /// The gradients of this scalar with respect to every leaf it was computed from.
    ///
    /// Consumes the loss, so that the graph dies here and parameters can be updated in place. To differentiate again,
    /// use [`Tensor::grad`].
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
        sweep(root, seed, Order::First, 0, |node, cotangent, _| {
            if node.op.is_none() {
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
            sweep(Arc::clone(root), cotangent.clone(), Order::Any, oldest, |node, cotangent, _| {
                if let Some(slot) = wanted.get_mut(&node.id) {
                    *slot = Some(cotangent);
                }
            });
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

/// What an op's rule adds to: the cotangent x̄ of one of its inputs.
pub struct Cotangent<'a, T: Float> {
    shape: &'a [usize],
    /// The node to which x̄ flows; `None` if x is a constant.
    node: Option<&'a Arc<Node<T>>>,
    /// The contributions so far.
    pub(crate) sum: Option<Tensor<T>>,
    /// Whether a contribution had a shape that x was broadcast to.
    pub(crate) was_broadcast: bool,
}

impl<T: Float> Cotangent<'_, T> {
    /// Adds a contribution to x̄, of x's shape or of a shape that x was broadcast to (it is then summed back).
    ///
    /// The closure is not called where x is a constant: the gradient with respect to data costs nothing.
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
        accumulate(&mut self.sum, term);
    }
}

/// Sums a contribution into a slot: moves the first, adds the others, in place unless the sum is to be differentiated.
#[track_caller]
fn accumulate<T: Float>(slot: &mut Option<Tensor<T>>, term: Tensor<T>) {
    match slot {
        None => *slot = Some(term),
        Some(sum) if sum.is_tracked() || term.is_tracked() => *sum = &*sum + term,
        Some(sum) => sum.accumulate(&term),
    }
}

/// Whether the cotangents are to be differentiated in turn.
#[derive(Clone, Copy)]
pub(crate) enum Order {
    First,
    Any,
}

/// Visits `root` and all that it was computed from, newest first, down to the node with id `oldest`; calls `reached`
/// with each node, its complete cotangent, and what its rule made of that for each input.
#[track_caller]
pub(crate) fn sweep<T: Float>(
    root: Arc<Node<T>>,
    seed: Tensor<T>,
    order: Order,
    oldest: u64,
    mut reached: impl FnMut(&Node<T>, Tensor<T>, &[Cotangent<'_, T>]),
) {
    let watch = anomaly::watch();
    let mut pending = BTreeMap::from([(root.id, (root, Some(seed)))]);
    while let Some((_, (node, cotangent))) = pending.pop_last() {
        let cotangent = cotangent.expect("a pending node has a cotangent");
        let slots = match &node.op {
            Some(op) => pull_back(&node, op, &cotangent, order, oldest),
            None => PerInput::new(),
        };
        if let Some(watch) = &watch {
            watch.judge(&node, &cotangent, &slots);
        }
        reached(&node, cotangent, &slots);
        for Cotangent { node, sum, .. } in slots {
            let (Some(node), Some(sum)) = (node, sum) else { continue };
            match pending.entry(node.id) {
                Entry::Vacant(entry) => _ = entry.insert((Arc::clone(node), Some(sum))),
                Entry::Occupied(entry) => accumulate(&mut entry.into_mut().1, sum),
            }
        }
    }
}

/// Calls the rule of one op: from the cotangent of its output to those of its inputs.
fn pull_back<'a, T: Float>(
    node: &Arc<Node<T>>,
    op: &'a Op<T>,
    cotangent: &Tensor<T>,
    order: Order,
    oldest: u64,
) -> PerInput<Cotangent<'a, T>> {
    let inputs = || op.inputs.iter().zip(&op.parents);
    let mut slots: PerInput<_> = inputs()
        .map(|(input, parent)| Cotangent {
            shape: input.shape(),
            node: parent.as_ref().filter(|parent| parent.id >= oldest),
            sum: None,
            was_broadcast: false,
        })
        .collect();
    match order {
        Order::First => (op.vjp)(&op.inputs, &op.output, cotangent, &mut slots),
        Order::Any => {
            let inputs: PerInput<_> =
                inputs().map(|(x, node)| x.tracked_by(node.as_ref())).collect();
            let output = op.output.tracked_by(Some(node));
            op.run_rule(|vjp| vjp(&inputs, &output, cotangent, &mut slots));
        }
    }
    slots
}
