//! The initializers: bounds, moments, and what they are for: signals that keep their size.

use autograd::{Float, Tensor};
use ndarray::ArrayD;
use nn::initialize::{
    glorot_normal, glorot_uniform, he_normal, he_uniform, orthogonal, truncated_normal,
};
use nn::{Layer, Linear};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;

const INPUTS: usize = 300;
const OUTPUTS: usize = 100;

fn rng(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

/// The mean of samples and its standard error.
fn mean(samples: &[f64]) -> (f64, f64) {
    let n = samples.len() as f64;
    let mean = samples.iter().sum::<f64>() / n;
    let variance = samples.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (mean, (variance / n).sqrt())
}

/// Asserts that the samples' expectation is within 4 standard errors of `expected`.
#[track_caller]
fn assert_expectation(what: &str, samples: &[f64], expected: f64) {
    let (mean, error) = mean(samples);
    assert!(
        (mean - expected).abs() <= 4.0 * error,
        "{what} is {mean} ± {error}, expected {expected}"
    );
}

/// Asserts mean 0, the variance and the fourth moment E x⁴ = kurtosis · variance².
#[track_caller]
fn assert_moments(what: &str, weight: &Tensor<f64>, variance: f64, kurtosis: f64) {
    let powers = |n| weight.to_vec().into_iter().map(|x| x.powi(n)).collect::<Vec<_>>();
    assert_expectation(&format!("{what}: E x"), &powers(1), 0.0);
    assert_expectation(&format!("{what}: E x²"), &powers(2), variance);
    assert_expectation(&format!("{what}: E x⁴"), &powers(4), kurtosis * variance.powi(2));
}

/// Asserts that the entries fill ±bound and do not leave it.
#[track_caller]
fn assert_bound(what: &str, x: &Tensor<f64>, bound: f64) {
    let largest = x.to_vec().into_iter().fold(0.0, |max: f64, x| max.max(x.abs()));
    let allowed = 0.95 * bound..=bound;
    assert!(allowed.contains(&largest), "{what}: |x| reaches {largest}, the bound is {bound}");
}

/// The kurtosis of a uniform law, and of a normal one.
const UNIFORM: f64 = 9.0 / 5.0;
const NORMAL: f64 = 3.0;

/// A uniform law on ±a has variance a²/3.
#[test]
fn uniform_laws() {
    let (i, o) = (INPUTS as f64, OUTPUTS as f64);
    let weight = glorot_uniform(INPUTS, OUTPUTS, &mut rng(1));
    assert_bound("glorot_uniform", &weight, (6.0 / (i + o)).sqrt());
    assert_moments("glorot_uniform", &weight, 2.0 / (i + o), UNIFORM);

    let weight = he_uniform(INPUTS, OUTPUTS, &mut rng(2));
    assert_bound("he_uniform", &weight, (6.0 / i).sqrt());
    assert_moments("he_uniform", &weight, 2.0 / i, UNIFORM);
}

#[test]
fn normal_laws() {
    let (i, o) = (INPUTS as f64, OUTPUTS as f64);
    let weight = glorot_normal(INPUTS, OUTPUTS, &mut rng(3));
    assert_moments("glorot_normal", &weight, 2.0 / (i + o), NORMAL);
    let weight = he_normal(INPUTS, OUTPUTS, &mut rng(4));
    assert_moments("he_normal", &weight, 2.0 / i, NORMAL);
}

/// Kolmogorov-Smirnov: the largest distance between the empirical distribution and `cdf`. For n samples of that law it
/// exceeds 1.95/√n once in a thousand seeds.
#[track_caller]
fn assert_law(what: &str, mut samples: Vec<f64>, cdf: impl Fn(f64) -> f64) {
    samples.sort_by(f64::total_cmp);
    let n = samples.len() as f64;
    let distance = |(i, &x): (usize, &f64)| {
        let (below, up_to) = (i as f64 / n, (i + 1) as f64 / n);
        (cdf(x) - below).abs().max((up_to - cdf(x)).abs())
    };
    let distance = samples.iter().enumerate().map(distance).fold(0.0, f64::max);
    assert!(distance < 1.95 / n.sqrt(), "{what}: distance {distance} of {n} samples");
}

/// N(0, σ²) under the condition |x| ≤ 2σ, of variance σ² (1 − 4 φ(2) / (2 Φ(2) − 1)).
#[test]
fn truncated_normal_law() {
    let deviation = 0.02;
    let weight: Tensor<f64> = truncated_normal(INPUTS, OUTPUTS, deviation, &mut rng(14));
    assert_bound("truncated_normal", &weight, 2.0 * deviation);
    let phi = |x: f64| 0.5 * (1.0 + libm::erf(x / 2f64.sqrt()));
    let inside = 2.0 * phi(2.0) - 1.0;
    let cdf = |x: f64| (phi(x / deviation) - phi(-2.0)) / inside;
    assert_law("truncated_normal", weight.to_vec(), cdf);

    let density = (-2f64).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let factor = 1.0 - 4.0 * density / inside;
    assert!((factor.sqrt() - 0.87962566).abs() < 1e-8, "{}", factor.sqrt());
    // ∫ x⁴ φ = 3 ∫ x² φ − 2 · 2³ φ(2), by parts.
    let kurtosis = (3.0 * factor - 16.0 * density / inside) / factor.powi(2);
    assert_moments("truncated_normal", &weight, deviation.powi(2) * factor, kurtosis);
}

/// W Wᵀ = I if in ≤ out, Wᵀ W = I if in ≥ out; without the second subtraction 1e-13 would be left.
#[test]
fn orthogonal_matrices() {
    for (inputs, outputs) in [(1, 1), (1, 5), (5, 1), (40, 40), (300, 100), (100, 300), (200, 200)]
    {
        let w: Tensor<f64> = orthogonal(inputs, outputs, &mut rng(15));
        assert_eq!(w.shape(), [inputs, outputs]);
        let products = [(w.matmul(&w.t()), inputs), (w.t().matmul(&w), outputs)];
        for (product, n) in products.into_iter().filter(|(_, n)| *n == inputs.min(outputs)) {
            let identity = Tensor::from(ArrayD::from_shape_fn(vec![n, n], |at| {
                f64::from(u8::from(at[0] == at[1]))
            }));
            let worst = (product - identity).abs().max().item();
            assert!(worst < 1e-14, "[{inputs}, {outputs}]: {worst}");
        }
    }
    assert_eq!(orthogonal::<f64, _>(0, 3, &mut rng(15)).shape(), [0, 3]);
}

/// Haar's measure: each row is uniform on the sphere, so in three dimensions each entry is uniform on [-1, 1]
/// (Archimedes), the last one of all too; and of the trace, E tr W = 0, E (tr W)² = 1 and E tr W² = 1.
#[test]
fn orthogonal_matrices_are_uniform() {
    let mut rng = rng(16);
    let draws: Vec<Tensor<f64>> = (0..20_000).map(|_| orthogonal(3, 3, &mut rng)).collect();
    for place in [[0, 0], [0, 2], [1, 0], [1, 1], [2, 0], [2, 2]] {
        let entries = draws.iter().map(|w| w.value()[place]).collect();
        assert_law(&format!("entry {place:?}"), entries, |x| (x + 1.0) / 2.0);
    }
    let trace = |w: &Tensor<f64>| (0..3).map(|i| w.value()[[i, i]]).sum::<f64>();
    let traces = draws.iter().map(trace).collect::<Vec<_>>();
    assert_expectation("E tr W", &traces, 0.0);
    let squares = traces.iter().map(|t| t * t).collect::<Vec<_>>();
    assert_expectation("E (tr W)²", &squares, 1.0);
    let of_squares = draws.iter().map(|w| trace(&w.matmul(w))).collect::<Vec<_>>();
    assert_expectation("E tr W²", &of_squares, 1.0);
}

/// PyTorch's default: weight and bias on ±1/√in.
#[test]
fn linear_default() {
    let layer = Linear::<f64>::new(INPUTS, OUTPUTS, &mut rng(5));
    let (bias, bound) = (layer.bias.unwrap(), 1.0 / (INPUTS as f64).sqrt());
    for (what, x) in [("weight", layer.weight), ("bias", bias)] {
        assert!(x.is_tracked());
        assert_bound(what, &x, bound);
        assert_moments(what, &x, bound * bound / 3.0, UNIFORM);
    }
}

#[test]
fn linear_with_an_initializer() {
    let layer = Linear::<f64>::with(3, 2, glorot_normal, &mut rng(6));
    let weight: Tensor<f64> = glorot_normal(3, 2, &mut rng(6));
    assert_eq!(layer.weight.to_vec(), weight.to_vec());
    assert_eq!(layer.bias.unwrap().to_vec(), [0.0, 0.0]);
}

/// The same seed gives the same model, to the precision of f32.
#[test]
fn both_precisions_start_alike() {
    fn draws<T: Float>() -> Vec<f32> {
        let mut rng = rng(7);
        let layer = Linear::<T>::new(9, 5, &mut rng);
        let normal = he_normal::<T, _>(4, 4, &mut rng);
        let truncated = truncated_normal::<T, _>(4, 4, 1.0, &mut rng);
        let orthogonal = orthogonal::<T, _>(4, 3, &mut rng);
        let all = [layer.weight, layer.bias.unwrap(), normal, truncated, orthogonal];
        all.iter().flat_map(|x| x.to_vec()).map(|x| x.as_f64() as f32).collect()
    }
    assert_eq!(draws::<f32>(), draws::<f64>());
}

/// E f(x)² for standard normal x of a shape, once for each of 40 layers that `f` draws.
fn mean_squares(
    seed: u64,
    shape: [usize; 2],
    f: impl Fn(&Tensor<f64>, &mut ChaCha8Rng) -> Tensor<f64>,
) -> Vec<f64> {
    let mut rng = rng(seed);
    let mut mean_square = || {
        let x = ArrayD::from_shape_simple_fn(shape.to_vec(), || rng.sample(StandardNormal));
        f(&x.into(), &mut rng).square().mean().item()
    };
    (0..40).map(|_| mean_square()).collect()
}

/// E yⱼ² = in · s² · E x² and E x̄ᵢ² = out · s² · E ȳ²: with s² = 2/(in + out) both are 1 if in = out.
#[test]
fn glorot_keeps_signals_and_gradients() {
    let forward = |x: &Tensor<f64>, rng: &mut ChaCha8Rng| {
        Linear::with(200, 200, glorot_uniform, rng).forward(x)
    };
    assert_expectation("E y²", &mean_squares(8, [50, 200], forward), 1.0);
    let backward =
        |dy: &Tensor<f64>, rng: &mut ChaCha8Rng| dy.matmul(&glorot_normal(200, 200, rng).t());
    assert_expectation("E x̄²", &mean_squares(9, [50, 200], backward), 1.0);
}

/// Behind a relu half of the signal is left, E relu(u)² = ½ E u², and s² = 2/in makes up for it.
#[test]
fn he_keeps_signals_behind_relu() {
    let half = |u: &Tensor<f64>, _: &mut ChaCha8Rng| u.relu();
    assert_expectation("E relu(u)²", &mean_squares(10, [50, 200], half), 0.5);
    for (seed, law) in [(11, he_normal as fn(_, _, &mut _) -> _), (12, he_uniform)] {
        let layer = |u: &Tensor<f64>, rng: &mut ChaCha8Rng| {
            Linear::with(200, 100, law, rng).forward(&u.relu())
        };
        assert_expectation("E y²", &mean_squares(seed, [50, 200], layer), 1.0);
    }
}

/// With inputs of unit variance the default's outputs have variance 1/3 + 1/(3 in).
#[test]
fn linear_default_shrinks_signals() {
    let layer = |x: &Tensor<f64>, rng: &mut ChaCha8Rng| Linear::new(4, 100, rng).forward(x);
    let expected = 1.0 / 3.0 + 1.0 / 12.0;
    assert_expectation("E y²", &mean_squares(13, [50, 4], layer), expected);
}
