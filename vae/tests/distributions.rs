//! The distributions: densities, divergences and entropies against quadrature, Monte Carlo and each other.

use approx::assert_relative_eq;
use autograd::{Tensor, check_grads};
use ndarray::{Array1, Array2, array};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use vae::{Bernoulli, DiagonalNormal, Likelihood, standard_normal};

fn normal(mean: f64, log_var: f64) -> DiagonalNormal<f64> {
    DiagonalNormal::new(Tensor::from(array![mean]), Tensor::from(array![log_var]))
}

/// ∫ f(x) dx by the midpoint rule, which converges faster than any power of the step for smooth tails.
fn quadrature(f: impl Fn(&Tensor<f64>) -> Tensor<f64>) -> f64 {
    let (low, high, n) = (-40.0, 40.0, 80_000);
    let step = (high - low) / n as f64;
    let x = Array1::from_shape_fn(n, |i| low + (i as f64 + 0.5) * step);
    f(&x.into_shape_with_order((n, 1)).unwrap().into()).sum().item() * step
}

const CASES: [(f64, f64); 4] = [(0.0, 0.0), (0.3, -0.45), (-1.2, 1.1), (2.0, -2.0)];

#[test]
fn densities_integrate_to_one() {
    for (mean, log_var) in CASES {
        let p = normal(mean, log_var);
        assert_relative_eq!(quadrature(|x| p.log_prob(x).exp()), 1.0, max_relative = 1e-13);
    }
}

#[test]
fn log_prob_is_the_textbook_formula() {
    let p = DiagonalNormal::new(
        Tensor::<f64>::from(array![[0.5, -1.0]]),
        Tensor::from(array![[0.2, -0.7]]),
    );
    let x = Tensor::from(array![[1.0, 2.0]]);
    let term = |x: f64, m: f64, v: f64| {
        -0.5 * (2.0 * std::f64::consts::PI * v).ln() - (x - m) * (x - m) / (2.0 * v)
    };
    let expected = term(1.0, 0.5, 0.2f64.exp()) + term(2.0, -1.0, (-0.7f64).exp());
    assert_relative_eq!(p.log_prob(&x).item(), expected, max_relative = 1e-14);
}

#[test]
fn entropy_is_minus_the_expected_log_density() {
    for (mean, log_var) in CASES {
        let p = normal(mean, log_var);
        let expected = quadrature(|x| -(p.log_prob(x).exp() * p.log_prob(x)));
        assert_relative_eq!(p.entropy().item(), expected, epsilon = 1e-12);
    }
}

#[test]
fn kl_is_the_expected_log_ratio() {
    for (mean, log_var) in CASES {
        for (other_mean, other_log_var) in CASES {
            let (p, q) = (normal(mean, log_var), normal(other_mean, other_log_var));
            let integral = quadrature(|x| p.log_prob(x).exp() * (p.log_prob(x) - q.log_prob(x)));
            assert_relative_eq!(p.kl(&q).item(), integral, epsilon = 1e-11);
        }
    }
}

#[test]
fn kl_to_standard_is_kl_to_n_0_i() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let p = DiagonalNormal::<f64>::new(
        standard_normal(&mut rng, [50, 7]),
        standard_normal(&mut rng, [50, 7]),
    );
    let (fused, general) = (p.kl_to_standard(), p.kl(&DiagonalNormal::standard([50, 7])));
    assert_eq!(fused.shape(), [50]);
    for (fused, general) in fused.to_vec().into_iter().zip(general.to_vec()) {
        assert_relative_eq!(fused, general, max_relative = 1e-13);
    }
}

#[test]
fn kl_is_zero_where_equal_and_positive_elsewhere() {
    let log_vars = Array1::from_iter((-400..=400).map(|i| f64::from(i) * 1e-3));
    let column = log_vars.clone().into_shape_with_order((801, 1)).unwrap();
    let p = DiagonalNormal::new(Tensor::zeros([801, 1]), Tensor::from(column.clone()));
    for (log_var, kl) in log_vars.iter().zip(p.kl_to_standard().to_vec()) {
        assert_eq!(kl == 0.0, *log_var == 0.0, "log_var {log_var}: {kl}");
        assert!(kl >= 0.0, "log_var {log_var}: {kl}");
    }
    // In f32 rounding is coarser than the divergence near zero: it must still not be negative.
    let p = DiagonalNormal::new(
        Tensor::zeros([801, 1]),
        Tensor::<f32>::from(column.mapv(|v| v as f32 * 1e-3)),
    );
    assert!(p.kl_to_standard().to_vec().iter().all(|&kl| kl >= 0.0));
}

/// KL(p‖q) does not change when both are moved by the same x ↦ a x + b.
#[test]
fn kl_is_invariant_under_a_common_affine_map() {
    let (a, b) = (-3.0_f64, 0.7);
    let mapped = |(mean, log_var): (f64, f64)| normal(a * mean + b, log_var + (a * a).ln());
    for p in CASES {
        for q in CASES {
            let kl = normal(p.0, p.1).kl(&normal(q.0, q.1)).item();
            assert_relative_eq!(mapped(p).kl(&mapped(q)).item(), kl, epsilon = 1e-13);
        }
    }
}

