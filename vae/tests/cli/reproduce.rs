//! `reproduce`, each experiment in little: its table has its shape, and the same seed gives the same figures.

use std::fs;
use std::process::Output;

use crate::tiny::{Tiny, files, stderr};

/// Runs an experiment with `--quick` in the folder of `tiny`.
fn run(tiny: &Tiny, args: &[&str]) -> Output {
    tiny.example("reproduce").args(args).arg("--quick").output().unwrap()
}

/// What it prints.
#[track_caller]
fn printed(tiny: &Tiny, args: &[&str]) -> String {
    let outcome = run(tiny, args);
    assert!(outcome.status.success(), "{args:?}: {}", stderr(&outcome));
    String::from_utf8(outcome.stdout).unwrap()
}

/// The rows of the tables that were printed, without titles and rules, each with its cells.
fn rows(printed: &str) -> Vec<Vec<&str>> {
    printed.trim_end().split("\n\n").flat_map(body).collect()
}

/// The rows of one table.
fn body(table: &str) -> Vec<Vec<&str>> {
    let lines: Vec<_> = table.lines().map(cells).collect();
    assert!(lines.len() > 2 && lines[1].iter().skip(1).all(|&rule| rule == "---:"), "{table}");
    assert!(lines.iter().all(|line| line.len() == lines[0].len()), "{table}");
    lines[2..].to_vec()
}

fn cells(line: &str) -> Vec<&str> {
    line.trim_matches('|').split('|').map(str::trim).collect()
}

/// A figure of a table.
#[track_caller]
fn figure(cell: &str) -> f64 {
    cell.replace('−', "-").parse().unwrap_or_else(|_| panic!("{cell} is no figure"))
}

/// Two runs of seed 1, of one thread and of two, print the same, and a run of seed 2 prints something else.
#[track_caller]
fn assert_reproducible(experiment: &str, seed: &str) -> String {
    let run =
        |value, threads| printed(&Tiny::new(), &[experiment, seed, value, "--threads", threads]);
    let one = run("1", "1");
    assert_eq!(one, run("1", "2"), "{experiment}");
    assert_ne!(one, run("2", "2"), "{experiment}");
    one
}

#[test]
fn the_pytorch_example() {
    let printed = assert_reproducible("pytorch-example", "--seeds");
    let rows = rows(&printed);
    let names: Vec<_> = rows.iter().map(|row| row[0]).collect();
    assert_eq!(names, ["1", "mean ± standard deviation", "published"]);
    let [train, test, mistaken, elbo, likelihood] = [1, 2, 3, 4, 5].map(|i| figure(rows[0][i]));
    assert!(test < train, "{test} after training, {train} in it");
    assert!(likelihood < elbo && mistaken != test, "{printed}");
}

#[test]
fn two_seeds_of_the_pytorch_example_have_a_deviation() {
    let printed = printed(&Tiny::new(), &["pytorch-example", "--seeds", "1,2"]);
    let rows = rows(&printed);
    let [one, two] = [0, 1].map(|i| figure(rows[i][2]));
    let (mean, deviation) = rows[2][2].split_once(" ± ").unwrap();
    assert!((figure(mean) - (one + two) / 2.0).abs() < 0.011, "{printed}");
    assert!((figure(deviation) - (one - two).abs() / 2f64.sqrt()).abs() < 0.015, "{printed}");
}

#[test]
fn kinds_of_pixels() {
    let printed = assert_reproducible("binarization", "--seed");
    let rows = rows(&printed);
    let names: Vec<_> = rows.iter().map(|row| row[0]).collect();
    assert_eq!(names, ["static bits", "dynamic bits", "gray pixels", "published, static bits"]);
    for row in &rows {
        assert!(figure(row[3]) > figure(row[2]), "{printed}");
    }
}

#[test]
fn the_importance_weighted_autoencoder() {
    let small = ["iwae", "--stages", "2", "--k", "1,5"];
    let tiny = Tiny::new();
    let whole = printed(&tiny, &small);
    let names: Vec<_> = rows(&whole).iter().map(|row| (row[0], row[1], row[5])).collect();
    assert_eq!(names, [("1", "4", "86.76"), ("5", "4", "85.54")]);
    for row in rows(&whole) {
        assert!(figure(row[3]) < figure(row[2]), "{whole}");
    }

    // A finished run only measures; an interrupted one continues as if it had not been.
    assert_eq!(printed(&tiny, &small), whole);
    let interrupted = Tiny::new();
    printed(&interrupted, &["iwae", "--stages", "1", "--k", "1,5"]);
    assert_eq!(printed(&interrupted, &small), whole);
    assert_ne!(printed(&Tiny::new(), &[&small[..], &["--seed", "2"]].concat()), whole);
}

#[test]
fn checkpoints_of_other_runs_are_refused() {
    let tiny = Tiny::new();
    printed(&tiny, &["iwae", "--stages", "2", "--k", "1"]);
    let folder = tiny.path("runs/iwae/quick");
    assert_eq!(files(&folder), ["k1-seed1.safetensors"]);
    let refused = |args: &[&str], words: &str| {
        let outcome = run(&tiny, args);
        let message = stderr(&outcome);
        assert_eq!(outcome.status.code(), Some(1), "{message}");
        assert!(message.contains(words) && !message.contains("panicked"), "{message}");
    };
    refused(&["iwae", "--stages", "1", "--k", "1"], "has 2 stages; ask for --stages 2 or more");
    fs::copy(folder.join("k1-seed1.safetensors"), folder.join("k5-seed1.safetensors")).unwrap();
    refused(&["iwae", "--stages", "2", "--k", "5"], "choose another --folder");
    fs::write(folder.join("k5-seed1.safetensors"), "torn").unwrap();
    refused(&["iwae", "--stages", "2", "--k", "5"], "k5-seed1.safetensors");
}

#[test]
fn the_linear_vae() {
    let printed = assert_reproducible("linear-vae", "--seed");
    let rows = rows(&printed);
    // Of each table pair: bound and noise, then four dimensions.
    assert_eq!(rows.len(), 2 * (2 + 4), "{printed}");
    for model in rows.chunks(6) {
        assert!(figure(model[0][2]) <= figure(model[0][1]), "a bound above the maximum: {printed}");
        let variances: Vec<_> = model[2..].iter().map(|row| figure(row[1])).collect();
        assert!(variances.is_sorted_by(|a, b| a >= b), "{printed}");
    }
}

#[test]
fn wrong_options_are_explained() {
    for (args, words) in [
        (vec!["iwae", "--stages", "9"], "9 is not in 1..=8"),
        (vec!["iwae", "--k", "0"], "0 is not in 1..=1000"),
        (vec!["pytorch-example", "--seeds", "x"], "--seeds"),
        (vec!["linear-vae", "--learning-rate", "nan"], "above 0 and at most 1"),
        (vec!["burda"], "unrecognized subcommand"),
    ] {
        let outcome = run(&Tiny::new(), &args);
        assert_eq!(outcome.status.code(), Some(2), "{args:?}");
        assert!(stderr(&outcome).contains(words), "{args:?}: {}", stderr(&outcome));
    }
}

#[test]
fn help_tells_protocol_and_time() {
    for experiment in ["pytorch-example", "iwae", "binarization", "linear-vae"] {
        let help = printed(&Tiny::new(), &[experiment, "--help"]);
        assert!(help.contains("Protocol: ") && help.contains("about "), "{help}");
    }
}
