//! Configuration files: each run writes one that repeats it, and what is wrong in one is said.

use std::fs;

use crate::tiny::{Tiny, metrics, stdout, tensors};

#[test]
fn the_file_of_a_run_repeats_it() {
    let tiny = Tiny::new();
    let options = ["--learning-rate", "0.0123456789", "--seed", "9", "--binarize", "--beta", "0.7"];
    let first = tiny.train("first", &options);
    stdout(tiny.program().args(["--config", "first/config.toml", "--output", "again"]));
    let again = tiny.path("again");
    assert_eq!(metrics(&first), metrics(&again));
    assert_eq!(tensors(&first), tensors(&again));
    let [first, again] = [first, again].map(|run| fs::read(run.join("config.toml")).unwrap());
    assert_eq!(first, again);
}

#[test]
fn flags_override_the_file_and_the_file_the_defaults() {
    let tiny = Tiny::new();
    let text =
        "data = \"data\"\nhidden = 12\nlatent = 3\nbatch = 10\nbinarize = true\nepochs = 1\n";
    fs::write(tiny.path("small.toml"), text).unwrap();
    let mut command = tiny.program();
    let flags = ["--latent", "2", "--binarize=false", "--output", "run"];
    stdout(command.args(["train", "--config", "small.toml"]).args(flags));
    let config = fs::read_to_string(tiny.path("run/config.toml")).unwrap();
    for line in ["hidden = 12", "latent = 2", "batch = 10", "binarize = false", "seed = 1"] {
        assert!(config.lines().any(|found| found == line), "{line} is not in\n{config}");
    }
    let data = tiny.path("data");
    assert!(config.contains(data.to_str().unwrap()), "a path that does not depend on the folder");
}

#[test]
fn files_that_are_wrong() {
    let tiny = Tiny::new();
    for (text, words) in [
        ("epoch = 3", "unknown field `epoch`"),
        ("seed = 1\nepochs = ", "line 2"),
        ("epochs = 0", "epochs is 0; expected a whole number from 1 to 1,000,000"),
        ("latent = 99999999", "from 1 to 65,536"),
        ("hidden = -1", "hidden"),
        ("learning-rate = nan", "above 0 and at most 1"),
        ("learning-rate = 2.0", "learning-rate is 2; expected a number above 0 and at most 1"),
        ("beta = -1.0", "from 0 to 1,000"),
        ("model = \"gan\"", "unknown variant `gan`"),
        ("model = \"iwae\"\nbeta = 2.0", "--model iwae has no rate to weigh"),
        ("model = \"linear\"\nlikelihood = \"bernoulli\"", "choose --likelihood learned-gaussian"),
    ] {
        fs::write(tiny.path("wrong.toml"), text).unwrap();
        let message = tiny.fails(&["--config", "wrong.toml"], 1);
        assert!(message.contains(words), "{text:?}: {words:?} is not in {message}");
    }
    fs::write(tiny.path("wrong.toml"), [0xff, 0xfe]).unwrap();
    for file in ["wrong.toml", "nowhere.toml"] {
        let message = tiny.fails(&["--config", file], 1);
        assert!(message.contains(&format!("{file}: cannot be read")), "{message}");
    }
}

#[test]
fn options_that_mean_nothing_with_the_others() {
    let tiny = Tiny::new();
    for (args, words) in [
        (&["--samples", "5"][..], "--samples is for --model iwae alone, and this is --model dense"),
        (&["--flows", "5", "--model", "vamp"], "--flows is for --model flow alone"),
        (&["--pseudo-inputs", "5"], "--pseudo-inputs is for --model vamp alone"),
        (&["--model", "conv", "--hidden", "9"], "--hidden is for"),
        (&["--variance", "0.5"], "--variance is for --likelihood gaussian alone"),
        (&["--model", "iwae", "--warmup", "2"], "leave out --beta and --warmup"),
    ] {
        let message = tiny.fails(args, 1);
        assert!(message.contains(words), "{args:?}: {words:?} is not in {message}");
    }
}
