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

/// The commands that look at test images, with what they make: nothing, or a file.
const LOOK: [(&[&str], Option<&str>); 6] = [
    (&["evaluate", "run", "--samples", "2"], None),
    (&["encode", "run"], Some("encode.npy")),
    (&["interpolate", "run", "--from", "0", "--to", "1"], Some("interpolate.png")),
    (&["manifold", "run"], Some("manifold.png")),
    (&["reconstruct", "run"], Some("reconstruct.png")),
    (&["report", "run"], Some("report.html")),
];

/// By default they are those that the run was tested on, wherever it is looked at from.
#[test]
fn test_images_are_those_of_the_run_or_others() {
    let (tiny, other) = (Tiny::new(), Tiny::with(10, 7, 8));
    tiny.train("run", &[]);
    let result = |args: &[&str], file: Option<&str>, data: &[&str]| {
        let said = stdout(tiny.program().args(args).args(data));
        file.map_or(said.into_bytes(), |file| fs::read(tiny.path("run").join(file)).unwrap())
    };
    let before = LOOK.map(|(args, file)| result(args, file, &[]));

    fs::rename(tiny.path("data"), tiny.path("moved")).unwrap();
    let others = other.path("data");
    for ((args, file), before) in LOOK.into_iter().zip(before) {
        let message = tiny.fails(args, 1);
        assert!(message.contains("--data cannot be used: "), "{args:?}: {message}");
        let found = result(args, file, &["--data", others.to_str().unwrap()]);
        // The two dimensions of the plane may be those of other images as well.
        assert!(found != before || args[0] == "manifold", "{args:?}: other images are the same");
        let found = result(args, file, &["--data", "moved"]);
        // The page of other images says where they are from.
        assert!(found == before || args[0] == "report", "{args:?}: the same images are others");
    }
    let page = fs::read_to_string(tiny.path("run/report.html")).unwrap();
    assert!(page.contains("<dd>moved</dd>") && !page.contains("training images"));
}

#[test]
fn test_images_of_another_size_are_refused() {
    let tiny = Tiny::new();
    tiny.train("run", &[]);
    let other = Tiny::with_side(9);
    let data = other.path("data");
    for (args, _) in LOOK {
        let message = tiny.fails(&[args, &["--data", data.to_str().unwrap()]].concat(), 1);
        assert!(message.contains("9 × 9 pixels, but the model is of 8 × 8"), "{message}");
    }
}
