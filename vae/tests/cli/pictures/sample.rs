//! `vae sample`: new images.

use std::fs;

use serde_json::Value;

use super::{picture, side, size};
use crate::tiny::{SIDE, Tiny, files, stdout};

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
