//! `vae manifold`: a plane of codes.

use std::fs;
use std::path::PathBuf;

use super::{images, picture};
use crate::tiny::{Tiny, stdout};

/// Trains a model whose code has so many dimensions, and returns its folder.
fn train(tiny: &Tiny, output: &str, latent: &str) -> PathBuf {
    let args = ["--data", "data", "--hidden", "12", "--batch", "10", "--epochs", "2"];
    stdout(tiny.program().args(args).args(["--latent", latent, "--output", output]));
    tiny.path(output)
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
