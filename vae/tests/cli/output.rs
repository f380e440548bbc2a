//! What a run prints: for people, for programs, or not at all.

use serde_json::Value;

use crate::tiny::{Tiny, metrics, stderr};

#[test]
fn json_is_a_line_for_each_epoch_with_the_figures_of_the_file() {
    let tiny = Tiny::new();
    let outcome = tiny.run(&["--epochs", "3", "--json", "--output", "run"]);
    assert!(outcome.status.success() && outcome.stderr.is_empty(), "{}", stderr(&outcome));
    let printed = String::from_utf8(outcome.stdout).unwrap();
    let epochs: Vec<Value> =
        printed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(epochs.len(), 3, "{printed}");
    for (epoch, row) in epochs.iter().zip(&metrics(&tiny.path("run"))[1..]) {
        let figures = [
            &epoch["epoch"],
            &epoch["train"]["loss"],
            &epoch["train"]["distortion"],
            &epoch["train"]["rate"],
            &epoch["test"]["loss"],
            &epoch["test"]["distortion"],
            &epoch["test"]["rate"],
            &epoch["train_objective"],
            &epoch["test_bound"],
        ];
        let row: Vec<f64> = row.split(',').map(|figure| figure.parse().unwrap()).collect();
        assert_eq!(figures.map(|figure| figure.as_f64().unwrap()).to_vec(), row);
        assert!(epoch["train_seconds"].as_f64().unwrap() > 0.0);
    }
}

#[test]
fn quiet_prints_nothing_but_errors() {
    let tiny = Tiny::new();
    let outcome = tiny.run(&["--epochs", "1", "--quiet", "--output", "run"]);
    assert!(outcome.status.success());
    assert!(outcome.stdout.is_empty() && outcome.stderr.is_empty());
    let message = tiny.fails(&["--quiet", "--data", "nowhere"], 1);
    assert!(message.starts_with("error: --data cannot be used: "), "{message}");
    let message = tiny.fails(&["--quiet", "--json"], 2);
    assert!(message.contains("cannot be used with"), "{message}");
}

/// What is named is enough: a command may be left out.
#[test]
fn train_is_the_command_where_none_is_named() {
    let tiny = Tiny::new();
    let named = |args: &[&str]| tiny.program().args(args).output().unwrap();
    let options = ["--data", "data", "--hidden", "12", "--epochs", "1", "--json", "--output"];
    let figures = |args: &[&str], output: &str| {
        assert!(named(&[args, &options, &[output]].concat()).status.success());
        metrics(&tiny.path(output))
    };
    assert_eq!(figures(&["train"], "one"), figures(&[], "two"));
    let message = tiny.fails(&["--epochs", "1", "info", "one"], 2);
    assert!(message.contains("info"), "{message}");
}
