//! What is left of a run after each stage.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use vae::Vae;

/// The file of one k and seed, and what else a run must have in common with the run that wrote it.
pub struct Checkpoint {
    path: PathBuf,
    run: BTreeMap<String, String>,
}

/// Under which the file holds how many stages it has.
const STAGES: &str = "stages";

impl Checkpoint {
    /// In this folder, which is made where need be.
    pub fn new(folder: &Path, k: usize, seed: u64, images: usize) -> Result<Self> {
        let name = folder.display();
        fs::create_dir_all(folder).with_context(|| format!("{name}: cannot create this folder"))?;
        let run =
            [("k", k.to_string()), ("seed", seed.to_string()), ("images", images.to_string())];
        Ok(Self {
            path: folder.join(format!("k{k}-seed{seed}.safetensors")),
            run: run.map(|(key, value)| (key.to_owned(), value)).into(),
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the model after so many stages.
    pub fn save(&self, vae: &Vae, stages: u8) -> Result<()> {
        let mut metadata = self.run.clone();
        metadata.insert(STAGES.to_owned(), stages.to_string());
        Ok(nn::checkpoint::save(&self.path, vae, &metadata)?)
    }

    /// Reads the model and how many stages it has; without a file, leaves it as it is, with none.
    pub fn load(&self, vae: &mut Vae) -> Result<u8> {
        if !self.path.exists() {
            return Ok(0);
        }
        let mut metadata = nn::checkpoint::load(&self.path, vae)?;
        let stages = metadata.remove(STAGES).and_then(|stages| stages.parse().ok());
        let name = self.path.display();
        let stages =
            stages.with_context(|| format!("{name}: does not say how many stages it has"))?;
        ensure!(
            metadata == self.run,
            "{name}: is of {metadata:?}, but this run is of {:?}; choose another --folder",
            self.run
        );
        Ok(stages)
    }
}
