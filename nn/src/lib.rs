//! Neural networks.
#![forbid(unsafe_code)]

mod activation;
pub mod initialize;
mod linear;
pub mod loss;
mod module;
mod sequential;

pub use activation::Activation;
pub use linear::Linear;
pub use module::{Layer, Module, Named};
pub use sequential::Sequential;
