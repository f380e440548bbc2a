//! A run: epoch after epoch, and what is written between them.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Error, Result, anyhow, ensure};

use super::events::Events;
use super::{Interrupt, Report, epoch, interrupt, pictures};
use crate::checkpoint::{BEST, Checkpoint, LAST, Progress};
use crate::cli::quoted;
use crate::config::Kind;
use crate::data::Data;
use crate::folder::RunFolder;
use crate::metrics::{self, Epoch};

/// A training, its data, and the folder that keeps what comes of it.
pub struct Run {
    folder: RunFolder,
    data: Data,
    state: Checkpoint,
    events: Option<Events>,
}

impl Run {
    /// One that stands where the checkpoint stands.
    pub fn new(folder: RunFolder, data: Data, state: Checkpoint) -> Self {
        Self { folder, data, state, events: None }
    }

    /// The same, which also writes an event file for TensorBoard.
    pub fn with_events(mut self) -> Result<Self> {
        self.events = Some(Events::begin(&self.folder, &self.state.epochs)?);
        Ok(self)
    }

    /// Trains until the last epoch, until nothing improves, or until it is interrupted.
    pub fn train(mut self, report: &Report, interrupt: &Interrupt) -> Result<ExitCode> {
        let start = Instant::now();
        if self.finished() {
            report.say(&self.nothing_to_do())?;
            return Ok(ExitCode::SUCCESS);
        }
        self.begin()?;
        report.introduction(&self.state, &self.data)?;
        while !self.finished() {
            let steps = self.data.train.len().div_ceil(self.state.config.batch);
            let bar = report.steps(&self.state, steps);
            let complete = epoch::train(&mut self.state, &self.data, |progress| {
                bar.show(progress);
                !interrupt.requested()
            });
            drop(bar);
            if complete.map_err(|error| self.ended_early(&error))? {
                self.end_epoch()?;
                report.epoch(
                    self.state.epochs.last().expect("one just ended"),
                    self.data.train.len(),
                )?;
            }
            if interrupt.requested() && !self.finished() {
                return self.interrupted();
            }
        }
        report.say(&self.conclusion(start.elapsed()))?;
        Ok(ExitCode::SUCCESS)
    }

    /// Whether there is no epoch left, or the last ones did not improve.
    fn finished(&self) -> bool {
        let Checkpoint { config, epochs, progress, .. } = &self.state;
        let without_progress = metrics::best(epochs).map_or(0, |best| epochs.len() - best.number);
        let patience = config.patience.unwrap_or(usize::MAX);
        progress.step == 0 && (epochs.len() >= config.epochs || without_progress >= patience)
    }

    /// Writes what there is before training, so that a folder that cannot be written to is found out, and a run that is
    /// killed in its first epoch can go on.
    pub fn begin(&self) -> Result<()> {
        self.folder.write("config.toml", self.state.config.to_toml().as_bytes())?;
        self.folder.write("metrics.csv", metrics::csv(&self.state.epochs).as_bytes())?;
        self.save(LAST)
    }

    /// Tests the model, and brings all files up to date.
    fn end_epoch(&mut self) -> Result<()> {
        let (test, bound) = epoch::test(&self.state, &self.data);
        let state = &mut self.state;
        let number = state.epochs.len() + 1;
        ensure!(
            bound.is_finite(),
            "training diverged: after epoch {number}, the loss of the test images is not a finite number; \
             choose a smaller --learning-rate"
        );
        let Progress { train, objective, seconds, checksum, .. } = state.progress;
        state.progress = Progress { checksum, ..Progress::default() };
        state.epochs.push(Epoch {
            number,
            train: (&train).into(),
            objective: objective.mean(),
            test: (&test).into(),
            bound,
            train_seconds: seconds,
        });
        // The best one first: a run that is killed between the two goes on before this epoch, and ends it again.
        if metrics::best(&state.epochs).is_some_and(|best| best.number == number) {
            self.save(BEST)?;
        }
        self.save(LAST)?;
        self.folder.write("metrics.csv", metrics::csv(&self.state.epochs).as_bytes())?;
        if let (Some(events), Some(epoch)) = (&mut self.events, self.state.epochs.last()) {
            events.add(epoch)?;
        }
        pictures::save(&self.folder, &self.state, &self.data)
    }

    fn save(&self, name: &str) -> Result<()> {
        self.state.save(&self.folder.file(name)).map_err(|error| {
            let folder = quoted(self.folder.path());
            let advice = format!("make room for it, and go on with --resume {folder}");
            self.ended_early(&anyhow!("{error}; {advice}"))
        })
    }

    /// Keeps the steps of the epoch under way, and says how to go on.
    fn interrupted(&self) -> Result<ExitCode> {
        self.save(LAST)?;
        let (epochs, step) = (self.state.epochs.len(), self.state.progress.step);
        eprintln!(
            "Interrupted after epoch {epochs} and {step} steps; to go on: vae train --resume {}",
            quoted(self.folder.path())
        );
        Ok(ExitCode::from(interrupt::EXIT_CODE))
    }

    /// The error, and what is left.
    fn ended_early(&self, error: &Error) -> Error {
        let last = self.folder.file(LAST);
        if last.exists() {
            anyhow!(
                "{error:#}\nThe run ended early; its last checkpoint is kept: {}",
                quoted(&last)
            )
        } else {
            anyhow!("{error:#}\nThe run cannot begin")
        }
    }

    fn nothing_to_do(&self) -> String {
        format!(
            "{}: the run is complete after epoch {}; ask for more with --epochs",
            self.folder.path().display(),
            self.state.epochs.len()
        )
    }

    fn conclusion(&self, time: Duration) -> String {
        let epochs = &self.state.epochs;
        let best = metrics::best(epochs).expect("there is at least one epoch");
        let last = epochs.last().expect("there is at least one epoch");
        let loss = match self.state.config.model {
            Kind::Iwae => format!("−L{}", self.state.config.samples),
            _ => "−ELBO".to_owned(),
        };
        let mut text = format!(
            "\nTest {loss} {:.2} nats per image at epoch {}, in {:.1} s",
            last.bound,
            last.number,
            time.as_secs_f64()
        );
        if best.number < last.number {
            text += &format!("; the best was {:.2} at epoch {}", best.bound, best.number);
        }
        text + &format!("\nFigures, pictures and the model are in {}", self.folder.path().display())
    }
}
