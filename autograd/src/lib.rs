//! Reverse-mode differentiation.

mod float;
pub mod gemm;
pub mod simd;

pub use float::Float;
