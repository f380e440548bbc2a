//! What a sweep has still to visit; and the gradients that it leaves to other threads.
//!
//! From op to op a sweep is a chain: each cotangent is computed from the one before, often in small steps that keep one
//! thread busy while the others wait. What a rule adds to the cotangent of a leaf is part of the result alone: nothing in
//! the sweep waits for it. So the rule of a large op is called twice, first for those of its inputs that other ops have
//! computed and then, on whichever thread is free, for those that are leaves. In a model of dense layers these are the
//! products w̄ = xᵀ z̄: they fill all that the chain leaves idle.
//!
//! The contributions to a leaf are added up in the order of the sweep, whenever they are ready: the sum has the same bits.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::cotangent::accumulate;
use super::sweep::{Aim, pull_back};
use crate::graph::{Node, Op, PerInput};
use crate::threads::{self, Deferred};
use crate::{Float, Tensor};

/// The numbers in the inputs of an op that is large: to read as many takes several times as long as to wake a thread for it.
const LARGE: usize = 1 << 15;

/// The most ops for each thread that may have contributions under way, as these keep memory.
const DEFERRED_PER_THREAD: usize = 2;

/// Nodes that have contributions to their cotangents.
pub(super) struct Pending<T: Float> {
    ops: Sums<T>,
    leaves: Sums<T>,
    /// Contributions to leaves that come later, in the order of the sweep.
    deferred: VecDeque<Contributions<T>>,
    may_defer: bool,
}

/// By their ids, nodes and the sums of the contributions so far.
type Sums<T> = BTreeMap<u64, (Arc<Node<T>>, Tensor<T>)>;

/// What an op's rule adds to the cotangents of those inputs that are leaves.
struct Contributions<T: Float> {
    leaves: PerInput<Arc<Node<T>>>,
    terms: Deferred<PerInput<Option<Tensor<T>>>>,
}

impl<T: Float> Pending<T> {
    /// Nothing is pending. Contributions are only deferred on a thread of a pool: any other would be one more than there
    /// are cores.
    pub fn new(may_defer: bool) -> Self {
        let may_defer =
            may_defer && rayon::current_thread_index().is_some() && threads::available() > 1;
        Self { ops: BTreeMap::new(), leaves: BTreeMap::new(), deferred: VecDeque::new(), may_defer }
    }

    /// The newest op, whose cotangent is complete as all that used its output are visited; after all ops, the leaves.
    #[track_caller]
    pub fn pop(&mut self) -> Option<(Arc<Node<T>>, Tensor<T>)> {
        if self.ops.is_empty() {
            while !self.deferred.is_empty() {
                self.settle();
            }
        }
        let (_, reached) = self.ops.pop_last().or_else(|| self.leaves.pop_last())?;
        Some(reached)
    }

    /// Adds a contribution to the cotangent of a node, after those that were deferred.
    #[track_caller]
    pub fn add(&mut self, node: &Arc<Node<T>>, term: Tensor<T>) {
        while node.is_leaf() && self.deferred.iter().any(|op| op.contribute_to(node)) {
            self.settle();
        }
        self.sum(node, term);
    }

    /// Adds a contribution whose turn it is.
    #[track_caller]
    fn sum(&mut self, node: &Arc<Node<T>>, term: Tensor<T>) {
        let sums = if node.is_leaf() { &mut self.leaves } else { &mut self.ops };
        match sums.entry(node.id) {
            Entry::Vacant(entry) => _ = entry.insert((Arc::clone(node), term)),
            Entry::Occupied(mut entry) => accumulate(&mut entry.get_mut().1, term),
        }
    }

    /// Whether what this op contributes to leaves is to be [deferred](Self::defer).
    pub fn defers(&self, op: &Op<T>) -> bool {
        self.may_defer
            && op.parents.iter().flatten().any(|input| input.is_leaf())
            && op.inputs.iter().map(Tensor::len).sum::<usize>() >= LARGE
    }

    /// Has another thread compute what an op contributes to leaves, or this one when it has nothing else to do.
    #[track_caller]
    pub fn defer(&mut self, node: &Arc<Node<T>>, cotangent: &Tensor<T>) {
        let (node, cotangent) = (Arc::clone(node), cotangent.clone());
        let parents = node.op.iter().flat_map(|op| &op.parents).flatten();
        let leaves = parents.filter(|input| input.is_leaf()).cloned().collect();
        let terms = Deferred::new(move || {
            let op = node.op.as_ref().expect("only an op is deferred");
            let slots = pull_back(&node, op, &cotangent, Aim::Leaves, Node::is_leaf);
            slots.into_iter().filter(|slot| slot.node.is_some()).map(|slot| slot.sum).collect()
        });
        self.deferred.push_back(Contributions { leaves, terms });
        if self.deferred.len() > DEFERRED_PER_THREAD * threads::available() {
            self.settle();
        }
    }

    /// Waits for the contributions that were deferred first, and adds them.
    #[track_caller]
    fn settle(&mut self) {
        let Some(Contributions { leaves, terms }) = self.deferred.pop_front() else { return };
        for (leaf, term) in leaves.iter().zip(terms.wait()) {
            if let Some(term) = term {
                self.sum(leaf, term);
            }
        }
    }
}

impl<T: Float> Contributions<T> {
    fn contribute_to(&self, leaf: &Node<T>) -> bool {
        self.leaves.iter().any(|node| node.id == leaf.id)
    }
}
