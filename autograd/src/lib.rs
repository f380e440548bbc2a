//! Reverse-mode differentiation.
#![deny(unsafe_code)]

mod check;
mod elementwise;
mod float;
mod gemm;
mod graph;
mod ops;
mod reverse;
mod shape;
#[allow(unsafe_code)]
pub mod simd;
mod storage;
mod tensor;

pub use check::{GradientMismatch, check_grads};
pub use float::Float;
pub use gemm::gemm;
pub use reverse::{Cotangent, Gradients};
pub use tensor::{Tensor, Value};
