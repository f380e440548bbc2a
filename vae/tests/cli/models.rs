//! Every model, every likelihood: trained, saved, and read again.

use crate::tiny::{Tiny, metrics, stdout, tensors};

/// The figures in the last line of `metrics.csv`: losses, distortions, rates, objective and bound.
fn figures(folder: &std::path::Path) -> Vec<f64> {
    let rows = metrics(folder);
    rows.last().unwrap().split(',').skip(1).map(|figure| figure.parse().unwrap()).collect()
}

/// Trains a model, and goes on with it from its checkpoint.
fn train(tiny: &Tiny, name: &str, args: &[&str]) -> Vec<f64> {
    let mut whole = tiny.program();
    whole.args(["--data", "data", "--latent", "3", "--batch", "10", "--epochs", "2"]);
    stdout(whole.args(args).args(["--output", name]));
    let mut half = tiny.program();
    half.args(["--data", "data", "--latent", "3", "--batch", "10", "--epochs", "1"]);
    let part = format!("{name}, in parts");
    stdout(half.args(args).args(["--output", &part]));
    stdout(tiny.program().args(["--resume", &part, "--epochs", "2"]));
    let [whole, parts] = [name, &part].map(|name| tiny.path(name));
    assert_eq!(metrics(&whole), metrics(&parts), "{name}");
    assert_eq!(tensors(&whole), tensors(&parts), "{name}");
    stdout(tiny.program().args(["info", name]));
    figures(&whole)
}

#[test]
fn every_model_trains_and_goes_on_from_its_checkpoint() {
    let tiny = Tiny::new();
    for (model, options) in [
        ("dense", &["--hidden", "12"][..]),
        ("iwae", &["--hidden", "12", "--samples", "4"]),
        ("cvae", &["--hidden", "12"]),
        ("linear", &[]),
        ("flow", &["--hidden", "12", "--flows", "2"]),
        ("vamp", &["--hidden", "12", "--pseudo-inputs", "5"]),
    ] {
        let figures = train(&tiny, model, &[&["--model", model], options].concat());
        assert!(figures.iter().all(|figure| figure.is_finite()), "{model}: {figures:?}");
        let [test_loss, test_bound] = [figures[3], figures[7]];
        if model == "iwae" {
            assert!(test_bound < test_loss, "more samples tighten the bound: {figures:?}");
        } else {
            assert_eq!(test_bound, test_loss, "{model}: {figures:?}");
        }
    }
}

#[test]
fn convolutions_take_images_of_28_by_28() {
    let tiny = Tiny::with_side(28);
    train(&tiny, "conv", &["--model", "conv"]);
    let message = Tiny::new().fails(&["--model", "conv", "--data", "data"], 1);
    assert!(
        message.contains("images of 8 × 8 pixels, but --model conv is for 28 × 28"),
        "{message}"
    );
}

#[test]
fn every_likelihood() {
    let tiny = Tiny::new();
    for (likelihood, options) in [
        ("bernoulli", &["--binarize"][..]),
        ("continuous-bernoulli", &[]),
        ("gaussian", &["--variance", "0.2"]),
        ("learned-gaussian", &[]),
        ("optimal-gaussian", &[]),
    ] {
        let likelihood_option = ["--hidden", "12", "--likelihood", likelihood];
        let figures = train(&tiny, likelihood, &[&likelihood_option, options].concat());
        assert!(figures.iter().all(|figure| figure.is_finite()), "{likelihood}: {figures:?}");
    }
}

/// With β = 0, the steps minimize the distortion alone; with a warm-up, less than the whole rate is paid.
#[test]
fn beta_and_its_warmup_weigh_the_rate() {
    let tiny = Tiny::new();
    let objective = |args: &[&str]| {
        let args = [&["--hidden", "12"], args].concat();
        let figures = train(&tiny, &format!("run {}", args.join(" ")), &args);
        let [distortion, rate, objective] = [figures[1], figures[2], figures[6]];
        (objective - distortion) / rate
    };
    assert!(objective(&["--beta", "0"]).abs() < 1e-4);
    assert!((objective(&["--beta", "2"]) - 2.0).abs() < 1e-4);
    // Of four epochs of seven steps each, the second has factors 7/28 to 13/28.
    let rising = objective(&["--beta", "2", "--warmup", "4"]);
    assert!((2.0 * 7.0 / 28.0..2.0 * 13.0 / 28.0).contains(&rising), "{rising}");
}

#[test]
fn small_and_large_sizes() {
    let tiny = Tiny::new();
    for (name, args) in [
        ("batch 1", ["--batch", "1", "--latent", "3"]),
        ("latent 1", ["--batch", "10", "--latent", "1"]),
        ("latent 512", ["--batch", "64", "--latent", "512"]),
    ] {
        let mut command = tiny.program();
        command.args(["--data", "data", "--hidden", "12", "--epochs", "1", "--output", name]);
        stdout(command.args(args));
        assert!(figures(&tiny.path(name)).iter().all(|figure| figure.is_finite()));
    }
}

#[test]
fn a_dataset_of_one_image() {
    let tiny = Tiny::with(1, 1, 8);
    for model in ["dense", "iwae", "cvae", "linear", "flow", "vamp"] {
        let args = ["--data", "data", "--epochs", "2", "--model", model, "--output", model];
        stdout(tiny.program().args(args));
        assert!(figures(&tiny.path(model)).iter().all(|figure| figure.is_finite()), "{model}");
    }
}
