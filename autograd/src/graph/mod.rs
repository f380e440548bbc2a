//! Looking at a graph: [`trace`] writes a reverse sweep down step by step, [`dot`] and [`mermaid`] draw.
//!
//! All three number the tensors alike, x₁, x₂, … in the order in which they were made, so that a trace can be read
//! beside its drawing. Constants count like others, except that a constant of one element appears as its value.
//!
//! ```
//! use autograd::{Tensor, graph};
//! use ndarray::array;
//!
//! let w = Tensor::leaf(array![[1.0], [-2.0]]);
//! let x = Tensor::constant(array![[3.0, 1.0], [0.0, 1.0]]);
//! let loss = x.matmul(&w).square().sum() / 2.0;
//!
//! let names = [("w".into(), &w)];
//! let options = graph::Options { names: &names, ..Default::default() };
//! let trace = graph::trace(&loss, &options);
//! assert!(trace.contains("x̄₃ = 2x₃ ⊙ x̄₄"));
//! println!("{trace}");
//! ```
//!
//! prints the computation and then the rule of each op, from the last op to the first, with the tensors of this graph
//! in place of the rule's letters:
//!
//! ```text
//! forward
//!   x₁  leaf            [2, 1]  w
//!   x₂  constant        [2, 2]
//!   x₃  matmul(x₂, x₁)  [2, 1]     src/main.rs:6
//!   x₄  square(x₃)      [2, 1]     src/main.rs:6
//!   x₅  sum(x₄)         []         src/main.rs:6
//!   x₆  div(x₅, 2)      []         src/main.rs:6
//!
//! reverse sweep
//!           x̄₆ = 1                                []
//!   div     x̄₅ = x̄₆ ⊘ 2                           []         src/main.rs:6
//!   sum     x̄₄ = x̄₅ broadcast to the shape of x₄  [2, 1]     src/main.rs:6
//!   square  x̄₃ = 2x₃ ⊙ x̄₄                         [2, 1]     src/main.rs:6
//!   matmul  x̄₁ = x₂ᵀ x̄₃                           [2, 1]  w  src/main.rs:6
//! ```

mod draw;
mod listing;
mod node;
mod rules;
mod text;
mod trace;

pub use draw::{dot, mermaid};
pub(crate) use node::{Node, Op, PerInput, line};
pub use trace::trace;

use crate::{Float, Tensor};

/// What to show of a graph besides its ops and shapes.
///
/// # Examples
/// ```
/// use autograd::{Tensor, graph};
///
/// let x = Tensor::<f64>::leaf(3.0);
/// let (names, rules) = ([("x".into(), &x)], [("mine", "x̄ = z̄ ⊙ cos x")]);
/// let options = graph::Options { names: &names, rules: &rules, values: true, cotangents: true };
/// println!("{}", graph::trace(&x.square(), &options));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Options<'a, T: Float = f32> {
    /// Names of tensors: of leaves, as a module's parameters have them, of results, and of constants that are more than
    /// a number.
    pub names: &'a [(String, &'a Tensor<T>)],
    /// Rules of ops that are not in [the table](crate#the-ops), or other words for those that are: the op's name, and
    /// what it adds to the cotangent of each input in their order, such as `"x̄ = z̄ ⊙ y, ȳ = z̄ ⊙ x"`. An op without
    /// rule is shown as x̄ = Jᵀ z̄.
    pub rules: &'a [(&'a str, &'a str)],
    /// Show values: small tensors in full, of large ones the first elements and the norm √Σ x².
    pub values: bool,
    /// Show cotangents in the same way. They are computed by a reverse sweep, so the graph must end in a loss.
    pub cotangents: bool,
}

impl<T: Float> Default for Options<'_, T> {
    fn default() -> Self {
        Self { names: &[], rules: &[], values: false, cotangents: false }
    }
}
