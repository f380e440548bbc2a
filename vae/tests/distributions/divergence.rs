//! Divergences: expected log-ratios, zero where equal, never negative, the same under a common map, and estimated.

use approx::assert_relative_eq;
use autograd::Tensor;
use ndarray::array;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use vae::{
    Bernoulli, Categorical, ContinuousBernoulli, DiagonalNormal, Distribution, FullNormal,
    KullbackLeibler, MonteCarloKl, standard_normal,
};

use super::diagonal_normal::{CASES, normal};
use super::quadrature::{line, plane, unit_interval};
use super::{assert_close, column, full_normal};

/// The integrand p log(p/q), 0 where p is 0.
fn log_ratio<P: Distribution<f64>, Q: Distribution<f64>>(
    p: &P,
    q: &Q,
) -> impl Fn(&Tensor<f64>) -> Tensor<f64> {
    |x| p.log_prob(x).exp() * (p.log_prob(x) - q.log_prob(x))
}

/// By quadrature on the line, in the plane and on the unit interval; of what is discrete, by sums (see their files).
#[test]
fn kl_is_the_expected_log_ratio() {
    for (mean, log_var) in CASES {
        for (other_mean, other_log_var) in CASES {
            let (p, q) = (normal(mean, log_var), normal(other_mean, other_log_var));
            assert_relative_eq!(p.kl(&q).item(), line(log_ratio(&p, &q)), epsilon = 1e-11);
        }
    }
    for p in full_normal::cases() {
        for q in full_normal::cases() {
            assert_relative_eq!(p.kl(&q).item(), plane(log_ratio(&p, &q)), epsilon = 1e-10);
        }
        let q = DiagonalNormal::new(array![0.5, -0.2].into(), array![0.4, -0.6].into());
        assert_relative_eq!(p.kl(&q).item(), plane(log_ratio(&p, &q)), epsilon = 1e-10);
        assert_relative_eq!(q.kl(&p).item(), plane(log_ratio(&q, &p)), epsilon = 1e-10);
    }
    let gray = |l: f64| ContinuousBernoulli { logits: array![l].into() };
    for l in [-20.0, -1.0, -1e-3, 0.0, 0.3, 4.0] {
        for other in [-3.0, 0.0, 1e-6, 0.9999, 1.5, 30.0] {
            let (p, q) = (gray(l), gray(other));
            let integral = unit_interval(log_ratio(&p, &q));
            assert_relative_eq!(p.kl(&q).item(), integral, epsilon = 1e-12, max_relative = 1e-12);
        }
    }
}

/// KL(p ‖ p) = 0 exactly; KL(p ‖ q) ≥ 0 however close p and q are; and > 0 for ‖p − q‖ above rounding.
fn zero_iff_equal<P: KullbackLeibler<f64>>(family: impl Fn(&Tensor<f64>) -> P, x: &Tensor<f64>) {
    let mut rng = ChaCha8Rng::seed_from_u64(30);
    let p = family(x);
    assert!(p.kl(&family(x)).to_vec().iter().all(|&kl| kl == 0.0));
    for distance in [1e-12, 1e-8, 1e-6, 1e-4, 1e-2, 1.0] {
        let q = family(&(x + standard_normal::<f64>(&mut rng, x.shape()) * distance));
        let least = if distance >= 1e-4 { f64::MIN_POSITIVE } else { 0.0 };
        for kl in p.kl(&q).to_vec().into_iter().chain(q.kl(&p).to_vec()) {
            assert!(kl >= least, "{kl} at a distance of {distance}");
        }
    }
}

