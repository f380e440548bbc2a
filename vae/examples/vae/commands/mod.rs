//! The commands, a file for each: its options, and what it does.

pub mod completions;
mod drawing;
pub mod encode;
pub mod evaluate;
pub mod export;
mod images;
pub mod import;
pub mod info;
pub mod interpolate;
pub mod manifold;
pub mod reconstruct;
pub mod report;
pub mod sample;
mod target;
pub mod train;
