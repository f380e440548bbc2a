//! Reverse-mode differentiation.

mod float;
pub mod simd;

pub use float::Float;
