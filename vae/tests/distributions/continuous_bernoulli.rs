//! The continuous Bernoulli distribution: its closed forms by quadrature, at and around λ = ½, and at extreme logits.

use approx::assert_relative_eq;
use autograd::Tensor;
use autograd::functional::vjp;
use ndarray::array;
use vae::{ContinuousBernoulli, Distribution, KullbackLeibler};

use super::quadrature::unit_interval;
use super::{assert_close, column};

/// Logits on both sides of λ = ½ and of the joint of the series with the closed form, at 1.
const LOGITS: [f64; 17] = [
    -30.0, -6.0, -1.5, -1.0000001, -1.0, -0.9999999, -0.1, -1e-6, 0.0, 1e-12, 1e-3, 0.5, 0.999,
    1.001, 2.0, 11.0, 30.0,
];

fn gray(logits: &[f64]) -> ContinuousBernoulli<f64> {
    ContinuousBernoulli { logits: column(logits) }
}

/// A single distribution, of values with any batch axes.
fn one(logit: f64) -> ContinuousBernoulli<f64> {
    ContinuousBernoulli { logits: array![logit].into() }
}

/// A(l) = −log p(0), [n, 1] -> `[n]`.
fn log_normalizer(l: &Tensor<f64>) -> Tensor<f64> {
    -ContinuousBernoulli { logits: l.clone() }.log_prob(&Tensor::zeros(l.shape()))
}

/// f′ of a function of n numbers, one by one.
fn slope(f: impl Fn(&Tensor<f64>) -> Tensor<f64>, x: &Tensor<f64>) -> Tensor<f64> {
    vjp(&f, x, &Tensor::ones(f(x).shape()))
}

/// ∫₀¹ f(x) e^(l x) dx / ∫₀¹ e^(l x) dx: an expectation that uses nothing of the distribution.
fn expectation(l: f64, f: impl Fn(&Tensor<f64>) -> Tensor<f64>) -> f64 {
    let weight = |x: &Tensor<f64>| ((x - if l > 0.0 { 1.0 } else { 0.0 }) * l).exp();
    let integral = unit_interval(|x| (f(x) * weight(x)).sum_axes([1]));
    integral / unit_interval(|x| weight(x).sum_axes([1]))
}

/// p(x) = e^(l x − A(l)) with A(l) = ln ∫₀¹ e^(l x) dx = ln (eˡ − 1)/l.
#[test]
fn continuous_bernoulli_is_exponential() {
    let x = [0.0, 0.1, 0.5, 0.77, 1.0];
    for l in LOGITS {
        let p = one(l);
        assert_relative_eq!(unit_interval(|x| p.log_prob(x).exp()), 1.0, max_relative = 1e-13);
        let integral = unit_interval(|x| (x * l).exp().sum_axes([1])).ln();
        let found = log_normalizer(&p.logits).item();
        assert_relative_eq!(found, integral, epsilon = 1e-13, max_relative = 1e-13);
        if l != 0.0 {
            let closed = (l.exp_m1() / l).ln();
            assert_relative_eq!(found, closed, epsilon = 1e-14, max_relative = 1e-14);
        }
        let values = x.map(|x| one(l).log_prob(&column(&[x])).item());
        for (log_p, x) in values.into_iter().zip(x) {
            assert_relative_eq!(log_p, l * x - found, epsilon = 1e-13);
        }
    }
}

/// ln C = softplus(l) − A(l), C = l / tanh(l/2) = 2 atanh(1 − 2λ)/(1 − 2λ), where that is accurate, and C(½) = 2.
#[test]
fn continuous_bernoulli_constant() {
    // log p at x = λ … is ln C − H(λ); read ln C at x = ½, where log λˣ (1 − λ)¹⁻ˣ = ½ l − softplus(l).
    let log_constant = |l: f64| {
        let half = column(&[0.5]);
        let unnormalized = 0.5 * l - Tensor::<f64>::from(l).softplus().item();
        one(l).log_prob(&half).item() - unnormalized
    };
    assert_relative_eq!(log_constant(0.0), 2f64.ln(), max_relative = 1e-15);
    for l in LOGITS {
        let softplus = Tensor::<f64>::from(l).softplus().item();
        let expected = softplus - log_normalizer(&column(&[l])).item();
        assert_relative_eq!(log_constant(l), expected, epsilon = 1e-13);
        if l.abs() > 1e-4 && l.abs() < 12.0 {
            let lambda = 1.0 / (1.0 + (-l).exp());
            let closed = (1.0 - 2.0 * lambda).atanh() * 2.0 / (1.0 - 2.0 * lambda);
            assert_relative_eq!(log_constant(l), closed.ln(), epsilon = 1e-10);
            assert_relative_eq!(log_constant(l), (l / (l / 2.0).tanh()).ln(), epsilon = 1e-14);
        }
    }
}

