//! The example binary, run as a user runs it.
//!
//! `cargo test` builds examples before it runs tests.

mod errors;
mod folder;
mod results;
mod tiny;
