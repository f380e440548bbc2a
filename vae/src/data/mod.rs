//! Data: from bytes on disk to batches a model can be trained on.

pub mod idx;
