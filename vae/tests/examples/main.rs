//! The numbered examples: each keeps the rules of `vae/examples/README.md`, and runs.
//!
//! `cargo test` builds examples before it runs tests.

mod backward_pass;
mod example;
mod pictures;

use std::panic;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use example::{Example, index};

#[test]
fn examples_are_numbered_from_one_without_gaps() {
    let numbers: Vec<_> = Example::all().iter().map(Example::number).collect();
    assert!(numbers.len() > 1, "the examples were not found");
    assert_eq!(numbers, (1..=numbers.len()).collect::<Vec<_>>());
}

#[test]
fn examples_are_short() {
    for example in Example::all() {
        let lines = example.source().lines().count();
        assert!(lines < 150, "{} has {lines} lines; must be less than 150", example.name);
    }
}

#[test]
fn the_index_names_each_example_and_nothing_else() {
    let names: Vec<_> = Example::all().into_iter().map(|example| example.name).collect();
    assert_eq!(index(), names, "the rows of vae/examples/README.md, in order");
}

#[test]
fn first_comments_name_pictures_and_the_command() {
    for example in Example::all() {
        let (name, pictures) = (&example.name, example.pictures());
        assert!(!pictures.is_empty(), "{name}: its first comment names no picture");
        let number = format!("{:02}-", example.number());
        assert!(
            pictures.iter().all(|picture| picture.starts_with(&number)),
            "{name}: {pictures:?}"
        );
        let command = format!("--example {name}\n");
        assert!(example.head().contains(&command), "{name}: its first comment does not run it");
    }
}

/// A few at a time: each has threads of its own.
const AT_ONCE: usize = 2;

#[test]
fn each_runs_and_draws_what_it_says() {
    let (examples, next) = (Example::all(), AtomicUsize::new(0));
    let failed = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(example) = examples.get(next.fetch_add(1, Ordering::Relaxed)) {
                    // All are run, so that one report has all that is wrong.
                    if panic::catch_unwind(|| runs(example)).is_err() {
                        failed.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    assert_eq!(failed.into_inner(), 0, "examples failed, see above");
}

fn runs(example: &Example) {
    let name = &example.name;
    let run = example.run(&[]);
    assert!(run.success, "{name} failed:\n{}{}", run.printed, run.complaints);
    assert_eq!(run.complaints, "", "{name} prints to standard error");
    assert!(run.printed.lines().count() > 1, "{name} prints no point");
    assert_eq!(run.pictures(), example.pictures(), "{name}: pictures drawn and pictures named");
    for picture in run.pictures() {
        pictures::assert_decodes(&run.path(&picture));
        assert!(run.printed.contains(&picture), "{name} does not say where {picture} is");
    }
}

#[test]
fn the_same_seed_prints_the_same() {
    let example = Example::named("02-backward-pass");
    let [one, again, other] = [["--seed", "1"], ["--seed", "1"], ["--seed", "2"]]
        .map(|seed| example.run(&seed).printed)
        .map(|printed| printed.lines().filter(|line| !line.contains(".png")).collect::<String>());
    assert_eq!(one, again);
    assert_ne!(one, other);
}

#[test]
fn options_are_explained_and_wrong_ones_refused() {
    let example = Example::named("01-tensors-and-gradients");
    let help = example.run(&["--help"]);
    assert!(help.success && help.pictures().is_empty());
    for option in ["--quick", "--out", "--seed"] {
        assert!(help.printed.contains(option), "{option} in {}", help.printed);
    }
    let wrong = example.run(&["--quikc"]);
    assert!(!wrong.success && wrong.complaints.contains("unexpected argument '--quikc'"));
}
