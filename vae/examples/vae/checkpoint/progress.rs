//! How far an epoch has come.

use serde::{Deserialize, Serialize};
use vae::{Evaluation, Moments};

use crate::randomness::Positions;

/// What is done of the epoch that is under way; nothing, between two epochs.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Progress {
    /// Steps.
    pub step: usize,
    /// Rate and distortion of the images of these steps.
    pub train: Evaluation,
    /// What the steps minimized.
    pub objective: Moments,
    /// How long they took.
    pub seconds: f64,
    /// The checksum of the data.
    pub checksum: u32,
}

/// The same as TOML. Moments are number, mean, and sum of squares around it.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Text {
    step: usize,
    seconds: f64,
    checksum: u32,
    rate: Sums,
    distortion: Sums,
    loss: Sums,
    objective: Sums,
    generators: Positions,
}

type Sums = (usize, f64, f64);

impl Progress {
    /// With where the generators are, as TOML.
    pub fn to_toml(self, generators: Positions) -> String {
        let Self { step, train, objective, seconds, checksum } = self;
        let [rate, distortion, loss] = train.moments().map(|moments| moments.sums());
        let objective = objective.sums();
        let text = Text { step, seconds, checksum, rate, distortion, loss, objective, generators };
        toml::to_string(&text).expect("numbers alone")
    }

    /// What [`to_toml`](Self::to_toml) wrote; else, what is wrong.
    pub fn from_toml(text: &str) -> Result<(Self, Positions), String> {
        let text: Text = toml::from_str(text).map_err(|error| error.to_string())?;
        let moments = |(count, mean, squares)| Moments::of_sums(count, mean, squares);
        let train = Evaluation::of_moments([text.rate, text.distortion, text.loss].map(moments));
        let objective = moments(text.objective);
        let Text { step, seconds, checksum, generators, .. } = text;
        Ok((Self { step, train, objective, seconds, checksum }, generators))
    }
}
