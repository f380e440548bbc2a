//! What the commands that draw have in common: a checkpoint, a picture of it, and the file of that.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use figures::{SaveError, Sheet};

use crate::checkpoint::Checkpoint;
use crate::cli::{Threads, quoted, say};
use crate::config::{Kind, name};
use crate::data::Data;
use crate::folder;

#[derive(Args, Debug)]
pub struct Drawing {
    /// The folder of a run, or a checkpoint
    #[arg(value_name = "RUN")]
    checkpoint: PathBuf,

    /// The PNG file to write, or to replace [default: named after the command, in the folder of the run]
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,

    #[command(flatten)]
    threads: Threads,
}

impl Drawing {
    /// Draws the checkpoint, to the file `name` of the folder unless told otherwise.
    pub fn draw(
        &self,
        name: &str,
        picture: impl FnOnce(&Checkpoint) -> Result<Sheet> + Send,
    ) -> Result<ExitCode> {
        let beside = || folder::beside(&self.checkpoint, name);
        let output = self.output.clone().unwrap_or_else(beside);
        self.threads.install(|| {
            let picture = picture(&Checkpoint::load(&self.checkpoint)?)?;
            let saved = figures::save(&output, &picture);
            let advice = match &saved {
                Err(SaveError::Figure { .. }) => "ask for fewer images",
                _ => "choose another --output",
            };
            saved.context(advice)
        })?;
        say(&format!("The picture is {}", quoted(&output)))?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Whether the model can draw by this label: a conditional one, by a label that it knows.
pub fn check_label(state: &Checkpoint, label: u8) -> Result<()> {
    let (kind, classes) = (state.config.model, state.images.classes);
    if kind != Kind::Cvae {
        bail!("--label is for --model cvae, but this is --model {}; leave it out", name(&kind));
    }
    ensure!(
        usize::from(label) < classes,
        "found --label {label}, but the model knows labels from 0 to {}; choose one of them",
        classes - 1
    );
    Ok(())
}

/// Whether there is this test image, which was asked for by this option.
pub fn check_image(data: &Data, option: &str, image: usize) -> Result<()> {
    let last = data.test.len() - 1;
    ensure!(
        image <= last,
        "found {option} {image}, but test images are numbered from 0 to {last}; choose among them"
    );
    Ok(())
}
