//! `vae export`: `tests/pytorch` has what PyTorch makes of such a file, this that it holds the weights of the run.

use nn::{Module, checkpoint};
use vae::pytorch;

use crate::results::Training;
use crate::tiny::{Tiny, stdout};

#[test]
fn the_weights_are_those_of_the_run() {
    let tiny = Tiny::new();
    let run = tiny.train("run", &[]);
    let [mut of_run, mut exported] = [Training::new(), Training::new()];
    checkpoint::load(run.join("best.safetensors"), &mut of_run).unwrap();
    stdout(tiny.program().args(["export", "run"]));
    let metadata = pytorch::import(run.join("pytorch.safetensors"), &mut exported.vae).unwrap();
    assert!(metadata["config"].contains("hidden = 12"), "{metadata:?}");
    let values = |training: &Training| {
        let parameters = training.vae.parameters().into_iter();
        parameters.map(|(name, tensor)| (name, tensor.to_vec())).collect::<Vec<_>>()
    };
    assert_eq!(values(&exported), values(&of_run));
    assert_ne!(values(&exported), values(&Training::new()));
}

#[test]
fn another_model_is_refused() {
    let tiny = Tiny::new();
    tiny.train("run", &["--model", "cvae"]);
    let message = tiny.fails(&["export", "run"], 1);
    assert!(message.contains("but this is --model cvae"), "{message}");
    assert!(!tiny.path("run/pytorch.safetensors").exists());
}
