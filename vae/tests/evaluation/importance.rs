use autograd::{Tensor, check_grads};
use ndarray::array;
use nn::Module;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use vae::{LatentModel, Likelihood, Sizes, Vae, importance_bound, standard_normal};

use super::support::{LinearGaussian, assert_close, column, normal_grid, weighted};

const SIZES: Sizes = Sizes { pixels: 4, hidden: 3, latent: 2 };

/// log w of random samples.
fn log_weights(k: usize, batch: usize) -> Tensor<f64> {
    standard_normal::<f64>(&mut ChaCha8Rng::seed_from_u64(1), [k, batch]) * 3.0 - 90.0
}

/// With the posterior for a proposal every weight is the evidence itself.
#[test]
fn weights_of_the_posterior_are_the_evidence() {
    let model = LinearGaussian::plane();
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let (x, noise) = (standard_normal(&mut rng, [4, 5]), standard_normal(&mut rng, [50, 4, 2]));
    let weights = model.vae(0.0).log_weights(&x, &noise);
    for sample in weights.value().rows() {
        assert_close(&sample.to_vec(), &model.log_evidence(&x), 1e-13);
    }
    assert_close(&importance_bound(&weights).to_vec(), &model.log_evidence(&x), 1e-13);
}

/// L₁ and L₂, by quadrature over the noise of the samples.
#[test]
fn bounds_rise_to_the_evidence() {
    let model = LinearGaussian::line();
    let x = Tensor::from(array![[0.9]]);
    let evidence = model.log_evidence(&x)[0];
    let (noise, weights) = normal_grid(0.1);
    let n = noise.len();
    let log_weights = model.vae(0.4).log_weights(&x, &column(&noise).insert_axis(1)).reshape([n]);

    let mean: f64 = weighted(&weights, &(&log_weights - evidence).exp());
    assert_close(&[mean], &[1.0], 1e-13);
    let first = weighted(&weights, &importance_bound(&log_weights.reshape([1, n])));
    let pairs = [n, n];
    let (one, other) = (log_weights.reshape([n, 1]), log_weights.reshape([1, n]));
    let both = [one.broadcast_to(pairs), other.broadcast_to(pairs)].map(|x| x.reshape([n * n]));
    let second = importance_bound(&Tensor::stack(&[&both[0], &both[1]], 0));
    let products: Vec<f64> =
        weights.iter().flat_map(|p| weights.iter().map(move |q| p * q)).collect();
    let second = weighted(&products, &second);
    assert!(first + 1e-3 < second && second + 1e-3 < evidence, "{first} {second} {evidence}");
    let q = model.proposal(&model.vae(0.4), &x);
    assert_close(&[first, second], &[1, 2].map(|k| evidence - q.gap(k)), 1e-11);
}

#[test]
fn more_samples_tighten_the_bound() {
    for k in [1, 2, 7] {
        let all = log_weights(k + 1, 20);
        let mut without_one = Tensor::zeros([20]);
        for left_out in 0..=k {
            let others: Vec<usize> = (0..=k).filter(|&i| i != left_out).collect();
            without_one = without_one + importance_bound(&all.index_select(0, &others));
        }
        let without_one = without_one / (k + 1) as f64;
        let gained = importance_bound(&all) - without_one;
        assert!(gained.to_vec().iter().all(|&gain| gain > 0.0));
    }
}

#[test]
fn the_gradient_is_a_weighted_mean() {
    let x = Tensor::leaf(log_weights(5, 3));
    let gradient = importance_bound(&x).sum().backward()[&x].to_vec();
    let w = (x.detach() + 90.0).exp();
    let expected = &w / w.sum_axes([0]);
    assert_close(&gradient, &expected.to_vec(), 1e-15);
    check_grads(|x| importance_bound(&x[0]), &[x], 2).unwrap();
}

/// The whole bound of three samples, in all parameters, in the data and in the noise.
#[test]
fn all_derivatives_of_the_bound_to_second_order() {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let vae = Vae::<f64>::new(SIZES, Likelihood::Bernoulli, &mut rng);
    let mut inputs: Vec<_> = vae.parameters().into_iter().map(|(_, x)| x.clone()).collect();
    inputs.push(standard_normal::<f64>(&mut rng, [2, 4]).sigmoid());
    inputs.push(standard_normal(&mut rng, [3, 2, 2]));
    let bound = |inputs: &[Tensor<f64>]| {
        let [parameters @ .., x, noise] = inputs else { unreachable!() };
        let mut vae = vae.clone();
        for ((_, parameter), x) in vae.parameters_mut().into_iter().zip(parameters) {
            *parameter = x.clone();
        }
        importance_bound(&vae.log_weights(x, noise))
    };
    check_grads(bound, &inputs, 2).unwrap();
}

/// With one sample, the rate is estimated and not exact; ½ z² − ½ ε² has its mean over ε = ±1, so that a pair of mirror images
/// has the value and the gradient of the ELBO.
#[test]
fn one_sample_has_the_gradient_of_the_elbo() {
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    let vae = Vae::<f64>::new(SIZES, Likelihood::Bernoulli, &mut rng);
    let x = standard_normal::<f64>(&mut rng, [3, 4]).sigmoid();
    let noise = Tensor::from(array![[1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]]);
    let mirrored = [noise.clone(), -&noise];
    let elbo = mirrored.each_ref().map(|noise| vae.elbo(&x, noise).loss());
    let one =
        mirrored.map(|noise| -importance_bound(&vae.log_weights(&x, &noise.insert_axis(0))).mean());
    let [elbo, one] = [elbo, one].map(|[a, b]| (a + b) * 0.5);
    assert_close(&[one.item()], &[elbo.item()], 1e-14);
    let [elbo, one] = [elbo, one].map(Tensor::backward);
    for (_, parameter) in vae.parameters() {
        assert_close(&one[parameter].to_vec(), &elbo[parameter].to_vec(), 1e-14);
    }
}

#[test]
#[should_panic(expected = "importance_bound: log_weights is [3]; it must be [k, batch]")]
fn the_bound_needs_samples_and_images() {
    importance_bound(&Tensor::<f64>::zeros([3]));
}
