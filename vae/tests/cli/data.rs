//! Other images than the embedded ones: what `--data` takes.

use std::fs::{self, File};

use ndarray::Array2;
use vae::data::npy;

use crate::tiny::{FILES, Tiny, stdout};

const SMALL: [&str; 8] = ["--hidden", "12", "--latent", "3", "--batch", "10", "--epochs", "1"];

/// Images of 8 × 8 pixels, of which every tenth is for testing.
#[test]
fn an_array_of_numpy() {
    let tiny = Tiny::new();
    let images = Array2::from_shape_fn((40, 64), |(i, j)| ((i + j) % 5) as f32 / 4.0);
    fs::write(tiny.path("images.npy"), npy::to_bytes(images.view())).unwrap();
    let mut command = tiny.program();
    command.args(["--data", "images.npy", "--output", "run"]).args(SMALL);
    let printed = stdout(&mut command);
    assert!(printed.contains("36 training and 4 test images of 8 × 8 pixels"), "{printed}");
    assert!(FILES.iter().all(|file| tiny.path("run").join(file).exists()));
}

/// A folder for each class.
#[test]
fn folders_of_png_images() {
    let tiny = Tiny::new();
    for (class, shade) in [("cats", 40), ("dogs", 200)] {
        let folder = tiny.path("pictures").join(class);
        fs::create_dir_all(&folder).unwrap();
        for i in 0..10u8 {
            let file = File::create(folder.join(format!("{i}.png"))).unwrap();
            let mut encoder = png::Encoder::new(file, 8, 8);
            encoder.set_color(png::ColorType::Grayscale);
            let mut image = encoder.write_header().unwrap();
            image.write_image_data(&[shade + i; 64]).unwrap();
        }
    }
    let mut command = tiny.program();
    command.args(["--data", "pictures", "--model", "cvae"]).args(SMALL);
    let printed = stdout(&mut command);
    assert!(printed.contains("18 training and 2 test images of 8 × 8 pixels"), "{printed}");
}
