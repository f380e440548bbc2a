//! Where results go: nothing is overwritten, nothing is half written.

use std::fs;

use crate::tiny::{FILES, Tiny, files, stderr};

#[test]
fn without_output_each_run_gets_the_next_free_folder() {
    let tiny = Tiny::new();
    fs::create_dir_all(tiny.path("runs/vae-2")).unwrap();
    for run in ["runs/vae-1", "runs/vae-3"] {
        assert!(tiny.run(&["--epochs", "1"]).status.success());
        assert_eq!(files(&tiny.path(run)), FILES);
    }
    assert!(files(&tiny.path("runs/vae-2")).is_empty());
}

#[test]
fn an_empty_folder_is_used_and_a_nested_one_created() {
    let tiny = Tiny::new();
    fs::create_dir(tiny.path("empty")).unwrap();
    assert_eq!(files(&tiny.train("empty", &[])), FILES);
    assert_eq!(files(&tiny.train("a/b/c", &[])), FILES);
}

#[test]
fn a_folder_that_is_not_empty_is_left_alone() {
    let tiny = Tiny::new();
    fs::create_dir(tiny.path("kept")).unwrap();
    fs::write(tiny.path("kept/metrics.csv"), "precious").unwrap();
    let outcome = tiny.run(&["--output", "kept"]);
    assert_eq!(outcome.status.code(), Some(1));
    assert!(stderr(&outcome).contains("kept: this folder is not empty"), "{}", stderr(&outcome));
    assert_eq!(files(&tiny.path("kept")), ["metrics.csv"]);
    assert_eq!(fs::read_to_string(tiny.path("kept/metrics.csv")).unwrap(), "precious");
}

/// Below a file there is no folder, not even for the superuser.
#[test]
fn a_folder_that_cannot_be_is_an_error_before_training() {
    let tiny = Tiny::new();
    fs::write(tiny.path("file"), "precious").unwrap();
    for output in ["file", "file/below"] {
        let outcome = tiny.run(&["--output", output]);
        assert_eq!(outcome.status.code(), Some(1));
        let message = stderr(&outcome);
        assert!(message.contains(&format!("{output}: cannot create")), "{message}");
        assert!(!message.contains("panicked"), "{message}");
        assert!(outcome.stdout.is_empty());
    }
    fs::write(tiny.path("runs"), "precious").unwrap();
    let outcome = tiny.run(&[]);
    assert_eq!(outcome.status.code(), Some(1));
    assert!(stderr(&outcome).contains("choose another with --output"), "{}", stderr(&outcome));
}

/// A disk that fills up while the results are written, played by a limit on the size of a file.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error_and_leaves_whole_files() {
    let tiny = Tiny::new();
    let program = tiny.command();
    let outcome = std::process::Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$@\"", "sh"])
        .arg(program.get_program())
        .args(program.get_args())
        .args(["--output", "full"])
        .current_dir(program.get_current_dir().unwrap())
        .output()
        .unwrap();
    assert_eq!(outcome.status.code(), Some(1));
    let message = stderr(&outcome);
    assert!(message.contains("full/last.safetensors"), "{message}");
    assert!(!message.contains("panicked"), "{message}");
    assert_eq!(files(&tiny.path("full")), ["config.toml", "metrics.csv", "run.lock"]);
    let csv = fs::read_to_string(tiny.path("full/metrics.csv")).unwrap();
    assert_eq!(csv.lines().count(), 1);
}
