//! Normalization: derivatives, the closed rules, what it is invariant under, running statistics, panics.

use autograd::{Tensor, check_grads};
use ndarray::{Array, IxDyn, array};
use nn::{BatchNorm, Layer, LayerNorm, Module};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;

fn rng() -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(5)
}

/// Standard normal numbers.
fn draw(shape: &[usize], seed: u64) -> Tensor<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    Array::from_shape_simple_fn(IxDyn(shape), || rng.sample::<f64, _>(StandardNormal)).into()
}

fn layer_norm(weight: &Tensor<f64>, bias: &Tensor<f64>) -> LayerNorm<f64> {
    let mut norm = LayerNorm::new(weight.shape());
    (norm.weight, norm.bias) = (weight.clone(), bias.clone());
    norm
}

fn batch_norm(weight: &Tensor<f64>, bias: &Tensor<f64>) -> BatchNorm<f64> {
    let mut norm = BatchNorm::new(weight.len());
    (norm.weight, norm.bias) = (weight.clone(), bias.clone());
    norm.running_mean = draw(weight.shape(), 90);
    norm.running_var = draw(weight.shape(), 91).square() + 0.5;
    norm
}

#[track_caller]
fn assert_close(found: &Tensor<f64>, expected: &Tensor<f64>) {
    assert_eq!(found.shape(), expected.shape());
    for (found, expected) in found.to_vec().into_iter().zip(expected.to_vec()) {
        assert!((found - expected).abs() < 1e-12 * expected.abs().max(1.0), "{found} {expected}");
    }
}

#[test]
fn gradients() {
    for (shape, features) in [(vec![3, 4], vec![4]), (vec![2, 3, 2], vec![3, 2])] {
        let inputs = [draw(&shape, 1), draw(&features, 2), draw(&features, 3)];
        let f = |x: &[Tensor<f64>]| layer_norm(&x[1], &x[2]).forward(&x[0]);
        check_grads(f, &inputs, 2).unwrap();
    }
    for shape in [vec![4, 3], vec![2, 2, 1, 3]] {
        let inputs = [draw(&shape, 1), draw(&[3], 2), draw(&[3], 3)];
        let train = |x: &[Tensor<f64>]| batch_norm(&x[1], &x[2]).forward_train(&x[0], &mut rng());
        check_grads(train, &inputs, 2).unwrap();
        let evaluate = |x: &[Tensor<f64>]| batch_norm(&x[1], &x[2]).forward(&x[0]);
        check_grads(evaluate, &inputs, 2).unwrap();
    }
}

/// x̄ = r ⊙ (g − E g − x̂ ⊙ E (x̂ ⊙ g)), w̄ = Σ ȳ ⊙ x̂ and b̄ = Σ ȳ, with E over an example or over the batch.
#[test]
fn normalization_and_its_rules() {
    let (x, dy) = (draw(&[5, 4], 1), draw(&[5, 4], 2));
    let (w, b) = (Tensor::leaf(draw(&[4], 3)), Tensor::leaf(draw(&[4], 4)));
    for axis in [0, 1] {
        let kept = if axis == 0 { [1, 4] } else { [5, 1] };
        let mean = |x: &Tensor<f64>| x.mean_axes([axis]).reshape(kept);
        let centered = &x - mean(&x);
        let r = 1.0 / (mean(&centered.square()) + 1e-5).sqrt();
        let (normal, g) = (&centered * &r, &w.detach() * &dy);
        let dx = &r * (&g - mean(&g) - &normal * mean(&(&normal * &g)));

        let leaf = Tensor::leaf(x.clone());
        let y = match axis {
            0 => batch_norm(&w, &b).forward_train(&leaf, &mut rng()),
            _ => layer_norm(&w, &b).forward(&leaf),
        };
        assert_close(&y, &(&w * &normal + &b).detach());
        let gradients = (&y * &dy).sum().backward();
        assert_close(&gradients[&leaf], &dx);
        assert_close(&gradients[&w], &(&dy * &normal).sum_axes([0]));
        assert_close(&gradients[&b], &dy.sum_axes([0]));
    }
}

/// Shifting and scaling x does not change y, but for ε.
#[test]
fn shift_and_scale_do_not_matter() {
    let x = draw(&[6, 3], 1);
    let (one, zero) = (Tensor::ones([3]), Tensor::zeros([3]));
    let moved = &x * 7.0 + 1000.0;
    let mut layer = layer_norm(&one, &zero);
    layer.epsilon = 0.0;
    let mut batch = batch_norm(&one, &zero);
    batch.epsilon = 0.0;
    let close = |a: Tensor<f64>, b: Tensor<f64>| {
        assert!(a.to_vec().iter().zip(b.to_vec()).all(|(a, b)| (a - b).abs() < 1e-10));
    };
    close(layer.forward(&moved), layer.forward(&x));
    close(batch.forward_train(&moved, &mut rng()), batch.forward_train(&x, &mut rng()));
}

