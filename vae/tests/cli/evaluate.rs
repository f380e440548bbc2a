//! `vae evaluate`: the figures of a run again, and what only it tells.

use serde_json::Value;

use crate::tiny::{TEST, Tiny, stdout};

fn evaluate(tiny: &Tiny, args: &[&str]) -> Value {
    let json = stdout(tiny.program().args(["evaluate", "run", "--json"]).args(args));
    serde_json::from_str(&json).unwrap()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

/// By default it draws what the tests of the run drew.
#[test]
fn figures_are_those_of_the_run() {
    let tiny = Tiny::new();
    let run = tiny.train("run", &["--epochs", "1"]);
    let metrics = std::fs::read_to_string(run.join("metrics.csv")).unwrap();
    let columns: Vec<f64> =
        metrics.lines().nth(1).unwrap().split(',').map(|x| x.parse().unwrap()).collect();
    let found = evaluate(&tiny, &["--samples", "10"]);
    for (name, expected) in [("loss", columns[4]), ("distortion", columns[5]), ("rate", columns[6])]
    {
        let mean = number(&found[name]["mean"]);
        assert!((mean / expected - 1.0).abs() < 1e-6, "{name} {mean}, {expected} in metrics.csv");
    }
    let other = evaluate(&tiny, &["--samples", "10", "--seed", "9"]);
    assert_ne!(other["distortion"], found["distortion"]);
    assert_eq!(other["active_units"], found["active_units"]);
}

#[test]
fn the_parts_belong_together() {
    let tiny = Tiny::new();
    for model in ["dense", "iwae", "cvae", "linear", "flow", "vamp"] {
        let output = format!("runs/{model}");
        let train = ["--data", "data", "--latent", "3", "--batch", "10", "--epochs", "2"];
        stdout(tiny.program().args(train).args(["--model", model, "--output", &output]));
        let args = ["evaluate", &output, "--json", "--samples", "50"];
        let found: Value = serde_json::from_str(&stdout(tiny.program().args(args))).unwrap();
        assert_eq!(found["images"], TEST, "{model}");
        assert_eq!(found["log_likelihood"]["samples"], 50, "{model}");
        // By other codes, and of 50 each: above the ELBO but for the noise.
        let (loss, bound) = (&found["loss"], &found["log_likelihood"]["bound"]);
        let noise = number(&loss["standard_error"]) + number(&bound["standard_error"]);
        assert!(number(&bound["mean"]) > -number(&loss["mean"]) - 4.0 * noise, "{model}: {found}");
        let dimensions = found["dimensions"].as_array().unwrap();
        assert_eq!(dimensions.len(), 3, "{model}");
        let active = dimensions.iter().filter(|d| d["active"] == true).count();
        assert_eq!(found["active_units"], active, "{model}");
        if ["flow", "vamp"].contains(&model) {
            assert!(dimensions.iter().all(|d| d["rate"].is_null()), "{model}");
        } else {
            let sum: f64 = dimensions.iter().map(|d| number(&d["rate"])).sum();
            let rate = number(&found["rate"]["mean"]);
            assert!((sum / rate - 1.0).abs() < 1e-4, "{model}: {sum}, not {rate}");
        }
    }
}

#[test]
fn fewer_images_and_any_number_of_threads() {
    let tiny = Tiny::new();
    tiny.train("run", &[]);
    let few = evaluate(&tiny, &["--images", "5", "--samples", "7"]);
    assert_eq!(few["images"], 5);
    let [one, three] = ["1", "3"].map(|n| {
        let args = ["evaluate", "run", "--samples", "40", "--threads", n];
        stdout(tiny.program().args(args))
    });
    assert_eq!(one, three);
    for words in ["−ELBO ", "log p(x) ≥ ", "dimensions are active", "z₁", "z₃"] {
        assert!(one.contains(words), "{words:?} is not in\n{one}");
    }
}

#[test]
fn what_cannot_be_evaluated_is_told() {
    let tiny = Tiny::new();
    assert!(tiny.fails(&["evaluate", "nowhere"], 1).contains("no checkpoint is here"));
    let message = tiny.fails(&["evaluate", "run", "--samples", "0"], 2);
    assert!(message.contains("expected a whole number from 1"), "{message}");
}
