//! PNG images, of any color type, as gray bytes.
//!
//! | in the file | gray byte |
//! |---|---|
//! | gray of 1, 2 or 4 bits | scaled to 0 … 255 |
//! | 16 bits | the upper 8 |
//! | a palette | the color it stands for |
//! | red, green, blue | Y = (19595 R + 38470 G + 7471 B + 2¹⁵) / 2¹⁶, rounded down: 0.299 R + 0.587 G + 0.114 B |
//! | alpha, A | on black: Y A / 255, rounded |
//!
//! Source: ITU-R BT.601, the luma of red, green and blue; the integers are those of Pillow's `convert("L")`.

mod folder;

use std::io::Cursor;

use ndarray::Array2;
use png::{ColorType, Decoder, DecodingError, Limits, Transformations};

pub(super) use folder::holds_images;

/// Pixels of the largest image that is read, 4096 × 4096: no model here is made for more.
const MAX_PIXELS: u64 = 1 << 24;

/// Bytes that are not a PNG image of which a dataset can be made.
#[derive(Debug, thiserror::Error)]
pub enum PngError {
    /// The bytes are not a PNG image, or are damaged.
    #[error("{file}: found no intact PNG image ({reason}); fetch the file again, or remove it")]
    Decode {
        /// The source of the bytes, as the caller named it.
        file: String,
        /// What the decoder found.
        reason: DecodingError,
    },
    /// The image is too large.
    #[error(
        "{file}: found {rows} × {cols} pixels, expected at most {MAX_PIXELS} in all; scale the image down"
    )]
    Large {
        /// The source of the bytes.
        file: String,
        /// The rows of the image.
        rows: u32,
        /// The columns of the image.
        cols: u32,
    },
}

/// Reads an image [rows, columns] from the bytes of a PNG file.
///
/// `file` names the source in errors.
///
/// # Errors
/// If the bytes are not an intact image, or one of more than 4096 × 4096 pixels.
pub fn parse_image(file: &str, bytes: &[u8]) -> Result<Array2<u8>, PngError> {
    let damaged = |reason| PngError::Decode { file: file.to_owned(), reason };
    let limits = Limits { bytes: 16 * MAX_PIXELS as usize };
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), limits);
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    let (cols, rows) = decoder.read_header_info().map_err(damaged)?.size();
    if u64::from(rows) * u64::from(cols) > MAX_PIXELS {
        return Err(PngError::Large { file: file.to_owned(), rows, cols });
    }
    let mut reader = decoder.read_info().map_err(damaged)?;
    // Four bytes a pixel at most.
    let mut samples = vec![0; 4 * rows as usize * cols as usize];
    let frame = reader.next_frame(&mut samples).map_err(damaged)?;
    reader.finish().map_err(damaged)?;
    samples.truncate(frame.buffer_size());
    let pixels = samples.chunks_exact(frame.color_type.samples());
    let gray = pixels.map(|pixel| gray(frame.color_type, pixel)).collect();
    Ok(Array2::from_shape_vec((rows as usize, cols as usize), gray).expect("a frame is whole"))
}

fn gray(color: ColorType, pixel: &[u8]) -> u8 {
    match (color, pixel) {
        (ColorType::GrayscaleAlpha, &[y, a]) => on_black(y, a),
        (ColorType::Rgba, &[r, g, b, a]) => on_black(luma(r, g, b), a),
        (ColorType::Rgb, &[r, g, b]) => luma(r, g, b),
        _ => pixel[0],
    }
}

fn luma(r: u8, g: u8, b: u8) -> u8 {
    let [r, g, b] = [r, g, b].map(u32::from);
    ((19595 * r + 38470 * g + 7471 * b + (1 << 15)) >> 16) as u8
}

fn on_black(y: u8, a: u8) -> u8 {
    ((u32::from(y) * u32::from(a) + 127) / 255) as u8
}
