//! Layers, optimizers and schedules equal PyTorch's, number by number.

mod parity;

use std::convert::Infallible;

use autograd::{Tensor, Window};
use nn::schedule::{Cosine, OneCycle, StepDecay, WarmUp};
use nn::{
    Adagrad, BatchNorm, Conv2d, ConvTranspose2d, Dropout, Layer, LayerNorm, Linear, Module,
    Optimizer, RmsProp,
};
use rand::{Rng, SeedableRng, TryRng};
use rand_chacha::ChaCha8Rng;
use serde_json::Value;

use parity::{assert_close, assert_record, fixture, numbers, tensor};

/// Asserts the shape and every entry.
#[track_caller]
fn assert_tensor(what: &str, found: &Tensor<f64>, record: &Value) {
    assert_eq!(found.shape(), tensor(record).shape(), "{what}");
    assert_record(what, found, &record["values"], 1e-12);
}

/// The entries of an object, in the order of their names.
fn entries(record: &Value) -> impl Iterator<Item = (&String, &Value)> {
    record.as_object().expect("an object").iter()
}

/// Compares one call with its record: the output, and the gradient of x and of every parameter.
fn check_call<M: Module<f64>>(
    what: &str,
    module: &mut M,
    record: &Value,
    call: impl Fn(&mut M, &Tensor<f64>) -> Tensor<f64>,
) {
    let x = Tensor::leaf(tensor(&record["x"]));
    let z = call(module, &x);
    assert_tensor(&format!("{what}: z"), &z, &record["output"]);
    let gradients = (z * tensor(&record["cotangent"])).sum().backward();
    assert_tensor(&format!("{what}: x̄"), &gradients[&x], &record["gradients"]["x"]);
    for (name, parameter) in module.parameters() {
        let what = format!("{what}: cotangent of {name}");
        assert_tensor(&what, &gradients[parameter], &record["gradients"][&name]);
    }
}

#[test]
fn layer_norm_parity() {
    for (what, record) in entries(&fixture("nn_parity.json")["layer_norm"]) {
        let parameter = |name: &str| Tensor::leaf(tensor(&record["parameters"][name]));
        let mut norm = LayerNorm::new(parameter("weight").shape());
        (norm.weight, norm.bias) = (parameter("weight"), parameter("bias"));
        check_call(what, &mut norm, record, |norm, x| norm.forward(x));
    }
}

/// Three steps of training with running statistics, then evaluation by them.
#[test]
fn batch_norm_parity() {
    let fixture = fixture("nn_parity.json");
    for (what, record) in entries(&fixture["batch_norm"]) {
        let parameter = |name: &str| Tensor::leaf(tensor(&record["parameters"][name]));
        let mut norm = BatchNorm::new(parameter("weight").len());
        (norm.weight, norm.bias) = (parameter("weight"), parameter("bias"));
        if what == "momentum" {
            (norm.epsilon, norm.momentum) = (1e-2, 0.3);
        }
        for (step, record) in entries(&record["train"]) {
            let what = format!("{what}, {step}");
            let rng = || ChaCha8Rng::seed_from_u64(0);
            check_call(&what, &mut norm, record, |norm, x| norm.forward_train(x, &mut rng()));
            for (name, buffer) in norm.state().buffers {
                assert_tensor(&format!("{what}: {name}"), buffer, &record[&name]);
            }
        }
        check_call(what, &mut norm, &record["eval"], |norm, x| norm.forward(x));
    }
}

/// A generator that draws the largest numbers where the mask is 1, and 0 elsewhere.
struct Masked(std::vec::IntoIter<f64>);

impl TryRng for Masked {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(if self.0.next() == Some(1.0) { u32::MAX } else { 0 })
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        unreachable!("a mask is drawn in 32 bits")
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        bytes.chunks_mut(4).for_each(|chunk| chunk.copy_from_slice(&self.next_u32().to_le_bytes()));
        Ok(())
    }
}

#[test]
fn dropout_parity() {
    for (what, record) in entries(&fixture("nn_parity.json")["dropout"]) {
        let mut dropout = Dropout::new(record["probability"].as_f64().unwrap());
        let mask = || numbers(&record["mask"]["values"]).into_iter();
        check_call(what, &mut dropout, record, |dropout, x| {
            dropout.forward_train(x, &mut Masked(mask()))
        });
    }
}

/// The kernel and the bias of a record.
fn kernel_and_bias(record: &Value) -> [Option<Tensor<f64>>; 2] {
    let parameter = |name| record["parameters"].get(name).map(|p| Tensor::leaf(tensor(p)));
    ["weight", "bias"].map(parameter)
}

