//! What the codes of a dataset are like.

use autograd::Tensor;
use ndarray::array;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use vae::{
    AggregatePosterior, DiagonalNormal, Distribution, EvidenceBound, LatentUse, Likelihood, Sizes,
    Vae, mutual_information, standard_normal,
};

use super::support::{LinearGaussian, assert_close, normal_grid};

/// Three posteriors of two dimensions.
fn posteriors() -> DiagonalNormal<f64> {
    let mean = array![[0.4, -1.0], [1.1, 0.3], [-0.8, 0.2]];
    let log_var = array![[-0.5, 0.1], [-1.2, -0.3], [0.2, -0.9]];
    DiagonalNormal::new(mean.into(), log_var.into())
}

#[test]
fn active_units_by_construction() {
    // Means ±a have the variance 2a² of two images, with n − 1: just above 0.01, just below, none, much.
    let a = [0.0708, 0.0706, 0.0, 3.0];
    let means = Tensor::from(array![a, a.map(|a| -a)]) + 5.0;
    let found = LatentUse::of(&DiagonalNormal::<f64>::new(means, Tensor::from(-1.0)));
    assert_eq!(found.active(), [true, false, false, true]);
    assert_eq!(found.active_units(), 2);
    let shown = found.to_string();
    assert!(shown.starts_with("2 of 4 dimensions are active\n    3: rate "), "{shown}");
}

#[test]
fn rates_of_dimensions_add_up() {
    let q = posteriors();
    let rates: f64 = LatentUse::of(&q).rates.iter().map(|rate| rate.mean()).sum();
    assert_close(&[rates], &[q.kl_to_standard().mean().item()], 1e-14);
}

/// Σ over the images and a grid of noise, weight f(z) for each.
fn over_the_mixture(q: &DiagonalNormal<f64>, f: impl Fn(&Tensor<f64>) -> Tensor<f64>) -> f64 {
    let (noise, weights) = normal_grid(0.25);
    let (images, dims) = (q.mean().shape()[0], q.mean().shape()[1]);
    assert_eq!(dims, 2);
    let mut sum = 0.0;
    for (x, p) in noise.iter().zip(&weights) {
        for (y, r) in noise.iter().zip(&weights) {
            let noise = Tensor::from(array![[*x, *y]]).broadcast_to([images, dims]);
            sum += p * r * f(&q.rsample(&noise)).mean().item();
        }
    }
    sum
}

#[test]
fn the_aggregate_has_these_moments() {
    let q = posteriors();
    let found = AggregatePosterior::of(&q);
    let part = |z: &Tensor<f64>, j| z.narrow(1, j..j + 1) - found.mean[j];
    for i in 0..2 {
        assert_close(&[over_the_mixture(&q, |z| part(z, i))], &[0.0], 1e-13);
        for j in 0..2 {
            let covariance = over_the_mixture(&q, |z| part(z, i) * part(z, j));
            assert_close(&[found.covariance[[i, j]]], &[covariance], 1e-13);
        }
    }
}

#[test]
fn the_distance_of_the_aggregate() {
    // One posterior: the aggregate is it.
    let mean = Tensor::from(array![[0.4, -1.0]]);
    let q = DiagonalNormal::<f64>::new(mean, Tensor::from(array![-0.5, 0.3]));
    let found = AggregatePosterior::of(&q).kl_to_standard();
    assert_close(&[found], &[q.kl_to_standard().item()], 1e-14);
    // Two that are strongly correlated: a rotation by 45° makes them a diagonal normal, and leaves N(0, I) as it is.
    let means = Tensor::from(array![[2.0, 2.0], [-2.0, -2.0]]);
    let found = AggregatePosterior::of(&DiagonalNormal::<f64>::new(means, Tensor::from(0.0)));
    let rotated = DiagonalNormal::new(Tensor::zeros([2]), Tensor::from(array![9f64.ln(), 0.0]));
    assert_close(&[found.kl_to_standard()], &[rotated.kl_to_standard().item()], 1e-14);
    assert!(found.to_string().contains("variances 5.00 to 5.00"));
    // N(0, I) itself.
    let standard = AggregatePosterior::of(&DiagonalNormal::<f32>::standard([5, 3]));
    assert_eq!(standard.kl_to_standard(), 0.0);
}

/// log q(z|xₙ) of each code and each image, one at a time.
fn naive_information(q: &DiagonalNormal<f64>, noise: &Tensor<f64>) -> Vec<f64> {
    let (z, images) = (q.rsample(noise), q.mean().shape()[0]);
    let row = |i: usize| z.narrow(0, i..i + 1);
    let ratio = |i: usize| {
        let densities = q.log_prob(&row(i)); // of one code under every posterior
        let mixture = densities.exp().mean().item();
        densities.to_vec()[i] - mixture.ln()
    };
    (0..images).map(ratio).collect()
}

#[test]
fn all_densities_by_matrix_products() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mean = standard_normal::<f64>(&mut rng, [50, 4]) * 2.0;
    let q = DiagonalNormal::new(mean, standard_normal::<f64>(&mut rng, [50, 4]) - 1.0);
    let noise = standard_normal(&mut rng, [50, 4]);
    let expected = naive_information(&q, &noise);
    let found = mutual_information(&q, &noise);
    let mean = expected.iter().sum::<f64>() / 50.0;
    assert_close(&[found.mean()], &[mean], 1e-13);
    assert_eq!(found.count(), 50);
    assert!(found.mean() < 50f64.ln());
}

