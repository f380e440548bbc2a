//! Images side by side.

use std::io::Cursor;

use anyhow::Result;
use autograd::Tensor;
use image::{GrayImage, ImageFormat, Luma, imageops};

/// The gray between images, which are black and white.
const BETWEEN: u8 = 72;
/// The width of a thin separator, and of a wide one, in pixels.
const THIN: u32 = 2;
const WIDE: u32 = 12;
/// Images are enlarged by a whole factor, to at most this many pixels on the longer side.
const SIDE: u32 = 84;

/// Images in columns and rows, row by row, each with its own place on a sheet.
pub struct Sheet {
    /// Width and height of an image on the sheet.
    cell: [u32; 2],
    scale: u32,
    /// Rows that belong together: a wide separator comes after this many.
    together: u32,
    canvas: GrayImage,
}

impl Sheet {
    /// An empty sheet for images of `size` = [width, height] pixels.
    pub fn new(size: [usize; 2], columns: usize, rows: usize, together: usize) -> Self {
        let size = size.map(|side| side as u32);
        let (columns, rows, together) = (columns as u32, rows as u32, together as u32);
        let scale = (SIDE / size[0].max(size[1])).max(1);
        let cell = size.map(|side| side * scale);
        let width = columns * (cell[0] + THIN) + THIN;
        let mut sheet = Self { cell, scale, together, canvas: GrayImage::new(0, 0) };
        let height = sheet.top(rows - 1) + cell[1] + THIN;
        sheet.canvas = GrayImage::from_pixel(width, height, Luma([BETWEEN]));
        sheet
    }

    fn top(&self, row: u32) -> u32 {
        THIN + row * (self.cell[1] + THIN) + row / self.together * (WIDE - THIN)
    }

    /// Puts `images` [columns, pixels] of intensities from 0 to 1 into a row.
    pub fn put(&mut self, row: usize, images: &Tensor) {
        let size = self.cell.map(|side| side / self.scale);
        for (column, image) in images.value().outer_iter().enumerate() {
            let bytes = image.iter().map(|p| (255.0 * p).round() as u8).collect();
            let small = GrayImage::from_raw(size[0], size[1], bytes).expect("one byte a pixel");
            let image = imageops::resize(&small, self.cell[0], self.cell[1], imageops::Nearest);
            let left = THIN + column as u32 * (self.cell[0] + THIN);
            let top = self.top(row as u32);
            imageops::replace(&mut self.canvas, &image, left.into(), top.into());
        }
    }

    /// The sheet as a PNG file.
    pub fn png(&self) -> Result<Vec<u8>> {
        let mut file = Cursor::new(Vec::new());
        self.canvas.write_to(&mut file, ImageFormat::Png)?;
        Ok(file.into_inner())
    }
}
