//! The optimizers: ten steps as PyTorch takes them, updates in place, and what they must leave alone.

mod parity;

use autograd::{Float, Tensor};
use ndarray::array;
use nn::{Adagrad, Adam, AdamW, Linear, Module, Optimizer, RmsProp, Sgd};

use parity::{assert_close, assert_record, cast, fixture, inputs, numbers};

/// Ten steps on the small case, compared with the record of `name`.
fn check_parity<T: Float>(name: &str, mut optimizer: impl Optimizer<T>, tolerance: f64) {
    let fixture = fixture("vae_parity.json");
    let inputs = inputs(&fixture, "small");
    let record = &fixture["small"]["optimizers"][name];
    let mut vae = parity::vae::<T>(&fixture["small"], &inputs);
    let (x, noise) = (cast(&inputs.x), cast(&inputs.noise));
    for (step, expected) in numbers(&record["losses"]).into_iter().enumerate() {
        let loss = vae.elbo(&x, &noise).loss();
        let found = loss.item().as_f64();
        assert_close(&format!("{name}: loss {step}"), found, expected, tolerance, expected);
        optimizer.step(&mut vae, &loss.backward());
    }
    for (parameter, value) in vae.parameters() {
        let record = &record["parameters"][&parameter];
        assert_record(&format!("{name}: {parameter}"), &cast(value), record, tolerance);
    }
}

/// The formula gives the recorded inputs to the last bit.
#[test]
fn fixture_inputs() {
    let fixture = fixture("vae_parity.json");
    let record = &fixture["small"];
    let inputs = inputs(&fixture, "small");
    assert_record("x", &inputs.x, &record["x"], 0.0);
    assert_record("noise", &inputs.noise, &record["noise"], 0.0);
    for (name, value) in &inputs.parameters {
        assert_record(name, value, &record["parameters"][name], 0.0);
    }
    let full = parity::inputs(&fixture, "full");
    assert_record("noise", &full.noise, &fixture["full"]["noise"], 1e-12);
    for (name, value) in &full.parameters {
        assert_record(name, value, &fixture["full"]["parameters"][name], 1e-12);
    }
}

#[test]
fn adam_parity() {
    check_parity::<f64>("adam", Adam::new(1e-3), 1e-12);
    check_parity::<f32>("adam", Adam::new(1e-3), 1e-5);
}

#[test]
fn adamw_parity() {
    check_parity::<f64>("adamw", AdamW::new(1e-3), 1e-12);
    check_parity::<f32>("adamw", AdamW::new(1e-3), 1e-5);
}

#[test]
fn sgd_momentum_parity() {
    let mut sgd = Sgd::new(1e-2);
    sgd.momentum = 0.9;
    check_parity::<f64>("sgd_momentum", sgd, 1e-12);
}

#[test]
fn sgd_nesterov_parity() {
    let mut sgd = Sgd::new(1e-2);
    sgd.momentum = 0.9;
    sgd.nesterov = true;
    check_parity::<f64>("sgd_nesterov", sgd, 1e-12);
}

/// A layer without bias whose weight is `weight`.
fn layer(weight: Tensor<f64>) -> Linear<f64> {
    Linear { weight: Tensor::leaf(weight), bias: None }
}

/// θ ← θ − α g without momentum, Nesterov's or not.
#[test]
fn plain_gradient_descent() {
    for nesterov in [false, true] {
        let mut model = layer(array![[1.0, -2.0]].into());
        let mut sgd = Sgd::new(0.25);
        sgd.nesterov = nesterov;
        let gradients = model.weight.square().sum().backward();
        sgd.step(&mut model, &gradients);
        assert_eq!(model.weight.to_vec(), [0.5, -1.0]);
    }
}

/// With the graph gone the storage stays where it is; a graph that is alive keeps the old values.
#[test]
fn updates_are_in_place_unless_a_graph_is_alive() {
    let mut model = layer(array![[1.0, -2.0]].into());
    let mut adam = Adam::new(0.1);

    let place = model.weight.value().as_ptr();
    let gradients = model.weight.square().sum().backward();
    adam.step(&mut model, &gradients);
    assert_eq!(model.weight.value().as_ptr(), place);

    let before = model.weight.to_vec();
    let alive = model.weight.square().sum();
    let gradients = alive.clone().backward();
    adam.step(&mut model, &gradients);
    assert_ne!(model.weight.to_vec(), before);
    let slope = alive.backward()[&model.weight].to_vec();
    assert_eq!(slope, [2.0 * before[0], 2.0 * before[1]]);
}

