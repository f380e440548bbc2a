//! What a run tells while it goes: a bar for the steps of an epoch, a line for each epoch.

use std::time::{Duration, Instant};

use anyhow::Result;
use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};
use nn::Module;

use crate::checkpoint::{Checkpoint, Progress};
use crate::cli::say;
use crate::config::name;
use crate::data::Data;
use crate::metrics::{Epoch, Figures};

/// How much is told.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// A table, and a bar where there is a terminal.
    Table,
    /// A line of JSON for each epoch, and the bar.
    Json,
    /// Nothing but errors.
    Quiet,
}

/// Tells of a run.
pub struct Report {
    style: Style,
}

/// The two title lines of the table.
const TITLE: &str = "
          train, nats per image        test, nats per image
 epoch   −ELBO  distortion   rate    −ELBO  distortion   rate   images/s";

impl Report {
    /// In this style.
    pub fn new(style: Style) -> Self {
        Self { style }
    }

    /// Prints a line that is for people.
    pub fn say(&self, line: &str) -> Result<()> {
        if self.style == Style::Table { say(line) } else { Ok(()) }
    }

    /// What is trained, on what, and the title of the table.
    pub fn introduction(&self, state: &Checkpoint, data: &Data) -> Result<()> {
        let count = |n| HumanCount(n as u64);
        let parameters = count(state.model.parameter_count());
        let (config, pixels) = (&state.config, state.images.pixels());
        let model = match name(&config.model).as_str() {
            "dense" => format!("A VAE of {pixels}-{}-{}", config.hidden, config.latent),
            other => format!("A VAE (--model {other}) with {} latent dimensions", config.latent),
        };
        self.say(&format!(
            "{model}, {parameters} parameters\n\
             {} training and {} test images of {} × {} pixels",
            count(data.train.len()),
            count(data.test.len()),
            state.images.rows,
            state.images.cols,
        ))?;
        if !state.epochs.is_empty() || state.progress.step > 0 {
            let (epochs, step) = (state.epochs.len(), state.progress.step);
            self.say(&format!("Going on after epoch {epochs} and {step} steps"))?;
        }
        self.say(TITLE)
    }

    /// The line of an epoch, in which `images` were trained on.
    pub fn epoch(&self, epoch: &Epoch, images: usize) -> Result<()> {
        match self.style {
            Style::Table => say(&row(epoch, images)),
            Style::Json => say(&epoch.json()),
            Style::Quiet => Ok(()),
        }
    }

    /// The bar of the epoch that begins, or goes on, of so many steps.
    pub fn steps(&self, state: &Checkpoint, steps: usize) -> Steps {
        let style =
            ProgressStyle::with_template("{prefix:6} {bar:24.cyan/dim} {pos:>4}/{len}  {msg}")
                .expect("the template is well formed")
                .progress_chars("━━─");
        let bar = ProgressBar::new(steps as u64).with_style(style);
        if self.style == Style::Quiet {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        let number = state.epochs.len() + 1;
        Steps {
            bar: bar.with_prefix(number.to_string()).with_position(state.progress.step as u64),
            begin: Instant::now(),
            first: state.progress.step,
            batch: state.config.batch,
            left: (state.config.epochs.saturating_sub(number) + 1) * steps,
        }
    }
}

fn row(epoch: &Epoch, images: usize) -> String {
    let figures = |f: &Figures| format!("{:7.2}  {:10.2} {:6.2}", f.loss, f.distortion, f.rate);
    format!(
        "{:6} {}  {}  {:>9}",
        epoch.number,
        figures(&epoch.train),
        figures(&epoch.test),
        per_second(images, epoch.train_seconds),
    )
}

/// A bar on a terminal, which vanishes when it is dropped. Elsewhere, nothing.
pub struct Steps {
    bar: ProgressBar,
    begin: Instant,
    /// Steps of the epoch that were done when the bar began.
    first: usize,
    /// Images in a step.
    batch: usize,
    /// Steps until the last epoch ends, from the first of this one on.
    left: usize,
}

impl Steps {
    /// Shows the means since the epoch began, the speed, and how long it takes to the end of the run.
    pub fn show(&self, progress: &Progress) {
        let steps = progress.step - self.first;
        let seconds = self.begin.elapsed().as_secs_f64();
        let left = seconds / steps as f64 * (self.left - progress.step) as f64;
        let train = &progress.train;
        self.bar.set_message(format!(
            "−ELBO {:.2}  distortion {:.2}  rate {:.2}  {} images/s  {} left",
            train.loss(),
            train.distortion(),
            train.rate(),
            per_second(steps * self.batch, seconds),
            clock(Duration::from_secs_f64(left)),
        ));
        self.bar.set_position(progress.step as u64);
    }
}

impl Drop for Steps {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

fn per_second(images: usize, seconds: f64) -> String {
    HumanCount((images as f64 / seconds) as u64).to_string()
}

/// 1:05 for a minute and five seconds; 2:01:05 with hours.
fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match hours {
        0 => format!("{minutes}:{seconds:02}"),
        _ => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}
