//! The ops: each with its equation, the derivation of its rule, and the code, in that order.

mod absorb;
mod activation;
mod arithmetic;
mod cholesky;
mod conv;
mod conv_bias;
mod diagonal;
mod index;
mod layout;
mod linear;
mod norm;
mod operators;
mod order;
mod pad;
mod power;
mod prod;
mod reduce;
mod select;
mod slice;
mod softmax;
mod triangular;
mod trigonometry;
mod variance;

pub use triangular::Triangle;
