//! `vae report`: a run as a page that can be sent around.

use std::collections::BTreeMap;
use std::process::ExitCode;

use anyhow::{Context, Result};
use autograd::Tensor;
use clap::Args;
use indicatif::HumanCount;
use nn::{Activation, Module};
use vae::LatentUse;

use super::images::Images;
use super::target::Target;
use crate::checkpoint::Checkpoint;
use crate::config::{Config, Kind, LikelihoodKind, name};
use crate::data::{Data, ImageShape};
use crate::folder;
use crate::metrics::{self, Figures};
use crate::model::Model;
use crate::pictures;
use crate::report::{self, Code, Epoch, Image, Layer, Network, Report, Terms};

/// Write a page that shows a run, with the decoder in it
///
/// One HTML file, which needs no network: the figures of all epochs as curves,
/// reconstructions, samples, the codes of the test images, and a point among them to
/// move, for which the page computes what the decoder draws.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  vae report runs/vae-1                                   the best checkpoint, as runs/vae-1/report.html
  vae report runs/vae-1/last.safetensors                  the last one
  vae report runs/vae-1 --output thesis/digits.html       to another file
  vae report runs/vae-1 --data photos                     with other test images, of the same size")]
pub struct Options {
    #[command(flatten)]
    data: Images,

    #[command(flatten)]
    target: Target,
}

/// Test images to choose from, at most, and dots in the plane.
const IMAGES: usize = 40;
const DOTS: usize = 5000;
const SAMPLES: usize = 64;

pub fn run(options: &Options) -> Result<ExitCode> {
    options.target.make("report.html", "The report is", |checkpoint, output| {
        let data = options.data.load(checkpoint)?;
        let mut report = describe(checkpoint, &data)?;
        if let Some(path) = options.data.others() {
            // Nothing was trained on what is there.
            report.facts.retain(|(name, _)| name != "training images");
            report.facts.push(("images from".to_owned(), path.display().to_string()));
        }
        let page = report::html(&report);
        folder::write(output, page.as_bytes()).context("choose another --output")
    })
}

fn describe(checkpoint: &Checkpoint, data: &Data) -> Result<Report> {
    let Checkpoint { config, images, epochs, .. } = checkpoint;
    let model = checkpoint.model.frozen();
    let posteriors = checkpoint.posteriors(data, usize::MAX);
    let latent = LatentUse::of(&posteriors);
    let codes = rows(posteriors.mean()).into_iter().zip(data.test.labels()).take(DOTS);
    Ok(Report {
        title: title(config, images),
        facts: facts(checkpoint, data, &latent),
        epochs: epochs.iter().map(epoch).collect(),
        size: [images.rows, images.cols],
        images: choices(checkpoint, &model, data),
        samples: samples(checkpoint, &model),
        codes: codes.map(|(mean, &label)| Code { mean, label }).collect(),
        rates: latent.rates.iter().map(|rate| rate.mean()).collect(),
        rate_is_a_sum: config.model.rate_is_a_sum(),
        classes: if config.model == Kind::Cvae { images.classes } else { 0 },
        decoder: decoder(config, &model)?,
    })
}

/// The first test images of each class, one of each, then another one of each, with what the model makes of them.
fn choices(checkpoint: &Checkpoint, model: &Model, data: &Data) -> Vec<Image> {
    let mut seen = BTreeMap::<u8, usize>::new();
    let mut order: Vec<_> = (0..data.test.len())
        .map(|i| {
            let label = data.test.labels()[i];
            let before = seen.entry(label).or_default();
            *before += 1;
            (*before, label, i)
        })
        .collect();
    order.sort_unstable();
    let chosen: Vec<_> = order.into_iter().take(IMAGES).map(|(.., i)| i).collect();

    let input = data.input(&data.test.batch(&chosen), &mut checkpoint.randomness.test_bits.clone());
    let posterior = model.posterior(&input);
    let log_var = posterior.log_var().broadcast_to(posterior.mean().shape());
    let deviations = rows(&(log_var * 0.5).exp());
    let pixels = bytes(&input.x).into_iter();
    let reconstructions = bytes(&model.generate(posterior.mean(), &input.labels));
    let parts = pixels.zip(reconstructions).zip(rows(posterior.mean())).zip(deviations);
    parts
        .zip(input.labels)
        .map(|((((pixels, reconstruction), mean), deviation), label)| Image {
            pixels,
            label,
            mean,
            deviation,
            reconstruction,
        })
        .collect()
}

