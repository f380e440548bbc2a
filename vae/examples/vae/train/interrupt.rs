//! Ctrl-C: once to end after the step, twice to end at once.

use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result};

/// The exit code of a program that was interrupted, by the convention of shells: 128 + SIGINT.
pub const EXIT_CODE: u8 = 130;

/// Whether the user, or the system, wants the run to end.
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Listens from now on: for Ctrl-C, and where there are such signals for those that ask to terminate and to hang up.
    pub fn listen() -> Result<Self> {
        let requested = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&requested);
        ctrlc::set_handler(move || {
            // Files are replaced as a whole, so there is no wrong moment to end.
            if flag.swap(true, Ordering::Relaxed) {
                process::exit(EXIT_CODE.into());
            }
        })
        .context("cannot listen for Ctrl-C")?;
        Ok(Self(requested))
    }

    /// Whether it was asked for.
    pub fn requested(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
