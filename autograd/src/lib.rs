//! Reverse-mode differentiation.
#![doc = include_str!("ops/README.md")]
#![deny(unsafe_code)]

mod check;
mod elementwise;
mod float;
mod gemm;
mod graph;
mod ops;
mod reverse;
mod shape;
mod tensor;

pub use check::{GradientMismatch, check_grads};
pub use float::Float;
pub use gemm::gemm;
pub use reverse::{Cotangent, Gradients};
pub use tensor::{Tensor, Value};
