//! Images side by side.

use anyhow::Result;
use autograd::Tensor;
use ndarray::{Array2, indices};
use png::ColorType;

use super::png::encode;

/// The gray between images, which are black and white.
const BETWEEN: u8 = 72;
/// The width of a separator, and of one between groups of rows, in pixels.
const THIN: usize = 2;
const WIDE: usize = 12;
/// Images are enlarged by a whole factor, to at most this many pixels on the longer side.
const SIDE: usize = 84;

/// Images in rows, with thin separators.
pub struct Sheet {
    /// Rows and columns of an image.
    size: [usize; 2],
    /// Pixels of the sheet along each pixel of an image.
    scale: usize,
    /// Rows in a group.
    group: usize,
    canvas: Array2<u8>,
}

impl Sheet {
    /// A sheet for `rows` × `columns` images of `size` = [rows, columns] pixels, its rows in groups of `group`.
    pub fn new(size: [usize; 2], rows: usize, columns: usize, group: usize) -> Self {
        let scale = (SIDE / size[0].max(size[1])).max(1);
        let mut sheet = Self { size, scale, group, canvas: Array2::zeros([0, 0]) };
        let height = sheet.top(rows - 1) + scale * size[0] + THIN;
        let width = sheet.left(columns);
        sheet.canvas = Array2::from_elem([height, width], BETWEEN);
        sheet
    }

    /// Puts `images` [columns, pixels], intensities from 0 to 1, into a row.
    pub fn put(&mut self, row: usize, images: &Tensor) {
        let (top, [height, width]) = (self.top(row), self.size.map(|side| side * self.scale));
        for (column, image) in images.value().outer_iter().enumerate() {
            let left = self.left(column);
            for (y, x) in indices([height, width]) {
                let intensity = image[y / self.scale * self.size[1] + x / self.scale];
                self.canvas[[top + y, left + x]] = (255.0 * intensity).round() as u8;
            }
        }
    }

    /// The sheet as a PNG file.
    pub fn png(&self) -> Result<Vec<u8>> {
        let (height, width) = self.canvas.dim();
        let pixels = self.canvas.as_slice().expect("the canvas is in standard layout");
        encode([width, height], ColorType::Grayscale, pixels)
    }

    fn top(&self, row: usize) -> usize {
        THIN + row * (self.scale * self.size[0] + THIN) + row / self.group * (WIDE - THIN)
    }

    fn left(&self, column: usize) -> usize {
        THIN + column * (self.scale * self.size[1] + THIN)
    }
}
