//! What can be wrong with a configuration.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// Why there is no configuration. Every message says where it is wrong.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{}: cannot be read ({reason}); --config takes the config.toml of a run, or one like it", path.display())]
    Unreadable { path: PathBuf, reason: io::Error },

    /// The text is not TOML, or has something else in it than options.
    #[error("{place}: {reason}")]
    Format { place: String, reason: String },

    /// An option has a value that it cannot have.
    #[error("{place}: {option} is {found}; {expected}")]
    Bounds { place: String, option: &'static str, found: String, expected: String },

    /// An option that means nothing with the others.
    #[error("{option} is for {needs} alone, and this is {found}; leave it out, or add {needs}")]
    Inapplicable { option: String, needs: &'static str, found: String },

    /// Two options that exclude each other.
    #[error("{0}")]
    Combination(&'static str),
}
