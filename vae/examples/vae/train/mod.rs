//! Training: a run of epochs, each of steps, of which nothing is lost.

mod anomaly;
mod epoch;
mod events;
mod interrupt;
mod pictures;
mod report;
mod run;

pub use interrupt::Interrupt;
pub use report::{Report, Style};
pub use run::Run;
