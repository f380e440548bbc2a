//! The autoencoder is a VAE without noise and without a rate.

use autograd::{Tensor, check_grads};
use nn::{Layer, Module};
use vae::{Autoencoder, DenseEncoder, Likelihood, Vae, standard_normal};

use crate::support::{assert_close, layers, parameters, rng, set_parameters};

/// The columns of a head that are the mean.
fn mean_columns(head: &Tensor<f64>) -> Tensor<f64> {
    head.narrow(head.rank() - 1, 0..2)
}

/// With the networks of a VAE, the loss is the VAE's distortion at the mean of q(z|x), which noise 0 gives.
#[test]
fn an_autoencoder_pays_for_distortion_alone() {
    let vae = Vae::<f64>::new(layers(4), Likelihood::Bernoulli, &mut rng(1));
    let mut model = Autoencoder::new(layers(4), Likelihood::Bernoulli, &mut rng(2));
    let mut same = parameters(&vae);
    for (x, (name, _)) in same.iter_mut().zip(vae.parameters()) {
        if name.starts_with("encoder.head") {
            *x = mean_columns(x);
        }
    }
    set_parameters(&mut model, &same);

    let x = standard_normal::<f64>(&mut rng(3), [3, 4]).sigmoid();
    let at_the_mean = vae.elbo(&x, &Tensor::zeros([3, 2])).distortion;
    assert_close(&model.distortion(&x), &at_the_mean, 1e-14, "distortion");
    assert_close(&model.encode(&x), vae.encode(&x).mean(), 1e-14, "code");
    assert_close(&model.reconstruct(&x), &vae.reconstruct(&x), 1e-14, "reconstruction");
    let code = standard_normal(&mut rng(4), [5, 2]);
    assert_close(&model.generate(&code), &vae.generate(&code), 1e-14, "picture");
}

#[test]
fn all_derivatives_to_second_order() {
    let model = Autoencoder::<f64>::new(layers(4), Likelihood::learned_gaussian(), &mut rng(5));
    let mut inputs = parameters(&model);
    inputs.push(standard_normal(&mut rng(6), [3, 4]));
    let loss = |inputs: &[Tensor<f64>]| {
        let [parameters @ .., x] = inputs else { unreachable!() };
        let mut model = model.clone();
        set_parameters(&mut model, parameters);
        model.distortion(x).mean()
    };
    check_grads(loss, &inputs, 2).unwrap();
}

/// Any two layers will do.
#[test]
fn networks_of_ones_own() {
    let encoder = DenseEncoder::<f64>::new(layers(4), &mut rng(7));
    let decoder = nn::Linear::new(4, 4, &mut rng(8));
    let model = Autoencoder::of(encoder.clone(), decoder.clone(), Likelihood::Bernoulli);
    let x = standard_normal::<f64>(&mut rng(9), [3, 4]);
    let expected = decoder.forward(&encoder.forward(&x)).sigmoid();
    assert_eq!(model.reconstruct(&x).to_vec(), expected.to_vec());
    assert_eq!(model.parameter_count(), encoder.parameter_count() + decoder.parameter_count());
}

#[test]
fn a_checkpoint_holds_the_whole_model() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("autoencoder");
    let new = |seed| Autoencoder::<f64>::new(layers(4), Likelihood::Bernoulli, &mut rng(seed));
    let (saved, mut loaded) = (new(10), new(11));
    nn::checkpoint::save(&path, &saved, &Default::default()).unwrap();
    nn::checkpoint::load(&path, &mut loaded).unwrap();
    let x = standard_normal::<f64>(&mut rng(12), [3, 4]);
    assert_eq!(loaded.distortion(&x).to_vec(), saved.distortion(&x).to_vec());
}
