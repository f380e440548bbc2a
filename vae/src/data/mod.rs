//! Data: from bytes on disk to batches a model can be trained on.

mod dataset;
mod folder;
pub mod idx;
mod mnist;

pub use dataset::{Dataset, DatasetError};
pub use folder::FolderError;