/// Monte Carlo estimates agree with the closed forms within four standard errors.
#[test]
fn samples_have_the_moments_and_the_divergence() {
    let n = 200_000;
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let (p, q) = (normal(0.3, -0.45), normal(-1.2, 1.1));
    let z = p.rsample(&standard_normal(&mut rng, [n, 1]));
    let within = |samples: &Tensor<f64>, expected: f64, what: &str| {
        let mean = samples.mean().item();
        let variance = (samples - mean).square().mean().item();
        let error = (variance / n as f64).sqrt();
        assert!((mean - expected).abs() < 4.0 * error, "{what}: {mean} ± {error}, not {expected}");
    };
    within(&z, 0.3, "mean");
    within(&(&z - 0.3).square(), (-0.45f64).exp(), "variance");
    within(&(p.log_prob(&z) - q.log_prob(&z)), p.kl(&q).item(), "divergence");
    within(&-p.log_prob(&z), p.entropy().item(), "entropy");
}

/// Kolmogorov-Smirnov: the largest distance between the empirical distribution and Φ. For n samples of Φ itself it
/// exceeds 1.95/√n once in a thousand seeds.
#[test]
fn noise_is_standard_normal() {
    let n = 100_000;
    let mut noise: Vec<f64> = standard_normal(&mut ChaCha8Rng::seed_from_u64(3), [n]).to_vec();
    noise.sort_by(f64::total_cmp);
    // Φ by the trapezoidal rule, accumulated from sample to sample.
    let density = |x: f64| (-0.5 * x * x).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let (mut x, mut cdf, mut distance) = (-9.0, 0.0_f64, 0.0_f64);
    for (i, &sample) in noise.iter().enumerate() {
        let steps = ((sample - x) / 1e-3_f64).ceil().max(1.0);
        let h = (sample - x) / steps;
        for k in 0..steps as usize {
            let left = x + k as f64 * h;
            cdf += h * (density(left) + density(left + h)) / 2.0;
        }
        x = sample;
        distance = distance.max((cdf - i as f64 / n as f64).abs());
        distance = distance.max(((i + 1) as f64 / n as f64 - cdf).abs());
    }
    assert!(distance < 1.95 / (n as f64).sqrt(), "distance {distance}");
}

#[test]
fn noise_is_the_same_in_both_precisions() {
    let single = standard_normal::<f32>(&mut ChaCha8Rng::seed_from_u64(4), [100]).to_vec();
    let double = standard_normal::<f64>(&mut ChaCha8Rng::seed_from_u64(4), [100]).to_vec();
    assert!(single.iter().zip(&double).all(|(&s, &d)| s == d as f32));
}

#[test]
fn bernoulli_probabilities_sum_to_one() {
    for logit in [-800.0, -3.0, 0.0, 0.4, 30.0, 800.0] {
        let p = Bernoulli { logits: Tensor::<f64>::from(array![[logit], [logit]]) };
        let outcomes = p.log_prob(&array![[0.0], [1.0]].into());
        assert_relative_eq!(outcomes.exp().sum().item(), 1.0, max_relative = 1e-14);
        let mean = p.mean().to_vec()[0];
        assert_relative_eq!(outcomes.exp().to_vec()[1], mean, max_relative = 1e-13);
    }
}

#[test]
fn a_gaussian_likelihood_is_an_isotropic_normal() {
    let (output, x) = (array![[0.1, 0.9], [0.5, 0.4]], array![[0.0, 1.0], [1.0, 0.0]]);
    let log_var = Array2::from_elem((2, 2), 0.25f64.ln());
    let expected = DiagonalNormal::new(output.clone().into(), log_var.into());
    let x = Tensor::<f64>::from(x);
    let log_prob = Likelihood::Gaussian { variance: 0.25 }.log_prob(&output.into(), &x);
    for (a, b) in log_prob.to_vec().into_iter().zip(expected.log_prob(&x).to_vec()) {
        assert_relative_eq!(a, b, max_relative = 1e-14);
    }
}

#[test]
fn all_derivatives_to_second_order() {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let mut draw = |shape: [usize; 2]| standard_normal::<f64>(&mut rng, shape);
    let inputs = [draw([3, 2]), draw([3, 2]), draw([3, 2]), draw([3, 2])];
    let p = |x: &[Tensor<f64>]| DiagonalNormal::new(x[0].clone(), x[1].clone());
    let q = |x: &[Tensor<f64>]| DiagonalNormal::new(x[2].clone(), x[3].clone());
    check_grads(|x| p(x).rsample(&x[2]), &inputs[..3], 2).unwrap();
    check_grads(|x| p(x).log_prob(&x[2]), &inputs[..3], 2).unwrap();
    // The entropy does not depend on the mean.
    let centered = |log_var: &Tensor<f64>| DiagonalNormal::new(inputs[0].clone(), log_var.clone());
    check_grads(|x| centered(&x[0]).entropy(), &inputs[1..2], 2).unwrap();
    check_grads(|x| p(x).kl(&q(x)), &inputs, 2).unwrap();
    check_grads(|x| p(x).kl_to_standard(), &inputs[..2], 2).unwrap();
    for likelihood in [Likelihood::Bernoulli, Likelihood::Gaussian { variance: 0.3 }] {
        check_grads(|x| likelihood.log_prob(&x[0], &x[1]), &inputs[..2], 2).unwrap();
        check_grads(|x| likelihood.mean(&x[0]), &inputs[..1], 2).unwrap();
    }
    // An isotropic normal: the scalar log σ² collects the gradient of all dimensions.
    let scalar = [inputs[0].clone(), Tensor::from(-0.4), inputs[2].clone()];
    check_grads(|x| p(x).log_prob(&x[2]), &scalar, 2).unwrap();
    check_grads(|x| p(x).kl_to_standard(), &scalar[..2], 2).unwrap();
}

#[test]
#[should_panic(expected = "mean is [3, 2] but log_var is [3, 4]")]
fn shapes_must_agree() {
    DiagonalNormal::<f64>::new(Tensor::zeros([3, 2]), Tensor::zeros([3, 4]));
}
