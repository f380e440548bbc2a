//! Reverse-mode differentiation.

mod float;

pub use float::Float;
