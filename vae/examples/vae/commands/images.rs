//! Which images the commands that look at test images take: those of the run, or others.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;

use crate::checkpoint::Checkpoint;
use crate::data::Data;

#[derive(Args, Debug)]
pub struct Images {
    /// Test images from here, in any form that train takes [default: those of the run]
    #[arg(long, value_name = "PATH")]
    data: Option<PathBuf>,
}

impl Images {
    /// Images of the size that the model is for, with labels that it knows.
    pub fn load(&self, state: &Checkpoint) -> Result<Data> {
        let mut config = state.config.clone();
        config.data = self.data.clone().or(config.data);
        Data::load_for(&config, &state.images)
    }

    /// Where they are from, if not those of the run.
    pub fn others(&self) -> Option<&Path> {
        self.data.as_deref()
    }
}
