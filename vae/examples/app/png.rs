//! Pixels as a PNG file.

use anyhow::Result;
use png::{BitDepth, ColorType, Encoder};

/// The file of a picture of `size` = [width, height], row by row, a byte for each channel of `color`.
pub fn encode(size: [usize; 2], color: ColorType, pixels: &[u8]) -> Result<Vec<u8>> {
    let [width, height] = size.map(u32::try_from);
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, width?, height?);
    encoder.set_color(color);
    encoder.set_depth(BitDepth::Eight);
    encoder.write_header()?.write_image_data(pixels)?;
    Ok(file)
}
