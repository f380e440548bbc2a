//! Pictures: plain numbers in, a file out.
//!
//! | picture | of |
//! |---|---|
//! | [`Sheet`] | gray images side by side: reconstructions, samples, the plane of a two-dimensional code |
//! | [`Curves`] | named series over an axis, with errors and closed forms |
//! | [`Scatter`] | points of a plane, colored by digit |
//! | [`Heatmap`] | a density over a plane |
//! | [`Bars`] | amounts, such as the rate of each dimension |
//! | [`Histogram`] | samples, such as those of an estimator, and the truth |
//! | [`Animation`] | any of these, one after the other |
//! | [`Panels`] | any of these, side by side |
//!
//! All are drawn alike: white ground, axes with names, the legend beside the plot, letters that can be read at half
//! the size, colors that color-blind eyes can tell apart. The font is compiled in, so that the same numbers give the
//! same file on every machine. [`save`] writes any of them:
//!
//! ```
//! use figures::{Curves, Panels, Scatter};
//! use ndarray::array;
//!
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("two.png");
//! let loss = Curves::new("epoch", "nats per image").line("−ELBO", [(1.0, 130.0), (2.0, 110.0)]);
//! let codes = Scatter::new("z₁", "z₂").points(&array![[0.5, 1.0], [-1.0, 0.0]], &[4, 9]);
//! figures::save(path, &Panels::row().with(loss).with(codes))?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Numbers that are not finite never panic: charts leave them out, as those beyond ±10¹⁰⁰; sheets mark NaN. Without
//! anything to show there is an [error](FigureError), and no file. [`Example`] is what the numbered examples share.
#![forbid(unsafe_code)]

mod animation;
mod axis;
mod bars;
mod canvas;
mod chart;
mod color;
mod curves;
mod error;
mod example;
mod heatmap;
mod histogram;
mod palette;
mod panels;
mod picture;
mod scatter;
mod sheet;
mod text;
mod ticks;

pub use animation::Animation;
pub use bars::Bars;
pub use canvas::Canvas;
pub use curves::Curves;
pub use error::{FigureError, SaveError};
pub use example::Example;
pub use heatmap::{Heatmap, Plane};
pub use histogram::Histogram;
pub use panels::Panels;
pub use picture::{Picture, save};
pub use scatter::Scatter;
pub use sheet::Sheet;
