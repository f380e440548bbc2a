//! What surrounds the training loop: the command line, the data, the folder of results, progress and pictures.

pub mod chart;
pub mod data;
pub mod folder;
pub mod metrics;
pub mod options;
pub mod png;
pub mod progress;
pub mod randomness;
pub mod results;
pub mod sheet;
