//! The slopes of the losses, as derived, against what a sweep computes.

use autograd::Tensor;
use ndarray::{Array2, array};
use nn::loss::{bce_with_logits, cross_entropy, mse, summed_bce_with_logits};

fn leaf(x: Array2<f64>) -> Tensor<f64> {
    Tensor::leaf(x)
}

fn assert_close(found: &Tensor<f64>, expected: &Tensor<f64>) {
    assert_eq!(found.shape(), expected.shape());
    for (found, expected) in found.to_vec().into_iter().zip(expected.to_vec()) {
        assert!((found - expected).abs() <= 1e-14 * expected.abs().max(1.0), "{found}, {expected}");
    }
}

fn logits() -> Tensor<f64> {
    leaf(array![[0.3, -1.2, 4.0], [-6.0, 0.0, 0.7]])
}

fn targets() -> Tensor<f64> {
    leaf(array![[0.0, 0.25, 1.0], [0.5, 1.0, 0.9]])
}

/// A cotangent with a different number for each element.
fn cotangent() -> Tensor<f64> {
    leaf(array![[1.0, -2.0, 0.5], [3.0, 0.1, -0.7]])
}

/// l̄ = z̄ ⊙ (σ(l) − x), x̄ = −z̄ ⊙ l.
#[test]
fn bce_has_these_slopes() {
    let (l, x, dz) = (logits(), targets(), cotangent().detach());
    let gradients = (bce_with_logits(&l, &x) * &dz).sum().backward();
    assert_close(&gradients[&l], &(&dz * (l.sigmoid() - &x)));
    assert_close(&gradients[&x], &-(&dz * &l));
}

/// l̄ᵢ = z̄ (σ(lᵢ) − xᵢ), x̄ᵢ = −z̄ lᵢ.
#[test]
fn summed_bce_has_these_slopes() {
    let (l, x, dz) = (logits(), targets(), Tensor::from(array![3.0, -0.7]));
    let gradients = (summed_bce_with_logits(&l, &x) * &dz).sum().backward();
    let dz = dz.insert_axis(1);
    assert_close(&gradients[&l], &(&dz * (l.sigmoid() - &x)));
    assert_close(&gradients[&x], &-(&dz * &l));
}

/// Of r = w ⊙ (σ(l) − x): l̄ = z̄ ⊙ w ⊙ s ⊙ (1 − s), x̄ = −z̄ ⊙ w, w̄ = z̄ ⊙ (s − x).
#[test]
fn the_slope_of_bce_has_these_slopes() {
    let (l, x, w) = (logits(), targets(), cotangent());
    let slope = (bce_with_logits(&l, &x) * &w).sum().grad(&[&l]).remove(0).unwrap();
    let dz = Tensor::from(array![[0.4, 1.5, -1.0], [2.0, -0.3, 0.8]]);
    let gradients = (slope * &dz).sum().backward();
    let s = l.sigmoid().detach();
    assert_close(&gradients[&l], &(&dz * &w * &s * (1.0 - &s)));
    assert_close(&gradients[&x], &-(&dz * &w));
    assert_close(&gradients[&w], &(&dz * (&s - &x)));
}

/// x̄ = 2 z̄ (x − t) / n, t̄ = −x̄.
#[test]
fn mse_has_these_slopes() {
    let (x, t) = (logits(), targets());
    let gradients = (mse(&x, &t) * 3.0).backward();
    let expected = (&x - &t) * (2.0 * 3.0 / 6.0);
    assert_close(&gradients[&x], &expected);
    assert_close(&gradients[&t], &-expected);
}

/// l̄ᵢ = z̄ (softmax(lᵢ) − 1_cᵢ) / batch.
#[test]
fn cross_entropy_has_this_slope() {
    let l = logits();
    let gradients = (cross_entropy(&l, &[2, 0]) * 3.0).backward();
    let unit = Tensor::from(array![[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]);
    assert_close(&gradients[&l], &((l.softmax(1) - unit) * (3.0 / 2.0)));
}
