//! What a wrong derivative looks like: the remark of someone who sees both Jacobians side by side.

use std::ops::Range;

use super::entries::{Entries, Entry};
use super::level::Level;
use super::{place, range};
use crate::{Float, Tensor};

/// What the derivative of output k with respect to input i looks like, the worst of whose entries is `at`.
pub(super) fn help<T: Float>(
    level: &Level<'_, T>,
    entries: &Entries,
    outputs: &[Tensor<T>],
    at: Entry,
) -> String {
    let (k, i) = (place(outputs, at.0).0, place(level.inputs, at.1).0);
    let block = Block {
        level,
        entries,
        rows: range(outputs, k),
        columns: range(level.inputs, i),
        output: (level.subject.output(k), &outputs[k]),
        input: (level.subject.input(i), &level.inputs[i]),
    };
    block
        .missing(i)
        .or_else(|| block.proportional())
        .or_else(|| block.transposed())
        .or_else(|| block.swapped(i))
        .or_else(|| block.not_summed())
        .or_else(|| block.by_itself(at))
        .unwrap_or_else(|| block.no_pattern())
}

/// The entries of one output and one input.
struct Block<'a, T: Float> {
    level: &'a Level<'a, T>,
    entries: &'a Entries,
    rows: Range<usize>,
    columns: Range<usize>,
    /// With their names.
    output: (String, &'a Tensor<T>),
    input: (String, &'a Tensor<T>),
}

impl<T: Float> Block<'_, T> {
    fn all(&self) -> impl Iterator<Item = Entry> {
        self.rows.clone().flat_map(|k| self.columns.clone().map(move |i| (k, i)))
    }

    /// Whether every analytic entry is what `expected` says.
    fn is(&self, expected: impl Fn(Entry) -> f64) -> bool {
        self.all().all(|at| self.level.check.agree(self.entries.analytic(at), expected(at)))
    }

    fn missing(&self, i: usize) -> Option<String> {
        let x = &self.input.0;
        let missing = self.all().all(|at| self.entries.analytic(at) == 0.0);
        missing.then(|| match (self.level.subject.order, self.level.reached()[i]) {
            (1, true) => format!("this contribution is missing: is `dx.add` called for input {i}?"),
            (1, false) => format!(
                "the result changes with {x}, but no graph connects them: was {x} detached, or used through `value()`?"
            ),
            _ => format!(
                "the gradient changes with {x}, but its derivative is 0: does a rule detach something, or compute in \
                 values?"
            ),
        })
    }

    /// A factor between the two.
    fn proportional(&self) -> Option<String> {
        let product = |at| self.entries.analytic(at) * self.entries.numeric(at);
        let square = |at| self.entries.numeric(at).powi(2);
        let factor = self.all().map(product).sum::<f64>() / self.all().map(square).sum::<f64>();
        let near = |known: f64| (factor / known - 1.0).abs() < 1e-2;
        let x = &self.input.0;
        self.is(|at| factor * self.entries.numeric(at)).then(|| match factor {
            _ if near(-1.0) => "the sign is flipped".into(),
            _ if near(2.0) => "twice what it must be: is a contribution added twice?".into(),
            _ if near(0.5) => {
                format!("a factor 2 is missing, or one of two uses of {x} is detached")
            }
            _ => format!("{factor:.4} times what it must be, in every entry"),
        })
    }

    fn transposed(&self) -> Option<String> {
        let (top, left) = (self.rows.start, self.columns.start);
        let (output, input) = (&self.output, &self.input);
        let at = |k, i| self.entries.numeric((k, i));
        if square(input.1) && self.is(|(k, i)| at(k, left + transpose(input.1, i - left))) {
            return Some(format!("equal after transposing the contribution to {}", input.0));
        }
        let turned = |(k, i)| at(top + transpose(output.1, k - top), i);
        (square(output.1) && self.is(turned))
            .then(|| format!("equal after transposing the cotangent of {} in the rule", output.0))
    }

    /// The derivative with respect to another input of the same shape.
    fn swapped(&self, i: usize) -> Option<String> {
        let inputs = self.level.inputs;
        let alike = |&j: &usize| j != i && inputs[j].shape() == inputs[i].shape();
        let other = (0..inputs.len()).filter(alike).find(|&j| {
            let start = range(inputs, j).start;
            self.is(|(k, i)| self.entries.numeric((k, start + i - self.columns.start)))
        })?;
        let (x, y) = (&self.input.0, self.level.subject.input(other));
        Some(format!("this is the derivative with respect to {y}: are {x} and {y} swapped?"))
    }

    /// Right when summed over an axis of the input.
    fn not_summed(&self) -> Option<String> {
        let (x, shape) = (&self.input.0, self.input.1.shape());
        let axis = (0..shape.len()).filter(|&axis| shape[axis] > 1).find(|&axis| {
            let stride: usize = shape[axis + 1..].iter().product();
            let first = |i: usize| ((i - self.columns.start) / stride).is_multiple_of(shape[axis]);
            self.all().filter(|&(_, i)| first(i)).all(|(k, i)| {
                let along = || (0..shape[axis]).map(|n| (k, i + n * stride));
                let analytic = along().map(|at| self.entries.analytic(at)).sum();
                self.level.check.agree(analytic, along().map(|at| self.entries.numeric(at)).sum())
            })
        })?;
        Some(format!(
            "the sums over axis {axis} of {x} are right: where an element is repeated, its cotangents must be summed"
        ))
    }

    /// One entry by itself.
    fn by_itself(&self, at: Entry) -> Option<String> {
        let (analytic, numeric) = (self.entries.analytic(at), self.entries.numeric(at));
        let near = |ratio: f64| (analytic / numeric / ratio - 1.0).abs() < 1e-2;
        let looks_like = match () {
            () if analytic == 0.0 => "a contribution to this entry is missing",
            () if self.level.check.agree(0.0, numeric) => "this entry must be 0",
            () if near(-1.0) => "the sign of this entry is flipped",
            () if near(2.0) => "this entry is twice what it must be",
            () if near(0.5) => "this entry is half of what it must be",
            () => return None,
        };
        Some(looks_like.into())
    }

    fn no_pattern(&self) -> String {
        match self.level.subject.order {
            1 => "derive the rule once more, from ⟨z̄, ż⟩ = ⟨x̄, ẋ⟩",
            _ => "the lower orders are right: is the rule written in tensor operations, with nothing detached?",
        }
        .into()
    }
}

/// Whether the last two axes are two, and equal.
fn square<T: Float>(x: &Tensor<T>) -> bool {
    matches!(x.shape(), [.., rows, columns] if rows == columns && *rows > 1)
}

/// Where element `at` of x is in xᵀ, for a square x.
fn transpose<T: Float>(x: &Tensor<T>, at: usize) -> usize {
    let n = x.shape()[x.rank() - 1];
    let (matrix, row, column) = (at / (n * n), at / n % n, at % n);
    (matrix * n + column) * n + row
}
