//! Dense networks of any depth, and where their output starts.

use autograd::Tensor;
use ndarray::{Array1, array};
use nn::{Activation, Layer, Module};
use vae::{
    Architecture, DenseDecoder, DenseEncoder, Encoder, Likelihood, Sizes, Vae, standard_normal,
};

use crate::support::{assert_close, layers, parameters, rng, set_parameters};

/// Layer by layer, in the order of their names.
#[test]
fn networks_are_layers_in_a_row() {
    let encoder = DenseEncoder::<f64>::new(layers(6), &mut rng(1));
    let x = standard_normal::<f64>(&mut rng(2), [3, 6]);
    let [w1, b1, w2, b2, w3, b3] = parameters(&encoder).try_into().unwrap();
    let head = x.linear(&w1, &b1).tanh().linear(&w2, &b2).tanh().linear(&w3, &b3);
    let posterior = encoder.posterior(&x);
    assert_eq!(posterior.mean().to_vec(), head.narrow(1, 0..2).to_vec());
    assert_eq!(posterior.log_var().to_vec(), head.narrow(1, 2..4).to_vec());

    let decoder = DenseDecoder::<f64>::new(layers(6), &mut rng(1));
    let z = standard_normal::<f64>(&mut rng(2), [3, 2]);
    let [w1, b1, w2, b2, w3, b3] = parameters(&decoder).try_into().unwrap();
    let output = z.linear(&w1, &b1).tanh().linear(&w2, &b2).tanh().linear(&w3, &b3);
    assert_eq!(decoder.forward(&z).to_vec(), output.to_vec());
}

/// [`Sizes`] are the architecture of the paper, to the bit.
#[test]
fn sizes_are_one_layer_of_rectifiers() {
    let sizes = Sizes { pixels: 6, hidden: 5, latent: 2 };
    let same = Architecture { pixels: 6, hidden: vec![5], latent: 2, activation: Activation::Relu };
    assert_eq!(Architecture::from(sizes), same);
    let one = Vae::<f64>::new(sizes, Likelihood::Bernoulli, &mut rng(3));
    let other = Vae::<f64>::new(same, Likelihood::Bernoulli, &mut rng(3));
    let bits = |vae: &Vae<f64>| parameters(vae).iter().map(Tensor::to_vec).collect::<Vec<_>>();
    assert_eq!(bits(&one), bits(&other));
    assert_eq!(one.parameter_count(), 6 * 5 + 5 + 5 * 4 + 4 + 2 * 5 + 5 + 5 * 6 + 6);
}

/// With weights of 0, what is generated is the mean, and the bias its logit.
#[test]
fn the_output_starts_at_the_mean() {
    let mean = array![0.25, 0.5, 0.999, 0.1, 0.0, 1.0];
    let silent = |likelihood| {
        let mut vae = Vae::<f64>::new(layers(6), likelihood, &mut rng(4));
        vae.start_at_mean(&mean);
        let mut parameters = parameters(&vae);
        let output = vae.parameters().iter().position(|(name, _)| name == "decoder.output.weight");
        parameters[output.unwrap()] = Tensor::zeros([5, 6]);
        set_parameters(&mut vae, &parameters);
        vae.generate(&Tensor::ones([1, 2])).reshape([6])
    };
    let clamped = Array1::from_vec(vec![0.25, 0.5, 0.999, 0.1, 0.001, 0.999]);
    assert_close(&silent(Likelihood::Bernoulli), &clamped.into(), 1e-15, "Bernoulli");
    for likelihood in [Likelihood::Gaussian { variance: 0.1 }, Likelihood::learned_gaussian()] {
        assert_eq!(silent(likelihood).to_vec(), mean.to_vec());
    }
    let mut vae = Vae::<f64>::new(layers(6), Likelihood::Bernoulli, &mut rng(4));
    vae.start_at_mean(&mean);
    let (name, bias) = vae.parameters().pop().unwrap();
    assert_eq!(name, "decoder.output.bias");
    assert!(bias.is_tracked());
    assert_close(&bias.narrow(0, 0..2), &array![-(3f64.ln()), 0.0].into(), 1e-15, "logit");
}

/// The networks stay, and their outputs mean something else.
#[test]
fn another_likelihood_has_the_same_networks() {
    let vae = Vae::<f64>::new(layers(6), Likelihood::learned_gaussian(), &mut rng(5));
    let [x, noise] = [6, 2].map(|columns| standard_normal::<f64>(&mut rng(6), [3, columns]));
    let other = vae.clone().with_likelihood(Likelihood::Gaussian { variance: 0.5 });
    assert_eq!(other.parameters().len(), vae.parameters().len() - 1);

    let output = vae.decode(&vae.encode(&x).rsample(&noise));
    let expected = -Likelihood::Gaussian { variance: 0.5 }.log_prob(&output, &x);
    let (elbo, before) = (other.elbo(&x, &noise), vae.elbo(&x, &noise));
    assert_eq!(elbo.distortion.to_vec(), expected.to_vec());
    assert_eq!(elbo.rate.to_vec(), before.rate.to_vec());
    assert_ne!(elbo.distortion.to_vec(), before.distortion.to_vec());
}
