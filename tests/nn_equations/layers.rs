//! The derivatives of layers, as derived.

use autograd::{Tensor, functional};
use ndarray::array;
use nn::{Dropout, Layer, LayerNorm};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// x̄ = ȳ ⊙ d, where d is what a layer of ones turns into.
#[test]
fn dropout_masks_the_cotangent() {
    let mut dropout = Dropout::new(0.4);
    let rng = || ChaCha8Rng::seed_from_u64(1);
    let d = dropout.forward_train(&Tensor::<f64>::ones([20, 5]), &mut rng());
    let (x, dy) = (Tensor::leaf(Tensor::full([20, 5], 0.3)), Tensor::full([20, 5], -1.5));
    let gradients = (dropout.forward_train(&x, &mut rng()) * &dy).sum().backward();
    assert_eq!(gradients[&x].to_vec(), (dy * d).to_vec());
}

/// x̂˙ = r ⊙ (ẋ − E ẋ − x̂ ⊙ E (x̂ ⊙ ẋ)).
#[test]
fn layer_norm_has_this_tangent() {
    let norm = LayerNorm::<f64>::new([4]);
    let x = Tensor::from(array![[0.3, -1.2, 4.0, 0.5], [-2.0, 0.1, 0.7, 1.1]]);
    let tangent = Tensor::from(array![[1.0, 0.2, -0.4, 0.9], [0.3, -2.0, 0.6, 1.4]]);
    let mean = |x: &Tensor<f64>| x.mean_axes([1]).insert_axis(1);
    let centered = &x - mean(&x);
    let r = (mean(&centered.square()) + norm.epsilon).rsqrt();
    let normal = &centered * &r;
    let expected = &r * (&tangent - mean(&tangent) - &normal * mean(&(&normal * &tangent)));
    let found = functional::jvp(|x| norm.forward(x), &x, &tangent);
    for (found, expected) in found.to_vec().into_iter().zip(expected.to_vec()) {
        assert!((found - expected).abs() < 1e-14, "{found}, {expected}");
    }
}
