//! `vae completions`: for a shell, what can be typed.

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Args, CommandFactory};
use clap_complete::{Shell, generate};

use crate::cli::Cli;

/// Print completions of this program for a shell
#[derive(Args, Debug)]
#[command(after_help = "\
Example, with the program at target/release/examples/vae in your PATH:
  vae completions bash > ~/.local/share/bash-completion/completions/vae")]
pub struct Options {
    /// The shell that is to complete
    shell: Shell,
}

pub fn run(options: &Options) -> Result<ExitCode> {
    let mut script = Vec::new();
    generate(options.shell, &mut Cli::command(), "vae", &mut script);
    io::stdout().write_all(&script).context("standard output cannot be written to")?;
    Ok(ExitCode::SUCCESS)
}
