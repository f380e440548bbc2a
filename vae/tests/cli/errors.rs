//! What is wrong is said, with exit code 2 for the command line and 1 for anything else, and never by a panic.

use std::fs;
use std::process::Output;

use crate::tiny::{SIDE, TRAIN, Tiny, stderr};

/// Checks that the program failed with `code`, said each of `words`, and left no results.
fn assert_failed(tiny: &Tiny, outcome: &Output, code: i32, words: &[&str], what: &str) {
    let message = stderr(outcome);
    assert_eq!(outcome.status.code(), Some(code), "{what}: {message}");
    assert!(!message.contains("panicked"), "{what}: {message}");
    for word in words {
        assert!(message.contains(word), "{what}: {word:?} is not in: {message}");
    }
    assert!(!tiny.path("runs").exists(), "{what}");
}

#[test]
fn options_out_of_bounds() {
    let tiny = Tiny::new();
    let absurd = "1000000000000";
    let endless = "9".repeat(100);
    for (option, value, words) in [
        ("--epoch-count", "3", "unexpected argument"),
        ("--epochs", "0", "from 1 to 1,000,000"),
        ("--batch", "0", "from 1 to 1,000,000"),
        ("--batch", "ten", "from 1 to 1,000,000"),
        ("--batch", "-5", "-5"),
        ("--latent", "0", "from 1 to 65,536"),
        ("--latent", absurd, "from 1 to 65,536"),
        ("--latent", &endless, "from 1 to 65,536"),
        ("--hidden", "0", "from 1 to 65,536"),
        ("--hidden", absurd, "from 1 to 65,536"),
        ("--learning-rate", "0", "above 0 and at most 1"),
        ("--learning-rate", "-0.1", "above 0 and at most 1"),
        ("--learning-rate", "nan", "above 0 and at most 1"),
        ("--learning-rate", "inf", "above 0 and at most 1"),
        ("--threads", "0", "from 1 to 1,024"),
        ("--threads", absurd, "from 1 to 1,024"),
        ("--seed", "-1", "-1"),
        ("--seed", "x", "--seed"),
    ] {
        let outcome = tiny.bare().args([option, value]).output().unwrap();
        assert_failed(&tiny, &outcome, 2, &[words], &format!("{option} {value}"));
    }
}

#[test]
fn a_model_too_large_for_memory() {
    let tiny = Tiny::new();
    let sizes = ["--hidden", "65536", "--latent", "65536"];
    let outcome = tiny.bare().args(sizes).output().unwrap();
    assert_failed(&tiny, &outcome, 1, &["a model of 64-65536-65536", "choose a smaller"], "sizes");
}

#[test]
fn datasets_that_cannot_be_read() {
    let images = "train-images-idx3-ubyte";
    let whole = fs::read(Tiny::new().path("data").join(images)).unwrap();
    let with_dtype = |code| [&[0, 0, code], &whole[3..]].concat();
    let absurd = [&[0, 0, 8, 3][..], &[255; 12]].concat();
    for (what, bytes, words) in [
        ("empty", vec![], images),
        ("truncated header", whole[..9].to_vec(), images),
        ("truncated pixels", whole[..whole.len() - 1].to_vec(), images),
        ("surplus", [&whole[..], &[0]].concat(), images),
        ("floats", with_dtype(0x0D), images),
        ("no IDX file", b"P5 8 8 255".to_vec(), images),
        ("truncated gzip", vec![0x1F, 0x8B, 8, 0], images),
        ("absurd dimensions", absurd, images),
        ("no images", [&[0, 0, 8, 3], &[0; 4][..], &[0, 0, 0, 8, 0, 0, 0, 8]].concat(), "image"),
    ] {
        let tiny = Tiny::new();
        tiny.write(images, &bytes);
        assert_failed(&tiny, &tiny.run(&[]), 1, &["--data", words], what);
    }
}

#[test]
fn files_that_do_not_belong_together() {
    let tiny = Tiny::new();
    let labels = fs::read(tiny.path("data/t10k-labels-idx1-ubyte")).unwrap();
    tiny.write("train-labels-idx1-ubyte", &labels);
    assert_failed(&tiny, &tiny.run(&[]), 1, &["16 labels", "64 images"], "labels of another split");

    let tiny = Tiny::new();
    let header = [TRAIN, SIDE / 2, 2 * SIDE].map(u32::to_be_bytes).concat();
    let pixels = vec![0; (TRAIN * SIDE * SIDE) as usize];
    tiny.write("train-images-idx3-ubyte", &[&[0, 0, 8, 3], &header[..], &pixels].concat());
    assert_failed(&tiny, &tiny.run(&[]), 1, &["4 × 16", "8 × 8"], "images of two sizes");
}

#[test]
fn a_folder_without_the_files() {
    let tiny = Tiny::new();
    fs::remove_file(tiny.path("data/t10k-images-idx3-ubyte")).unwrap();
    assert_failed(&tiny, &tiny.run(&[]), 1, &["t10k-images-idx3-ubyte"], "a missing file");
    fs::remove_dir_all(tiny.path("data")).unwrap();
    assert_failed(&tiny, &tiny.run(&[]), 1, &["data"], "a missing folder");
}
