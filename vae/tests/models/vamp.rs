//! The VampPrior.

use autograd::Tensor;
use ndarray::array;
use nn::Module;
use vae::{DiagonalNormal, Distribution, EvidenceBound, Likelihood, Vae, VampVae, standard_normal};

use crate::support::{
    amplified, assert_close, layers, log_integral, log_mixture, log_standard_normal, plane, rng,
};

fn model(k: usize) -> VampVae<f64> {
    let vae = amplified(Vae::new(layers(4), Likelihood::Bernoulli, &mut rng(1)));
    VampVae::of(vae, &standard_normal::<f64>(&mut rng(2), [k, 4]).sigmoid())
}

/// The formula, by hand, and ∫ p(z) dz = 1.
#[test]
fn the_vamp_prior_is_a_mixture() {
    let (points, area) = plane(12.0, 0.1);
    for k in [1, 2, 5] {
        let vamp = model(k);
        assert!(log_integral(&vamp.log_prior(&points), area).abs() < 1e-12, "{k} components");
        let some = standard_normal::<f64>(&mut rng(3), [3, 7, 2]);
        let expected = log_mixture(&vamp.components(), &some.reshape([21, 2])).reshape([3, 7]);
        assert_close(&vamp.log_prior(&some), &expected, 1e-13, "log p(z)");
    }
    let vamp = model(3);
    let encoded = vamp.encode(&vamp.pseudo_inputs());
    assert_eq!(vamp.components().mean().to_vec(), encoded.mean().to_vec());
    assert_eq!(vamp.components().log_var().to_vec(), encoded.log_var().to_vec());
}

/// They start at the images, but for black and white, and stay within [0, 1] whatever the parameters are.
#[test]
fn pseudo_inputs_are_pictures() {
    let vae = Vae::<f64>::new(layers(4), Likelihood::Bernoulli, &mut rng(4));
    let mut vamp = VampVae::of(vae, &array![[0.0, 0.25, 0.99, 1.0]].into());
    let expected = array![[0.01, 0.25, 0.99, 0.99]].into();
    assert_close(&vamp.pseudo_inputs(), &expected, 1e-15, "u");
    let (_, logits) = vamp.parameters_mut().pop().unwrap();
    *logits = Tensor::leaf(array![[-1e3, 1e3, -7.0, 7.0]]);
    assert!(vamp.pseudo_inputs().to_vec().iter().all(|u| (0.0..=1.0).contains(u)));
}

/// One component is the normal distribution of its picture; many that are equal are the same one.
#[test]
fn equal_components_are_one() {
    let vae = amplified(Vae::<f64>::new(layers(4), Likelihood::Bernoulli, &mut rng(5)));
    let image = array![[0.2, 0.9, 0.5, 0.4]];
    let normal: DiagonalNormal<f64> = vae.encode(&image.clone().into());
    let z = standard_normal::<f64>(&mut rng(6), [9, 2]);
    for k in [1, 4] {
        let images = Tensor::from(image.clone()).broadcast_to([k, 4]);
        let log_prior = VampVae::of(vae.clone(), &images).log_prior(&z);
        assert_close(&log_prior, &normal.log_prob(&z), 1e-13, "log p(z)");
    }
}

/// Mean and second moment of many samples are those of the mixture, within four standard errors.
#[test]
fn samples_are_of_the_prior() {
    let (vamp, n) = (model(3), 100_000);
    let z = vamp.sample_prior(n, &mut rng(7));
    assert_eq!(z.shape(), [n, 2]);
    let components = vamp.components();
    let (mean, variance) = (components.mean(), components.log_var().exp());
    let check = |samples: Tensor<f64>, expected: Tensor<f64>, what: &str| {
        let error = samples.std_axes([0], 1) / (n as f64).sqrt();
        let off = ((samples.mean_axes([0]) - expected) / error).abs();
        assert!(off.to_vec().iter().all(|&off| off < 4.0), "{what}: {off:?} standard errors");
    };
    check(z.clone(), mean.mean_axes([0]), "mean");
    check(z.square(), (mean.square() + variance).mean_axes([0]), "second moment");
}

/// ∫ q(z|x) [log q(z|x) − log p(z)] dz on a grid of codes, with densities by hand, is the mean rate on a grid of noise.
#[test]
fn the_vamp_rate_is_a_divergence() {
    let (vamp, x) = (model(3), Tensor::from(array![[1.0, 0.0, 0.3, 0.8]]));
    let (points, area) = plane(14.0, 0.1);
    let log_q = log_mixture(&vamp.encode(&x), &points);
    let log_ratio = &log_q - log_mixture(&vamp.components(), &points);
    let divergence = (log_q.exp() * log_ratio).sum() * area;

    let n = points.shape()[0];
    let rate = vamp.elbo(&x.broadcast_to([n, 4]), &points).rate;
    let mean = (rate * log_standard_normal(&points).exp()).sum() * area;
    assert!(mean.item() > 0.01);
    assert_close(&mean, &divergence, 1e-12, "rate");
}
