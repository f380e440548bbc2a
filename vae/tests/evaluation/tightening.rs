//! Proposals, and how many samples make up for a bad one.

use autograd::Tensor;
use ndarray::array;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use vae::{LatentModel, Moments, NormalProposal, PriorProposal, importance_bound, standard_normal};

use super::support::{LinearGaussian, assert_close, column, normal_grid, weighted};

/// s = 1, s* = 0.8, m = 0.3, m* = 0.
const WIDE: NormalProposal =
    NormalProposal { mean: 0.3, deviation: 1.0, posterior_mean: 0.0, posterior_deviation: 0.8 };
/// Narrower than the posterior, but not too narrow.
const NARROW: NormalProposal =
    NormalProposal { mean: -0.2, deviation: 0.75, posterior_mean: 0.1, posterior_deviation: 0.8 };
/// The prior, for a posterior of little width far away.
const PRIOR: NormalProposal =
    NormalProposal { mean: 0.0, deviation: 1.0, posterior_mean: 0.9, posterior_deviation: 0.4 };

fn kl(q: &NormalProposal) -> f64 {
    let ratio = q.deviation / q.posterior_deviation;
    let distance = (q.mean - q.posterior_mean) / q.posterior_deviation;
    0.5 * (ratio * ratio + distance * distance - 1.0) - ratio.ln()
}

#[test]
fn the_prior_is_a_proposal() {
    let model = LinearGaussian::line();
    let (noise, weights) = normal_grid(0.05);
    let x = Tensor::from(array![[0.9]]);
    for vae in [model.vae(0.0), model.vae(0.7)] {
        let prior = PriorProposal(vae);
        let log_weights = prior.log_weights(&x, &column(&noise).insert_axis(1));
        let evidence = weighted(&weights, &log_weights.exp().reshape([noise.len()]));
        assert_close(&[evidence.ln()], &model.log_evidence(&x), 1e-13);
    }
}

/// Of a model, by its evidence, its posterior and its encoder.
#[test]
fn relative_weights_are_ratios() {
    let model = LinearGaussian::line();
    let x = Tensor::from(array![[0.9]]);
    let vae = model.vae(0.5);
    let q = model.proposal(&vae, &x);
    let noise = [-2.0, -0.3, 0.0, 1.7];
    let weights = vae.log_weights(&x, &column(&noise).insert_axis(1)).reshape([4]);
    let expected = (weights - model.log_evidence(&x)[0]).to_vec();
    assert_close(&noise.map(|noise| q.log_relative_weight(noise)), &expected, 1e-13);
}

#[test]
fn second_moment_of_the_relative_weight() {
    let (noise, weights) = normal_grid(0.01);
    for q in [WIDE, NARROW, PRIOR] {
        let moment = |power: f64| {
            let integrand =
                |(&noise, &p): (&f64, &f64)| p * (power * q.log_relative_weight(noise)).exp();
            noise.iter().zip(&weights).map(integrand).sum::<f64>()
        };
        assert_close(&[moment(1.0)], &[1.0], 1e-12);
        assert_close(&[q.second_moment()], &[moment(2.0)], 1e-11);
    }
    assert!((WIDE.second_moment() - 1.1452).abs() < 5e-5);
    let too_narrow = NormalProposal { deviation: 0.5, ..WIDE };
    assert_eq!(too_narrow.second_moment(), f64::INFINITY);
    let posterior = NormalProposal { mean: 0.0, deviation: 0.8, ..WIDE };
    assert_close(&[posterior.second_moment()], &[1.0], 1e-15);
}

#[test]
fn gaps_of_the_tightening_bound() {
    for q in [WIDE, NARROW, PRIOR] {
        assert_close(&[q.gap(1)], &[kl(&q)], 1e-12);
        // Two samples: an integral of two dimensions, by a sum over a grid.
        let (noise, weights) = normal_grid(0.05);
        let relative: Vec<f64> = noise.iter().map(|&x| q.log_relative_weight(x).exp()).collect();
        let mut gap = 0.0;
        for (p, one) in weights.iter().zip(&relative) {
            for (r, other) in weights.iter().zip(&relative) {
                gap -= p * r * (0.5 * (one + other)).ln();
            }
        }
        assert_close(&[q.gap(2)], &[gap], 1e-10);
    }
    let posterior = NormalProposal { mean: 0.0, deviation: 0.8, ..WIDE };
    assert_close(&[posterior.gap(1), posterior.gap(500)], &[0.0, 0.0], 1e-14);
}

/// The gap of ten samples and the others, from the samples of a model; and each is smaller than the one before.
#[test]
fn gaps_are_those_of_samples() {
    let model = LinearGaussian::line();
    let x = Tensor::from(array![[0.9]]);
    let vae = model.vae(0.45);
    let q = model.proposal(&vae, &x);
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut last = f64::INFINITY;
    for k in [1, 2, 5, 10] {
        let images = x.broadcast_to([20_000, 1]);
        let weights = vae.log_weights(&images, &standard_normal(&mut rng, [k, 20_000, 1]));
        let gaps = model.log_evidence(&x)[0] - importance_bound(&weights);
        let found = Moments::of(gaps.to_vec());
        let expected = q.gap(k);
        assert!(
            (found.mean() - expected).abs() < 4.0 * found.standard_error(),
            "{found:.5} {expected}"
        );
        assert!(0.0 < expected && expected < last);
        last = expected;
    }
}

#[test]
fn the_gap_closes_like_one_over_k() {
    for q in [WIDE, NARROW] {
        let scaled = |k: usize| q.gap(k) * 2.0 * k as f64 / (q.second_moment() - 1.0);
        let errors = [100, 1000, 10_000].map(|k| (scaled(k) - 1.0).abs());
        // What is left is of the order 1/k, too.
        assert!(
            errors[0] < 0.05 && errors[1] < 0.15 * errors[0] && errors[2] < 0.15 * errors[1],
            "{errors:?}"
        );
    }
}
