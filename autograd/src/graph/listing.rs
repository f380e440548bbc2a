//! The tensors of a graph in a list, numbered: what all views of it have in common.

use std::collections::BTreeMap;

use crate::graph::{Node, Op, Options, text};
use crate::{Float, Tensor};

/// All that a tensor was computed from, and itself: inputs before outputs, in the order of creation. A constant comes
/// right before the first op that takes it.
pub(super) struct Listing<'a, T: Float> {
    pub entries: Vec<Entry<'a, T>>,
    /// Where each node is listed.
    places: BTreeMap<u64, usize>,
    /// Where each constant is listed that can be told from others.
    constants: BTreeMap<usize, usize>,
    /// How many are numbered.
    numbered: usize,
}

/// A tensor.
pub(super) struct Entry<'a, T: Float> {
    pub origin: Origin<'a, T>,
    pub value: &'a Tensor<T>,
    /// The places of the op's inputs in the list.
    pub inputs: Vec<usize>,
    /// Its number; `None` for a constant of one element, which is written as its value.
    pub number: Option<usize>,
    pub name: Option<&'a str>,
}

pub(super) enum Origin<'a, T: Float> {
    Leaf,
    Constant,
    Op(&'a Op<T>),
}

impl<T: Float> Entry<'_, T> {
    /// x₃, or the value of a number.
    pub fn symbol(&self) -> String {
        match self.number {
            Some(number) => format!("x{}", text::subscript(number)),
            None => text::number(self.value.item().as_f64()),
        }
    }
}

impl<'a, T: Float> Listing<'a, T> {
    pub fn of(root: &'a Tensor<T>, options: &Options<'a, T>) -> Self {
        let mut listing = Self {
            entries: Vec::new(),
            places: BTreeMap::new(),
            constants: BTreeMap::new(),
            numbered: 0,
        };
        for (id, (node, value)) in reachable(root) {
            let origin = node.op.as_ref().map_or(Origin::Leaf, Origin::Op);
            let inputs = node.op.iter().flat_map(|op| op.inputs.iter().zip(&op.parents));
            let inputs = inputs.map(|(x, parent)| match parent {
                Some(parent) => listing.places[&parent.id],
                None => listing.constant(x),
            });
            let inputs = inputs.collect();
            let place = listing.push(origin, value, inputs);
            listing.places.insert(id, place);
        }
        if !root.is_tracked() {
            listing.constant(root);
        }
        for (name, tensor) in options.names {
            if let Some(place) = listing.find(tensor) {
                listing.entries[place].name = Some(name);
            }
        }
        listing
    }

    fn push(&mut self, origin: Origin<'a, T>, value: &'a Tensor<T>, inputs: Vec<usize>) -> usize {
        let is_number = matches!(origin, Origin::Constant) && value.len() == 1;
        self.numbered += usize::from(!is_number);
        let number = (!is_number).then_some(self.numbered);
        self.entries.push(Entry { origin, value, inputs, number, name: None });
        self.entries.len() - 1
    }

    /// The place of a constant. Two are the same if they share their elements; numbers are different always.
    fn constant(&mut self, x: &'a Tensor<T>) -> usize {
        if let Some(place) = self.find(x) {
            return place;
        }
        let place = self.push(Origin::Constant, x, Vec::new());
        if let Some(identity) = x.storage().identity() {
            self.constants.insert(identity, place);
        }
        place
    }

    fn find(&self, x: &Tensor<T>) -> Option<usize> {
        match x.node() {
            Some(node) => self.places.get(&node.id).copied(),
            None => self.constants.get(&x.storage().identity()?).copied(),
        }
    }

    /// The place of a node of the graph.
    pub fn place(&self, node: &Node<T>) -> usize {
        self.places[&node.id]
    }
}

/// Each node that `root` was computed from, and its own, with its value. A loop: graphs are deeper than stacks.
fn reachable<T: Float>(root: &Tensor<T>) -> BTreeMap<u64, (&Node<T>, &Tensor<T>)> {
    let mut nodes = BTreeMap::new();
    let mut pending: Vec<_> = root.node().map(|node| (&**node, root)).into_iter().collect();
    while let Some((node, value)) = pending.pop() {
        if nodes.insert(node.id, (node, value)).is_some() {
            continue;
        }
        if let Some(op) = &node.op {
            let inputs = op.parents.iter().zip(&op.inputs);
            pending.extend(inputs.filter_map(|(parent, x)| Some((&**parent.as_ref()?, x))));
        }
    }
    nodes
}