#[test]
fn kl_is_zero_where_equal_and_positive_elsewhere() {
    let n = 500;
    let draw =
        |seed, shape: &[usize]| standard_normal::<f64>(&mut ChaCha8Rng::seed_from_u64(seed), shape);
    zero_iff_equal(|l| Bernoulli { logits: l.clone() }, &(draw(31, &[n, 1]) * 3.0));
    zero_iff_equal(|l| ContinuousBernoulli { logits: l.clone() }, &(draw(32, &[n, 1]) * 3.0));
    zero_iff_equal(|l| Categorical { logits: l.clone() }, &(draw(33, &[n, 4]) * 2.0));
    let diagonal = |x: &Tensor<f64>| DiagonalNormal::new(x.narrow(1, 0..2), x.narrow(1, 2..4));
    zero_iff_equal(diagonal, &draw(34, &[n, 4]));
    let full = |x: &Tensor<f64>| {
        let factor = x.narrow(1, 2..6).reshape([n, 2, 2]);
        let diagonal = factor.diagonal().exp() - factor.diagonal();
        FullNormal::new(x.narrow(1, 0..2), factor + diagonal.diagonal_matrix())
    };
    zero_iff_equal(full, &draw(35, &[n, 6]));
}

/// KL(p ‖ q) does not change when both are moved by the same x ↦ a x + b, of any number of dimensions.
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
    let (a, b) = (array![[0.5, -2.0], [1.5, 0.3]], array![4.0, -1.0]);
    let (a, b) = (Tensor::<f64>::from(a), Tensor::from(b));
    let mapped = |p: &FullNormal<f64>| {
        let mean = a.matmul(&p.mean().reshape([2, 1])).reshape([2]) + &b;
        FullNormal::from_covariance(mean, &a.matmul(&p.covariance()).matmul(&a.t()))
    };
    for p in full_normal::cases() {
        for q in full_normal::cases() {
            let kl = p.kl(&q).item();
            assert_relative_eq!(mapped(&p).kl(&mapped(&q)).item(), kl, epsilon = 1e-11);
        }
    }
}

/// x ↦ 1 − x changes the sign of a logit.
#[test]
fn kl_is_invariant_under_an_exchange_of_black_and_white() {
    let (l, other) = (column(&[-3.0, 0.2, 1.0, 30.0]), column(&[2.0, 0.1, -1.5, 12.0]));
    let bits = |l: &Tensor<f64>| Bernoulli { logits: l.clone() };
    let gray = |l: &Tensor<f64>| ContinuousBernoulli { logits: l.clone() };
    let (minus_l, minus_other) = (-&l, -&other);
    assert_close(&bits(&minus_l).kl(&bits(&minus_other)), &bits(&l).kl(&bits(&other)), 1e-14);
    assert_close(&gray(&minus_l).kl(&gray(&minus_other)), &gray(&l).kl(&gray(&other)), 1e-14);
}

/// The estimate is within four of its errors of the closed form, and its error that of the mean of n log-ratios.
#[test]
fn monte_carlo_kl_is_within_its_standard_error() {
    let n = 50_000;
    let check = |estimate: MonteCarloKl<f64>, exact: Tensor<f64>| {
        assert_eq!(estimate.mean.shape(), exact.shape());
        let found = estimate.mean.to_vec().into_iter().zip(estimate.standard_error.to_vec());
        for ((mean, error), exact) in found.zip(exact.to_vec()) {
            assert!((mean - exact).abs() < 4.0 * error, "{mean} ± {error}, not {exact}");
        }
    };
    let mut rng = ChaCha8Rng::seed_from_u64(36);
    let full = &full_normal::cases()[1];
    let diagonal = DiagonalNormal::new(array![0.5, -0.2].into(), array![0.4, 0.6].into());
    check(MonteCarloKl::new(full, &diagonal, n, &mut rng), full.kl(&diagonal));
    check(MonteCarloKl::new(&diagonal, full, n, &mut rng), diagonal.kl(full));
    let (l, other) = (column(&[-3.0, 0.2, 1.0]), column(&[2.0, 0.1, -1.5]));
    let gray = |logits| ContinuousBernoulli { logits };
    let (p, q) = (gray(l), gray(other));
    check(MonteCarloKl::new(&p, &q, n, &mut rng), p.kl(&q));

    // log N(0, 1) − log N(1, 1) = ½ − x has the standard deviation 1.
    let (p, q) = (normal(0.0, 0.0), normal(1.0, 0.0));
    let error = MonteCarloKl::new(&p, &q, n, &mut rng).standard_error.item();
    assert_relative_eq!(error, 1.0 / (n as f64).sqrt(), max_relative = 0.02);
}
