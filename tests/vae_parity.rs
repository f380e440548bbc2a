//! The VAE equals PyTorch's: losses, all gradients and ten steps of Adam, with parameters, batch and noise given.

mod parity;

use autograd::{Float, Tensor};
use nn::{Adam, Module, Optimizer};
use vae::data::Dataset;

use parity::{Inputs, assert_close, assert_record, cast, fixture, inputs, numbers};

/// The batch: random numbers in the small case, the first training digits in the full one.
fn batch(name: &str, inputs: &Inputs) -> Tensor<f64> {
    match name {
        "small" => inputs.x.clone(),
        _ => {
            let first: Vec<_> = (0..inputs.noise.shape()[0]).collect();
            Dataset::mnist_train().batch(&first).intensities::<f64>().into()
        }
    }
}

fn check_parity<T: Float>(name: &str, tolerance: f64) {
    let fixture = fixture("vae_parity.json");
    let case = &fixture[name];
    let inputs = inputs(&fixture, name);
    let x = batch(name, &inputs);
    assert_record("x", &x, &case["x"], 1e-12);
    assert_record("noise", &inputs.noise, &case["noise"], 1e-12);
    let (x, noise) = (cast(&x), cast(&inputs.noise));
    let mut vae = parity::vae::<T>(case, &inputs);

    let elbo = vae.elbo(&x, &noise);
    for (term, value) in [("rate", &elbo.rate), ("distortion", &elbo.distortion)] {
        let expected = case[term].as_f64().unwrap();
        assert_close(term, value.mean().item().as_f64(), expected, tolerance, expected);
    }
    let gradients = elbo.loss().backward();
    for (name, parameter) in vae.parameters() {
        let gradient = cast(&gradients[parameter]);
        assert_record(&format!("∂loss/∂{name}"), &gradient, &case["gradients"][&name], tolerance);
    }

    let mut adam = Adam::new(1e-3);
    for (step, expected) in numbers(&case["optimizers"]["adam"]["losses"]).into_iter().enumerate() {
        let loss = vae.elbo(&x, &noise).loss();
        let what = format!("loss before step {step}");
        assert_close(&what, loss.item().as_f64(), expected, tolerance, expected);
        let gradients = loss.backward();
        adam.step(&mut vae, &gradients);
    }
    for (name, parameter) in vae.parameters() {
        let expected = &case["optimizers"]["adam"]["parameters"][&name];
        assert_record(&format!("{name} after ten steps"), &cast(parameter), expected, tolerance);
    }
}

#[test]
fn the_small_model_in_double_precision() {
    check_parity::<f64>("small", 1e-12);
}

#[test]
fn the_small_model_in_single_precision() {
    check_parity::<f32>("small", 1e-5);
}

#[test]
fn the_model_of_the_pytorch_example_in_double_precision() {
    check_parity::<f64>("full", 1e-12);
}

#[test]
fn the_model_of_the_pytorch_example_in_single_precision() {
    check_parity::<f32>("full", 1e-5);
}
