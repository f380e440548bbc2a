//! Nothing is lost: a run goes on as if it had never ended, however it ended.

use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::tiny::{FILES, Tiny, files, metrics, stderr, stdout, tensors};

#[track_caller]
fn assert_same_run(one: &Path, other: &Path) {
    assert_eq!(metrics(one), metrics(other));
    assert_eq!(tensors(one), tensors(other));
    for picture in ["loss.png", "samples.png", "reconstructions.png"] {
        let [one, other] = [one, other].map(|run| fs::read(run.join(picture)).unwrap());
        assert!(one == other, "{picture} differs");
    }
}

#[test]
fn more_epochs_are_those_of_a_longer_run() {
    let tiny = Tiny::new();
    for args in [&[][..], &["--binarize"], &["--warmup", "3"]] {
        let name = |run: &str| format!("{run} {}", args.join(" "));
        let long = tiny.train(&name("long"), &[&["--epochs", "4"], args].concat());
        let parts = tiny.train(&name("parts"), &[&["--epochs", "1"], args].concat());
        for epochs in ["3", "4"] {
            stdout(tiny.program().args(["--resume", &name("parts"), "--epochs", epochs]));
        }
        assert_same_run(&long, &parts);
    }
}

#[test]
fn a_complete_run_says_so() {
    let tiny = Tiny::new();
    let run = tiny.train("run", &[]);
    let before = tensors(&run);
    let printed = stdout(tiny.program().args(["--resume", "run"]));
    assert!(printed.contains("the run is complete after epoch 2; ask for more with --epochs"));
    assert_eq!(tensors(&run), before);
}

#[test]
fn what_cannot_change_is_refused() {
    let tiny = Tiny::new();
    let run = tiny.train("run", &[]);
    let before = tensors(&run);
    let message = tiny.fails(&["--resume", "run", "--epochs", "4", "--batch", "9"], 1);
    assert!(message.contains("--batch cannot change while a run goes on"), "{message}");
    tiny.fails(&["--resume", "run", "--output", "other"], 2);
    tiny.fails(&["--resume", "run", "--config", "run/config.toml"], 2);
    let message = tiny.fails(&["--resume", "nowhere"], 1);
    assert!(message.contains("nowhere: no checkpoint is here; expected"), "{message}");
    assert_eq!(tensors(&run), before);
}

#[test]
fn other_images_are_refused() {
    let tiny = Tiny::new();
    tiny.train("run", &[]);
    let mut images = fs::read(tiny.path("data/train-images-idx3-ubyte")).unwrap();
    *images.last_mut().unwrap() ^= 1;
    tiny.write("train-images-idx3-ubyte", &images);
    let message = tiny.fails(&["--resume", "run", "--epochs", "4"], 1);
    assert!(message.contains("not those that the run was trained on"), "{message}");
}

