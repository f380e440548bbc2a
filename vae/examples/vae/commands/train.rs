//! `vae train`: a new run, or one that goes on.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Result, bail, ensure};
use clap::Args;
use toml::Table;

use crate::checkpoint::{self, Checkpoint};
use crate::cli::Threads;
use crate::config::{Config, Flags};
use crate::data::Data;
use crate::folder::RunFolder;
use crate::train::{Interrupt, Report, Run, Style};

/// Train a model; this is the default
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  vae train --latent 2 --epochs 30
  vae train --config runs/vae-1/config.toml --seed 2    that run, with another seed
  vae train --resume runs/vae-1                         that run, from where it ended")]
pub struct Options {
    #[command(flatten)]
    flags: Flags,

    /// Take options from this file, such as the config.toml of a run; flags override it
    #[arg(long, value_name = "FILE", conflicts_with = "resume")]
    config: Option<PathBuf>,

    /// Go on with the run in this folder, as if it had never ended; --epochs and --patience may change
    #[arg(long, value_name = "RUN", conflicts_with = "output")]
    resume: Option<PathBuf>,

    /// Folder of the results, new or empty [default: the first free of runs/vae-1, runs/vae-2, ...]
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,

    #[command(flatten)]
    threads: Threads,

    /// Write the figures of each epoch for TensorBoard, too: tensorboard --logdir runs
    #[arg(long)]
    tensorboard: bool,

    /// Print nothing but errors
    #[arg(long, conflicts_with = "json")]
    quiet: bool,

    /// Print a line of JSON for each epoch, and nothing else
    #[arg(long)]
    json: bool,
}

/// Trains until the last epoch, until nothing improves, or until it is interrupted.
pub fn run(options: &Options) -> Result<ExitCode> {
    let interrupt = Interrupt::listen()?;
    let style = match (options.quiet, options.json) {
        (true, _) => Style::Quiet,
        (_, true) => Style::Json,
        _ => Style::Table,
    };
    options.threads.install(|| {
        let mut run = match &options.resume {
            None => begin(options)?,
            Some(path) => resume(path, &options.flags)?,
        };
        if options.tensorboard {
            run = run.with_events()?;
        }
        run.train(&Report::new(style), &interrupt)
    })
}

/// A run from the first epoch on.
fn begin(options: &Options) -> Result<Run> {
    let config = Config::resolve(options.config.as_deref(), &options.flags)?;
    let data = Data::load(&config)?;
    let start = Checkpoint::start(config, &data)?;
    let folder = RunFolder::claim(options.output.as_deref())?;
    Ok(Run::new(folder, data, start))
}

/// A run from its last checkpoint on.
fn resume(path: &Path, flags: &Flags) -> Result<Run> {
    let file = checkpoint::find_last(path)?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    // Before the file is read: a run that is going on would change it meanwhile.
    let folder = RunFolder::reopen(folder.unwrap_or(Path::new(".")))?;
    let mut checkpoint = Checkpoint::load_training(&file)?;
    change(&mut checkpoint.config, flags)?;
    let data = Data::load_for(&checkpoint.config, &checkpoint.images)?;
    ensure!(
        data.checksum() == checkpoint.progress.checksum,
        "the images are not those that the run was trained on, so it cannot go on as if it had never ended; \
         restore them, or start a new run with --config {}",
        folder.file("config.toml").display()
    );
    Ok(Run::new(folder, data, checkpoint))
}

/// The options that may change while a run goes on are changed, the others refused.
fn change(config: &mut Config, flags: &Flags) -> Result<()> {
    let given = Table::try_from(flags)?;
    if let Some(option) = given.keys().find(|key| !["epochs", "patience"].contains(&key.as_str())) {
        bail!(
            "--{option} cannot change while a run goes on; leave it out, or start a new run with \
             --config and the run's config.toml"
        );
    }
    config.epochs = flags.epochs.unwrap_or(config.epochs);
    config.patience = flags.patience.or(config.patience);
    Ok(())
}
