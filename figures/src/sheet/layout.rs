//! Where everything on a sheet is, in pixels.

use plotters::style::text_anchor::HPos;

use super::{BETWEEN, Sheet};
use crate::canvas::{Area, Canvas};
use crate::error::FigureError;
use crate::text::{self, LABELS, TICKS, TITLE, widest, write};

/// The width of the line around an image, and what is between groups of rows.
const THIN: usize = 2;
const WIDE: usize = 12;
/// Images are enlarged to at most so many pixels on the longer side, and a sheet to so many in width.
const SIDE: usize = 84;
const WIDTH: usize = 1200;
/// The height of a line of text, of the title, and the white beside them.
const LINE: usize = 38;
const TITLES: usize = 56;
const SPACE: usize = 12;

pub(super) struct Layout {
    /// Pixels of the sheet along each pixel of an image.
    scale: usize,
    /// Height and width of an image as it is shown.
    shown: [usize; 2],
    /// Rows and columns of pixels of an image.
    image: [usize; 2],
    /// The width of the line around an image.
    line: usize,
    /// Where the images of each column begin, and those of each row.
    pub lefts: Vec<usize>,
    pub tops: Vec<usize>,
    /// Where the last ones end, with the line around them.
    right: usize,
    bottom: usize,
    /// Where the captions of the rows end.
    captions: usize,
    /// Width and height of the whole.
    pub size: [usize; 2],
}

impl Layout {
    pub fn new(sheet: &Sheet) -> Result<Self, FigureError> {
        let columns = sheet.rows.iter().map(|row| row.images.len()).max().unwrap_or(0);
        let [height, width] = sheet.size;
        let fits = (SIDE / height.max(width)).min(WIDTH / (columns * width).max(1)).max(1);
        let scale = sheet.scale.unwrap_or(fits);
        let shown = sheet.size.map(|side| scale * side);
        let line = if sheet.seamless { 0 } else { THIN };

        let (names, captions) = Self::left(sheet)?;
        let start = if names + captions > 0 { SPACE + names + captions + SPACE } else { 0 };
        let lefts: Vec<_> =
            (0..columns).map(|column| start + line + column * (shown[1] + line)).collect();
        let right = start + line + columns * (shown[1] + line);

        let above = sheet.axes.is_none() && !sheet.columns.is_empty();
        let mut y = if sheet.title.is_empty() { 0 } else { TITLES };
        y += line + if above { LINE } else { 0 };
        let mut tops = Vec::new();
        for row in &sheet.rows {
            y += if row.apart { WIDE - THIN } else { 0 };
            tops.push(y);
            y += shown[0] + line;
        }
        let bottom = y;
        let below = if sheet.axes.is_some() { 2 * LINE } else { 0 };
        // The last number below reaches over its column, and a title over narrow images.
        let over = if start > 0 { 2 * SPACE } else { 0 };
        let title = text::width(&sheet.title, TITLE)? as usize;
        let size = [(right + over).max(start + title + over), bottom + below];
        let image = sheet.size;
        Ok(Self {
            scale,
            shown,
            image,
            line,
            lefts,
            tops,
            right,
            bottom,
            captions: start.saturating_sub(SPACE),
            size,
        })
    }

    /// What the name of the vertical axis and the captions of the rows take.
    fn left(sheet: &Sheet) -> Result<(usize, usize), FigureError> {
        let captions = widest(sheet.rows.iter().map(|row| row.caption.as_str()), TICKS)? as usize;
        let name = match &sheet.axes {
            Some([_, name]) => text::width(name, LABELS)? as usize + SPACE,
            None => 0,
        };
        Ok((name, captions))
    }

    /// Title, captions and axes.
    pub fn words(&self, sheet: &Sheet, area: &Area<'_>) -> Result<(), FigureError> {
        let half = self.shown.map(|side| side / 2);
        if !sheet.title.is_empty() {
            let start = self.lefts[0] - self.line;
            let title = text::width(&sheet.title, TITLE)? as usize;
            let middle = usize::midpoint(start, self.right).max(start + title / 2);
            write(area, &sheet.title, TITLE, [middle, TITLES / 2], HPos::Center)?;
        }
        let above = self.tops[0].saturating_sub(self.line + LINE / 2);
        let captions = if sheet.axes.is_some() { self.bottom + LINE / 2 } else { above };
        for (caption, left) in sheet.columns.iter().zip(&self.lefts) {
            write(area, caption, TICKS, [left + half[1], captions], HPos::Center)?;
        }
        for (row, top) in sheet.rows.iter().zip(&self.tops) {
            write(area, &row.caption, TICKS, [self.captions, top + half[0]], HPos::Right)?;
        }
        if let Some([x, y]) = &sheet.axes {
            let middle = usize::midpoint(self.lefts[0], self.right);
            write(area, x, LABELS, [middle, self.bottom + LINE + LINE / 2], HPos::Center)?;
            let middle = usize::midpoint(self.tops[0], self.bottom);
            write(area, y, LABELS, [SPACE, middle], HPos::Left)?;
        }
        Ok(())
    }

    /// Draws an image, its upper left corner at `corner`, and the line around it.
    pub fn image(&self, image: &[[u8; 3]], [left, top]: [usize; 2], canvas: &mut Canvas) {
        let [height, width] = self.shown;
        for y in 0..height + 2 * self.line {
            for x in 0..width + 2 * self.line {
                let inside = (self.line..height + self.line).contains(&y)
                    && (self.line..width + self.line).contains(&x);
                let color = if inside {
                    let [y, x] = [y, x].map(|place| (place - self.line) / self.scale);
                    image[y * self.image[1] + x]
                } else {
                    BETWEEN
                };
                canvas.set([left + x - self.line, top + y - self.line], color);
            }
        }
    }
}
