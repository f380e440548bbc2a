//! What a run tells while it goes: a bar for the steps of an epoch, a line for each epoch.

use std::io::{self, Write};
use std::time::Instant;

use anyhow::{Context, Result};
use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use vae::Evaluation;

use super::metrics::Epoch;

/// Prints a line; unlike `println!`, fails where there is nowhere to print to.
pub fn say(line: &str) -> Result<()> {
    writeln!(io::stdout(), "{line}").context("standard output cannot be written to")
}

/// The two title lines of the table.
pub const TITLE: &str = "
          train, nats per image        test, nats per image
 epoch   −ELBO  distortion   rate    −ELBO  distortion   rate   images/s";

/// The line of an epoch, in which `images` were trained on.
pub fn row(epoch: &Epoch, images: usize) -> String {
    let figures =
        |e: &Evaluation| format!("{:7.2}  {:10.2} {:6.2}", e.loss(), e.distortion(), e.rate());
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
    images: usize,
    start: Instant,
}

impl Steps {
    /// The bar of epoch `number`, of so many steps.
    pub fn new(number: usize, steps: usize) -> Self {
        let style =
            ProgressStyle::with_template("{prefix:6} {bar:32.cyan/dim} {pos:>4}/{len}  {msg}")
                .expect("the template is well formed")
                .progress_chars("━━─");
        let bar = ProgressBar::new(steps as u64).with_style(style).with_prefix(number.to_string());
        Self { bar, images: 0, start: Instant::now() }
    }

    /// Counts a step of `images`, and shows the mean loss since the epoch began.
    pub fn advance(&mut self, images: usize, loss: f64) {
        self.images += images;
        let speed = per_second(self.images, self.start.elapsed().as_secs_f64());
        self.bar.set_message(format!("−ELBO {loss:.2}  {speed} images/s"));
        self.bar.inc(1);
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
