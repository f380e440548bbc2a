//! A q of each image: its bound is exact where everything is known, and optimizing it closes the gaps.

use autograd::Tensor;
use ndarray::array;
use nn::schedule::Cosine;
use nn::{Adam, Linear, Module, Optimizer};
use vae::{
    DiagonalNormal, FullNormal, Likelihood, LinearEncoder, LocalPosterior, Vae, standard_normal,
};

use crate::support::{assert_close, rng};

/// A linear VAE whose columns of W are not orthogonal: the posterior is not diagonal.
fn vae() -> Vae<f64, LinearEncoder<f64>, Linear<f64>> {
    let encoder = LinearEncoder {
        center: Tensor::zeros([3]),
        weight: Tensor::leaf(array![[0.2, 0.1], [0.0, 0.3], [0.5, 0.0]]),
        log_var: Tensor::leaf(array![-1.0, -0.5]),
    };
    let weight = Tensor::leaf(array![[1.2, -0.2, 0.4], [0.7, 0.9, 0.1]]);
    let decoder = Linear { weight, bias: Some(Tensor::leaf(array![0.5, 0.0, -0.3])) };
    Vae::of(encoder, decoder, Likelihood::Gaussian { variance: 0.4 }, 2)
}

fn images() -> Tensor<f64> {
    array![[2.0, 1.0, 0.0], [-1.0, 0.3, 0.5]].into()
}

/// ε and −ε along both axes, √2 long: mean 0 and covariance I, so that means of parabolas are exact.
fn moments() -> Tensor<f64> {
    let ends = array![[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]] * 2f64.sqrt();
    Tensor::from(ends).insert_axis(1).broadcast_to([4, 2, 2])
}

/// Rate and distortion of any q are the closed forms of the linear-Gaussian model.
#[test]
fn bounds_of_any_normal_are_exact() {
    let (vae, x) = (vae(), images());
    let factor = Tensor::from(array![[[0.5, 0.0], [0.2, 0.7]], [[1.1, 0.0], [-0.4, 0.3]]]);
    let q = FullNormal::new(array![[0.3, -0.2], [1.0, 0.1]].into(), factor);
    let (found, known) = (vae.elbo_under(&q, &x, &moments()), vae.linear_gaussian().elbo(&x, &q));
    assert_close(&found.rate, &known.rate, 1e-13, "rate");
    assert_close(&found.distortion, &known.distortion, 1e-13, "distortion");
}

/// The start is the encoder's q, with its bound.
#[test]
fn the_start_is_that_of_the_encoder() {
    let (vae, x) = (vae(), images());
    let noise = standard_normal::<f64>(&mut rng(31), [2, 2]);
    let known = vae.elbo(&x, &noise);
    for local in [LocalPosterior::diagonal(&vae.encode(&x)), LocalPosterior::full(&vae.encode(&x))]
    {
        let found = vae.elbo_under(&local.q(), &x, &noise.insert_axis(0));
        assert_close(&found.rate, &known.rate, 1e-14, "rate");
        assert_close(&found.distortion, &known.distortion, 1e-14, "distortion");
    }
}

/// L has what is below the diagonal of `below`, and nothing else of it.
#[test]
fn the_factor_is_lower_triangular() {
    let start = DiagonalNormal::new(Tensor::<f64>::zeros([1, 2]), Tensor::from(array![[0.0, 2.0]]));
    let mut local = LocalPosterior::full(&start);
    local.below = Some(array![[[5.0, 6.0], [7.0, 8.0]]].into());
    let expected = array![[[1.0, 0.0], [7.0, 1f64.exp()]]];
    assert_close(local.q().factor(), &expected.into(), 1e-15, "L");
    assert_eq!(LocalPosterior::diagonal(&start).parameters().len(), 2);
}

/// The best full q is the posterior, the best diagonal one is what the approximation gap says.
#[test]
fn optimized_posteriors_close_the_gaps_they_can() {
    let (vae, x) = (vae().frozen(), images());
    let model = vae.linear_gaussian();
    let optimum = |mut local: LocalPosterior<f64>| {
        let schedule = Cosine::new(0.05, 1000);
        let mut adam = Adam::new(schedule.start);
        for step in 0..schedule.steps {
            adam.learning_rate = schedule.rate(step);
            let loss = vae.elbo_under(&local.q(), &x, &moments()).loss();
            adam.step(&mut local, &loss.backward());
        }
        local.q()
    };
    let full = optimum(LocalPosterior::full(&vae.encode(&x)));
    assert_close(&model.gap(&x, &full), &Tensor::zeros([2]), 1e-6, "of the posterior");
    let diagonal = optimum(LocalPosterior::diagonal(&vae.encode(&x)));
    let known = model.approximation_gap().broadcast_to([2]);
    assert!(known.to_vec()[0] > 0.05);
    assert_close(&model.gap(&x, &diagonal), &known, 1e-6, "of the best diagonal q");
}

#[test]
#[should_panic(expected = "noise must be [k, batch, latent]")]
fn each_image_needs_its_own_noise() {
    let (vae, x) = (vae(), images());
    let q = LocalPosterior::diagonal(&vae.encode(&x)).q();
    _ = vae.elbo_under(&q, &x, &Tensor::zeros([2, 2]));
}
