//! The commands, a file for each: its options, and what it does.

pub mod completions;
pub mod info;
pub mod report;
pub mod train;
