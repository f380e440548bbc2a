//! The options that a configuration file may hold as well, as flags of the command line.

use std::path::PathBuf;

use clap::{ArgAction, Args};
use serde::Serialize;

use super::bounds::{real, whole};
use super::{Kind, LikelihoodKind};

/// What was given on the command line; what was not is `None`, and is left out when this is serialized.
#[derive(Args, Clone, Debug, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Flags {
    /// Training and test images [default: the embedded MNIST digits]
    ///
    /// A folder of IDX files as MNIST and its relatives come, plain or gzipped; a folder of PNG
    /// images, with a folder for each class or without; or .npy, one file or a folder of them.
    /// What has no test images of its own is tested on every tenth.
    #[arg(long, value_name = "PATH", verbatim_doc_comment)]
    pub data: Option<PathBuf>,

    /// What to train [default: dense]
    #[arg(long, value_name = "MODEL")]
    pub model: Option<Kind>,

    /// p(x|z) [default: bernoulli; learned-gaussian for --model linear]
    ///
    /// Distortions of bits, of gray pixels and of any numbers are in nats of different
    /// things: compare them within a likelihood, not between two.
    #[arg(long, value_name = "NAME", verbatim_doc_comment)]
    pub likelihood: Option<LikelihoodKind>,

    /// σ² of --likelihood gaussian [default: 0.1]
    #[arg(long, value_name = "VARIANCE", value_parser = real("variance"), allow_negative_numbers = true)]
    pub variance: Option<f64>,

    /// Dimensions of the code z [default: 20]
    #[arg(long, value_name = "N", value_parser = whole("latent"))]
    pub latent: Option<usize>,

    /// Hidden units of the encoder, and of the decoder [default: 400]
    #[arg(long, value_name = "N", value_parser = whole("hidden"))]
    pub hidden: Option<usize>,

    /// Codes of each image for --model iwae [default: 5]
    #[arg(long, value_name = "N", value_parser = whole("samples"))]
    pub samples: Option<usize>,

    /// Planar flows of --model flow [default: 4]
    #[arg(long, value_name = "N", value_parser = whole("flows"))]
    pub flows: Option<usize>,

    /// Pseudo-inputs of --model vamp [default: 100]
    #[arg(long, value_name = "N", value_parser = whole("pseudo-inputs"))]
    pub pseudo_inputs: Option<usize>,

    /// The price of a nat of rate: the loss is distortion + β rate [default: 1]
    #[arg(long, value_name = "BETA", value_parser = real("beta"), allow_negative_numbers = true)]
    pub beta: Option<f64>,

    /// Epochs in which β rises to its value, step by step, from 0 [default: 0]
    #[arg(long, value_name = "N", value_parser = whole("warmup"))]
    pub warmup: Option<usize>,

    /// Draw each pixel as 0 or 1 with its intensity as probability, anew for each batch
    ///
    /// A Bernoulli likelihood speaks of bits: with them, the loss bounds a true −log p(x).
    /// Without this option, intensities are taken as they are, as in most published examples.
    #[arg(long, verbatim_doc_comment, value_name = "true|false", num_args = 0..=1, require_equals = true,
          default_missing_value = "true", action = ArgAction::Set, hide_possible_values = true)]
    pub binarize: Option<bool>,

    /// How often to go through the training images [default: 10]
    #[arg(long, value_name = "N", value_parser = whole("epochs"))]
    pub epochs: Option<usize>,

    /// Stop after so many epochs in which the test loss was not lower than ever before [default: never]
    #[arg(long, value_name = "N", value_parser = whole("patience"))]
    pub patience: Option<usize>,

    /// Images in each step of the optimizer [default: 128]
    #[arg(long, value_name = "N", value_parser = whole("batch"))]
    pub batch: Option<usize>,

    /// Step size of Adam, above 0 and at most 1 [default: 0.001]
    #[arg(long, value_name = "RATE", value_parser = real("learning-rate"), allow_negative_numbers = true)]
    pub learning_rate: Option<f64>,

    /// Number from which all randomness is drawn; the same seed gives the same run [default: 1]
    #[arg(long, value_name = "N", value_parser = whole("seed"))]
    pub seed: Option<usize>,
}
