//! Neural networks.
#![forbid(unsafe_code)]

mod activation;
pub mod checkpoint;
mod clip;
pub mod initialize;
mod linear;
pub mod loss;
mod module;
mod optim;
mod sequential;

pub use activation::Activation;
pub use clip::{clip_norm, clip_value};
pub use linear::Linear;
pub use module::{Layer, Module, Named};
pub use optim::{Adam, AdamW, Optimizer, Sgd};
pub use sequential::Sequential;
