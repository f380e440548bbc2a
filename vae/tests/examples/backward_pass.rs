//! What `02-backward-pass` prints and draws.

use std::fs;

use crate::example::Example;

/// Every op is explained, and the parameters have their names.
#[test]
fn nothing_is_left_unexplained() {
    let run = Example::named("02-backward-pass").run(&[]);
    let trace = &run.printed;
    for name in ["encoder.hidden.weight", "decoder.output.bias"] {
        assert!(trace.lines().filter(|line| line.contains(name)).count() >= 3, "{name} in {trace}");
    }
    assert!(trace.contains("= ½ x̄"), "the rule of gaussian_kl in {trace}");
    assert!(!trace.contains("Jᵀ"), "a rule is missing in {trace}");
    let drawing = fs::read_to_string(run.path("02-backward-pass.md")).unwrap();
    assert!(drawing.starts_with("```mermaid\nflowchart") && drawing.ends_with("\n```\n"));
    assert!(drawing.contains("encoder.hidden.weight"));
}
