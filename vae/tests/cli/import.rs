//! `vae import`: weights of PyTorch as a run, which every command takes.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::tiny::{Tiny, files, stdout};

/// The model of [`Tiny::command`].
const SHAPE: [&str; 6] = ["--data", "data", "--hidden", "12", "--latent", "3"];

/// A trained run, and its weights for PyTorch in `torch.safetensors`.
fn exported(args: &[&str]) -> Tiny {
    let tiny = Tiny::new();
    tiny.train("run", args);
    stdout(tiny.program().args(["export", "run", "--output", "torch.safetensors"]));
    tiny
}

fn import(tiny: &Tiny, output: &str, args: &[&str]) {
    let mut program = tiny.program();
    program.args(["import", "torch.safetensors", "--output", output]).args(args);
    assert_eq!(stdout(&mut program), format!("The run is {output}\n"));
}

fn evaluate(tiny: &Tiny, run: &str) -> Value {
    let args = ["evaluate", run, "--json", "--samples", "10"];
    serde_json::from_str(&stdout(tiny.program().args(args))).unwrap()
}

#[test]
fn what_was_exported_has_its_figures_again() {
    let tiny = exported(&["--seed", "5"]);
    import(&tiny, "back", &[&SHAPE[..], &["--seed", "5"]].concat());
    assert_eq!(evaluate(&tiny, "back"), evaluate(&tiny, "run"));
    // The config.toml of the run says the same.
    import(&tiny, "again", &["--config", "run/config.toml"]);
    assert_eq!(evaluate(&tiny, "again"), evaluate(&tiny, "run"));
}

#[test]
fn every_command_takes_it() {
    let tiny = exported(&["--model", "iwae", "--epochs", "1"]);
    import(&tiny, "back", &[&SHAPE[..], &["--model", "iwae"]].concat());
    let found = ["config.toml", "last.safetensors", "metrics.csv", "run.lock"];
    assert_eq!(files(&tiny.path("back")), found);
    let info = stdout(tiny.program().args(["info", "back"]));
    assert!(info.contains("epochs       0 of 10"), "{info}");
    for command in ["report", "sample", "reconstruct", "manifold", "encode", "export"] {
        stdout(tiny.program().args([command, "back"]));
    }
    stdout(tiny.program().args(["train", "--resume", "back", "--epochs", "1"]));
    let info = stdout(tiny.program().args(["info", "back"]));
    assert!(info.contains("epochs       1 of 1"), "{info}");
}

/// Of a file that cannot be imported nothing is left.
#[track_caller]
fn refused(tiny: &Tiny, args: &[&str]) -> String {
    let all = [&["import", "torch.safetensors", "--output", "back"], args].concat();
    let message = tiny.fails(&all, 1);
    assert!(!Path::exists(&tiny.path("back")), "{message}");
    message
}

#[test]
fn another_shape_is_refused() {
    let tiny = exported(&["--epochs", "1"]);
    let message = refused(&tiny, &["--data", "data", "--hidden", "13", "--latent", "3"]);
    let line = "\"fc1.weight\" is [12, 64] in the file and [13, 64] in the model";
    assert!(message.contains(line) && message.contains("choose --hidden"), "{message}");
    let message = refused(&tiny, &[&SHAPE[..], &["--model", "cvae"]].concat());
    assert!(message.contains("but this is --model cvae"), "{message}");
    let message = refused(&tiny, &[&SHAPE[..], &["--likelihood", "learned-gaussian"]].concat());
    assert!(message.contains("choose a --likelihood without parameters"), "{message}");
}

#[test]
fn another_file_is_refused() {
    let tiny = exported(&["--epochs", "1"]);
    fs::copy(tiny.path("run/last.safetensors"), tiny.path("torch.safetensors")).unwrap();
    let message = refused(&tiny, &SHAPE);
    assert!(message.contains("missing: \"fc1.weight\" [12, 64]"), "{message}");
    for (bytes, words) in [
        (&b"PK\x03\x04\0\0\x08\x08\0\0\0\0"[..], "found a pickle"),
        (b"something else", "not a safetensors file"),
    ] {
        fs::write(tiny.path("torch.safetensors"), bytes).unwrap();
        let message = refused(&tiny, &SHAPE);
        assert!(message.contains(words), "{message}");
    }
    fs::remove_file(tiny.path("torch.safetensors")).unwrap();
    let message = refused(&tiny, &SHAPE);
    assert!(message.contains("torch.safetensors: "), "{message}");
}
