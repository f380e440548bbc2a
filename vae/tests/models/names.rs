//! Parameters have the names of the networks they belong to.

use autograd::Tensor;
use ndarray::array;
use nn::{Activation, Module};
use vae::{Architecture, Autoencoder, ConditionalVae, FlowVae, Likelihood, Sizes, Vae, VampVae};

use crate::support::{layers, rng};

const SIZES: Sizes = Sizes { pixels: 6, hidden: 5, latent: 2 };

#[track_caller]
fn assert_state(model: &impl Module<f64>, expected: &[(&str, &[usize])]) {
    let state: Vec<_> = model.state().into_iter().collect();
    let found: Vec<_> = state.iter().map(|(name, x)| (name.as_str(), x.shape())).collect();
    assert_eq!(found, expected);
}

#[test]
fn one_hidden_layer_is_hidden() {
    let vae = Vae::<f64>::new(SIZES, Likelihood::Bernoulli, &mut rng(0));
    let expected: [(&str, &[usize]); 8] = [
        ("encoder.hidden.weight", &[6, 5]),
        ("encoder.hidden.bias", &[5]),
        ("encoder.head.weight", &[5, 4]),
        ("encoder.head.bias", &[4]),
        ("decoder.hidden.weight", &[2, 5]),
        ("decoder.hidden.bias", &[5]),
        ("decoder.output.weight", &[5, 6]),
        ("decoder.output.bias", &[6]),
    ];
    assert_state(&vae, &expected);
}

#[test]
fn several_hidden_layers_are_numbered() {
    let vae = Vae::<f64>::new(layers(6), Likelihood::Bernoulli, &mut rng(0));
    let expected: [(&str, &[usize]); 12] = [
        ("encoder.hidden1.weight", &[6, 5]),
        ("encoder.hidden1.bias", &[5]),
        ("encoder.hidden2.weight", &[5, 4]),
        ("encoder.hidden2.bias", &[4]),
        ("encoder.head.weight", &[4, 4]),
        ("encoder.head.bias", &[4]),
        ("decoder.hidden1.weight", &[2, 4]),
        ("decoder.hidden1.bias", &[4]),
        ("decoder.hidden2.weight", &[4, 5]),
        ("decoder.hidden2.bias", &[5]),
        ("decoder.output.weight", &[5, 6]),
        ("decoder.output.bias", &[6]),
    ];
    assert_state(&vae, &expected);
}

#[test]
fn no_hidden_layer_is_an_affine_map() {
    let layers =
        Architecture { pixels: 6, hidden: Vec::new(), latent: 2, activation: Activation::Relu };
    let vae = Vae::<f64>::new(layers, Likelihood::Bernoulli, &mut rng(0));
    let expected: [(&str, &[usize]); 4] = [
        ("encoder.head.weight", &[6, 4]),
        ("encoder.head.bias", &[4]),
        ("decoder.output.weight", &[2, 6]),
        ("decoder.output.bias", &[6]),
    ];
    assert_state(&vae, &expected);
}

#[test]
fn an_autoencoder_has_no_variances() {
    let model = Autoencoder::<f64>::new(SIZES, Likelihood::learned_gaussian(), &mut rng(0));
    let expected: [(&str, &[usize]); 9] = [
        ("encoder.hidden.weight", &[6, 5]),
        ("encoder.hidden.bias", &[5]),
        ("encoder.head.weight", &[5, 2]),
        ("encoder.head.bias", &[2]),
        ("decoder.hidden.weight", &[2, 5]),
        ("decoder.hidden.bias", &[5]),
        ("decoder.output.weight", &[5, 6]),
        ("decoder.output.bias", &[6]),
        ("likelihood.log_var", &[]),
    ];
    assert_state(&model, &expected);
}

#[test]
fn a_linear_model_has_a_center() {
    let mean = array![0.1, 0.2, 0.3];
    let vae = Vae::<f64, _, _>::linear(&mean, 2, Likelihood::learned_gaussian(), &mut rng(0));
    let expected: [(&str, &[usize]); 6] = [
        ("encoder.weight", &[3, 2]),
        ("encoder.log_var", &[2]),
        ("decoder.weight", &[2, 3]),
        ("decoder.bias", &[3]),
        ("likelihood.log_var", &[]),
        ("encoder.center", &[3]),
    ];
    assert_state(&vae, &expected);
    assert_eq!(vae.state().buffers.len(), 1);
}

#[test]
fn a_condition_widens_both_inputs() {
    let vae = ConditionalVae::<f64>::new(SIZES, 3, Likelihood::Bernoulli, &mut rng(0));
    let expected: [(&str, &[usize]); 8] = [
        ("encoder.hidden.weight", &[9, 5]),
        ("encoder.hidden.bias", &[5]),
        ("encoder.head.weight", &[5, 4]),
        ("encoder.head.bias", &[4]),
        ("decoder.hidden.weight", &[5, 5]),
        ("decoder.hidden.bias", &[5]),
        ("decoder.output.weight", &[5, 6]),
        ("decoder.output.bias", &[6]),
    ];
    assert_state(&vae, &expected);
    assert_state(&vae.given(&Tensor::zeros([4, 3])), &expected);
    assert_eq!(vae.latent(), 2);
}

#[test]
fn a_vamp_prior_has_pseudo_inputs() {
    let vae = Vae::<f64>::new(SIZES, Likelihood::Bernoulli, &mut rng(0));
    let vamp = VampVae::of(vae.clone(), &Tensor::full([3, 6], 0.5));
    let (inner, state) = (vae.state().parameters, vamp.state().parameters);
    assert!(inner.iter().zip(&state).all(|(inner, outer)| inner.0 == outer.0));
    let last = &state[inner.len()..];
    assert_eq!((last.len(), last[0].0.as_str()), (1, "prior.pseudo_inputs"));
    assert_eq!(last[0].1.shape(), [3, 6]);
}

#[test]
fn a_flow_has_a_wider_head() {
    let vae = FlowVae::<f64>::new(SIZES, 3, Likelihood::Bernoulli, &mut rng(0));
    let expected: [(&str, &[usize]); 8] = [
        ("encoder.hidden.weight", &[6, 5]),
        ("encoder.hidden.bias", &[5]),
        ("encoder.head.weight", &[5, 4 + 3 * 5]),
        ("encoder.head.bias", &[4 + 3 * 5]),
        ("decoder.hidden.weight", &[2, 5]),
        ("decoder.hidden.bias", &[5]),
        ("decoder.output.weight", &[5, 6]),
        ("decoder.output.bias", &[6]),
    ];
    assert_state(&vae, &expected);
}
