//! Updates written out for one number, beside those of the optimizers, over twenty steps down a slope that bends.

use autograd::Tensor;
use nn::{Adagrad, Adam, AdamW, Linear, Optimizer, RmsProp, Sgd};

const STEPS: i32 = 20;

/// The slope of ¼ θ⁴ − θ.
fn slope(theta: f64) -> f64 {
    theta * theta * theta - 1.0
}

/// Compares `optimizer` with `update`, which is given the number of the step, θ and g, and returns the next θ.
fn check(mut optimizer: impl Optimizer<f64>, mut update: impl FnMut(i32, f64, f64) -> f64) {
    let mut theta = 0.5;
    let mut layer = Linear { weight: Tensor::leaf(Tensor::full([1, 1], theta)), bias: None };
    for t in 1..=STEPS {
        let loss = layer.weight.powi(4) * 0.25 - &layer.weight;
        optimizer.step(&mut layer, &loss.sum().backward());
        theta = update(t, theta, slope(theta));
        let found = layer.weight.item();
        assert!((found - theta).abs() < 1e-13, "step {t}: {found}, {theta}");
    }
}

/// v ← μ v + g; θ ← θ − α v, or θ ← θ − α (g + μ v).
#[test]
fn momentum_and_nesterov() {
    let (alpha, mu) = (0.05, 0.8);
    for nesterov in [false, true] {
        let mut sgd = Sgd::new(alpha);
        (sgd.momentum, sgd.nesterov) = (mu, nesterov);
        let mut v = 0.0;
        check(sgd, |_, theta, g| {
            v = mu * v + g;
            theta - alpha * if nesterov { g + mu * v } else { v }
        });
    }
}

/// h ← h + g²; θ ← θ − αₜ g / (√(h₀ + h) + ε), αₜ = α / (1 + (t − 1) λ).
#[test]
fn adagrad() {
    let mut adagrad = Adagrad::new(0.1);
    (adagrad.decay, adagrad.initial_sum, adagrad.epsilon) = (0.2, 0.3, 1e-3);
    let mut h = 0.0;
    check(adagrad, |t, theta, g| {
        h += g * g;
        let rate = 0.1 / (1.0 + f64::from(t - 1) * 0.2);
        theta - rate * g / ((0.3 + h).sqrt() + 1e-3)
    });
}

/// The step of Adam, α m̂ / (√v̂ + ε), for α = 0.1, β₁ = 0.7, β₂ = 0.9 and ε = 0.01.
fn adam_step() -> impl FnMut(i32, f64) -> f64 {
    let (mut m, mut v) = (0.0, 0.0);
    move |t, g| {
        m = 0.7 * m + (1.0 - 0.7) * g;
        v = 0.9 * v + (1.0 - 0.9) * g * g;
        let (m_hat, v_hat) = (m / (1.0 - 0.7f64.powi(t)), v / (1.0 - 0.9f64.powi(t)));
        0.1 * m_hat / (v_hat.sqrt() + 0.01)
    }
}

/// m ← β₁ m + (1 − β₁) g; v ← β₂ v + (1 − β₂) g²; θ ← θ − α m̂ / (√v̂ + ε).
#[test]
fn adam() {
    let mut adam = Adam::new(0.1);
    (adam.beta1, adam.beta2, adam.epsilon) = (0.7, 0.9, 0.01);
    let mut step = adam_step();
    check(adam, |t, theta, g| theta - step(t, g));
}

/// θ ← (1 − α λ) θ − α m̂ / (√v̂ + ε).
#[test]
fn adamw() {
    let mut adamw = AdamW::new(0.1);
    (adamw.adam.beta1, adamw.adam.beta2, adamw.adam.epsilon) = (0.7, 0.9, 0.01);
    adamw.weight_decay = 0.3;
    let mut step = adam_step();
    check(adamw, |t, theta, g| (1.0 - 0.1 * 0.3) * theta - step(t, g));
}

/// v ← β v + (1 − β) g²; u ← μ u + g / (√v + ε); θ ← θ − α u.
#[test]
fn rms_prop() {
    let mut rms_prop = RmsProp::new(0.05);
    (rms_prop.beta, rms_prop.epsilon, rms_prop.momentum) = (0.8, 0.01, 0.5);
    let (mut v, mut u) = (0.0, 0.0);
    check(rms_prop, |_, theta, g| {
        v = 0.8 * v + (1.0 - 0.8) * g * g;
        u = 0.5 * u + g / (f64::sqrt(v) + 0.01);
        theta - 0.05 * u
    });
}
