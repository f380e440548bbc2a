//! Letters: one font, compiled in, so that pictures are alike on every machine.

use std::sync::OnceLock;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontDesc, register_font};

use crate::canvas::{Area, FINE};
use crate::color::INK;
use crate::error::FigureError;

/// Heights of letters in pixels: at half the size of a picture they can still be read.
pub(crate) const TICKS: u32 = 22;
pub(crate) const LABELS: u32 = 25;
pub(crate) const TITLE: u32 = 28;

const NAME: &str = "DejaVu Sans";

/// The font in a size.
pub(crate) fn font(size: u32) -> Result<FontDesc<'static>, FigureError> {
    static READY: OnceLock<bool> = OnceLock::new();
    let ready = READY
        .get_or_init(|| register_font(NAME, FontStyle::Normal, dejavu::sans::regular()).is_ok());
    if !ready {
        return Err(FigureError::Draw("the embedded font cannot be read".to_owned()));
    }
    Ok((NAME, f64::from(size)).into_font())
}

/// Writes a dark line of text on a canvas that is [`FINE`] times as large as the picture: beside, around or before the
/// point `at` of the picture, in the middle of its height.
pub(crate) fn write(
    area: &Area<'_>,
    line: &str,
    size: u32,
    at: [usize; 2],
    horizontal: HPos,
) -> Result<(), FigureError> {
    let anchor = Pos::new(horizontal, VPos::Center);
    let style = font(FINE * size)?.color(&INK).pos(anchor);
    let at = at.map(|place| (FINE as usize * place) as i32);
    Ok(area.draw(&Text::new(line, at.into(), style))?)
}

/// The width of a line of text, in pixels.
pub(crate) fn width(text: &str, size: u32) -> Result<u32, FigureError> {
    let size = font(size)?.box_size(text).map_err(|error| FigureError::Draw(error.to_string()))?;
    Ok(size.0)
}

/// The width of the widest line, 0 without one.
pub(crate) fn widest<'a>(
    lines: impl IntoIterator<Item = &'a str>,
    size: u32,
) -> Result<u32, FigureError> {
    lines.into_iter().try_fold(0, |widest, line| Ok(widest.max(width(line, size)?)))
}
