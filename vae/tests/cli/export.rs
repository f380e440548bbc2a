//! `vae export`: `tests/pytorch` has what PyTorch makes of such a file, this that it holds the weights of the run.

use std::collections::BTreeMap;
use std::fs;

use autograd::Tensor;
use ndarray::ArrayD;
use nn::{Module, checkpoint};
use onnx_rs::ast::OpType;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use vae::{pytorch, standard_normal};

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

/// What a runtime makes of the operators of a dense decoder.
fn decode(file: &[u8], z: &Tensor) -> Tensor {
    let graph = onnx_rs::parse(file).unwrap().graph.unwrap();
    let tensor = |name: &str| {
        let tensor = graph.get_initializer(name).unwrap();
        let shape: Vec<_> = tensor.dims().iter().map(|&n| n as usize).collect();
        Tensor::constant(ArrayD::from_shape_vec(shape, tensor.as_f32().unwrap().to_vec()).unwrap())
    };
    let mut values = BTreeMap::from([("z", z.clone())]);
    for node in &graph.node {
        let x = &values[node.input[0]];
        let y = match node.op_type {
            OpType::Gemm => x.matmul(&tensor(node.input[1])) + tensor(node.input[2]),
            OpType::Relu => x.relu(),
            OpType::Sigmoid => x.sigmoid(),
            ref other => panic!("{other}"),
        };
        values.insert(node.output[0], y);
    }
    values["x"].clone()
}

#[test]
fn the_decoder_as_onnx_computes_the_same() {
    let tiny = Tiny::new();
    let run = tiny.train("run", &[]);
    let mut of_run = Training::new();
    checkpoint::load(run.join("best.safetensors"), &mut of_run).unwrap();
    stdout(tiny.program().args(["export", "run", "--output", "decoder.onnx"]));
    let z = standard_normal(&mut ChaCha8Rng::seed_from_u64(4), [5, 3]);
    let (found, expected) =
        (decode(&fs::read(tiny.path("decoder.onnx")).unwrap(), &z), of_run.vae.generate(&z));
    assert_eq!(found.shape(), expected.shape());
    let close = |(a, b): (&f32, &f32)| (a - b).abs() < 1e-6;
    assert!(
        found.to_vec().iter().zip(&expected.to_vec()).all(close),
        "{found:?}, not {expected:?}"
    );
}

#[test]
fn decoders_of_other_models_are_written_as_well() {
    let tiny = Tiny::with(20, 4, 28);
    for (model, last) in
        [("conv", OpType::Sigmoid), ("linear", OpType::Gemm), ("cvae", OpType::Sigmoid)]
    {
        let args = ["--data", "data", "--latent", "3", "--epochs", "1", "--model", model];
        stdout(tiny.program().args(args).args(["--output", model]));
        stdout(tiny.program().args(["export", model, "--output", "decoder.onnx"]));
        let bytes = fs::read(tiny.path("decoder.onnx")).unwrap();
        let graph = onnx_rs::parse(&bytes).unwrap().graph.unwrap();
        assert_eq!(graph.node.last().unwrap().op_type, last, "{model}");
        let convolutions = graph.node.iter().filter(|node| node.op_type == OpType::ConvTranspose);
        assert_eq!(convolutions.count(), if model == "conv" { 2 } else { 0 }, "{model}");
    }
    let args = ["--likelihood", "continuous-bernoulli", "--epochs", "1", "--hidden", "5"];
    stdout(tiny.program().args(["--data", "data", "--output", "run"]).args(args));
    let message = tiny.fails(&["export", "run", "--output", "run.onnx"], 1);
    assert!(message.contains("no operator for the mean"), "{message}");
    assert!(!tiny.path("run.onnx").exists());
}

#[test]
fn another_model_is_refused() {
    let tiny = Tiny::new();
    tiny.train("run", &["--model", "cvae"]);
    let message = tiny.fails(&["export", "run"], 1);
    assert!(message.contains("but this is --model cvae"), "{message}");
    assert!(!tiny.path("run/pytorch.safetensors").exists());
}
