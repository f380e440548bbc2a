//! What can be wrong with a picture.

use std::path::PathBuf;
use std::{error, io};

use plotters::drawing::DrawingAreaErrorKind;
use thiserror::Error;

/// A picture that cannot be drawn or encoded.
#[derive(Debug, Error)]
pub enum FigureError {
    /// There is nothing to show.
    #[error("found no {what} to show, expected at least one")]
    Empty {
        /// What there is none of.
        what: &'static str,
    },
    /// The picture has more pixels than a file of its format can have, or than memory should be spent on.
    #[error("the picture would have {width} × {height} pixels, expected at most {limit} on a side")]
    Size {
        /// Pixels from left to right.
        width: usize,
        /// Pixels from top to bottom.
        height: usize,
        /// The most on a side.
        limit: usize,
    },
    /// The frames of an animation are not of one size.
    #[error("frame {frame} has {found:?} pixels, expected {expected:?}, as the first has")]
    Frame {
        /// Which frame, from 0.
        frame: usize,
        /// Its width and height.
        found: [u32; 2],
        /// Those of the first.
        expected: [u32; 2],
    },
    /// Lines or letters could not be drawn.
    #[error("cannot be drawn: {0}")]
    Draw(String),
    /// The pixels could not be written as a PNG file.
    #[error("cannot be written as PNG")]
    Png(#[from] png::EncodingError),
    /// The frames could not be written as a GIF file.
    #[error("cannot be written as GIF")]
    Gif(#[from] gif::EncodingError),
}

impl<E: error::Error + Send + Sync> From<DrawingAreaErrorKind<E>> for FigureError {
    fn from(error: DrawingAreaErrorKind<E>) -> Self {
        Self::Draw(error.to_string())
    }
}

/// A picture that was not saved; the file that was there, if any, is as it was.
#[derive(Debug, Error)]
pub enum SaveError {
    /// It cannot be drawn.
    #[error("{}: {source}", path.display())]
    Figure {
        /// The file that was to be written.
        path: PathBuf,
        /// What is wrong.
        source: FigureError,
    },
    /// The name of the file promises another format.
    #[error("{}: this picture is saved as {expected}; end the name in .{expected}", path.display())]
    Extension {
        /// The file that was to be written.
        path: PathBuf,
        /// The extension of the picture's format.
        expected: &'static str,
    },
    /// The file cannot be written.
    #[error("{}: cannot be written: {source}", path.display())]
    Io {
        /// The file that was to be written.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}