/// What the decoder makes of codes drawn from the prior; of a conditional model with one label after the other.
fn samples(checkpoint: &Checkpoint, model: &Model) -> Vec<Vec<u8>> {
    let z = model.sample_prior(SAMPLES, &mut checkpoint.randomness.samples.clone());
    let labels = pictures::labels_in_turn(checkpoint, SAMPLES);
    bytes(&model.generate(&z, &labels))
}

/// The decoder as layers, which ends in the mean of the likelihood. All of its hidden layers are followed by a relu.
pub fn decoder(config: &Config, model: &Model) -> Result<Network> {
    let parameters = model.parameters().into_iter();
    let own: Vec<_> = parameters.filter(|(name, _)| name.starts_with("decoder.")).collect();
    let mean = match config.likelihood {
        LikelihoodKind::Bernoulli => Some(Layer::Sigmoid),
        LikelihoodKind::ContinuousBernoulli => Some(Layer::ContinuousBernoulli),
        LikelihoodKind::Gaussian
        | LikelihoodKind::LearnedGaussian
        | LikelihoodKind::OptimalGaussian => None,
    };
    Network::new(&own, Activation::Relu, mean)
}

fn title(config: &Config, images: &ImageShape) -> String {
    let (pixels, &Config { hidden, latent, .. }) = (images.pixels(), config);
    let dense = format!("{pixels}-{hidden}-{latent}");
    match config.model {
        Kind::Dense => format!("A variational autoencoder, {dense}"),
        Kind::Conv => {
            format!("A convolutional variational autoencoder, {latent} latent dimensions")
        }
        Kind::Iwae => format!("An importance-weighted autoencoder, {dense}"),
        Kind::Cvae => format!("A conditional variational autoencoder, {dense}"),
        Kind::Linear => format!("A linear variational autoencoder, {pixels}-{latent}"),
        Kind::Flow => format!("A variational autoencoder with planar flows, {dense}"),
        Kind::Vamp => format!("A variational autoencoder with a VampPrior, {dense}"),
    }
}

fn facts(checkpoint: &Checkpoint, data: &Data, latent: &LatentUse) -> Vec<(String, String)> {
    let Checkpoint { config, images, model, epochs, .. } = checkpoint;
    let count = |n: usize| HumanCount(n as u64).to_string();
    let pixels = if config.binarize { "drawn as bits" } else { "intensities" };
    let mut facts = vec![
        ("parameters", count(model.parameter_count())),
        ("active dimensions of z", format!("{} of {}", latent.active_units(), model.latent())),
        ("likelihood p(x|z)", name(&config.likelihood)),
        ("training images", count(data.train.len())),
        ("test images", count(data.test.len())),
        ("pixels", format!("{} × {}, {pixels}", images.rows, images.cols)),
        ("epochs", format!("{} of {}", epochs.len(), config.epochs)),
        ("batch", count(config.batch)),
        ("step size of Adam", config.learning_rate.to_string()),
        ("seed", config.seed.to_string()),
    ];
    if config.beta != 1.0 || config.warmup > 0 {
        facts.push(("β", format!("{}, reached after {} epochs", config.beta, config.warmup)));
    }
    if let (Kind::Iwae, Some(best)) = (config.model, metrics::best(epochs)) {
        facts.push((
            "bound of the test images",
            format!("{:.2} nats, of {} codes", best.bound, config.samples),
        ));
    }
    facts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn epoch(epoch: &metrics::Epoch) -> Epoch {
    let terms = |&Figures { distortion, rate, .. }: &Figures| Terms { distortion, rate };
    Epoch { number: epoch.number, train: terms(&epoch.train), test: terms(&epoch.test) }
}

/// The rows of a matrix.
fn rows(matrix: &Tensor) -> Vec<Vec<f32>> {
    matrix.to_vec().chunks(matrix.shape()[1]).map(<[f32]>::to_vec).collect()
}

/// The rows of a matrix of intensities, as pixels; what is beyond [0, 1] is cut.
fn bytes(matrix: &Tensor) -> Vec<Vec<u8>> {
    let pixel = |x: f32| (255.0 * x).round() as u8;
    rows(matrix).into_iter().map(|row| row.into_iter().map(pixel).collect()).collect()
}
