//! Every model learns.

use std::f64::consts::{LN_2, PI};

use autograd::Tensor;
use ndarray::{Array1, Array2};
use nn::{Adam, Optimizer};
use vae::{
    Autoencoder, ConditionalVae, EvidenceBound, FlowVae, Likelihood, Sizes, Vae, VampVae, one_hot,
    standard_normal,
};

use crate::support::{parameters, rng, set_parameters};

const SIZES: Sizes = Sizes { pixels: 6, hidden: 16, latent: 2 };

/// Sixteen pictures, half of them black on the left and half on the right, and their labels.
fn halves() -> (Tensor<f64>, Vec<u8>) {
    let left = |i: usize, j: usize| i.is_multiple_of(2) == (j < 3);
    let x = Array2::from_shape_fn((16, 6), |(i, j)| if left(i, j) { 1.0 } else { 0.0 });
    (x.into(), (0..16).map(|i| i % 2).collect())
}

/// The model after 300 steps, and its −ELBO, the mean of many samples.
fn trained<M: EvidenceBound<f64> + Clone>(mut model: M) -> (M, f64) {
    let (x, _) = halves();
    let (mut rng, mut adam) = (rng(1), Adam::new(0.02));
    for _ in 0..300 {
        let noise = standard_normal(&mut rng, [16, model.latent()]);
        let gradients = model.elbo(&x, &noise).loss().backward();
        adam.step(&mut model, &gradients);
    }
    let loss = model.evaluate(vec![x; 50], &mut rng).loss();
    (model, loss)
}

/// What a model pays that ignores z: six pixels of one bit.
const COLLAPSED: f64 = 6.0 * LN_2;

/// What is to be known is one bit; what is left of −ELBO is the gap and what 300 steps have not reached.
#[test]
fn losses_fall_towards_the_entropy_of_the_data() {
    let rng = &mut rng(2);
    let entropy = LN_2;
    let vae = Vae::<f64>::new(SIZES, Likelihood::Bernoulli, rng);
    let images = standard_normal::<f64>(rng, [4, 6]).sigmoid();
    let losses = [
        ("dense", trained(vae.clone()).1),
        ("vamp", trained(VampVae::of(vae, &images)).1),
        ("flow", trained(FlowVae::new(SIZES, 2, Likelihood::Bernoulli, rng)).1),
    ];
    for (name, loss) in losses {
        assert!(entropy < loss && loss < 0.5 * COLLAPSED, "{name}: {loss} nats");
    }
}

/// With the label known there is nothing left to know, and with the wrong one the picture is unheard of.
#[test]
fn a_conditional_model_uses_its_condition() {
    let (x, labels) = halves();
    let mut vae = ConditionalVae::<f64>::new(SIZES, 2, Likelihood::Bernoulli, &mut rng(3));
    let y = one_hot(&labels, 2);
    let (model, loss) = trained(vae.given(&y));
    assert!(loss < 0.3, "{loss} nats");

    set_parameters(&mut vae, &parameters(&model));
    let wrong = vae.given(&(1.0 - &y)).evaluate([x], &mut rng(6)).loss();
    assert!(wrong > 2.0 * COLLAPSED, "{wrong} nats");
}

/// The data have one direction, so a linear model of one dimension with a learned variance has nothing left to explain.
#[test]
fn a_linear_model_learns() {
    let mean = Array1::from_elem(6, 0.5);
    let vae = Vae::<f64, _, _>::linear(&mean, 1, Likelihood::learned_gaussian(), &mut rng(4));
    let (_, loss) = trained(vae);
    // A model that ignores z has the variance of a bit, ¼, in each pixel.
    let collapsed = 3.0 * (1.0 + (PI / 2.0).ln());
    assert!(loss < collapsed - 3.0, "{loss} nats, {collapsed} without z");
}

/// An autoencoder pays for nothing but its errors, and makes none here.
#[test]
fn an_autoencoder_learns_to_copy() {
    let (x, _) = halves();
    let mut model = Autoencoder::<f64>::new(SIZES, Likelihood::Bernoulli, &mut rng(5));
    let mut adam = Adam::new(0.02);
    for _ in 0..300 {
        let gradients = model.distortion(&x).mean().backward();
        adam.step(&mut model, &gradients);
    }
    let loss = model.distortion(&x).mean().item();
    assert!(loss < 0.01, "{loss} nats");
}
