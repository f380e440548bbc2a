//! What is wrong is said: exit code 2 for the command line, 1 for anything else, and never a panic.

use std::fs;
use std::process::Command;

use crate::tiny::{Tiny, stderr};

/// The command must fail with `code` and say `words`, before it has printed or made anything.
#[track_caller]
fn assert_fails(tiny: &Tiny, command: &mut Command, code: i32, words: &str) {
    let outcome = command.output().unwrap();
    let message = stderr(&outcome);
    assert_eq!(outcome.status.code(), Some(code), "{command:?}: {message}");
    assert!(message.contains(words), "{command:?}: {words:?} is not in: {message}");
    assert!(!message.contains("panicked"), "{command:?}: {message}");
    assert!(outcome.stdout.is_empty(), "{command:?}");
    assert!(!tiny.path("runs").exists(), "{command:?}");
}

#[test]
fn options_out_of_bounds() {
    let tiny = Tiny::new();
    let absurd = "1000000000000";
    let endless = &"9".repeat(100);
    for (option, value, words) in [
        ("--epoch-count", "3", "unexpected argument"),
        ("--epochs", "0", "from 1 to 1,000,000"),
        ("--batch", "0", "from 1 to 1,000,000"),
        ("--batch", "ten", "from 1 to 1,000,000"),
        ("--batch", "-5", "-5"),
        ("--latent", "0", "from 1 to 65,536"),
        ("--latent", absurd, "from 1 to 65,536"),
        ("--latent", endless, "from 1 to 65,536"),
        ("--hidden", "0", "from 1 to 65,536"),
        ("--hidden", absurd, "from 1 to 65,536"),
        ("--learning-rate", "0", "above 0 and at most 1"),
        ("--learning-rate", "-0.1", "above 0 and at most 1"),
        ("--learning-rate", "nan", "above 0 and at most 1"),
        ("--learning-rate", "inf", "above 0 and at most 1"),
        ("--threads", "0", "from 1 to 256"),
        ("--threads", absurd, "from 1 to 256"),
        ("--seed", "-1", "-1"),
        ("--seed", "x", "--seed"),
    ] {
        let mut command = tiny.program();
        assert_fails(&tiny, command.args(["--data", "data", option, value]), 2, words);
    }
}

#[test]
fn sizes_that_are_absurd_together() {
    let tiny = Tiny::new();
    for sizes in
        [["--hidden", "65536", "--latent", "65536"], ["--hidden", "65536", "--batch", "1000000"]]
    {
        let mut command = tiny.program();
        let words = "choose a smaller --hidden, --latent or --batch";
        assert_fails(&tiny, command.args(["--data", "data"]).args(sizes), 1, words);
    }
}

#[test]
fn a_path_without_data() {
    let tiny = Tiny::new();
    fs::write(tiny.path("file"), "").unwrap();
    let none = "found no dataset, expected a folder of IDX files";
    for (path, words) in [("nowhere", "check its name"), (".", none), ("file", none)] {
        assert_fails(&tiny, tiny.program().args(["--data", path]), 1, words);
    }
}

#[test]
fn damaged_data() {
    let images = fs::read(Tiny::new().path("data/train-images-idx3-ubyte")).unwrap();
    let float = [&[0, 0, 0x0d], &images[3..]].concat();
    let surplus = [&images[..], &[0]].concat();
    let promise = [&images[..4], &[0xff; 12]].concat();
    let gzip = [&[0x1f, 0x8b], &images[2..]].concat();
    let few = [&images[..4], &[0, 0, 0, 1], &images[8..16], &images[16..80]].concat();
    for (damaged, words) in [
        (&images[..0], "ends after 0 bytes"),
        (&images[..10], "ends after 10 bytes"),
        (&images[..1000], "ends after 1000 bytes"),
        (&surplus, "4112"),
        (b"not an image file", "train-images-idx3-ubyte"),
        (&float, "0d"),
        (&promise, "train-images-idx3-ubyte"),
        (&gzip, "train-images-idx3-ubyte"),
        (&few, "64"),
    ] {
        let tiny = Tiny::new();
        tiny.write("train-images-idx3-ubyte", damaged);
        assert_fails(&tiny, &mut tiny.command(), 1, words);
    }
}
