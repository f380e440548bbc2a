//! Checkpoints: all that a training is at one moment, in one file.
//!
//! | in the `safetensors` file | is |
//! |---|---|
//! | the tensors `encoder.…`, `decoder.…`, `likelihood.…`, `prior.…` | the model, by the names of the library |
//! | the tensors `optimizer.….m`, `optimizer.….v`, `optimizer.….t` | what Adam remembers of each parameter |
//! | `format` of the metadata | what the file is, and its version |
//! | `config`, as TOML | the options, as in `config.toml` |
//! | `images`, as TOML | size and labels of the images |
//! | `progress`, as TOML | how far the epoch and the generators of random numbers have come |
//! | `metrics`, as CSV | the figures of all epochs, as in `metrics.csv` |
//!
//! Without `progress`, `metrics` and the optimizer it is the weights of a model, to be used but not to go on with.

mod error;
mod progress;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use autograd::Tensor;
use nn::{Adam, Module, Optimizer, State};
use vae::DiagonalNormal;

pub use error::LoadError;
pub use progress::Progress;

use crate::config::Config;
use crate::data::{Data, ImageShape};
use crate::metrics::{self, Epoch};
use crate::model::{Model, ModelError, size};
use crate::randomness::Randomness;

/// The file that a run goes on from.
pub const LAST: &str = "last.safetensors";
/// That of the epoch with the lowest test loss.
pub const BEST: &str = "best.safetensors";

/// Images to encode at once.
const ENCODED: usize = 500;

/// What the files are, and by which rules they are written.
const FORMAT: &str = "vae checkpoint, version 1";

/// A training, at one moment.
pub struct Checkpoint {
    /// What is trained, and how.
    pub config: Config,
    /// On images of this shape.
    pub images: ImageShape,
    /// As far as it came.
    pub model: Model,
    /// What it remembers of the parameters.
    pub adam: Adam,
    /// Where each generator stands; that of the order, where it stood when the epoch began.
    pub randomness: Randomness,
    /// The epoch that is under way.
    pub progress: Progress,
    /// The epochs that are complete.
    pub epochs: Vec<Epoch>,
}

impl Checkpoint {
    /// The training that these options describe, before its first step.
    pub fn start(config: Config, data: &Data) -> Result<Self, ModelError> {
        let mut randomness = Randomness::new(config.seed as u64);
        let images = data.shape();
        let model = Model::new(&config, &images, &data.train, &mut randomness.initialization)?;
        let mut adam = Adam::new(config.learning_rate);
        adam.prepare(&model);
        let progress = Progress { checksum: data.checksum(), ..Progress::default() };
        Ok(Self { config, images, model, adam, randomness, progress, epochs: Vec::new() })
    }

    /// Reads a file; of the folder of a run, the best checkpoint.
    pub fn load(path: &Path) -> Result<Self, LoadError> {
        Ok(Self::read(&locate(path, &[BEST, LAST])?)?.0)
    }

    /// Reads a file to go on from.
    pub fn load_training(path: &Path) -> Result<Self, LoadError> {
        match Self::read(path)? {
            (checkpoint, true) => Ok(checkpoint),
            (_, false) => Err(LoadError::WeightsOnly { path: path.to_owned() }),
        }
    }

    /// Writes the file at `path`, at once and whole.
    pub fn save(&self, path: &Path) -> Result<(), nn::checkpoint::CheckpointError> {
        let entries = [
            ("format", FORMAT.to_owned()),
            ("config", self.config.to_toml()),
            ("images", toml::to_string(&self.images).expect("numbers alone")),
            ("progress", self.progress.to_toml(self.randomness.positions())),
            ("metrics", metrics::csv(&self.epochs)),
        ];
        let metadata = entries.map(|(key, value)| (key.to_owned(), value)).into();
        nn::checkpoint::save(path, self, &metadata)
    }

    /// q(z|x) of the first `n` test images, or of all if there are fewer.
    pub fn posteriors(&self, data: &Data, n: usize) -> DiagonalNormal {
        let model = self.model.frozen();
        let inputs = data.test_inputs(n, ENCODED, &self.randomness.test_bits);
        let posteriors: Vec<_> = inputs.map(|input| model.posterior(&input)).collect();
        DiagonalNormal::concatenate(&posteriors)
    }

