//! The commands that draw a picture of a checkpoint.

mod interpolate;
mod manifold;
mod reconstruct;
mod sample;

use std::fs::{self, File};
use std::io::BufReader;
use std::path::Path;

use crate::tiny::{SIDE, Tiny, stdout};

/// Pixels along so many images that are enlarged tenfold, with the lines around them.
fn side(images: u32) -> u32 {
    images * (10 * SIDE + 2) + 2
}

/// Width and height of a picture.
fn size(path: &Path) -> (u32, u32) {
    let reader = png::Decoder::new(BufReader::new(File::open(path).unwrap())).read_info().unwrap();
    reader.info().size()
}

/// Runs a command with these arguments, which says where its picture is; returns the file.
#[track_caller]
fn picture(tiny: &Tiny, args: &[&str], file: &str) -> Vec<u8> {
    let said = stdout(tiny.program().args(args));
    assert!(said.contains(&format!("The picture is {file}")), "{args:?}: {said}");
    fs::read(tiny.path(file)).unwrap()
}

/// The images in these rows and columns, with lines of this width between them and words of this height below.
///
/// They are counted from the lower right corner, for there may be words above and at the left.
fn images(
    path: &Path,
    [rows, columns]: [usize; 2],
    [line, below]: [usize; 2],
) -> Vec<Vec<Vec<u8>>> {
    let mut reader =
        png::Decoder::new(BufReader::new(File::open(path).unwrap())).read_info().unwrap();
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut bytes).unwrap();
    let (width, height) = (info.width as usize, info.height as usize - below);
    let (side, place) = (SIDE as usize, 10 * SIDE as usize + line);
    let red = |y: usize, x: usize| bytes[y * info.line_size + x * info.color_type.samples()];
    let image = |row: usize, column: usize| {
        // At the right are 24 pixels of white.
        let (top, left) = (height - (rows - row) * place, width - 24 - (columns - column) * place);
        let pixels =
            (0..side * side).map(|i| (top + 10 * (i / side) + 5, left + 10 * (i % side) + 5));
        pixels.map(|(y, x)| red(y, x)).collect()
    };
    (0..rows).map(|row| (0..columns).map(|column| image(row, column)).collect()).collect()
}

#[test]
fn every_model_draws() {
    let tiny = Tiny::new();
    for model in ["dense", "iwae", "cvae", "linear", "flow", "vamp"] {
        let args = ["--data", "data", "--latent", "3", "--epochs", "1", "--model", model];
        stdout(tiny.program().args(args).args(["--output", model]));
        let draw = |command: &str, args: &[&str]| {
            let file = format!("{model}/{command}.png");
            picture(&tiny, &[&[command, model], args].concat(), &file)
        };
        let reconstructed = draw("reconstruct", &[]);
        let path = tiny.path(model).join("reconstructions.png");
        assert!(reconstructed == fs::read(path).unwrap(), "{model}: the only epoch is the best");
        draw("sample", &["--count", "4"]);
        draw("interpolate", &["--from", "0", "--to", "1"]);
    }
}
