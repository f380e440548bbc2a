use std::f64::consts::PI;

use autograd::{Tensor, check_grads};
use ndarray::array;
use nn::Module;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use vae::{DiagonalNormal, KullbackLeibler, Likelihood, Sizes, Vae, free_bits, standard_normal};

use super::support::{LinearGaussian, assert_close};

const SIZES: Sizes = Sizes { pixels: 6, hidden: 5, latent: 3 };

/// E_q of what is quadratic in z is its mean over the corners ε = (±1, ±1), exactly.
fn corners(images: usize) -> [Tensor<f64>; 4] {
    [[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]]
        .map(|[i, j]| Tensor::from(array![[i, j]]).broadcast_to([images, 2]))
}

#[test]
fn the_evidence_is_the_bound_and_a_gap() {
    let model = LinearGaussian::plane();
    let x = standard_normal(&mut ChaCha8Rng::seed_from_u64(1), [4, 5]);
    for skew in [0.0, 0.4, -0.9] {
        let vae = model.vae(skew);
        let posterior = vae.encode(&x);
        let terms = corners(4).map(|noise| vae.elbo(&x, &noise));
        let mean = |part: fn(&vae::Elbo<f64>) -> &Tensor<f64>| {
            terms.iter().fold(Tensor::zeros([4]), |sum, term| sum + part(term) * 0.25)
        };
        let bound = -mean(|elbo| &elbo.distortion) - mean(|elbo| &elbo.rate);
        let gap = posterior.kl(&model.posterior(&x));
        assert_close(&(&bound + &gap).to_vec(), &model.log_evidence(&x), 1e-13);
        let tight = gap.to_vec().iter().all(|gap| gap.abs() < 1e-14);
        assert!(gap.to_vec().iter().all(|&gap| gap > -1e-14) && tight == (skew == 0.0));
    }
}

#[test]
fn beta_is_another_variance() {
    let (dims, variance) = (6.0, 0.3);
    for beta in [0.25, 1.0, 4.0] {
        let model = |variance| {
            let mut rng = ChaCha8Rng::seed_from_u64(2);
            Vae::<f64>::new(SIZES, Likelihood::Gaussian { variance }, &mut rng)
        };
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let (x, noise) = (standard_normal(&mut rng, [4, 6]), standard_normal(&mut rng, [4, 3]));
        let left = model(variance).elbo(&x, &noise).beta_loss(beta);
        let right = model(beta * variance).elbo(&x, &noise).loss() * beta;
        let normalizer = |variance: f64| (2.0 * PI * variance).ln();
        let constant = 0.5 * dims * (normalizer(variance) - beta * normalizer(beta * variance));
        assert_close(&[left.item()], &[right.item() + constant], 1e-14);
    }
}

#[test]
fn free_bits_are_floors_of_mean_rates() {
    let rates = Tensor::<f64>::leaf(array![[0.1, 2.0, 0.0], [0.3, 4.0, 1.0]]); // means 0.2, 3, 0.5
    for (floor, expected, slopes) in [
        (0.0, 3.7, [0.5, 0.5, 0.5]),
        (0.4, 0.4 + 3.0 + 0.5, [0.0, 0.5, 0.5]),
        (1.0, 1.0 + 3.0 + 1.0, [0.0, 0.5, 0.0]),
        (9.0, 27.0, [0.0; 3]),
    ] {
        let loss = free_bits(&rates, floor);
        assert_close(&[loss.item()], &[expected], 1e-15);
        let gradient = loss.backward()[&rates].to_vec();
        assert_eq!(gradient, [slopes, slopes].concat());
    }
    check_grads(|x| free_bits(&x[0], 0.4), &[rates], 2).unwrap();
}

#[test]
fn without_a_floor_the_free_bits_are_the_rate() {
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    let vae = Vae::<f64>::new(SIZES, Likelihood::Bernoulli, &mut rng);
    let posterior = vae.encode(&standard_normal(&mut rng, [4, 6]));
    let free = free_bits(&posterior.kl_to_standard_by_dimension(), 0.0);
    assert_close(&[free.item()], &[posterior.kl_to_standard().mean().item()], 1e-14);
}

#[test]
#[should_panic(expected = "free_bits: the rates are [3]; they must be [batch, latent]")]
fn free_bits_need_the_rates_of_each_dimension() {
    let posterior = DiagonalNormal::<f64>::standard([3, 2]);
    free_bits(&posterior.kl_to_standard(), 0.1);
}

#[test]
fn a_price_of_one_is_the_bound() {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let vae = Vae::<f64>::new(SIZES, Likelihood::Bernoulli, &mut rng);
    let x = standard_normal::<f64>(&mut rng, [4, 6]).sigmoid();
    let noise = standard_normal(&mut rng, [4, 3]);
    let losses = [1.0, 0.0].map(|beta| vae.elbo(&x, &noise).beta_loss(beta));
    assert_eq!(losses[0].item(), vae.elbo(&x, &noise).loss().item());
    assert_close(&[losses[1].item()], &[vae.elbo(&x, &noise).distortion.mean().item()], 1e-15);
    // Nothing is paid for the code, so nothing presses on the part of the encoder that only the rate sees.
    let [_, free] = losses;
    let gradients = free.backward();
    assert!(vae.parameters().iter().all(|(_, parameter)| gradients.get(parameter).is_some()));
}
