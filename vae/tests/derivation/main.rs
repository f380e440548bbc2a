//! The equations of the derivation, each evaluated: in the linear-Gaussian model, where every term is known.

mod codes;
mod decoders;
mod lines;
mod maximum_likelihood;
mod model;
mod objectives;
mod support;
