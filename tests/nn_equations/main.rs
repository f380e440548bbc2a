//! Equations that the documentation of `nn` displays, each evaluated as it stands there, by the test of its label.

mod layers;
mod losses;
mod optimizers;
mod schedules;
