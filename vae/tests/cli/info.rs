//! What can be asked about: checkpoints, options, completions.

use serde_json::Value;

use crate::tiny::{Tiny, stdout};

#[test]
fn info_tells_what_a_checkpoint_is() {
    let tiny = Tiny::new();
    tiny.train("run", &["--model", "iwae", "--samples", "3"]);
    for checkpoint in ["run", "run/last.safetensors", "run/best.safetensors"] {
        let info = stdout(tiny.program().args(["info", checkpoint]));
        for words in ["iwae", "3 latent dimensions", "8 × 8 pixels", "of 2", "samples = 3"] {
            assert!(info.contains(words), "{words:?} is not in\n{info}");
        }
    }
    let json = stdout(tiny.program().args(["info", "run/last.safetensors", "--json"]));
    let info: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(info["epochs"], 2);
    assert_eq!(info["config"]["samples"], 3);
    assert_eq!(info["images"]["rows"], 8);
    // Hidden layer and head of the encoder, hidden layer and output of the decoder.
    assert_eq!(info["parameters"], 64 * 12 + 12 + 12 * 6 + 6 + 3 * 12 + 12 + 12 * 64 + 64);
    assert!(info["best"]["test_bound"].as_f64().unwrap() > 0.0);
}

#[test]
fn every_command_has_help_with_an_example() {
    let tiny = Tiny::new();
    let commands = commands(&tiny);
    assert!(["train", "info", "completions"].iter().all(|&c| commands.iter().any(|d| d == c)));
    for command in commands {
        let help = stdout(tiny.program().args([&command, "--help"]));
        assert!(help.contains(&format!("vae {command}")), "{command}: {help}");
        assert!(help.contains("Example"), "{command} has no example: {help}");
    }
}

/// The commands that `--help` lists.
fn commands(tiny: &Tiny) -> Vec<String> {
    let help = stdout(tiny.program().arg("-h"));
    let list = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let first = |line: &str| line.split_whitespace().next().unwrap().to_owned();
    let rows = list.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    rows.map(first).filter(|name| name != "help").collect()
}

#[test]
fn completions_know_the_commands() {
    let tiny = Tiny::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = stdout(tiny.program().args(["completions", shell]));
        assert!(script.contains("completions") && script.contains("learning-rate"), "{shell}");
    }
    let message = tiny.fails(&["completions", "csh"], 2);
    assert!(message.contains("bash"), "{message}");
}
