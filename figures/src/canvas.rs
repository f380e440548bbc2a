//! Pixels.

use plotters::coord::Shift;
use plotters::prelude::*;
use png::{BitDepth, ColorType, Encoder};

use crate::error::FigureError;

/// Where plotters draws.
pub(crate) type Area<'a> = DrawingArea<BitMapBackend<'a>, Shift>;

/// A larger picture is a mistake, and would take gigabytes.
const LIMIT: usize = 16_384;
/// [`Canvas::smooth`] draws so many times larger.
pub(crate) const FINE: u32 = 2;

/// A picture as pixels, red, green and blue, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Canvas {
    size: [u32; 2],
    pixels: Vec<u8>,
}

impl Canvas {
    /// A white one of `size` = [width, height].
    ///
    /// # Errors
    /// If a side is longer than 16,384 pixels.
    pub fn white(size: [usize; 2]) -> Result<Self, FigureError> {
        Self::check(size)?;
        Ok(Self::blank(size))
    }

    fn check([width, height]: [usize; 2]) -> Result<(), FigureError> {
        if width.max(height) > LIMIT {
            return Err(FigureError::Size { width, height, limit: LIMIT });
        }
        Ok(())
    }

    fn blank([width, height]: [usize; 2]) -> Self {
        Self { size: [width as u32, height as u32], pixels: vec![255; 3 * width * height] }
    }

    /// What `draw` draws, with smooth edges: it is given [`FINE`] times the size, of which the mean is taken.
    pub(crate) fn smooth(
        size: [usize; 2],
        draw: impl FnOnce(&Area<'_>) -> Result<(), FigureError>,
    ) -> Result<Self, FigureError> {
        Self::check(size)?;
        let mut fine = Self::blank(size.map(|side| FINE as usize * side));
        fine.draw(draw)?;
        Ok(fine.reduced(FINE as usize))
    }

    /// A smaller picture, of which each pixel is the mean of `factor` × `factor` of this one; what is left at the right and
    /// below is cut.
    ///
    /// Charts can be read at half their size, [sheets](crate::Sheet) are small already.
    ///
    /// # Panics
    /// If the factor is 0.
    ///
    /// # Examples
    /// ```
    /// use figures::{Curves, Picture};
    ///
    /// let large = Curves::new("x", "y").line("", [(0.0, 0.0), (1.0, 1.0)]).draw()?;
    /// assert_eq!(large.reduced(2).size(), large.size().map(|side| side / 2));
    /// # Ok::<(), figures::FigureError>(())
    /// ```
    #[track_caller]
    pub fn reduced(&self, factor: usize) -> Self {
        assert!(factor > 0, "reduced: the factor is 0; must be at least 1");
        let size = self.size.map(|side| side as usize / factor);
        let mut small = Self::blank(size);
        let (row, count) = (3 * self.size[0] as usize, (factor * factor) as u32);
        for y in 0..size[1] {
            for x in 0..size[0] {
                let first = factor * (row * y + 3 * x);
                let mean = [0, 1, 2].map(|channel| {
                    let places =
                        (0..factor).flat_map(|y| (0..factor).map(move |x| row * y + 3 * x));
                    let places =
                        places.map(|offset| u32::from(self.pixels[first + offset + channel]));
                    (places.sum::<u32>() + count / 2) / count
                });
                small.set([x, y], mean.map(|channel| channel as u8));
            }
        }
        small
    }

    /// Width and height.
    pub fn size(&self) -> [u32; 2] {
        self.size
    }

    /// Red, green and blue of the pixel in column `x` and row `y`.
    ///
    /// # Panics
    /// If it is outside.
    #[track_caller]
    pub fn pixel(&self, [x, y]: [usize; 2]) -> [u8; 3] {
        let i = self.index([x, y]);
        [self.pixels[i], self.pixels[i + 1], self.pixels[i + 2]]
    }

    pub(crate) fn set(&mut self, place: [usize; 2], color: [u8; 3]) {
        let i = self.index(place);
        self.pixels[i..i + 3].copy_from_slice(&color);
    }

    fn index(&self, [x, y]: [usize; 2]) -> usize {
        let [width, height] = self.size.map(|side| side as usize);
        assert!(
            x < width && y < height,
            "pixel: ({x}, {y}) is not on a canvas of {width} × {height}"
        );
        3 * (y * width + x)
    }

    /// All pixels, three bytes each.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.pixels
    }

    /// The shades, a byte a pixel, if there is no color.
    pub(crate) fn gray(&self) -> Option<Vec<u8>> {
        let pixels = self.pixels.chunks_exact(3);
        pixels.map(|p| (p[0] == p[1] && p[1] == p[2]).then_some(p[0])).collect()
    }

    /// Copies another canvas onto this one, its upper left corner to `corner`.
    pub(crate) fn place(&mut self, other: &Self, [left, top]: [usize; 2]) {
        let row = 3 * other.size[0] as usize;
        if row == 0 {
            return;
        }
        for (y, pixels) in other.pixels.chunks_exact(row).enumerate() {
            let start = self.index([left, top + y]);
            self.pixels[start..start + row].copy_from_slice(pixels);
        }
    }

    /// Lets plotters draw.
    fn draw(
        &mut self,
        draw: impl FnOnce(&Area<'_>) -> Result<(), FigureError>,
    ) -> Result<(), FigureError> {
        let area =
            BitMapBackend::with_buffer(&mut self.pixels, self.size.into()).into_drawing_area();
        draw(&area)?;
        Ok(area.present()?)
    }

    /// The picture as a PNG file, without its colors if all are gray.
    pub(crate) fn png(&self) -> Result<Vec<u8>, FigureError> {
        let mut file = Vec::new();
        let mut encoder = Encoder::new(&mut file, self.size[0], self.size[1]);
        let gray = self.gray();
        encoder.set_color(if gray.is_some() { ColorType::Grayscale } else { ColorType::Rgb });
        encoder.set_depth(BitDepth::Eight);
        encoder.write_header()?.write_image_data(gray.as_deref().unwrap_or(&self.pixels))?;
        Ok(file)
    }
}
