//! The model and its bound.

use approx::assert_relative_eq;
use autograd::{Tensor, check_grads};
use nn::Module;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use vae::{
    DiagonalNormal, EvidenceBound, KullbackLeibler, Likelihood, Sizes, Vae, standard_normal,
};

const SIZES: Sizes = Sizes { pixels: 6, hidden: 5, latent: 2 };

/// The model with other parameters.
fn with_parameters(vae: &Vae<f64>, parameters: &[Tensor<f64>]) -> Vae<f64> {
    let mut vae = vae.clone();
    for ((_, parameter), x) in vae.parameters_mut().into_iter().zip(parameters) {
        *parameter = x.clone();
    }
    vae
}

/// The whole ELBO, noise fixed, in all parameters, in the data and in the noise.
#[test]
fn all_derivatives_of_the_elbo_to_second_order() {
    for likelihood in [Likelihood::Bernoulli, Likelihood::Gaussian { variance: 0.1 }] {
        let mut rng = ChaCha8Rng::seed_from_u64(6);
        let vae = Vae::<f64>::new(SIZES, likelihood, &mut rng);
        let mut inputs: Vec<_> = vae.parameters().into_iter().map(|(_, x)| x.clone()).collect();
        inputs.push(standard_normal::<f64>(&mut rng, [4, 6]).sigmoid());
        inputs.push(standard_normal(&mut rng, [4, 2]));
        let loss = |x: &[Tensor<f64>]| {
            let [parameters @ .., x, noise] = x else { unreachable!() };
            with_parameters(&vae, parameters).elbo(x, noise).loss()
        };
        check_grads(loss, &inputs, 2).unwrap();
    }
}

#[test]
fn the_elbo_is_made_of_its_definitions() {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let vae = Vae::<f64>::new(SIZES, Likelihood::Bernoulli, &mut rng);
    let x = standard_normal::<f64>(&mut rng, [4, 6]).sigmoid();
    let noise = standard_normal(&mut rng, [4, 2]);
    let posterior = vae.encode(&x);
    let z = posterior.mean() + (posterior.log_var() * 0.5).exp() * &noise;
    let rate = posterior.kl(&DiagonalNormal::standard([4, 2]));
    let p = vae.generate(&z);
    let distortion = -(&x * p.ln() + (1.0 - &x) * (1.0 - &p).ln()).sum_axes([1]);

    let elbo = vae.elbo(&x, &noise);
    let close = |a: &Tensor<f64>, b: &Tensor<f64>| {
        a.to_vec().iter().zip(b.to_vec()).all(|(a, b)| (a - b).abs() < 1e-13 * b.abs())
    };
    assert_eq!((elbo.rate.shape(), elbo.distortion.shape()), (&[4][..], &[4][..]));
    assert!(close(&elbo.rate, &rate) && close(&elbo.distortion, &distortion));
    let expected = (rate + distortion).sum().item() / 4.0;
    assert_relative_eq!(elbo.loss().item(), expected, max_relative = 1e-14);
}

#[test]
fn an_evaluation_is_the_mean_over_all_images() {
    let mut rng = ChaCha8Rng::seed_from_u64(8);
    let vae = Vae::<f64>::new(SIZES, Likelihood::Bernoulli, &mut rng);
    let x = standard_normal::<f64>(&mut rng, [5, 6]).sigmoid();
    let noise = standard_normal(&mut ChaCha8Rng::seed_from_u64(9), [5, 2]);
    let whole = vae.elbo(&x, &noise);
    let batches = [x.narrow(0, 0..3), x.narrow(0, 3..5)];
    let evaluation = vae.evaluate(batches, &mut ChaCha8Rng::seed_from_u64(9));
    assert_relative_eq!(evaluation.rate(), whole.rate.mean().item(), max_relative = 1e-14);
    assert_relative_eq!(
        evaluation.distortion(),
        whole.distortion.mean().item(),
        max_relative = 1e-14
    );
    assert_relative_eq!(evaluation.loss(), whole.loss().item(), max_relative = 1e-14);
}

#[test]
fn parameters_have_the_names_of_the_networks() {
    let vae = Vae::<f32>::new(SIZES, Likelihood::Bernoulli, &mut ChaCha8Rng::seed_from_u64(0));
    let parameters = vae.parameters();
    let named: Vec<_> = parameters.iter().map(|(name, x)| (name.as_str(), x.shape())).collect();
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
    assert_eq!(named, expected);
}

#[test]
#[should_panic(expected = "noise is [3, 2] but the posterior is [4, 2]")]
fn each_image_needs_its_noise() {
    let vae = Vae::<f32>::new(SIZES, Likelihood::Bernoulli, &mut ChaCha8Rng::seed_from_u64(0));
    vae.elbo(&Tensor::zeros([4, 6]), &Tensor::zeros([3, 2]));
}