/// One layer for rows and images: the batch and all places are summed over.
#[test]
fn images_are_rows_of_channels() {
    let x = draw(&[2, 3, 4, 5], 1);
    let mut of_images = batch_norm(&draw(&[5], 2), &draw(&[5], 3));
    let mut of_rows = of_images.clone();
    let images = of_images.forward_train(&x, &mut rng());
    let rows = of_rows.forward_train(&x.reshape([24, 5]), &mut rng());
    assert_close(&images.reshape([24, 5]), &rows);
    for ((_, images), (_, rows)) in of_images.state().buffers.iter().zip(of_rows.state().buffers) {
        assert_close(images, rows);
    }
}

/// m ← (1 − ρ) m + ρ μ and s ← (1 − ρ) s + ρ v n/(n − 1), which approach expectation and variance of x.
#[test]
fn running_statistics() {
    let mut norm = BatchNorm::<f64>::new(1);
    norm.momentum = 0.25;
    norm.forward_train(&array![[1.0], [3.0]].into(), &mut rng());
    assert_eq!((norm.running_mean.item(), norm.running_var.item()), (0.5, 0.75 + 0.25 * 2.0));
    // Evaluation takes them for μ and v.
    let y = norm.forward(&array![[1.0]].into()).item();
    assert!((y - (1.0 - 0.5) / (1.25 + norm.epsilon).sqrt()).abs() < 1e-15, "{y}");
    norm.momentum = 0.01;
    for seed in 0..1000 {
        norm.forward_train(&(draw(&[4, 1], seed) * 3.0 + 5.0), &mut rng());
    }
    // An average of about 200 batches of 4: standard errors 0.11 and 0.52.
    assert!((norm.running_mean.item() - 5.0).abs() < 0.44, "{:?}", norm.running_mean);
    assert!((norm.running_var.item() - 9.0).abs() < 2.1, "{:?}", norm.running_var);
}

/// Evaluation changes nothing; training leaves no graph in the statistics, and no gradient reaches them.
#[test]
fn running_statistics_are_constants() {
    let mut norm = BatchNorm::<f64>::new(3);
    let x = Tensor::leaf(draw(&[4, 3], 1));
    let before = norm.clone();
    norm.forward(&x);
    assert_eq!(norm.running_mean.to_vec(), before.running_mean.to_vec());
    assert_eq!(norm.running_var.to_vec(), before.running_var.to_vec());
    norm.forward_train(&x, &mut rng());
    assert!(!norm.running_mean.is_tracked() && !norm.running_var.is_tracked());
    for (_, buffer) in norm.state_mut().buffers {
        *buffer = Tensor::leaf(buffer.clone());
    }
    let gradients = norm.forward(&x).square().sum().backward();
    assert!(gradients.get(&norm.running_mean).is_none());
    assert!(gradients.get(&norm.running_var).is_none());
}

#[test]
fn no_examples() {
    let none = Tensor::leaf(Tensor::zeros([0, 3]));
    let layer = LayerNorm::<f64>::new([3]);
    let y = layer.forward(&none);
    assert_eq!(y.shape(), [0, 3]);
    assert_eq!(y.sum().backward()[&layer.weight].to_vec(), [0.0; 3]);
    assert_eq!(BatchNorm::<f64>::new(3).forward(&none).shape(), [0, 3]);
}

#[test]
#[should_panic(expected = "LayerNorm: x is [2, 3] but the weight is [2]; x's last axes must be")]
fn other_axes_panic() {
    LayerNorm::new([2]).forward(&draw(&[2, 3], 1));
}

#[test]
#[should_panic(expected = "LayerNorm: the normalized shape is [3, 0]; there must be an axis")]
fn an_empty_shape_panics() {
    LayerNorm::<f64>::new([3, 0]);
}

#[test]
#[should_panic(expected = "BatchNorm: x is [2, 3] but the weight is [2]; x must be [batch, ..")]
fn other_features_panic() {
    BatchNorm::new(2).forward(&draw(&[2, 3], 1));
}

#[test]
#[should_panic(expected = "BatchNorm: x is [1, 3]; in training there must be two elements")]
fn a_batch_of_one_panics() {
    BatchNorm::new(3).forward_train(&draw(&[1, 3], 1), &mut rng());
}
