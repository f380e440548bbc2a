//! Bits, by sums over both of their values.

use approx::assert_relative_eq;
use autograd::Tensor;
use vae::{Bernoulli, Distribution, KullbackLeibler};

use super::{assert_close, column};

const LOGITS: [f64; 9] = [-800.0, -40.0, -3.0, -1e-9, 0.0, 0.4, 5.0, 30.0, 800.0];

/// log p(0) and log p(1) for each of the logits.
fn outcomes(p: &Bernoulli<f64>) -> [Tensor<f64>; 2] {
    [0.0, 1.0].map(|x| p.log_prob(&Tensor::full(p.logits.shape(), x)))
}

#[test]
fn bernoulli_probabilities_sum_to_one() {
    let p = Bernoulli { logits: column(&LOGITS) };
    let [zero, one] = outcomes(&p).map(|log_p| log_p.exp());
    assert_close(&(&zero + &one), &Tensor::ones([LOGITS.len()]), 1e-15);
    for (mean, one) in p.mean().to_vec().into_iter().zip(one.to_vec()) {
        assert_relative_eq!(mean, one, max_relative = 1e-13);
    }
}

/// Σ p(x) …, over x = 0 and 1; where p is 0 or tiny too.
#[test]
fn bernoulli_variance_entropy_and_divergence_are_sums() {
    let p = Bernoulli { logits: column(&LOGITS) };
    let log_p = outcomes(&p);
    let sum = |f: &dyn Fn(usize) -> Tensor<f64>| log_p[0].exp() * f(0) + log_p[1].exp() * f(1);
    let mean = p.mean().reshape([LOGITS.len()]);
    let close = |found: Tensor<f64>, expected: Tensor<f64>| {
        for (found, expected) in found.to_vec().into_iter().zip(expected.to_vec()) {
            assert_relative_eq!(found, expected, max_relative = 1e-12, epsilon = 1e-300);
        }
    };
    close(p.entropy(), sum(&|x| -log_p[x].clone()));
    let variance = p.variance().reshape([LOGITS.len()]);
    close(variance, log_p[0].exp() * log_p[1].exp());
    assert_close(&p.variance().sum_axes([1]), &sum(&|x| (&mean - x as f64).square()), 1e-15);
    for shift in [1e-3, -2.0, 20.0] {
        let q = Bernoulli { logits: &p.logits + shift };
        let log_q = outcomes(&q);
        assert_close(&p.kl(&q), &sum(&|x| &log_p[x] - &log_q[x]), 1e-14);
    }
}