    /// Reads a file, and whether it has a training to go on with, not weights alone.
    fn read(path: &Path) -> Result<(Self, bool), LoadError> {
        let metadata = nn::checkpoint::read_metadata(path)?;
        if metadata.get("format").map(String::as_str) != Some(FORMAT) {
            let found = metadata.get("format").cloned();
            return Err(LoadError::Foreign { path: path.to_owned(), found });
        }
        let metadata = Metadata { path, entries: metadata };
        let config = metadata.config()?;
        let mut checkpoint = Self::blank(path, config, metadata.images()?)?;
        let resumable = metadata.entries.contains_key("progress");
        if resumable {
            let (progress, positions) = metadata.parse("progress", Progress::from_toml)?;
            checkpoint.progress = progress;
            checkpoint.randomness = Randomness::at(checkpoint.config.seed as u64, positions);
            checkpoint.epochs = metadata.parse("metrics", metrics::parse)?;
            checkpoint.adam.prepare(&checkpoint.model);
            nn::checkpoint::load(path, &mut checkpoint)?;
        } else {
            nn::checkpoint::load(path, &mut checkpoint.model)?;
        }
        Ok((checkpoint, resumable))
    }

    /// Room for what a file holds; but none for a model that is larger than the file.
    fn blank(path: &Path, config: Config, images: ImageShape) -> Result<Self, LoadError> {
        let described = size_of::<f32>() as u128 * size::parameters(&config, &images);
        let found = fs::metadata(path).map_or(0, |metadata| metadata.len());
        if described > found.into() {
            return Err(LoadError::Short { path: path.to_owned(), found, described });
        }
        let mut randomness = Randomness::new(config.seed as u64);
        let model = Model::blank(&config, &images, &mut randomness.initialization)
            .map_err(|reason| LoadError::Model { path: path.to_owned(), reason })?;
        let adam = Adam::new(config.learning_rate);
        let (progress, epochs) = (Progress::default(), Vec::new());
        Ok(Self { config, images, model, adam, randomness, progress, epochs })
    }
}

/// The tensors of the file.
impl Module for Checkpoint {
    fn state(&self) -> State<&Tensor> {
        self.model.state().child("optimizer", self.adam.state())
    }

    fn state_mut(&mut self) -> State<&mut Tensor> {
        self.model.state_mut().child("optimizer", self.adam.state_mut())
    }
}

/// The file at `path`; in the folder of a run, the last checkpoint.
pub fn find_last(path: &Path) -> Result<PathBuf, LoadError> {
    locate(path, &[LAST, BEST])
}

/// The file at `path`, or the first of these in the folder there.
fn locate(path: &Path, names: &[&str]) -> Result<PathBuf, LoadError> {
    let file = if path.is_dir() {
        names.iter().map(|name| path.join(name)).find(|file| file.exists())
    } else {
        path.exists().then(|| path.to_owned())
    };
    file.ok_or_else(|| LoadError::Missing { path: path.to_owned() })
}

/// The strings of a file, which may say anything.
struct Metadata<'a> {
    path: &'a Path,
    entries: BTreeMap<String, String>,
}

impl Metadata<'_> {
    fn parse<T>(
        &self,
        key: &'static str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<T, LoadError> {
        let text = self.entries.get(key).ok_or_else(|| "it is not there".to_owned());
        text.and_then(|text| parse(text)).map_err(|reason| LoadError::Metadata {
            path: self.path.to_owned(),
            key,
            reason,
        })
    }

    fn config(&self) -> Result<Config, LoadError> {
        self.parse("config", |text| {
            Config::from_toml(text, "its text").map_err(|error| error.to_string())
        })
    }

    fn images(&self) -> Result<ImageShape, LoadError> {
        self.parse("images", |text| {
            let images: ImageShape = toml::from_str(text).map_err(|error| error.to_string())?;
            let ImageShape { rows, cols, classes } = images;
            let sides = 1..=u16::MAX.into();
            if sides.contains(&rows) && sides.contains(&cols) && (1..=256).contains(&classes) {
                Ok(images)
            } else {
                Err(format!("images of {rows} × {cols} pixels with {classes} labels cannot be"))
            }
        })
    }
}
