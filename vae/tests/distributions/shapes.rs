//! Mistakes in shapes panic at the caller, with both shapes.

use std::panic::{self, AssertUnwindSafe};

use autograd::Tensor;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use vae::{
    Bernoulli, Categorical, ContinuousBernoulli, DiagonalNormal, Distribution, FullNormal,
    KullbackLeibler, MonteCarloKl,
};

fn zeros(shape: &[usize]) -> Tensor<f64> {
    Tensor::zeros(shape)
}

/// Asserts that `f` panics with a message that contains `expected`.
#[track_caller]
fn panics<R>(expected: &str, f: impl FnOnce() -> R) {
    let payload = panic::catch_unwind(AssertUnwindSafe(|| _ = f())).expect_err("a panic");
    let message = payload.downcast::<String>().map_or_else(
        |payload| payload.downcast_ref::<&str>().expect("a message").to_string(),
        |message| *message,
    );
    assert!(message.contains(expected), "{message}");
}

#[test]
fn parameters_must_agree() {
    panics("mean is [3, 2] but log_var is [3, 4]", || {
        DiagonalNormal::new(zeros(&[3, 2]), zeros(&[3, 4]))
    });
    panics("the mean is [3, 2] but the factor is [3, 2]", || {
        FullNormal::new(zeros(&[3, 2]), zeros(&[3, 2]))
    });
    panics("the mean is [3, 2] but the covariance is [4, 2, 2]", || {
        FullNormal::from_covariance(zeros(&[3, 2]), &zeros(&[4, 2, 2]))
    });
    panics("the mean is [] but the factor is [1, 1]", || {
        FullNormal::new(zeros(&[]), zeros(&[1, 1]))
    });
    panics("pivot 0 = 0", || FullNormal::from_covariance(zeros(&[2]), &zeros(&[2, 2])));
}

#[test]
fn values_must_have_the_shape_of_the_parameters() {
    let logits = || zeros(&[3, 2]);
    panics("Bernoulli: the logits are [3, 2] but the values are [2]", || {
        Bernoulli { logits: logits() }.log_prob(&zeros(&[2]))
    });
    panics("ContinuousBernoulli: the logits are [3, 2] but the values are [3, 1]", || {
        ContinuousBernoulli { logits: logits() }.log_prob(&zeros(&[3, 1]))
    });
    panics("ContinuousBernoulli: the logits are [3, 2] but the values are [2, 3]", || {
        ContinuousBernoulli { logits: logits() }.rsample(&zeros(&[2, 3]))
    });
    panics("Categorical: the logits are [3, 2] but the values are [3]", || {
        Categorical { logits: logits() }.log_prob(&zeros(&[3]))
    });
    panics("Categorical: the logits are []", || Categorical { logits: zeros(&[]) }.entropy());
    let full = FullNormal::new(logits(), Tensor::ones([2, 2]));
    panics("the mean is [3, 2] but the value is [2]", || full.log_prob(&zeros(&[2])));
    panics("the mean is [3, 2] but the noise is [3, 3]", || full.rsample(&zeros(&[3, 3])));
    let other = FullNormal::new(zeros(&[4]), Tensor::ones([4, 4]));
    panics("x is [3, 2] but y is [4]", || full.kl(&other));
}

#[test]
fn an_error_needs_two_samples() {
    let p = DiagonalNormal::<f64>::standard([2]);
    panics("n is 1", || MonteCarloKl::new(&p, &p, 1, &mut ChaCha8Rng::seed_from_u64(0)));
}

/// Batches, dimensions and samples of none.
#[test]
fn nothing_is_nothing() {
    let none = || zeros(&[0, 2]);
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    for (p, q) in [(none(), none()), (zeros(&[2, 0]), zeros(&[2, 0]))] {
        let batch = [p.shape()[0]];
        let gray = ContinuousBernoulli { logits: p.clone() };
        assert_eq!(gray.entropy().shape(), batch);
        assert_eq!(gray.log_prob(&q).shape(), batch);
        let normal = DiagonalNormal::new(p.clone(), q);
        assert_eq!(normal.kl(&normal).shape(), batch);
        assert_eq!(normal.kl_to_standard_by_dimension().shape(), p.shape());
        assert_eq!(FullNormal::from(&normal).kl(&normal).shape(), batch);
        assert_eq!(normal.sample([0], &mut rng).shape(), [&[0], p.shape()].concat());
    }
}
