//! What to train, and how: the options that decide the result.
//!
//! They come from a file (`--config`) and from flags, which override it, under the same names; what neither gives has a
//! default. Each run writes all of them to its `config.toml`. Options that decide no figure (`--output`, `--threads`,
//! `--quiet`) are none of these.

pub mod bounds;
mod error;
mod flags;
mod kinds;

use std::fs;
use std::path::{Path, PathBuf, absolute};

use serde::{Deserialize, Serialize};
use toml::{Table, Value};

pub use error::ConfigError;
pub use flags::Flags;
pub use kinds::{Kind, LikelihoodKind, name};

/// A training run, but for its data.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// Where the data are, as an absolute path; `None` for the embedded digits.
    pub data: Option<PathBuf>,
    /// What is trained.
    pub model: Kind,
    /// p(x|z).
    pub likelihood: LikelihoodKind,
    /// σ² of the Gaussian likelihood with a fixed one.
    pub variance: f64,
    /// Dimensions of z.
    pub latent: usize,
    /// Units of the hidden layers.
    pub hidden: usize,
    /// k, the codes of each image in an importance-weighted bound.
    pub samples: usize,
    /// Planar flows of the posterior.
    pub flows: usize,
    /// Pictures of which the VampPrior is made.
    pub pseudo_inputs: usize,
    /// β, what a nat of rate costs.
    pub beta: f64,
    /// Epochs in which β rises.
    pub warmup: usize,
    /// Whether pixels are drawn as bits.
    pub binarize: bool,
    /// How often training goes through the images, at most.
    pub epochs: usize,
    /// After how many epochs without progress it ends before; `None` for never.
    pub patience: Option<usize>,
    /// Images in a step.
    pub batch: usize,
    /// α of Adam.
    pub learning_rate: f64,
    /// What all generators begin with.
    pub seed: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: None,
            model: Kind::default(),
            likelihood: LikelihoodKind::default(),
            variance: 0.1,
            latent: 20,
            hidden: 400,
            samples: 5,
            flows: 4,
            pseudo_inputs: 100,
            beta: 1.0,
            warmup: 0,
            binarize: false,
            epochs: 10,
            patience: None,
            batch: 128,
            learning_rate: 1e-3,
            seed: 1,
        }
    }
}

impl Config {
    /// That of `file`, where there is one, overridden by the flags.
    pub fn resolve(file: Option<&Path>, flags: &Flags) -> Result<Self, ConfigError> {
        let mut given = match file {
            Some(path) => read(path)?,
            None => Table::new(),
        };
        let place = "the command line".to_owned();
        let format = |reason: String| ConfigError::Format { place: place.clone(), reason };
        let flags = Table::try_from(flags).map_err(|error| format(error.to_string()))?;
        given.extend(flags.clone());
        if given.get("model").and_then(Value::as_str) == Some("linear") {
            let gaussian = name(&LikelihoodKind::LearnedGaussian);
            given.entry("likelihood").or_insert(Value::String(gaussian));
        }
        let mut config: Self =
            given.try_into().map_err(|error: toml::de::Error| format(error.to_string()))?;
        config.data = config.data.map(|folder| absolute(&folder).unwrap_or(folder));
        config.check_bounds(&place)?;
        config.check_combinations()?;
        config.check_applicable(&flags)?;
        Ok(config)
    }

    /// That which [`to_toml`](Self::to_toml) wrote; `place` is where the text is from.
    pub fn from_toml(text: &str, place: &str) -> Result<Self, ConfigError> {
        let config = parse(text, place)?;
        config.check_combinations()?;
        Ok(config)
    }

    /// All options as TOML, with all the digits it takes to read the same numbers back.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("paths are Unicode, for they come from TOML")
    }

    /// Whether each option has a value that it may have.
    fn check_bounds(&self, place: &str) -> Result<(), ConfigError> {
        let wrong = |option, found: String| {
            let place = place.to_owned();
            move |expected| ConfigError::Bounds { place, option, found, expected }
        };
        for (name, number) in [
            ("latent", self.latent),
            ("hidden", self.hidden),
            ("samples", self.samples),
            ("flows", self.flows),
            ("pseudo-inputs", self.pseudo_inputs),
            ("warmup", self.warmup),
            ("epochs", self.epochs),
            ("patience", self.patience.unwrap_or(1)),
            ("batch", self.batch),
            ("seed", self.seed),
        ] {
            bounds::check_whole(name, number).map_err(wrong(name, number.to_string()))?;
        }
        for (name, number) in [
            ("learning-rate", self.learning_rate),
            ("beta", self.beta),
            ("variance", self.variance),
        ] {
            bounds::check_real(name, number).map_err(wrong(name, number.to_string()))?;
        }
        Ok(())
    }

    /// Whether each option goes with the others.
    fn check_combinations(&self) -> Result<(), ConfigError> {
        let (weighted, linear) = (self.model == Kind::Iwae, self.model == Kind::Linear);
        if weighted && (self.beta != 1.0 || self.warmup > 0) {
            return Err(ConfigError::Combination(
                "the importance-weighted bound of --model iwae has no rate to weigh; leave out --beta and \
                 --warmup, or choose another --model",
            ));
        }
        if linear && !self.likelihood.is_gaussian() {
            return Err(ConfigError::Combination(
                "--model linear is probabilistic principal component analysis, whose likelihood is normal; \
                 choose --likelihood learned-gaussian, gaussian or optimal-gaussian",
            ));
        }
        Ok(())
    }

    /// Whether each flag that was given means something: files hold all options, a command line those that matter.
    fn check_applicable(&self, flags: &Table) -> Result<(), ConfigError> {
        let model = format!("--model {}", name(&self.model));
        let likelihood = format!("--likelihood {}", name(&self.likelihood));
        let dense = !matches!(self.model, Kind::Conv | Kind::Linear);
        for (option, applies, needs, found) in [
            ("samples", self.model == Kind::Iwae, "--model iwae", &model),
            ("flows", self.model == Kind::Flow, "--model flow", &model),
            ("pseudo-inputs", self.model == Kind::Vamp, "--model vamp", &model),
            ("hidden", dense, "--model dense, iwae, cvae, flow or vamp", &model),
            (
                "variance",
                self.likelihood == LikelihoodKind::Gaussian,
                "--likelihood gaussian",
                &likelihood,
            ),
        ] {
            if flags.contains_key(option) && !applies {
                let option = format!("--{option}");
                return Err(ConfigError::Inapplicable { option, needs, found: found.clone() });
            }
        }
        Ok(())
    }
}

/// The options in a file: those that are there, and no others.
fn read(path: &Path) -> Result<Table, ConfigError> {
    let text = fs::read_to_string(path)
        .map_err(|reason| ConfigError::Unreadable { path: path.to_owned(), reason })?;
    let place = path.display().to_string();
    parse(&text, &place)?; // as a whole configuration, for errors that tell the line
    let format = |error: toml::de::Error| ConfigError::Format { place, reason: error.to_string() };
    text.parse().map_err(format)
}

/// The options in a text, each within its bounds, and defaults for the others.
fn parse(text: &str, place: &str) -> Result<Config, ConfigError> {
    let config: Config = toml::from_str(text).map_err(|error| ConfigError::Format {
        place: place.to_owned(),
        reason: error.to_string().trim_end().to_owned(),
    })?;
    config.check_bounds(place)?;
    Ok(config)
}