/// Mean, variance, entropy and divergence by their formulas and by quadrature.
#[test]
fn continuous_bernoulli_closed_forms() {
    let p = gray(&LOGITS);
    let l = &p.logits;
    let (a, mean, n) = (log_normalizer(l), p.mean(), LOGITS.len());
    assert_close(&mean, &slope(log_normalizer, l), 1e-15);
    assert_close(&p.variance(), &slope(|l| slope(log_normalizer, l), l), 1e-14);
    let expected = a.reshape([n, 1]) - l * &mean;
    assert_close(&p.entropy(), &expected.reshape([n]), 1e-14);
    let shifted = l + 0.7;
    let bregman = log_normalizer(&shifted) - &a - (&mean * 0.7).reshape([n]);
    assert_close(&p.kl(&ContinuousBernoulli { logits: shifted }), &bregman, 1e-14);

    for (i, l) in LOGITS.into_iter().enumerate() {
        let mean = mean.to_vec()[i];
        assert_relative_eq!(mean, expectation(l, Tensor::clone), max_relative = 1e-12);
        let variance = expectation(l, |x| (x - mean).square());
        assert_relative_eq!(p.variance().to_vec()[i], variance, max_relative = 1e-12);
        let p = one(l);
        let entropy = expectation(l, |x| -p.log_prob(x).reshape(x.shape()));
        assert_relative_eq!(p.entropy().item(), entropy, epsilon = 1e-13, max_relative = 1e-12);
    }
    for (lambda, mean) in [(0.1_f64, 0.330_12), (0.9, 0.669_88)] {
        let found = one((lambda / (1.0 - lambda)).ln()).mean().item();
        let closed = lambda / (2.0 * lambda - 1.0) + 0.5 / (1.0 - 2.0 * lambda).atanh();
        assert_relative_eq!(found, closed, max_relative = 1e-14);
        assert!((found - mean).abs() < 5e-6);
    }
}

/// The cumulants beyond the variance: A‴ = E (x − m)³ and A⁗ = E (x − m)⁴ − 3 (Var x)², at and around ½.
#[test]
fn derivatives_of_the_moments_are_moments() {
    for l in LOGITS {
        let mean = one(l).mean().item();
        let moment = |k: i32| expectation(l, |x| (x - mean).powi(k));
        let variance = |l: &Tensor<f64>| ContinuousBernoulli { logits: l.clone() }.variance();
        let third = |l: &Tensor<f64>| slope(variance, l);
        let x = column(&[l]);
        assert_relative_eq!(third(&x).item(), moment(3), epsilon = 1e-14, max_relative = 1e-9);
        let fourth = moment(4) - 3.0 * moment(2).powi(2);
        assert_relative_eq!(slope(third, &x).item(), fourth, epsilon = 1e-13, max_relative = 1e-8);
    }
}

/// A(l) = l/2 + Σₖ Bₖ/(k k!) lᵏ, with Bernoulli numbers by their recursion Σⱼ C(k + 1, j) Bⱼ = 0 over j ≤ k.
#[test]
fn series_of_the_log_normalizer() {
    let mut bernoulli = vec![1.0];
    for k in 1..=30 {
        let mut binomial = 1.0;
        let mut sum = 0.0;
        for (j, b) in bernoulli.iter().enumerate() {
            sum += binomial * b;
            binomial *= (k + 1 - j) as f64 / (j + 1) as f64;
        }
        bernoulli.push(-sum / (k + 1) as f64);
    }
    for l in [-1.0_f64, -0.6, -1e-3, 0.0, 1e-9, 0.3, 0.8, 1.0, 1.4] {
        let (mut series, mut power) = (l / 2.0, 1.0);
        for k in (2..=30).step_by(2) {
            power *= l * l / ((k - 1) * k) as f64;
            series += bernoulli[k] / k as f64 * power;
        }
        let found = log_normalizer(&column(&[l])).item();
        assert_relative_eq!(found, series, epsilon = 4e-16, max_relative = 4e-15);
        let first = l / 2.0 + l * l / 24.0 - l.powi(4) / 2880.0;
        assert!((found - first).abs() <= l.powi(6) / 181_440.0 + 1e-15);
    }
}

