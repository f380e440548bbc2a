//! Every op, through one table: values, derivatives, layouts, sizes and precisions.

mod arithmetic;
mod case;
mod convolutions;
mod driver;
mod layout;
mod naive;
mod one_list;
mod reductions;

pub use case::{Case, cases};
