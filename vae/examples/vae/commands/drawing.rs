//! What the commands that draw have in common: a picture of a checkpoint, and what can be asked of it.

use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};
use figures::{SaveError, Sheet};

use super::target::Target;
use crate::checkpoint::Checkpoint;
use crate::config::{Kind, name};
use crate::data::Data;

/// Draws the checkpoint, to the file `name` of its folder unless told otherwise.
pub fn draw(
    target: &Target,
    name: &str,
    picture: impl FnOnce(&Checkpoint) -> Result<Sheet> + Send,
) -> Result<ExitCode> {
    target.make(name, "The picture is", |state, output| {
        let saved = figures::save(output, &picture(state)?);
        let advice = match &saved {
            Err(SaveError::Figure { .. }) => "ask for fewer images",
            _ => "choose another --output",
        };
        saved.context(advice)
    })
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
