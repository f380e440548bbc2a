//! The commands that draw a picture of a checkpoint.

use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::tiny::{SIDE, Tiny, files, stdout};

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

/// Trains a model whose code has so many dimensions, and returns its folder.
fn train(tiny: &Tiny, output: &str, latent: &str) -> PathBuf {
    let args = ["--data", "data", "--hidden", "12", "--batch", "10", "--epochs", "2"];
    stdout(tiny.program().args(args).args(["--latent", latent, "--output", output]));
    tiny.path(output)
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
fn sample_draws_what_training_drew() {
    let tiny = Tiny::new();
    let folder = tiny.train("run", &[]);
    let before = files(&folder);
    let samples = picture(&tiny, &["sample", "run/last.safetensors"], "run/sample.png");
    assert!(samples == fs::read(folder.join("samples.png")).unwrap());
    let mut expected = [before, vec!["sample.png".to_owned()]].concat();
    expected.sort();
    assert_eq!(files(&folder), expected);

    let sample = |args: &[&str], file| {
        picture(&tiny, &[&["sample", "run", "--output", file], args].concat(), file)
    };
    let (one, two) = (sample(&["--seed", "1"], "1.png"), sample(&["--seed", "2"], "2.png"));
    assert!(sample(&[], "default.png") == one, "the run's own seed is 1");
    assert!(sample(&["--seed", "2", "--threads", "1"], "again.png") == two && one != two);
    // More than a batch, and a last row that is not full.
    sample(&["--count", "111"], "111.png");
    assert_eq!(size(&tiny.path("111.png")), (side(11), side(11)));
    sample(&["--count", "5"], "5.png");
    assert_eq!(size(&tiny.path("5.png")), (side(3), side(2)));
}

#[test]
fn a_conditional_model_draws_by_label() {
    let tiny = Tiny::new();
    tiny.train("run", &["--model", "cvae"]);
    tiny.train("dense", &[]);
    let label =
        |label, file| picture(&tiny, &["sample", "run", "--label", label, "--output", file], file);
    let (zero, one) = (label("0", "0.png"), label("1", "1.png"));
    assert!(zero != one, "the same codes, another label");
    // A column for each label, of images that are not enlarged, for there are many.
    picture(&tiny, &["sample", "run"], "run/sample.png");
    let info: Value =
        serde_json::from_str(&stdout(tiny.program().args(["info", "run", "--json"]))).unwrap();
    let classes = info["images"]["classes"].as_u64().unwrap() as u32;
    assert_eq!(size(&tiny.path("run/sample.png")).0, classes * (SIDE + 2) + 2);
    let beyond = classes.to_string();
    let message = tiny.fails(&["sample", "run", "--label", &beyond], 1);
    assert!(
        message.contains(&format!("found --label {beyond}, but the model knows labels from 0 to")),
        "{message}"
    );
    let message = tiny.fails(&["sample", "dense", "--label", "1"], 1);
    assert!(
        message.contains("--label is for --model cvae, but this is --model dense"),
        "{message}"
    );
    assert!(!tiny.path("dense/sample.png").exists());
}

#[test]
fn what_cannot_be_sampled_is_told() {
    let tiny = Tiny::new();
    tiny.train("run", &[]);
    for (args, code, words) in [
        (&["nowhere"][..], 1, "nowhere: no checkpoint is here"),
        (&["run", "--output", "no/such/folder/a.png"], 1, "a.png: cannot be written"),
        (&["run", "--output", "a.jpg"], 1, "end the name in .png"),
        (&["run", "--count", "0"], 2, "from 1 to 2,500"),
        (&["run", "--label", "256"], 2, "256"),
        (&["run", "--seed", "-1"], 2, "-1"),
    ] {
        let message = tiny.fails(&[&["sample"], args].concat(), code);
        assert!(message.contains(words), "{args:?}: {words:?} is not in: {message}");
    }
}

#[test]
fn reconstruct_draws_what_training_drew_or_the_images_chosen() {
    let tiny = Tiny::new();
    let folder = tiny.train("run", &["--binarize"]);
    let first = picture(&tiny, &["reconstruct", "run/last.safetensors"], "run/reconstruct.png");
    assert!(first == fs::read(folder.join("reconstructions.png")).unwrap());

    tiny.train("gray", &[]);
    let draw = |args: &[&str], file| {
        picture(&tiny, &[&["reconstruct", "gray", "--output", file], args].concat(), file)
    };
    let two = draw(&["--count", "2"], "2.png");
    assert_eq!(size(&tiny.path("2.png")), (side(2), side(2)));
    assert!(draw(&["--images", "0,1"], "chosen.png") == two);
    assert!(draw(&["--images", "1,0"], "swapped.png") != two);
    assert!(draw(&["--count", "99"], "all.png") == draw(&[], "default.png"));

    for (args, code, words) in [
        (
            &["--images", "0,16"][..],
            1,
            "found --images 16, but test images are numbered from 0 to 15",
        ),
        (&["--images", "1,x"], 2, "x"),
        (&["--images", "1", "--count", "1"], 2, "cannot be used with"),
        (&["--count", "2501"], 2, "from 1 to 2,500"),
    ] {
        let message = tiny.fails(&[&["reconstruct", "gray"], args].concat(), code);
        assert!(message.contains(words), "{args:?}: {words:?} is not in: {message}");
    }
    assert!(!tiny.path("gray/reconstruct.png").exists());
}

#[test]
fn interpolate_goes_from_one_image_to_another_and_back_the_same_way() {
    let tiny = Tiny::new();
    tiny.train("run", &[]);
    let draw = |from, to, file| {
        let args = ["interpolate", "run", "--from", from, "--to", to, "--output", file];
        let bytes = picture(&tiny, &args, file);
        assert!(bytes == picture(&tiny, &[&args[..], &["--steps", "11"]].concat(), file));
        images(&tiny.path(file), [2, 13], [2, 0])
    };
    let (there, back) = (draw("3", "7", "there.png"), draw("7", "3", "back.png"));
    let reversed = |row: &[Vec<u8>]| row.iter().rev().cloned().collect::<Vec<_>>();
    let [straight, arc] = &there[..] else { unreachable!("two rows") };
    assert!(straight != arc, "two ways");
    // Both have the images at the ends, and beside them their reconstructions.
    for end in [0, 1, 11, 12] {
        assert!(straight[end] == arc[end], "{end}");
    }
    assert!(straight[0] != straight[1] && straight[0] != straight[12]);
    for (there, back) in there.iter().zip(&back) {
        let far = |(a, b): (&u8, &u8)| a.abs_diff(*b);
        let pixels = there.iter().flatten().zip(reversed(back).iter().flatten()).map(far).max();
        assert!(pixels.unwrap() <= 1, "{pixels:?}");
    }
}

#[test]
fn interpolate_of_a_conditional_model_has_either_label() {
    let tiny = Tiny::new();
    tiny.train("cvae", &["--model", "cvae"]);
    let draw = |to, file| {
        picture(&tiny, &["interpolate", "cvae", "--from", "0", "--to", to, "--output", file], file);
        size(&tiny.path(file)).1
    };
    // Two rows of another label, and the wide line between two labels.
    assert_eq!(draw("1", "two.png") - draw("0", "one.png"), 2 * (10 * SIDE + 2) + 10);
}

#[test]
fn what_cannot_be_interpolated_is_told() {
    let tiny = Tiny::new();
    tiny.train("run", &[]);
    for (args, code, words) in [
        (&["--from", "16", "--to", "1"][..], 1, "found --from 16, but test images are numbered"),
        (
            &["--from", "1", "--to", "99"],
            1,
            "found --to 99, but test images are numbered from 0 to 15",
        ),
        (&["--from", "1"], 2, "--to"),
        (&["--from", "1", "--to", "2", "--steps", "1"], 2, "from 2 to 16"),
    ] {
        let message = tiny.fails(&[&["interpolate", "run"], args].concat(), code);
        assert!(message.contains(words), "{args:?}: {words:?} is not in: {message}");
    }
}

#[test]
fn manifold_is_the_plane_of_two_dimensions() {
    let tiny = Tiny::new();
    train(&tiny, "run", "2");
    let draw = |args: &[&str], file| {
        picture(
            &tiny,
            &[&["manifold", "run", "--size", "5", "--output", file], args].concat(),
            file,
        );
        images(&tiny.path(file), [5, 5], [0, 76])
    };
    let plane = draw(&[], "plane.png");
    assert!(draw(&["--dimensions", "1,2"], "chosen.png") == plane);
    // Mirrored at the diagonal, from the lower left corner.
    let turned = draw(&["--dimensions", "2,1"], "turned.png");
    for (row, column) in (0..5).flat_map(|row| (0..5).map(move |column| (row, column))) {
        assert!(plane[row][column] == turned[4 - column][4 - row], "{row}, {column}");
    }
    assert!(plane != turned && plane[0][0] != plane[4][0]);
}

#[test]
fn manifold_of_more_dimensions_is_the_plane_of_the_report() {
    let tiny = Tiny::new();
    let folder = train(&tiny, "run", "5");
    let default = picture(&tiny, &["manifold", "run"], "run/manifold.png");
    stdout(tiny.program().args(["report", "run"]));
    // Its sliders are sorted by rate.
    let page = fs::read_to_string(folder.join("report.html")).unwrap();
    let sliders = page.split("data-dimension=\"").skip(1);
    let mut two: Vec<u32> =
        sliders.take(2).map(|rest| rest.split('"').next().unwrap().parse().unwrap()).collect();
    two.sort();
    let two = format!("{},{}", two[0] + 1, two[1] + 1);
    let draw = |dimensions: &str| {
        let args = ["manifold", "run", "--dimensions", dimensions, "--output", "chosen.png"];
        picture(&tiny, &args, "chosen.png")
    };
    assert!(draw(&two) == default, "{two}");
    let others = ["1,2", "1,3", "1,4", "1,5", "2,3", "2,4", "2,5", "3,4", "3,5", "4,5"];
    assert_eq!(others.iter().filter(|dimensions| draw(dimensions) == default).count(), 1);
}

#[test]
fn what_has_no_plane_is_told() {
    let tiny = Tiny::new();
    for model in ["dense", "cvae", "flow", "vamp"] {
        tiny.train(model, &["--model", model, "--epochs", "1"]);
    }
    train(&tiny, "one", "1");
    for (args, code, words) in [
        (&["one"][..], 1, "a plane takes two dimensions, but the code of this model has one"),
        (
            &["dense", "--dimensions", "1,4"],
            1,
            "found --dimensions 4, but the code has those from 1 to 3",
        ),
        (&["dense", "--dimensions", "0,1"], 2, "expected two dimensions, such as 1,2"),
        (&["dense", "--dimensions", "1,1"], 2, "expected two dimensions, such as 1,2"),
        (&["dense", "--size", "1"], 2, "from 2 to 100"),
        (&["dense", "--label", "1"], 1, "--label is for --model cvae"),
        (&["cvae"], 1, "choose one with --label, from 0 to"),
        (&["flow"], 1, "choose two with --dimensions, from 1 to 3"),
        (&["vamp"], 1, "which is not the prior of --model vamp"),
    ] {
        let message = tiny.fails(&[&["manifold"], args].concat(), code);
        assert!(message.contains(words), "{args:?}: {words:?} is not in: {message}");
    }
    picture(&tiny, &["manifold", "cvae", "--label", "0"], "cvae/manifold.png");
    picture(&tiny, &["manifold", "flow", "--dimensions", "3,1"], "flow/manifold.png");
}
