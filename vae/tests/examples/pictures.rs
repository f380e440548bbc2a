//! Pictures as a viewer opens them.

use std::collections::HashSet;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

/// The file decodes to the end, is large enough to be looked at, and is not of one color.
#[track_caller]
pub fn assert_decodes(path: &Path) {
    let name = path.file_name().unwrap().to_string_lossy();
    let ([width, height], pixels) =
        if name.ends_with(".png") { decode_png(path) } else { decode_gif(path) };
    assert!(width.min(height) >= 50, "{name} has {width} × {height} pixels");
    let colors: HashSet<_> = pixels.iter().collect();
    assert!(colors.len() > 2, "{name} shows nothing");
}

fn decode_png(path: &Path) -> ([u32; 2], Vec<u8>) {
    let file = BufReader::new(File::open(path).unwrap());
    let mut picture = png::Decoder::new(file).read_info().unwrap();
    let mut pixels = vec![0; picture.output_buffer_size().unwrap()];
    let info = picture.next_frame(&mut pixels).unwrap();
    ([info.width, info.height], pixels)
}

fn decode_gif(path: &Path) -> ([u32; 2], Vec<u8>) {
    let mut animation = gif::DecodeOptions::new().read_info(File::open(path).unwrap()).unwrap();
    let (mut pixels, mut frames) = (Vec::new(), 0);
    while let Some(frame) = animation.read_next_frame().unwrap() {
        pixels.extend_from_slice(&frame.buffer);
        frames += 1;
    }
    assert!(frames > 1, "{}: {frames} frames do not move", path.display());
    ([animation.width(), animation.height()].map(u32::from), pixels)
}
