//! [`trace`]: a reverse sweep as a student would write it down.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::graph::listing::{Entry, Listing, Origin};
use crate::graph::rules::Rules;
use crate::graph::text::{barred, columns, elements};
use crate::graph::{Node, Op, Options};
use crate::reverse::{Aim, check_scalar, sweep};
use crate::{Cotangent, Float, Tensor};

/// The computation of a loss and its reverse sweep, one line for each tensor and one for each contribution to a
/// cotangent, in the order in which they happen.
///
/// `x̄₃ = …` is the first contribution to a cotangent and `x̄₃ += …` any other; the shape behind it is that of x₃. No
/// line writes the cotangent of a constant: it is not computed. Where an input was broadcast, the line says to which
/// shape the engine sums. Values and cotangents are those of the contributions; the sums that are the leaves'
/// gradients follow at the end.
///
/// # Panics
/// As [`backward`](Tensor::backward): if the loss does not hold exactly one element, or is not tracked.
#[track_caller]
pub fn trace<T: Float>(loss: &Tensor<T>, options: &Options<'_, T>) -> String {
    check_scalar("trace", loss);
    let Some(root) = loss.node() else {
        panic!("trace: the loss is a constant; it must be computed from at least one leaf");
    };
    let mut trace = Trace {
        listing: Listing::of(loss, options),
        rules: Rules::new(options.rules),
        cotangents: options.cotangents,
        written: BTreeSet::new(),
        lines: Vec::new(),
        gradients: Vec::new(),
    };
    trace.lines.push(trace.seed(root));
    let seed = Tensor::ones(loss.shape());
    sweep(Arc::clone(root), seed, Aim::Nodes, 0, |node, cotangent, contributions| match &node.op {
        Some(op) => trace.op(node, op, contributions),
        None => trace.leaf(node, &cotangent),
    });
    let forward: Vec<_> = trace
        .listing
        .entries
        .iter()
        .filter_map(|entry| trace.line(entry, options.values))
        .collect();
    let mut text =
        format!("forward\n{}\nreverse sweep\n{}", columns(&forward), columns(&trace.lines));
    if options.cotangents {
        trace.gradients.reverse();
        text += &format!("\ngradients\n{}", columns(&trace.gradients));
    }
    text
}

struct Trace<'a, T: Float> {
    listing: Listing<'a, T>,
    rules: Rules<'a>,
    cotangents: bool,
    /// The places of the tensors whose cotangents have a contribution.
    written: BTreeSet<usize>,
    /// Op, statement, shape, name, line of code, value.
    lines: Vec<[String; 6]>,
    /// Cotangent, shape, name, value; the youngest leaf first.
    gradients: Vec<[String; 4]>,
}

impl<T: Float> Trace<'_, T> {
    /// The line of a tensor in the forward computation: symbol, origin, shape, name, line of code, value.
    fn line(&self, entry: &Entry<'_, T>, values: bool) -> Option<[String; 6]> {
        entry.number?;
        let (origin, place) = match entry.origin {
            Origin::Leaf => ("leaf".into(), String::new()),
            Origin::Constant => ("constant".into(), String::new()),
            Origin::Op(op) => {
                (format!("{}({})", op.name, self.symbols(entry).join(", ")), place(op))
            }
        };
        let value = if values { elements(entry.value) } else { String::new() };
        Some([entry.symbol(), origin, shape(entry), name(entry), place, value])
    }

    /// The symbols of the inputs.
    fn symbols(&self, entry: &Entry<'_, T>) -> Vec<String> {
        entry.inputs.iter().map(|&input| self.listing.entries[input].symbol()).collect()
    }

    /// Where the sweep starts.
    fn seed(&self, root: &Node<T>) -> [String; 6] {
        let loss = &self.listing.entries[self.listing.place(root)];
        let statement = format!("{} = 1", barred(&loss.symbol()));
        [String::new(), statement, shape(loss), name(loss), String::new(), String::new()]
    }

    /// The lines of an op: one for each input that it contributes to.
    fn op(&mut self, node: &Node<T>, op: &Op<T>, contributions: &[Cotangent<'_, T>]) {
        let output = &self.listing.entries[self.listing.place(node)];
        let (rule, symbols) = (self.rules.of(op.name), self.symbols(output));
        let (mut heading, mut place) = (op.name.to_string(), place(op));
        for (i, contribution) in contributions.iter().enumerate() {
            let Some(value) = &contribution.sum else { continue };
            let input = &self.listing.entries[output.inputs[i]];
            let is = if self.written.insert(output.inputs[i]) { "=" } else { "+=" };
            let term = rule.contribution(i, &symbols, &output.symbol());
            let mut statement = format!("{} {is} {term}", barred(&symbols[i]));
            if contribution.was_broadcast {
                statement += &format!(", summed to {}", shape(input));
            }
            let value = if self.cotangents { elements(value) } else { String::new() };
            let (heading, place) = (std::mem::take(&mut heading), std::mem::take(&mut place));
            self.lines.push([heading, statement, shape(input), name(input), place, value]);
        }
    }

    /// A leaf's cotangent is complete: its gradient.
    fn leaf(&mut self, node: &Node<T>, gradient: &Tensor<T>) {
        let leaf = &self.listing.entries[self.listing.place(node)];
        let line = [barred(&leaf.symbol()), shape(leaf), name(leaf), elements(gradient)];
        self.gradients.push(line);
    }
}

fn shape<T: Float>(entry: &Entry<'_, T>) -> String {
    format!("{:?}", entry.value.shape())
}

fn name<T: Float>(entry: &Entry<'_, T>) -> String {
    entry.name.unwrap_or_default().into()
}

fn place<T: Float>(op: &Op<T>) -> String {
    format!("{}:{}", op.recorded_at.file(), op.recorded_at.line())
}
