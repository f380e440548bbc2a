//! `vae evaluate`: what a model reaches on the test images.

use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use nn::Module;
use serde_json::{Value, json};
use vae::{Evaluation, ImportanceSampling, LatentUse, LogLikelihood, Moments, standard_normal};

use super::images::Images;
use crate::checkpoint::Checkpoint;
use crate::cli::{Threads, say};
use crate::config::bounds;
use crate::data::Data;
use crate::randomness::Randomness;
use crate::report::ticks;

/// Measure a model on the test images
///
/// −ELBO and its two terms, by one code an image; log p(x) by importance sampling, a bound
/// that rises to it with the number of codes; and what each dimension of the code is used
/// for. In nats per image, with standard errors over images. Where pixels are not bits, a
/// Bernoulli likelihood is no density, and its log p(x) a figure to compare models by.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  vae evaluate runs/vae-1                                   all test images, 100 codes each
  vae evaluate runs/vae-1 --samples 5000 --images 1000      a tighter bound, of fewer images
  vae evaluate runs/vae-1 --data fashion-mnist              test images of another dataset
  vae evaluate runs/vae-1 --json | jq .log_likelihood")]
pub struct Options {
    /// The folder of a run, or a checkpoint
    #[arg(value_name = "RUN")]
    checkpoint: PathBuf,

    /// Codes of each image in the estimate of log p(x) [default: 100]
    #[arg(long, value_name = "N", value_parser = bounds::whole("samples"))]
    samples: Option<usize>,

    /// Test images, from the first on, at most [default: all]
    #[arg(long, value_name = "N", value_parser = bounds::whole("images"))]
    images: Option<usize>,

    /// Number from which codes are drawn [default: that of the run, as in its own tests]
    #[arg(long, value_name = "N", value_parser = bounds::whole("seed"))]
    seed: Option<usize>,

    #[command(flatten)]
    data: Images,

    /// Print it as JSON
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    threads: Threads,
}

/// Images whose codes are weighed together.
const BATCH: usize = 32;

pub fn run(options: &Options) -> Result<ExitCode> {
    let measured = options.threads.install(|| {
        let state = Checkpoint::load(&options.checkpoint)?;
        let data = options.data.load(&state)?;
        Ok(Measured::of(options, &state, &data))
    })?;
    say(&if options.json { measured.json().to_string() } else { measured.in_words() })?;
    Ok(ExitCode::SUCCESS)
}

/// What is found.
struct Measured {
    terms: Evaluation,
    evidence: LogLikelihood,
    latent: LatentUse,
    /// Whether the rate is the sum of those of the dimensions.
    by_dimension: bool,
}

impl Measured {
    fn of(options: &Options, state: &Checkpoint, data: &Data) -> Self {
        let images = options.images.unwrap_or(usize::MAX);
        let randomness = match options.seed {
            None => state.randomness.clone(),
            Some(seed) => Randomness::new(seed as u64),
        };
        let (model, mut rng) = (state.model.frozen(), randomness.test_noise);
        let inputs = |batch| data.test_inputs(images, batch, &state.randomness.test_bits);

        // As many codes at once as the model was found to have the memory for.
        let codes_at_once = state.config.batch.max(BATCH);
        let mut terms = Evaluation::default();
        for input in inputs(codes_at_once) {
            let noise = standard_normal(&mut rng, [input.len(), model.latent()]);
            terms.add(&model.elbo(&input, &noise));
        }
        let sampling =
            ImportanceSampling { samples: options.samples.unwrap_or(100), codes_at_once };
        let mut evidence = LogLikelihood::default();
        let bar = bar(data.test.len().min(images));
        for input in inputs(BATCH) {
            let given = model.given(&input.labels);
            let batch = sampling.log_likelihood(&given, [input.x], &mut rng, |_| ());
            evidence.images.extend(batch.images);
            bar.set_message(format!("log p(x) ≥ {:.2}", evidence.bound().mean()));
            bar.set_position(evidence.images.len() as u64);
        }
        bar.finish_and_clear();
        let latent = LatentUse::of(&state.posteriors(data, images));
        Self { terms, evidence, latent, by_dimension: state.config.model.rate_is_a_sum() }
    }

    fn in_words(&self) -> String {
        let Self { terms, evidence, latent, by_dimension } = self;
        let active = latent.active();
        let mut text = format!(
            "{terms}\n{evidence}\n\n{} of {} dimensions are active: their means have a variance above 0.01\n\n",
            latent.active_units(),
            active.len(),
        );
        let rate = if *by_dimension { "rate, nats" } else { "" };
        write!(text, "{:>5} {rate:>12}   variance of the mean", "").expect(INFALLIBLE);
        for j in latent.by_rate() {
            let (rate, variance) = (latent.rates[j].mean(), latent.means[j].variance());
            let rate = if *by_dimension { format!("{rate:.3}") } else { String::new() };
            let mark = if active[j] { "" } else { "   inactive" };
            write!(text, "\n{:>5} {rate:>12} {variance:>22.4}{mark}", ticks::name(j))
                .expect(INFALLIBLE);
        }
        text
    }

    fn json(&self) -> Value {
        let figure = |m: Moments| json!({ "mean": m.mean(), "standard_error": m.standard_error() });
        let Self { terms, evidence, latent, by_dimension } = self;
        let [rate, distortion, loss] = terms.moments().map(figure);
        let active = latent.active();
        let dimension = |j: usize| {
            json!({
                "rate": by_dimension.then(|| latent.rates[j].mean()),
                "variance_of_mean": latent.means[j].variance(),
                "active": active[j],
            })
        };
        json!({
            "images": evidence.images.len(),
            "loss": loss,
            "distortion": distortion,
            "rate": rate,
            "log_likelihood": {
                "samples": evidence.images.first().map(|image| image.count()),
                "bound": figure(evidence.bound()),
                "effective_samples": evidence.effective_samples().mean(),
            },
            "active_units": latent.active_units(),
            "dimensions": (0..active.len()).map(dimension).collect::<Vec<_>>(),
        })
    }
}

const INFALLIBLE: &str = "a string can always be written to";

/// How many images are done; nothing, where there is no terminal.
fn bar(images: usize) -> ProgressBar {
    let style =
        ProgressStyle::with_template("{bar:24.cyan/dim} {pos}/{len} images  {msg}  {eta} left");
    let style = style.expect("the template is well formed").progress_chars("━━─");
    ProgressBar::new(images as u64).with_style(style)
}
