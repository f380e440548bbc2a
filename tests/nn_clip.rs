//! Gradient clipping.

use autograd::{Gradients, Tensor};
use ndarray::array;
use nn::{Linear, clip_norm, clip_value};

/// Gradients of two parameters, g = (3, 0) and g = (4).
fn gradients() -> (Linear<f64>, Gradients<f64>) {
    let model =
        Linear { weight: Tensor::leaf(array![[0.0, 0.0]]), bias: Some(Tensor::leaf(array![0.0])) };
    let slope = Tensor::from(array![[3.0, 0.0]]);
    let loss = (&model.weight * slope).sum() + model.bias.as_ref().unwrap().sum() * 4.0;
    (model, loss.backward())
}

/// g ← g · min(1, max / (|g| + 10⁻⁶)), the norm being that of all gradients together.
#[test]
fn clipping_by_norm() {
    for max in [0.0, 0.5, 5.0, 5.1, f64::INFINITY] {
        let (model, mut gradients) = gradients();
        assert_eq!(clip_norm(&mut gradients, max), 5.0);
        let scale = f64::min(1.0, max / (5.0 + 1e-6));
        assert_eq!(gradients[&model.weight].to_vec(), [3.0 * scale, 0.0]);
        assert_eq!(gradients[&model.bias.unwrap()].to_vec(), [4.0 * scale]);
    }
}

#[test]
fn a_norm_that_is_not_finite_is_reported() {
    for bad in [f64::NAN, f64::INFINITY] {
        let (model, mut gradients) = gradients();
        gradients.values_mut().next().unwrap().value_mut()[[0, 0]] = bad;
        let norm = clip_norm(&mut gradients, 1.0);
        assert!(!norm.is_finite());
        assert_eq!(gradients[&model.bias.unwrap()].to_vec(), [4.0]);
    }
}

#[test]
fn clipping_by_value() {
    let (model, mut gradients) = gradients();
    gradients.values_mut().next().unwrap().value_mut()[[0, 1]] = f64::NAN;
    clip_value(&mut gradients, 3.5);
    let weight = gradients[&model.weight].to_vec();
    assert!(weight[0] == 3.0 && weight[1].is_nan());
    assert_eq!(gradients[&model.bias.unwrap()].to_vec(), [3.5]);
    clip_value(&mut gradients, 0.0);
    assert_eq!(gradients[&model.weight].to_vec()[0], 0.0);
}