/// A run that does not end by itself.
fn endless(tiny: &Tiny, output: &str, args: &[&str]) -> Child {
    let mut command = tiny.program();
    command.args(["--data", "data", "--hidden", "12", "--latent", "3", "--output", output]);
    command.args(["--epochs", "1000000"]).args(args);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn wait_for(what: impl Fn() -> bool) {
    for _ in 0..6000 {
        if what() {
            return;
        }
        sleep(Duration::from_millis(10));
    }
    panic!("waited for a minute");
}

fn epochs(run: &Path) -> usize {
    fs::read_to_string(run.join("metrics.csv")).map_or(0, |csv| csv.lines().count() - 1)
}

/// Killed at some moment, at once and without a warning: there is a checkpoint, and the run goes on from it.
#[test]
fn a_killed_run_goes_on() {
    let tiny = Tiny::new();
    for trial in 0..8 {
        let name = format!("killed {trial}");
        let run = tiny.path(&name);
        let mut child = endless(&tiny, &name, &["--batch", "10"]);
        wait_for(|| epochs(&run) > trial);
        sleep(Duration::from_millis(3 * trial as u64));
        child.kill().unwrap();
        child.wait().unwrap();
        let done = epochs(&run) + 3;
        stdout(tiny.program().args(["--resume", &name, "--epochs", &done.to_string()]));
        let whole = tiny.train(&format!("whole {trial}"), &["--epochs", &done.to_string()]);
        assert_same_run(&run, &whole);
        assert_eq!(files(&run), FILES, "nothing half written is left");
    }
}

#[cfg(unix)]
fn signal(child: &Child, name: &str) {
    let id = child.id().to_string();
    let kill = std::process::Command::new("kill").args(["-s", name, &id]).status().unwrap();
    assert!(kill.success());
}

/// Sends a signal, after which the run must end in order. Returns how many steps of the first epoch it says it has.
#[cfg(unix)]
fn interrupt(child: Child, name: &str) -> usize {
    signal(&child, name);
    let outcome = child.wait_with_output().unwrap();
    let message = stderr(&outcome);
    assert_eq!(outcome.status.code(), Some(130), "{message}");
    assert!(message.contains("to go on: vae train --resume 'an interrupted run'"), "{message}");
    let steps = message.strip_prefix("Interrupted after epoch 0 and ").unwrap();
    steps.split_once(" steps; ").unwrap().0.parse().unwrap()
}

/// Ctrl-C, and what a system sends that shuts down: the step is finished, and all of it is kept.
#[cfg(unix)]
#[test]
fn an_interrupted_run_goes_on_from_the_step_it_had_reached() {
    let tiny = Tiny::with(4000, 16, 8);
    let options = ["--batch", "1", "--binarize"];
    let run = tiny.path("an interrupted run");
    let child = endless(&tiny, "an interrupted run", &options);
    wait_for(|| run.join("last.safetensors").exists());
    let first = interrupt(child, "INT");
    assert!((1..4000).contains(&first), "{first}");

    let begun = fs::metadata(run.join("metrics.csv")).unwrap().modified().unwrap();
    let mut again = tiny.program();
    again.args(["--resume", "an interrupted run", "--quiet"]).stderr(Stdio::piped());
    let child = again.spawn().unwrap();
    // It writes this file before it goes on.
    wait_for(|| fs::metadata(run.join("metrics.csv")).unwrap().modified().unwrap() != begun);
    let second = interrupt(child, "TERM");
    assert!((first..4000).contains(&second), "{first}, then {second}");

    stdout(tiny.program().args(["--resume", "an interrupted run", "--epochs", "1"]));
    let mut whole = tiny.program();
    whole.args(["--data", "data", "--hidden", "12", "--latent", "3", "--epochs", "1"]);
    stdout(whole.args(options).args(["--output", "whole"]));
    assert_same_run(&run, &tiny.path("whole"));
}

#[test]
fn of_two_runs_in_one_folder_the_second_is_refused() {
    let tiny = Tiny::new();
    let mut child = endless(&tiny, "run", &["--batch", "10"]);
    wait_for(|| epochs(&tiny.path("run")) > 0);
    let words = "run: another run is writing to this folder; wait until it ends";
    for option in ["--resume", "--output"] {
        let message = tiny.fails(&["--data", "data", option, "run"], 1);
        assert!(message.contains(words), "{option}: {message}");
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn patience_ends_a_run_that_does_not_improve() {
    let tiny = Tiny::new();
    // A step this large spoils the model.
    let args = ["--learning-rate", "0.5", "--patience", "2", "--epochs", "50"];
    let run = tiny.train("run", &args);
    let losses: Vec<f64> = metrics(&run)[1..]
        .iter()
        .map(|row| row.split(',').nth(8).unwrap().parse().unwrap())
        .collect();
    let best = losses.iter().copied().fold(f64::INFINITY, f64::min);
    assert_eq!(losses[losses.len() - 3], best, "two epochs after the best: {losses:?}");
    let info = stdout(tiny.program().args(["info", "run", "--json"]));
    let info: serde_json::Value = serde_json::from_str(&info).unwrap();
    assert_eq!(info["epochs"], losses.len() - 2, "the folder stands for its best checkpoint");
}
