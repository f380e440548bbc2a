//! The example binaries, run as a user runs them.
//!
//! `cargo test` builds examples before it runs tests.

mod checkpoints;
mod config;
mod data;
mod encode;
mod errors;
mod evaluate;
mod export;
mod folder;
mod import;
mod info;
mod models;
mod output;
mod pictures;
mod report;
mod reproduce;
mod results;
mod resume;
mod tensorboard;
mod tiny;
