//! The graph: the nodes behind tracked tensors.

mod node;

pub(crate) use node::{Node, Op, PerInput, line};
