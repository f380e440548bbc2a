//! What is wrong is said, with exit code 2 for the command line and 1 for anything else, and never by a panic.

use std::fs;

use crate::tiny::{Tiny, stderr};

/// Runs the program with `args`: it must fail with `code`, say each of `words`, and leave no results.
fn assert_fails(tiny: &Tiny, args: &[&str], code: i32, words: &[&str]) {
    let outcome = tiny.run(args);
    let message = stderr(&outcome);
    assert_eq!(outcome.status.code(), Some(code), "{args:?}: {message}");
    assert!(!message.contains("panicked"), "{args:?}: {message}");
    for word in words {
        assert!(message.contains(word), "{args:?}: {word:?} is not in: {message}");
    }
    assert!(!tiny.path("runs").exists(), "{args:?}");
}

#[test]
fn options_out_of_bounds() {
    let tiny = Tiny::new();
    let absurd = "1000000000000";
    let endless = "9".repeat(100);
    for (option, value, words) in [
        ("--epoch-count", "3", "unexpected argument"),
        ("--epochs", "0", "from 1 to 1,000,000"),
        ("--batch", "0", "from 1 to 1,000,000"),
        ("--batch", "ten", "from 1 to 1,000,000"),
        ("--batch", "-5", "-5"),
        ("--latent", "0", "from 1 to 65,536"),
        ("--latent", absurd, "from 1 to 65,536"),
        ("--latent", &endless, "from 1 to 65,536"),
        ("--hidden", "0", "from 1 to 65,536"),
        ("--hidden", absurd, "from 1 to 65,536"),
        ("--learning-rate", "0", "above 0 and at most 1"),
        ("--learning-rate", "-0.1", "above 0 and at most 1"),
        ("--learning-rate", "nan", "above 0 and at most 1"),
        ("--learning-rate", "inf", "above 0 and at most 1"),
        ("--threads", "0", "from 1 to 1,024"),
        ("--threads", absurd, "from 1 to 1,024"),
        ("--seed", "-1", "-1"),
        ("--seed", "x", "--seed"),
    ] {
        // The tiny command sets some of these: the last one is given here alone.
        let outcome = tiny.bare(&["--data", "data", option, value]);
        let message = stderr(&outcome);
        assert_eq!(outcome.status.code(), Some(2), "{option} {value}: {message}");
        assert!(message.contains(words), "{option} {value}: {message}");
        assert!(!message.contains("panicked"), "{option} {value}: {message}");
    }
}
