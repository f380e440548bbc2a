//! The optimizers: ten steps as PyTorch takes them, updates in place, and what they must leave alone.

mod parity;

use autograd::{Float, Tensor};
use ndarray::{array, s};
use nn::loss::bce_with_logits;
use nn::{Adam, AdamW, Layer, Linear, Module, Optimizer, Sgd, State};

use parity::{Inputs, assert_close, assert_record, fixture, inputs, numbers};

/// The recorded VAE, spelled out: two layers for each half.
#[derive(Clone)]
struct Vae<T: Float> {
    layers: [(&'static str, Linear<T>); 4],
}

impl<T: Float> Vae<T> {
    fn new(inputs: &Inputs) -> Self {
        let names = ["encoder.hidden", "encoder.head", "decoder.hidden", "decoder.output"];
        let mut parameters = inputs.parameters.iter().map(|(_, x)| Tensor::leaf(cast(x)));
        let mut layer = |name| {
            let (weight, bias) = (parameters.next().unwrap(), parameters.next());
            (name, Linear { weight, bias })
        };
        Self { layers: names.map(&mut layer) }
    }

    /// −ELBO, nats per example.
    fn loss(&self, x: &Tensor<T>, noise: &Tensor<T>) -> Tensor<T> {
        let [hidden, head, decoder, output] = self.layers.each_ref().map(|(_, layer)| layer);
        let head = head.forward(&hidden.forward(x).relu());
        let latent = noise.shape()[1];
        let (mean, log_var) = (head.slice(s![.., ..latent]), head.slice(s![.., latent..]));
        let z = &mean + (&log_var * 0.5).exp() * noise;
        let logits = output.forward(&decoder.forward(&z).relu());
        let distortion = bce_with_logits(&logits, x).sum_axes([1]);
        let rate = (1.0 + &log_var - mean.square() - log_var.exp()).sum_axes([1]) * -0.5;
        (distortion + rate).mean()
    }
}

impl<T: Float> Module<T> for Vae<T> {
    fn state(&self) -> State<&Tensor<T>> {
        let layers = self.layers.iter();
        layers.fold(State::new(), |all, (name, layer)| all.child(name, layer.state()))
    }

    fn state_mut(&mut self) -> State<&mut Tensor<T>> {
        let layers = self.layers.iter_mut();
        layers.fold(State::new(), |all, (name, layer)| all.child(name, layer.state_mut()))
    }
}

fn cast<T: Float, U: Float>(x: &Tensor<T>) -> Tensor<U> {
    x.value().mapv(|x| U::from_f64(x.as_f64())).into()
}

/// Ten steps on the small case, compared with the record of `name`.
fn check_parity<T: Float>(name: &str, mut optimizer: impl Optimizer<T>, tolerance: f64) {
    let fixture = fixture("vae_parity.json");
    let inputs = inputs(&fixture, "small");
    let record = &fixture["small"]["optimizers"][name];
    let mut vae = Vae::<T>::new(&inputs);
    let (x, noise) = (cast(&inputs.x), cast(&inputs.noise));
    for (step, expected) in numbers(&record["losses"]).into_iter().enumerate() {
        let loss = vae.loss(&x, &noise);
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
    let optimizers: [Box<dyn Optimizer<f64>>; 4] =
        [Box::new(Sgd::new(0.1)), Box::new(nesterov), Box::new(Adam::new(0.05)), Box::new(adamw)];
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
