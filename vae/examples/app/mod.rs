//! What surrounds the training loop: the command line, the data, the folder of results, progress and pictures.

pub mod data;
pub mod folder;
pub mod metrics;
pub mod options;
pub mod progress;
pub mod randomness;
pub mod results;
