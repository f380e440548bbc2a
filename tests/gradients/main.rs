//! Derivatives: each op against finite differences and naive formulas, the engine, and the checker itself.
//!
//! One binary, so that the crates are linked once.

mod anomaly;
mod checker;
mod covariances;
mod dual_numbers;
mod engine;
mod finite_differences;
mod functional;
mod graph;
mod kinks;
#[path = "../op_table/mod.rs"]
mod op_table;
mod ops;
mod random_graphs;
mod shape_errors;
mod support;
