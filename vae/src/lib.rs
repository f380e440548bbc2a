//! Variational autoencoders.

#![forbid(unsafe_code)]

pub mod data;
