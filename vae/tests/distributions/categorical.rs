//! Classes, by sums over all of them.

use autograd::Tensor;
use ndarray::array;
use vae::{Bernoulli, Categorical, Distribution, KullbackLeibler};

use super::{assert_close, column};

const IMPOSSIBLE: f64 = f64::NEG_INFINITY;

fn p() -> Categorical<f64> {
    let logits =
        array![[0.0, 1.0, IMPOSSIBLE], [-30.0, 0.0, 800.0], [1e3, 1e3, 1e3], [-0.3, 2.0, 0.1]];
    Categorical { logits: logits.into() }
}

/// log p of each class, [classes, batch].
fn outcomes(p: &Categorical<f64>) -> Tensor<f64> {
    let (batch, classes) = (p.logits.shape()[0], p.logits.shape()[1]);
    let each = Tensor::ones([classes]).diagonal_matrix().insert_axis(1);
    p.log_prob(&each.broadcast_to([classes, batch, classes]))
}

#[test]
fn categorical_probabilities_sum_to_one() {
    let outcomes = outcomes(&p()).exp();
    assert_close(&outcomes.sum_axes([0]), &Tensor::ones([4]), 1e-15);
    assert_close(&outcomes.t(), &p().mean(), 1e-15);
}

/// The entropy is Σ −p log p, the divergence Σ p log(p/q), where what is impossible counts 0.
#[test]
fn categorical_entropy_and_divergence_are_sums() {
    let q = Categorical { logits: array![0.3, 0.1, -0.5].into() };
    let (log_p, log_q) = (outcomes(&p()), q.mean().ln().reshape([3, 1]));
    let entropy = -log_p.exp().times(&log_p).sum_axes([0]);
    assert_close(&p().entropy(), &entropy, 1e-14);
    assert_close(&p().kl(&q), &log_p.exp().times(&(&log_p - log_q)).sum_axes([0]), 1e-14);
    assert_eq!(p().kl(&p()).to_vec(), [0.0; 4]);
    // From what is possible to what is not it is infinite.
    assert_eq!(q.kl(&p()).to_vec()[0], f64::INFINITY);
}

/// Of two classes it is the Bernoulli distribution of the difference of their logits.
#[test]
fn two_classes_are_a_bit() {
    let logits = [-30.0, -1.0, 0.0, 0.7, 12.0];
    let other = [-3.0, 0.4, 0.0, 8.0, 11.0];
    let two = |l: &[f64]| Categorical { logits: column(l).matmul(&array![[0.5, -0.5]].into()) };
    let bit = |l: &[f64]| Bernoulli { logits: column(l) };
    let (p, q) = (two(&logits), two(&other));
    assert_close(&p.entropy(), &bit(&logits).entropy(), 1e-15);
    assert_close(&p.kl(&q), &bit(&logits).kl(&bit(&other)), 1e-14);
    assert_close(&p.mean().narrow(1, 0..1), &bit(&logits).mean(), 1e-15);
    assert_close(&p.variance().narrow(1, 1..2), &bit(&logits).variance(), 1e-15);
}

/// An impossible class has no share in any gradient, and spoils none.
#[test]
fn an_impossible_class_passes_nothing_on() {
    let p = Categorical { logits: Tensor::leaf(p().logits) };
    let values = array![[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.2, 0.3, 0.5]];
    for loss in [p.entropy(), p.log_prob(&values.into()), p.variance().sum_axes([1])] {
        let gradient = &loss.sum().backward()[&p.logits];
        assert!(gradient.to_vec().iter().all(|x| x.is_finite()), "{gradient:?}");
        assert_eq!(gradient.to_vec()[2], 0.0);
    }
}
