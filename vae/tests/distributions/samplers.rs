//! Samples have their distribution: distribution functions, moments, reproducibility, and no gradient.

use autograd::{Float, Tensor};
use ndarray::array;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use vae::{
    Bernoulli, Categorical, ContinuousBernoulli, DiagonalNormal, Distribution, FullNormal,
    standard_normal, uniform,
};

use super::column;
use super::statistics::{chi_square, kolmogorov_smirnov, within_four_errors};

const N: usize = 100_000;

fn rng(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

/// Φ.
fn normal_cdf(x: &Tensor<f64>) -> Tensor<f64> {
    ((x * std::f64::consts::FRAC_1_SQRT_2).erf() + 1.0) * 0.5
}

fn diagonal() -> DiagonalNormal<f64> {
    DiagonalNormal::new(
        Tensor::leaf(array![[0.3, -2.0], [5.0, 0.0]]),
        Tensor::leaf(array![[-0.45, 1.1]]),
    )
}

fn full() -> FullNormal<f64> {
    let covariance = Tensor::leaf(array![[2.0, -0.9], [-0.9, 0.6]]);
    FullNormal::from_covariance(Tensor::leaf(array![[0.3, -2.0], [5.0, 0.0]]), &covariance)
}

fn bits() -> Bernoulli<f64> {
    Bernoulli { logits: Tensor::leaf(array![[-800.0, -2.0, 0.0], [0.7, 3.0, 800.0]]) }
}

fn gray() -> ContinuousBernoulli<f64> {
    ContinuousBernoulli { logits: Tensor::leaf(array![[-800.0, -2.0, 0.0], [1e-9, 3.0, 800.0]]) }
}

fn classes() -> Categorical<f64> {
    let infinity = f64::INFINITY;
    Categorical { logits: Tensor::leaf(array![[0.0, 1.0, -infinity, -2.0], [5.0, 5.0, 4.0, 3.0]]) }
}

/// Place `index` of the samples [n, ..] of a batch.
fn place(samples: &Tensor<f64>, index: usize) -> Tensor<f64> {
    let each = samples.len() / samples.shape()[0];
    samples.reshape([samples.shape()[0], each]).narrow(1, index..index + 1)
}

#[test]
fn noise_is_standard_normal() {
    kolmogorov_smirnov(&standard_normal(&mut rng(3), [N]), normal_cdf);
}

#[test]
fn noise_is_uniform() {
    let noise = uniform::<f64>(&mut rng(4), [N]);
    kolmogorov_smirnov(&noise, Tensor::clone);
    assert!(noise.min().item() > 0.0 && noise.max().item() < 1.0);
}

#[test]
fn noise_is_the_same_in_both_precisions() {
    let same = |single: Tensor<f32>, double: Tensor<f64>| {
        single.to_vec().into_iter().zip(double.to_vec()).all(|(s, d)| s == d as f32)
    };
    assert!(same(standard_normal(&mut rng(5), [100]), standard_normal(&mut rng(5), [100])));
    let (single, double) = (uniform(&mut rng(5), [100]), uniform(&mut rng(5), [100]));
    assert!(same(single.clone(), double.clone()));
    assert!(double.to_vec().iter().all(|&u| u == f64::from(u as f32)));
}

#[test]
fn normals_have_their_distribution_function() {
    let p = diagonal();
    let (samples, deviation) = (p.sample([N], &mut rng(6)), p.variance().sqrt().to_vec());
    for (k, mean) in p.mean().to_vec().into_iter().enumerate() {
        let standard = |x: &Tensor<f64>| normal_cdf(&((x - mean) / deviation[k]));
        kolmogorov_smirnov(&place(&samples, k), standard);
    }
    // Of the full normal, along several directions: a x ~ N(a μ, aᵀ Σ a).
    let p = full();
    let samples = p.sample([N], &mut rng(7));
    for direction in [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [0.4, -1.5]] {
        let a = column(&direction);
        let projected = samples.matmul(&a);
        let means = p.mean().matmul(&a).to_vec();
        let deviation = a.t().matmul(&p.covariance()).matmul(&a).sqrt().item();
        for (k, mean) in means.into_iter().enumerate() {
            let standard = |x: &Tensor<f64>| normal_cdf(&((x - mean) / deviation));
            kolmogorov_smirnov(&place(&projected, k), standard);
        }
    }
}

/// F(x) = (e^(l x) − 1) / (eˡ − 1), for l > 0 that of 1 − x and −l.
#[test]
fn gray_pixels_have_their_distribution_function() {
    let p = gray();
    let samples = p.sample([N], &mut rng(8));
    for (k, l) in p.logits.to_vec().into_iter().enumerate() {
        kolmogorov_smirnov(&place(&samples, k), |x| match l {
            0.0 => x.clone(),
            l if l > 0.0 => 1.0 - ((1.0 - x) * -l).exp_m1() / (-l).exp_m1(),
            l => (x * l).exp_m1() / l.exp_m1(),
        });
    }
}

#[test]
fn bits_and_classes_have_their_frequencies() {
    let (p, samples) = (bits(), bits().sample([N], &mut rng(9)));
    for (k, p) in p.mean().to_vec().into_iter().enumerate() {
        let ones = place(&samples, k).sum().item();
        assert!(place(&samples, k).to_vec().iter().all(|&bit| bit == 0.0 || bit == 1.0));
        chi_square(&[N as f64 - ones, ones], &[1.0 - p, p]);
    }
    let (p, samples) = (classes(), classes().sample([N], &mut rng(10)));
    assert!(samples.sum_axes([2]).to_vec().iter().all(|&ones| ones == 1.0));
    let counts = samples.sum_axes([0]).to_vec();
    for (counts, p) in counts.chunks(4).zip(p.mean().to_vec().chunks(4)) {
        chi_square(counts, p);
    }
}

/// E[x], E[(x − E x)²] and −E[log p(x)].
fn check_moments(p: &impl Distribution<f64>, seed: u64) {
    let x = p.sample([N], &mut rng(seed));
    within_four_errors(&x, &p.mean());
    within_four_errors(&(&x - p.mean()).square(), &p.variance());
    within_four_errors(&-p.log_prob(&x), &p.entropy());
}

#[test]
fn samples_have_the_moments_and_the_entropy() {
    check_moments(&diagonal(), 11);
    check_moments(&full(), 12);
    check_moments(&gray(), 13);
    check_moments(&Bernoulli { logits: array![[-3.0, -2.0], [0.0, 1.0]].into() }, 14);
    check_moments(&classes(), 15);
}

/// Shapes, seeds, and constants.
fn check_samples<T: Float>(p: &impl Distribution<T>) {
    let one = p.mean().shape().to_vec();
    let samples = p.sample([3, 2], &mut rng(16));
    assert_eq!(samples.shape(), [&[3, 2], &one[..]].concat());
    assert_eq!(p.sample([], &mut rng(16)).shape(), one);
    assert!(!samples.is_tracked() && p.mean().is_tracked());
    assert_eq!(p.sample([3, 2], &mut rng(16)).to_vec(), samples.to_vec());
    assert_ne!(p.sample([3, 2], &mut rng(17)).to_vec(), samples.to_vec());
    assert_eq!(p.log_prob(&samples).shape(), &samples.shape()[..samples.rank() - 1]);
}

#[test]
fn samples_are_constants_of_their_seed() {
    check_samples(&diagonal());
    check_samples(&full());
    check_samples(&bits());
    check_samples(&gray());
    check_samples(&classes());
}
