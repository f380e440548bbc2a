//! Every op, through one table: values, derivatives, layouts, sizes and precisions.

mod activations;
mod arithmetic;
mod case;
mod convolutions;
mod driver;
mod layout;
mod linear_algebra;
mod naive;
mod one_list;
mod reductions;
mod selection;

pub use case::{BINARY, Case, Shapes, UNARY, cases};
