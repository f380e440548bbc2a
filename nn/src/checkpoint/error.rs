//! What can be wrong with a checkpoint.

use std::io;
use std::path::PathBuf;

use safetensors::Dtype;
use thiserror::Error;

/// Why a checkpoint could not be written or read. Every message names the file.
#[derive(Debug, Error)]
pub enum CheckpointError {
    /// The operating system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },

    /// The file is not in the `safetensors` format, or is damaged.
    #[error("{}: not a safetensors file: {reason}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What was found where, and what was expected.
        reason: String,
    },

    /// The file is a checkpoint of another model.
    #[error("{}: the checkpoint does not fit the model{}", path.display(), lines(mismatches))]
    Mismatch {
        /// The file.
        path: PathBuf,
        /// Everything in which they differ.
        mismatches: Vec<Mismatch>,
    },
}

/// One difference between a checkpoint and a model.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Mismatch {
    /// A tensor of the model is not in the file.
    #[error("missing: {name:?} {expected:?}")]
    Missing {
        /// Its name.
        name: String,
        /// Its shape.
        expected: Vec<usize>,
    },

    /// A tensor in the file is none of the model's.
    #[error("surplus: {name:?} {found:?}")]
    Surplus {
        /// Its name.
        name: String,
        /// Its shape.
        found: Vec<usize>,
    },

    /// The shapes differ.
    #[error("shape: {name:?} is {found:?} in the file and {expected:?} in the model")]
    Shape {
        /// Its name.
        name: String,
        /// Its shape in the file.
        found: Vec<usize>,
        /// Its shape in the model.
        expected: Vec<usize>,
    },

    /// The element types differ.
    #[error("dtype: {name:?} is {found} in the file and {expected} in the model")]
    Dtype {
        /// Its name.
        name: String,
        /// Its element type in the file.
        found: Dtype,
        /// Its element type in the model.
        expected: Dtype,
    },
}

fn lines(mismatches: &[Mismatch]) -> String {
    let line = |mismatch| format!("\n  {mismatch}");
    mismatches.iter().map(line).collect()
}
