//! Checkpoints that are not what they should be, and disks that do not take them.

use std::fs;

use crate::tiny::{Tiny, stdout, tensors};

/// Every command that reads a checkpoint says what is wrong with it, and what to do next.
#[track_caller]
fn assert_refused(tiny: &Tiny, file: &str, words: &str) {
    for args in [&["info", file][..], &["--resume", file]] {
        let message = tiny.fails(args, 1);
        assert!(message.contains(words), "{args:?}: {words:?} is not in {message}");
        assert!(message.contains(file), "{args:?}: {message}");
    }
}

#[test]
fn truncated_at_any_place() {
    let tiny = Tiny::new();
    let run = tiny.train("run", &[]);
    let file = run.join("last.safetensors");
    let whole = fs::read(&file).unwrap();
    for length in [0, 7, 8, 100, 2000, whole.len() / 2, whole.len() - 1] {
        fs::write(&file, &whole[..length]).unwrap();
        assert_refused(&tiny, "run/last.safetensors", "not a safetensors file");
        let other = "the run's other checkpoint may be whole: run/best.safetensors";
        assert_refused(&tiny, "run/last.safetensors", other);
    }
    stdout(tiny.program().args(["--resume", "run/best.safetensors", "--epochs", "3"]));
}

#[test]
fn foreign_files() {
    let tiny = Tiny::new();
    let run = tiny.train("run", &[]);
    fs::write(tiny.path("text.safetensors"), "not a checkpoint at all").unwrap();
    assert_refused(&tiny, "text.safetensors", "not a safetensors file");

    let bytes = fs::read(run.join("last.safetensors")).unwrap();
    let replaced = |from: &str, to: &str| {
        assert_eq!(from.len(), to.len());
        let at = bytes.windows(from.len()).position(|part| part == from.as_bytes()).unwrap();
        let mut bytes = bytes.clone();
        bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
        fs::write(tiny.path("changed.safetensors"), bytes).unwrap();
    };
    for (from, to, words) in [
        ("\"format\"", "\"tamrof\"", "its metadata has no entry `format`"),
        ("version 1", "version 9", "says `format` \"vae checkpoint, version 9\""),
        ("hidden = 12", "hidden = 13", "the checkpoint does not fit the model"),
        ("latent = 3", "latent = 0", "latent is 0; expected a whole number from 1 to 65,536"),
        ("hidden = 12", "hidden = 99", "the parameters of its model alone take"),
        ("seed = 1", "seed = x", "the config in its metadata cannot be used"),
        ("rows = 8", "rows = 0", "images of 0 × 8 pixels"),
        ("step = 0", "step = x", "the progress in its metadata cannot be used"),
        ("epoch,train_loss", "epoch,train_cost", "the metrics in its metadata cannot be used"),
        ("model = \\\"dense\\\"", "model = \\\"dance\\\"", "unknown variant `dance`"),
    ] {
        replaced(from, to);
        assert_refused(&tiny, "changed.safetensors", words);
    }
}

#[test]
fn a_folder_without_a_checkpoint() {
    let tiny = Tiny::new();
    assert_refused(&tiny, "data", "no checkpoint is here; expected a .safetensors file");
}

/// A disk that fills up in the middle of a run, played by a limit on the size of a file that metrics.csv reaches first.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_ends_a_run_and_leaves_its_last_checkpoint() {
    let tiny = Tiny::new();
    tiny.train("run", &[]);
    let before = tensors(&tiny.path("run"));
    let program = tiny.program();
    let outcome = std::process::Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$@\"", "sh"])
        .arg(program.get_program())
        .args(["--resume", "run", "--epochs", "3"])
        .current_dir(program.get_current_dir().unwrap())
        .output()
        .unwrap();
    assert_eq!(outcome.status.code(), Some(1));
    let message = String::from_utf8(outcome.stderr).unwrap();
    assert!(message.contains("make room for it, and go on with --resume run"), "{message}");
    assert!(message.contains("run/last.safetensors"), "{message}");
    assert_eq!(tensors(&tiny.path("run")), before);
    stdout(tiny.program().args(["--resume", "run", "--epochs", "3"]));
}

/// The loss of a step is no number: the op that made it is named, and the checkpoint before it stays.
#[test]
fn a_loss_that_is_not_a_number() {
    let tiny = Tiny::new();
    let args = ["--likelihood", "gaussian", "--variance", "1e-45"];
    let output = ["--data", "data", "--output", "run"];
    let message = tiny.fails(&[&args[..], &output].concat(), 1);
    for words in
        ["in epoch 1, step ", "smaller --learning-rate", "has ", "its last checkpoint is kept"]
    {
        assert!(message.contains(words), "{words:?} is not in {message}");
    }
    stdout(tiny.program().args(["info", "run"]));
}