/// F(x) = x e^(A(l x) − A(l)) is the integral of the density, and samples invert it.
#[test]
fn continuous_bernoulli_distribution() {
    let cdf = |x: f64, l: f64| {
        let a = |l: f64| log_normalizer(&column(&[l])).item();
        x * (a(l * x) - a(l)).exp()
    };
    for l in LOGITS {
        for x in [0.01, 0.3, 0.5, 0.9] {
            let p = one(l);
            let integral = x * unit_interval(|s| p.log_prob(&(s * x)).exp());
            assert_relative_eq!(cdf(x, l), integral, epsilon = 1e-13, max_relative = 1e-12);
        }
        for u in [1e-6, 0.2, 0.5, 0.999] {
            let x = one(l).rsample(&column(&[u])).item();
            assert!(0.0 < x && x < 1.0);
            assert_relative_eq!(cdf(x, l), u, max_relative = 1e-11);
        }
    }
    assert_eq!(one(0.0).rsample(&column(&[0.3])).item(), 0.3);
}

/// ū = x̄/p(x), l̄ = −x̄ x (x A′(l x) − A′(l))/p(1; l x); at l = 0, ½ x̄ x (1 − x).
#[test]
fn quantile_rule() {
    let u = 0.3;
    for l in LOGITS {
        let (logits, noise) = (Tensor::leaf(column(&[l])), Tensor::leaf(column(&[u])));
        let p = ContinuousBernoulli { logits: logits.clone() };
        let sample = p.rsample(&noise);
        let x = sample.item();
        let gradients = (sample * 1.7).sum().backward();
        let density = p.log_prob(&column(&[x])).item().exp();
        assert_relative_eq!(gradients[&noise].item(), 1.7 / density, max_relative = 1e-12);
        let mean = |l: f64| one(l).mean().item();
        let at_one = one(l * x).log_prob(&column(&[1.0])).item().exp();
        let rule = -1.7 * x * (x * mean(l * x) - mean(l)) / at_one;
        assert_relative_eq!(gradients[&logits].item(), rule, max_relative = 1e-10);
        if l == 0.0 {
            assert_relative_eq!(rule, 1.7 * 0.5 * x * (1.0 - x), max_relative = 1e-14);
        }
    }
}

/// At ±800 the density is that of an exponential variable with the mean 1/800, from 0 or from 1.
#[test]
fn extreme_logits() {
    let p = gray(&[-800.0, 800.0]);
    let close = |found: Tensor<f64>, expected: [f64; 2]| {
        for (found, expected) in found.to_vec().into_iter().zip(expected) {
            assert_relative_eq!(found, expected, max_relative = 1e-12);
        }
    };
    let rate = 800.0_f64;
    close(p.log_prob(&column(&[0.0, 1.0])), [rate.ln(); 2]);
    close(p.log_prob(&column(&[1.0, 0.0])), [rate.ln() - rate; 2]);
    close(p.mean(), [1.0 / rate, 1.0 - 1.0 / rate]);
    close(p.variance(), [1.0 / rate.powi(2); 2]);
    close(p.entropy(), [1.0 - rate.ln(); 2]);
    close(p.kl(&gray(&[-400.0, 400.0])), [2f64.ln() - 0.5; 2]);
    let sample = p.rsample(&column(&[0.5, 0.5]));
    close(sample, [2f64.ln() / rate, 1.0 - 2f64.ln() / rate]);
    // The most extreme noise that is drawn, and its gradient, in single precision.
    let least = 0.5f32.powi(24);
    let l = Tensor::<f32>::leaf(array![[-800.0], [-800.0], [0.0], [800.0], [800.0]]);
    let p = ContinuousBernoulli { logits: l.clone() };
    let x = p.rsample(&array![[least], [1.0 - least], [least], [least], [1.0 - least]].into());
    assert!(x.to_vec().iter().all(|x| (0.0..=1.0).contains(x)), "{x:?}");
    let loss = x.sum() + p.entropy().sum() + p.variance().sum() + p.log_prob(&x).sum();
    assert!(loss.backward()[&l].to_vec().iter().all(|dl| dl.is_finite()));
}

/// Where λ = ½ or the closed form is far from its series, nothing that is not finite is computed on the way.
#[test]
fn no_anomaly_on_the_way() {
    let _guard = autograd::detect_anomalies();
    let l = Tensor::<f32>::leaf(array![[0.0], [1e-30], [1.0], [-800.0], [800.0]]);
    let p = ContinuousBernoulli { logits: l.clone() };
    let x = p.rsample(&Tensor::full([5, 1], 0.5));
    let loss = p.log_prob(&x).sum() + p.mean().sum() + p.variance().sum() + p.entropy().sum();
    loss.backward();
}