#[test]
fn conv2d_parity() {
    for (what, record) in entries(&fixture("nn_parity.json")["conv2d"]) {
        let window = match what.as_str() {
            "halving" => Window { stride: [2, 2], padding: [1, 1] },
            "uneven" => Window { stride: [1, 2], padding: [0, 2] },
            _ => Window::default(),
        };
        let [weight, bias] = kernel_and_bias(record);
        let mut layer = Conv2d { weight: weight.unwrap(), bias, window };
        check_call(what, &mut layer, record, |layer, x| layer.forward(x));
    }
}

#[test]
fn conv_transpose2d_parity() {
    for (what, record) in entries(&fixture("nn_parity.json")["conv_transpose2d"]) {
        let (window, rest) = match what.as_str() {
            "doubling" => (Window { stride: [2, 2], padding: [1, 1] }, [0, 0]),
            "rest" => (Window { stride: [2, 3], padding: [1, 1] }, [1, 2]),
            _ => (Window::default(), [0, 0]),
        };
        let [weight, bias] = kernel_and_bias(record);
        let mut layer = ConvTranspose2d { weight: weight.unwrap(), bias, window, rest };
        check_call(what, &mut layer, record, |layer, x| layer.forward(x));
    }
}

/// Ten steps on Σ c (tanh θ − t)², compared with the record of `name`.
fn check_optimizer(name: &str, mut optimizer: impl Optimizer<f64>) {
    let record = &fixture("nn_parity.json")["optimizers"][name];
    let input = |name: &str| tensor(&record[name]);
    let (scale, target) = (input("scale"), input("target"));
    let mut model =
        Linear { weight: Tensor::leaf(input("start").reshape([1, target.len()])), bias: None };
    for (step, expected) in numbers(&record["losses"]).into_iter().enumerate() {
        let loss = ((model.weight.tanh() - &target).square() * &scale).sum();
        assert_close(&format!("{name}: loss {step}"), loss.item(), expected, 1e-12, expected);
        let gradients = loss.backward();
        optimizer.step(&mut model, &gradients);
    }
    assert_record(name, &model.weight, &record["parameters"]["values"], 1e-12);
}

#[test]
fn rms_prop_parity() {
    let rms_prop = RmsProp::new(1e-2);
    check_optimizer("rms_prop", rms_prop.clone());
    let mut short = rms_prop.clone();
    (short.beta, short.epsilon) = (0.9, 1e-3);
    check_optimizer("rms_prop_alpha", short);
    let mut heavy = rms_prop;
    heavy.momentum = 0.9;
    check_optimizer("rms_prop_momentum", heavy);
}

#[test]
fn adagrad_parity() {
    let adagrad = Adagrad::new(0.1);
    check_optimizer("adagrad", adagrad.clone());
    let mut decaying = adagrad.clone();
    (decaying.decay, decaying.epsilon) = (0.1, 1e-3);
    check_optimizer("adagrad_decay", decaying);
    let mut slow = adagrad;
    slow.initial_sum = 0.5;
    check_optimizer("adagrad_sum", slow);
}

/// Compares the learning rate of every step, relative to the largest.
fn check_schedule(name: &str, rate: impl Fn(usize) -> f64) {
    let record = numbers(&fixture("nn_parity.json")["schedules"][name]["rates"]);
    let largest = record.iter().copied().fold(0.0, f64::max);
    for (step, expected) in record.into_iter().enumerate() {
        assert_close(&format!("{name}: step {step}"), rate(step), expected, 1e-12, largest);
    }
}

#[test]
fn schedule_parity() {
    let decay = |start, factor, every| StepDecay { start, factor, every };
    check_schedule("step_decay", |step| decay(0.2, 0.3, 4).rate(step));
    check_schedule("cosine", |step| Cosine::new(0.2, 20).rate(step));
    let cosine = Cosine { minimum: 0.01, ..Cosine::new(0.2, 17) };
    check_schedule("cosine_minimum", |step| cosine.rate(step));
    let warm_up = |start, steps| WarmUp { start, steps };
    check_schedule("warm_up", |step| 0.2 * warm_up(0.25, 6).factor(step));
    let product = |step| warm_up(0.1, 7).factor(step) * decay(0.2, 0.5, 5).rate(step);
    check_schedule("warm_up_step_decay", product);
    check_schedule("one_cycle", |step| OneCycle::new(0.2, 33).rate(step));
    let cycle =
        OneCycle { peak: 0.2, steps: 20, rise: 0.45, start_divisor: 10.0, end_divisor: 1e2 };
    check_schedule("one_cycle_settings", |step| cycle.rate(step));
}
