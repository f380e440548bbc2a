//! The example binaries, run as a user runs them.
//!
//! `cargo test` builds examples before it runs tests.

mod errors;
mod folder;
mod reproduce;
mod results;
mod tiny;
