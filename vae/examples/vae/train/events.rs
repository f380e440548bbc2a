//! The curves of a run for TensorBoard, one point an epoch.

use anyhow::{Context, Result};

use crate::folder::RunFolder;
use crate::metrics::Epoch;
use crate::tensorboard::EventFile;

/// TensorBoard knows its files by the middle of this name.
const NAME: &str = "events.out.tfevents.vae";

/// The event file of a run.
pub struct Events(EventFile);

impl Events {
    /// A new file in the folder, or in place of that of a run which goes on, with the epochs that are complete.
    pub fn begin(folder: &RunFolder, epochs: &[Epoch]) -> Result<Self> {
        let file = EventFile::create(folder.file(NAME));
        let mut events = Self(file.with_context(|| format!("{NAME}: cannot be written"))?);
        epochs.iter().try_for_each(|epoch| events.add(epoch))?;
        Ok(events)
    }

    /// Appends an epoch.
    pub fn add(&mut self, epoch: &Epoch) -> Result<()> {
        let Epoch { number, train, objective, test, bound, .. } = epoch;
        let scalars = [
            ("train/loss", train.loss),
            ("train/distortion", train.distortion),
            ("train/rate", train.rate),
            ("train/objective", *objective),
            ("test/loss", test.loss),
            ("test/distortion", test.distortion),
            ("test/rate", test.rate),
            ("test/bound", *bound),
        ];
        let scalars = scalars.map(|(tag, nats)| (tag, nats as f32));
        let added = self.0.scalars(*number as u64, &scalars);
        added.with_context(|| format!("{NAME}: cannot be written; make room for it"))
    }
}
