//! Why a checkpoint cannot be used.

use std::path::{Path, PathBuf};

use nn::checkpoint::CheckpointError;
use thiserror::Error;

use super::{BEST, LAST};
use crate::model::ModelError;

/// What is wrong with a checkpoint. Every message names the file, and says what to do next.
#[derive(Debug, Error)]
pub enum LoadError {
    /// There is none.
    #[error(
        "{}: no checkpoint is here; expected a .safetensors file that this program wrote, or the folder \
         of a run with {BEST} or {LAST} in it", path.display()
    )]
    Missing { path: PathBuf },

    /// It cannot be read, is damaged, or does not hold the tensors of its model.
    #[error("{reason}; {}", advice(reason))]
    Damaged { reason: CheckpointError },

    /// It is in the format, but is no checkpoint of this program.
    #[error(
        "{}: not a checkpoint of this program: its metadata {}; expected a file that `vae train` wrote",
        path.display(), says(found)
    )]
    Foreign { path: PathBuf, found: Option<String> },

    /// Its metadata are not as this program writes them.
    #[error("{}: the {key} in its metadata cannot be used: {reason}; {}", path.display(), other(path))]
    Metadata { path: PathBuf, key: &'static str, reason: String },

    /// Its configuration is of another model.
    #[error(
        "{}: it has {found} bytes, but the parameters of its model alone take {described}; {}",
        path.display(), other(path)
    )]
    Short { path: PathBuf, found: u64, described: u128 },

    /// Its configuration is of no model.
    #[error("{}: {reason}", path.display())]
    Model { path: PathBuf, reason: ModelError },

    /// It is asked to go on, and cannot.
    #[error(
        "{}: holds the weights of a model, but no training to go on with; --resume takes the folder of a run",
        path.display()
    )]
    WeightsOnly { path: PathBuf },
}

impl From<CheckpointError> for LoadError {
    fn from(reason: CheckpointError) -> Self {
        Self::Damaged { reason }
    }
}

fn says(found: &Option<String>) -> String {
    match found {
        None => "has no entry `format`".to_owned(),
        Some(format) => format!("says `format` {format:?}"),
    }
}

fn advice(reason: &CheckpointError) -> String {
    let (CheckpointError::Io { path, .. }
    | CheckpointError::Format { path, .. }
    | CheckpointError::Mismatch { path, .. }) = reason;
    other(path)
}

/// The other checkpoint of the run, if there is one.
fn other(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    let sibling = path.with_file_name(if name == LAST { BEST } else { LAST });
    if (name == LAST || name == BEST) && sibling.exists() {
        format!("the run's other checkpoint may be whole: {}", sibling.display())
    } else {
        "take another checkpoint".to_owned()
    }
}