/// Exact on both sides, by quadrature over the noise.
#[test]
fn the_rate_is_information_and_a_distance() {
    let q = posteriors();
    let images = 3;
    let (grid, weights) = normal_grid(0.25);
    let mut information = 0.0;
    for (x, p) in grid.iter().zip(&weights) {
        for (y, r) in grid.iter().zip(&weights) {
            let noise = Tensor::from(array![[*x, *y]]).broadcast_to([images, 2]);
            information += p * r * mutual_information(&q, &noise).mean();
        }
    }
    let prior = DiagonalNormal::standard([2]);
    let distance = over_the_mixture(&q, |z| {
        let each = z.insert_axis(1); // [code, 1, dims] against [image, dims]
        let mixture = q.log_prob(&each).log_sum_exp([1]) - 3f64.ln();
        mixture - prior.log_prob(z)
    });
    let rate = q.kl_to_standard().mean().item();
    assert_close(&[information + distance], &[rate], 1e-12);
    assert!(0.1 < information && information < 3f64.ln() && distance > 0.05);
    // Two moments see a part of the distance.
    assert!(AggregatePosterior::of(&q).kl_to_standard() < distance);
}

/// More images than fit into a block of the matrix of densities.
#[test]
fn information_of_many_images() {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let noise = standard_normal::<f32>(&mut rng, [2500, 1]);
    let same = DiagonalNormal::<f32>::standard([2500, 1]);
    // All codes alike: nothing is told, by any of them.
    let none = mutual_information(&same, &noise);
    assert!(none.count() == 2500 && none.mean().abs() < 1e-12 && none.variance() < 1e-24);
    // N(xₙ, 1) with xₙ ~ N(0, 3): ½ ln(1 + 3), but for the finite number of images and samples.
    let means = standard_normal::<f32>(&mut rng, [2500, 1]) * 3f64.sqrt();
    let some = mutual_information(&DiagonalNormal::new(means, Tensor::from(0.0)), &noise);
    assert!((some.mean() - 2f64.ln()).abs() < 0.05, "{some:.4}");
}

#[test]
fn encoding_all_is_encoding_each() {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let sizes = Sizes { pixels: 6, hidden: 5, latent: 2 };
    let vae = Vae::<f64>::new(sizes, Likelihood::Bernoulli, &mut rng);
    let x = standard_normal(&mut rng, [5, 6]);
    let all = vae.encode_all([x.narrow(0, 0..3), x.narrow(0, 3..5)]);
    assert_close(&all.mean().to_vec(), &vae.encode(&x).mean().to_vec(), 1e-15);
    assert_close(&all.log_var().to_vec(), &vae.encode(&x).log_var().to_vec(), 1e-15);
    assert!(!all.mean().is_tracked() && !all.log_var().is_tracked());
    // A variance that all images share is repeated for each.
    let shared = LinearGaussian::plane().vae(0.0).encode_all([Tensor::zeros([3, 5])]);
    assert_eq!(shared.log_var().shape(), [3, 2]);
}

/// At sampled codes it is the evaluation; at mean codes the distortion of the best Gaussian decoder is lower by what the
/// variance of the code costs, ½ Σ Wⱼ² σⱼ²/s².
#[test]
fn mean_codes_look_better_than_they_are() {
    let vae = LinearGaussian::plane().vae(0.2);
    let x = standard_normal(&mut ChaCha8Rng::seed_from_u64(4), [3000, 5]);
    let rng = || ChaCha8Rng::seed_from_u64(5);
    let found = vae.reconstructions([x.narrow(0, 0..1000), x.narrow(0, 1000..3000)], &mut rng());
    let evaluation = vae.evaluate([x.clone()], &mut rng());
    let [_, distortion, loss] = evaluation.moments();
    assert_close(&[found.sampled.distortion.mean()], &[distortion.mean()], 1e-13);
    let both = found.sampled.distortion_plus_rate;
    assert_close(&[both.mean()], &[loss.mean()], 1e-13);
    assert_close(&[both.standard_error()], &[loss.standard_error()], 1e-12);

    let posterior = vae.encode(&x);
    let output = vae.decode(posterior.mean());
    let squares = (output - &x).square();
    assert_close(&[found.mean_code.squared_error.mean()], &[squares.mean().item()], 1e-13);
    let lower = found.sampled.distortion.mean() - found.mean_code.distortion.mean();
    let norms = Tensor::from(array![3.0 * 0.49, 2.25]);
    let cost = (posterior.log_var().exp() * norms).sum().item() / (2.0 * 0.3);
    assert!((lower / cost - 1.0).abs() < 0.15, "{lower} {cost}");
    let without_rate = found.mean_code.distortion_plus_rate.mean() - evaluation.rate();
    assert_close(&[without_rate], &[found.mean_code.distortion.mean()], 1e-13);
    assert!(found.to_string().contains("(no bound)"));
}

#[test]
#[should_panic(expected = "mutual_information: noise is [2, 2] but the posteriors are [3, 2]")]
fn each_code_needs_its_noise() {
    mutual_information(&posteriors(), &Tensor::zeros([2, 2]));
}

#[test]
#[should_panic(expected = "LatentUse: the posteriors are [2]; they must be [images, latent]")]
fn one_posterior_is_no_dataset() {
    LatentUse::of(&DiagonalNormal::<f64>::standard([2]));
}
