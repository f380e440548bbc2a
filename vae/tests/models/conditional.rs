//! The conditional VAE is a VAE of joined inputs.

use autograd::{Tensor, check_grads};
use vae::{
    ConditionalVae, Distribution, EvidenceBound, LatentModel, Likelihood, one_hot, standard_normal,
};

use crate::support::{assert_close, layers, parameters, pictures, rng, set_parameters};

fn model() -> ConditionalVae<f64> {
    ConditionalVae::new(layers(4), 2, Likelihood::Bernoulli, &mut rng(1))
}

/// Encoder and decoder depend on x, y and z, each on each of its inputs: a gradient of every element is not 0.
#[test]
fn nothing_is_ignored() {
    let [x, y] = pictures();
    let (vae, z) = (model(), standard_normal::<f64>(&mut rng(2), [3, 2]));
    let moved = |f: &dyn Fn(&Tensor<f64>) -> Tensor<f64>, x: &Tensor<f64>| {
        let x = Tensor::leaf(x.clone());
        f(&x).sum().backward()[&x].to_vec().iter().all(|slope| slope.abs() > 1e-6)
    };
    assert!(moved(&|x| vae.encode(x, &y).mean().clone(), &x));
    assert!(moved(&|y| vae.encode(&x, y).mean().clone(), &y));
    assert!(moved(&|y| vae.encode(&x, y).log_var().clone(), &y));
    assert!(moved(&|z| vae.generate(z, &y), &z));
    assert!(moved(&|y| vae.generate(&z, y), &y));
}

/// In the condition too, through both networks.
#[test]
fn all_derivatives_to_second_order() {
    let [x, y] = pictures();
    let mut inputs = parameters(&model());
    inputs.extend([x, y, standard_normal(&mut rng(3), [3, 2])]);
    let loss = |inputs: &[Tensor<f64>]| {
        let [parameters @ .., x, y, noise] = inputs else { unreachable!() };
        let mut vae = model();
        set_parameters(&mut vae, parameters);
        vae.elbo(x, y, noise).loss()
    };
    check_grads(loss, &inputs, 2).unwrap();
}

/// The view is the model with its last argument filled in, and its gradients are the model's.
#[test]
fn the_view_is_the_model() {
    let [x, y] = pictures();
    let (vae, noise) = (model(), standard_normal::<f64>(&mut rng(4), [3, 2]));
    let (one, other) = (vae.elbo(&x, &y, &noise), vae.given(&y).elbo(&x, &noise));
    assert_eq!(one.rate.to_vec(), other.rate.to_vec());
    assert_eq!(one.distortion.to_vec(), other.distortion.to_vec());
    let gradients = other.loss().backward();
    assert!(parameters(&vae).iter().all(|parameter| gradients.get(parameter).is_some()));

    let noise = noise.reshape([1, 3, 2]);
    let posterior = vae.encode(&x, &y);
    let z = posterior.rsample(&noise);
    let log_prior = (z.square() + (2.0 * std::f64::consts::PI).ln()).sum_axes([2]) * -0.5;
    let expected = vae.log_likelihoods(&x, &y, &z) + log_prior - posterior.log_prob(&z);
    assert_close(&vae.given(&y).log_weights(&x, &noise), &expected, 1e-14, "log w");
}

#[test]
fn labels_are_unit_vectors() {
    let y = one_hot::<f64>(&[2, 0, 2], 3);
    assert_eq!(y.shape(), [3, 3]);
    assert_eq!(y.to_vec(), [0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0]);
    assert_eq!(one_hot::<f64>(&[], 3).shape(), [0, 3]);
}

/// Completion: the left half of a picture is the condition of the right half.
#[test]
fn a_half_completes_the_other() {
    let whole = standard_normal::<f64>(&mut rng(5), [5, 4, 6]).sigmoid();
    let half = |columns| whole.narrow(2, columns).reshape([5, 12]);
    let (left, right) = (half(0..3), half(3..6));
    let vae = ConditionalVae::<f64>::new(layers(12), 12, Likelihood::Bernoulli, &mut rng(6));
    let noise = standard_normal(&mut rng(7), [5, 2]);
    assert!(vae.elbo(&right, &left, &noise).loss().item().is_finite());
    let completed = vae.generate(&noise, &left);
    assert_eq!(completed.shape(), right.shape());
}
