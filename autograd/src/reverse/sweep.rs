//! The reverse sweep: from the cotangent of a scalar to the cotangents of all it was computed from.
//!
//! For a chain z = f(x), L = g(z) the chain rule reads x̄ = J_fᵀ z̄ with x̄ = ∂L/∂x. The sweep starts from L̄ = 1 and
//! calls each op's rule when the cotangent of its output is complete: that is, after every op that used the output.
//! Nodes are numbered as they are created, an op's output after its inputs, so to visit them in decreasing order is
//! enough. Each cotangent is freed once it was used.

use std::sync::Arc;

use super::Cotangent;
use super::pending::Pending;
use crate::graph::{Node, Op, PerInput};
use crate::{Float, Tensor, anomaly};

/// What a sweep is made for.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Aim {
    /// The cotangents of leaves. What a large op contributes to these may be computed later than its turn.
    Leaves,
    /// Those of all nodes, and every contribution to them.
    Nodes,
    /// The same, to be differentiated in turn.
    Tracked,
}

/// Visits `root` and all that it was computed from, ops first and newest first, down to the node with id `oldest`;
/// calls `reached` with each node, its complete cotangent, and what its rule made of that for each input.
#[track_caller]
pub(crate) fn sweep<T: Float>(
    root: Arc<Node<T>>,
    seed: Tensor<T>,
    aim: Aim,
    oldest: u64,
    mut reached: impl FnMut(&Node<T>, Tensor<T>, &[Cotangent<'_, T>]),
) {
    let watch = anomaly::watch();
    let mut pending = Pending::new(aim == Aim::Leaves && watch.is_none());
    pending.add(&root, seed);
    drop(root);
    while let Some((node, cotangent)) = pending.pop() {
        let mut slots = PerInput::new();
        if let Some(op) = &node.op {
            let defer = pending.defers(op);
            let wanted = |input: &Node<T>| input.id >= oldest && !(defer && input.is_leaf());
            slots = pull_back(&node, op, &cotangent, aim, wanted);
            if defer {
                pending.defer(&node, &cotangent);
            }
        }
        if let Some(watch) = &watch {
            watch.judge(&node, &cotangent, &slots);
        }
        reached(&node, cotangent, &slots);
        for Cotangent { node, sum, .. } in slots {
            if let (Some(node), Some(sum)) = (node, sum) {
                pending.add(node, sum);
            }
        }
    }
}

/// Calls the rule of one op: from the cotangent of its output to those of its inputs that are `wanted`, if any are.
pub(super) fn pull_back<'a, T: Float>(
    node: &Arc<Node<T>>,
    op: &'a Op<T>,
    cotangent: &Tensor<T>,
    aim: Aim,
    wanted: impl Fn(&Node<T>) -> bool,
) -> PerInput<Cotangent<'a, T>> {
    let inputs = || op.inputs.iter().zip(&op.parents);
    let mut slots: PerInput<_> = inputs()
        .map(|(input, parent)| Cotangent {
            shape: input.shape(),
            node: parent.as_ref().filter(|parent| wanted(parent)),
            sum: None,
            was_broadcast: false,
        })
        .collect();
    match aim {
        _ if slots.iter().all(|slot| slot.node.is_none()) => {}
        Aim::Leaves | Aim::Nodes => (op.vjp)(&op.inputs, &op.output, cotangent, &mut slots),
        Aim::Tracked => {
            let inputs: PerInput<_> =
                inputs().map(|(x, node)| x.tracked_by(node.as_ref())).collect();
            let output = op.output.tracked_by(Some(node));
            op.run_rule(|vjp| vjp(&inputs, &output, cotangent, &mut slots));
        }
    }
    slots
}
