//! What the table says of an op.

use autograd::Tensor;
use ndarray::ArrayD;

use crate::support::{Domain, draw};

/// Shapes of the inputs of one application.
pub type Shapes = &'static [&'static [usize]];

/// One op with what it must hold for.
pub struct Case {
    /// Its name in the op table.
    pub op: &'static str,
    /// Applications: plain, broadcast, of size 0 and 1.
    pub shapes: &'static [Shapes],
    /// Where the op is smooth.
    pub domain: Domain,
    /// The op.
    pub f64: fn(&[Tensor<f64>]) -> Tensor<f64>,
    /// The same expression in single precision.
    pub f32: fn(&[Tensor<f32>]) -> Tensor<f32>,
    /// The value by other means, in loops over indices.
    pub naive: fn(&[ArrayD<f64>]) -> ArrayD<f64>,
}

/// `case!("op", shapes, domain, |x| expression in tensors, |x| expression in arrays)`
macro_rules! case {
    ($op:literal, $shapes:expr, $domain:expr, |$x:ident| $f:expr, |$a:ident| $naive:expr) => {
        $crate::ops::Case {
            op: $op,
            shapes: $shapes,
            domain: $domain,
            f64: |$x| $f,
            f32: |$x| $f,
            naive: |$a| $naive,
        }
    };
}
pub(crate) use case;

/// The table: one list with the op table in the documentation.
pub fn cases() -> Vec<Case> {
    [
        super::arithmetic::cases(),
        super::arithmetic::functions(),
        super::activations::cases(),
        super::reductions::cases(),
        super::reductions::moments(),
        super::selection::cases(),
        super::layout::cases(),
        super::layout::products(),
        super::convolutions::cases(),
        super::linear_algebra::cases(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Seed of all inputs; part of every label.
const SEED: u64 = 20;

impl Case {
    /// Calls `test` with every application: a label and the inputs.
    pub fn each(&self, mut test: impl FnMut(&str, Vec<ArrayD<f64>>)) {
        for shapes in self.shapes {
            let label = format!("{} of {shapes:?}, seed {SEED}", self.op);
            test(&label, draw(self.domain, shapes, SEED));
        }
    }
}

/// Shapes for ops of one input that take any: plain, of one element, of none.
pub const UNARY: &[Shapes] = &[&[&[2, 3]], &[&[3, 1, 2]], &[&[1]], &[&[]], &[&[0]], &[&[2, 0]]];

/// Shapes for ops of two inputs: equal, broadcast either way, of one element, of none.
pub const BINARY: &[Shapes] = &[
    &[&[2, 3], &[2, 3]],
    &[&[2, 3], &[3]],
    &[&[3], &[2, 3]],
    &[&[2, 1], &[1, 3]],
    &[&[4, 1, 2], &[3, 1]],
    &[&[], &[2, 3]],
    &[&[2, 3], &[]],
    &[&[1], &[2, 3]],
    &[&[1], &[1]],
    &[&[], &[]],
    &[&[0], &[0]],
    &[&[1], &[0]],
    &[&[0, 3], &[3]],
    &[&[], &[2, 0]],
];
