//! What the commands that make a file of a checkpoint have in common: which one, which file, and with how many threads.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use crate::checkpoint::Checkpoint;
use crate::cli::{Threads, quoted, say};
use crate::folder;

#[derive(Args, Debug)]
pub struct Target {
    /// The folder of a run, or a checkpoint
    #[arg(value_name = "RUN")]
    checkpoint: PathBuf,

    /// The file to write, or to replace [default: named after the command, in the folder of the run]
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,

    #[command(flatten)]
    threads: Threads,
}

impl Target {
    /// Makes the file of the checkpoint, under this name in its folder unless told otherwise, and says where it is.
    pub fn make(
        &self,
        name: &str,
        what: &str,
        make: impl FnOnce(&Checkpoint, &Path) -> Result<()> + Send,
    ) -> Result<ExitCode> {
        let beside = || folder::beside(&self.checkpoint, name);
        let output = self.output.clone().unwrap_or_else(beside);
        self.threads.install(|| make(&Checkpoint::load(&self.checkpoint)?, &output))?;
        say(&format!("{what} {}", quoted(&output)))?;
        Ok(ExitCode::SUCCESS)
    }
}