/// A clone made before a step keeps its values.
#[test]
fn a_clone_is_not_updated() {
    let mut model = layer(array![[1.0]].into());
    let copy = model.clone();
    let gradients = model.weight.sum().backward();
    Sgd::new(1.0).step(&mut model, &gradients);
    assert_eq!((model.weight.item(), copy.weight.item()), (0.0, 1.0));
}

/// A parameter without a gradient stays, and its first step comes with its first gradient.
#[test]
fn parameters_without_gradient_are_left_alone() {
    let mut model = Linear {
        weight: Tensor::<f64>::leaf(array![[1.0]]),
        bias: Some(Tensor::leaf(array![1.0])),
    };
    let mut adamw = AdamW::new(0.01);
    adamw.weight_decay = 0.0;
    for _ in 0..5 {
        let gradients = model.weight.sum().backward();
        adamw.step(&mut model, &gradients);
        assert_eq!(model.bias.as_ref().unwrap().item(), 1.0);
    }
    let gradients = model.bias.as_ref().unwrap().sum().backward();
    let weight = model.weight.item();
    adamw.step(&mut model, &gradients);
    assert_eq!(model.weight.item(), weight);
    // The first step of this parameter: α, in full.
    assert_close("the bias", model.bias.unwrap().item(), 1.0 - 0.01, 1e-9, 1.0);
}

/// The next step uses the learning rate of the moment.
#[test]
fn the_learning_rate_can_change() {
    let mut model = layer(array![[0.0]].into());
    let mut sgd = Sgd::new(1.0);
    for (rate, expected) in [(1.0, -1.0), (0.5, -1.5), (0.0, -1.5)] {
        sgd.learning_rate = rate;
        let gradients = model.weight.sum().backward();
        sgd.step(&mut model, &gradients);
        assert_eq!(model.weight.item(), expected);
    }
}

/// Neither the parameter's strides nor the gradient's matter.
#[test]
fn strided_parameters_and_gradients() {
    let start = array![[1.0, -2.0, 0.5], [0.3, 4.0, -1.0]];
    let slope = Tensor::from(array![[0.1, 3.0, -2.0], [1.0, -0.2, 0.7]]);
    let mut plain = layer(start.clone().into());
    let mut strided = layer(Tensor::from(start.reversed_axes()).t());
    let mut optimizers = [Adam::new(0.1), Adam::new(0.1)];
    for _ in 0..3 {
        let gradients = (&plain.weight * &slope).sum().backward();
        optimizers[0].step(&mut plain, &gradients);
        let gradients = (strided.weight.t() * slope.t()).sum().backward();
        optimizers[1].step(&mut strided, &gradients);
    }
    assert_eq!(plain.weight.to_vec(), strided.weight.to_vec());
}

#[test]
#[should_panic(expected = "step: the parameter weight is [1, 2] but was [2, 1] at its last update")]
fn another_shape_panics() {
    let mut adam = Adam::new(0.1);
    for shape in [[2, 1], [1, 2]] {
        let mut model = layer(Tensor::ones(shape));
        let gradients = model.weight.sum().backward();
        adam.step(&mut model, &gradients);
    }
}

/// Each finds the minimum of a badly scaled bowl, ½ Σ cᵢ (θᵢ − 1)².
#[test]
fn every_optimizer_converges() {
    let mut nesterov = Sgd::new(0.02);
    nesterov.momentum = 0.9;
    nesterov.nesterov = true;
    let mut adamw = AdamW::new(0.05);
    adamw.weight_decay = 0.0;
    let mut rms_prop = RmsProp::new(0.01);
    rms_prop.momentum = 0.5;
    let optimizers: [Box<dyn Optimizer<f64>>; 6] = [
        Box::new(Sgd::new(0.1)),
        Box::new(nesterov),
        Box::new(Adagrad::new(0.5)),
        Box::new(rms_prop),
        Box::new(Adam::new(0.05)),
        Box::new(adamw),
    ];
    let scale = Tensor::from(array![[10.0, 1.0, 0.1]]);
    for mut optimizer in optimizers {
        let mut model = layer(Tensor::zeros([1, 3]));
        for _ in 0..2000 {
            let loss = ((&model.weight - 1.0).square() * &scale).sum() * 0.5;
            optimizer.step(&mut model, &loss.backward());
        }
        for theta in model.weight.to_vec() {
            assert_close("θ", theta, 1.0, 1e-6, 1.0);
        }
    }
}
