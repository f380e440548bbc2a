//! Layers that compute another function in training: how a model of them is trained, evaluated and stored.

use std::collections::BTreeMap;

use autograd::{Float, Tensor};
use ndarray::{array, s};
use nn::loss::mse;
use nn::{
    Activation, Adam, BatchNorm, Dropout, Flatten, Layer, LayerNorm, Linear, Module, Optimizer,
    Sequential, checkpoint,
};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn rng(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

/// 2 × 2 images of one channel -> 8 -> 1, with every kind of layer.
fn network() -> Sequential<f64> {
    let mut rng = rng(1);
    Sequential::new()
        .then(Flatten)
        .then(LayerNorm::new([4]))
        .then(Linear::new(4, 8, &mut rng))
        .then(Sequential::new().then(BatchNorm::new(8)).then(Activation::Gelu))
        .then(Dropout::new(0.2))
        .then(Linear::new(8, 1, &mut rng))
}

fn images(n: usize, rng: &mut ChaCha8Rng) -> Tensor<f64> {
    let values = (0..4 * n).map(|_| rng.random_range(-1.0..1.0)).collect();
    ndarray::Array::from_shape_vec((n, 2, 2, 1), values).unwrap().into()
}

#[test]
fn parameters_and_buffers() {
    let model = network();
    let names = |list: Vec<(String, _)>| list.into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    let parameters = names(model.parameters());
    let norm = ["1.weight", "1.bias", "2.weight", "2.bias", "3.0.weight", "3.0.bias"];
    assert_eq!(parameters[..6], norm);
    assert_eq!(parameters[6..], ["5.weight", "5.bias"]);
    assert_eq!(names(model.state().buffers), ["3.0.running_mean", "3.0.running_var"]);
    let mut mutable = model.clone();
    let mutable: Vec<_> = mutable.state_mut().into_iter().map(|(name, _)| name).collect();
    assert_eq!(mutable, model.state().into_iter().map(|(name, _)| name).collect::<Vec<_>>());
    assert_eq!(model.parameter_count(), 2 * 4 + (4 * 8 + 8) + 2 * 8 + (8 + 1));
}

/// `forward_train` is the layers' own, one after the other, with one generator.
#[test]
fn sequential_chains_both_calls() {
    let (mut norm, mut dropout) = (BatchNorm::<f64>::new(3), Dropout::new(0.3));
    let mut model = Sequential::new().then(norm.clone()).then(dropout);
    let x: Tensor<f64> = array![[1.0, 2.0, 0.5], [3.0, -2.0, 1.0], [0.0, 1.0, 4.0]].into();
    let mut own = rng(2);
    for _ in 0..3 {
        let found = model.forward_train(&x, &mut own.clone());
        let expected = dropout.forward_train(&norm.forward_train(&x, &mut own), &mut own);
        assert_eq!(found.to_vec(), expected.to_vec());
        assert_eq!(model.forward(&x).to_vec(), norm.forward(&x).to_vec());
    }
}

/// A layer that is the same in training need not say so, and draws nothing.
#[test]
fn most_layers_are_the_same_in_training() {
    let mut rng = rng(3);
    let mut layer = Linear::<f64>::new(4, 2, &mut rng);
    let x = images(3, &mut rng).reshape([3, 4]);
    let untouched = rng.clone();
    assert_eq!(layer.forward_train(&x, &mut rng).to_vec(), layer.forward(&x).to_vec());
    assert_eq!(rng.next_u64(), untouched.clone().next_u64());
}

/// tanh of five times what the first place of an image has above the mean: a function that LayerNorm lets through.
fn target(x: &Tensor<f64>) -> Tensor<f64> {
    let first = x.slice(s![.., 0, 0, ..]);
    ((first - x.mean_axes([1, 2])) * 5.0).tanh()
}

/// A model with all of it learns, and is evaluated without noise.
#[test]
fn a_model_learns() {
    let (mut model, mut rng) = (network(), rng(4));
    let mut adam = Adam::new(0.02);
    for _ in 0..600 {
        let x = images(32, &mut rng);
        let gradients = mse(&model.forward_train(&x, &mut rng), &target(&x)).backward();
        adam.step(&mut model, &gradients);
    }
    let x = images(500, &mut rng);
    let variance = (target(&x) - target(&x).mean()).square().mean().item();
    let error = mse(&model.forward(&x), &target(&x)).item();
    assert!(error < 0.1 * variance, "{error} of {variance}");
    assert_eq!(model.forward(&x).to_vec(), model.forward(&x).to_vec());
}

/// Running statistics are stored with the parameters: the model that is read computes the same.
#[test]
fn checkpoints_hold_buffers() {
    let (mut model, mut rng) = (network(), rng(5));
    let x = images(6, &mut rng);
    model.forward_train(&x, &mut rng);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    checkpoint::save(&path, &model, &BTreeMap::new()).unwrap();
    let mut read = network();
    assert_ne!(read.forward(&x).to_vec(), model.forward(&x).to_vec());
    checkpoint::load(&path, &mut read).unwrap();
    assert_eq!(read.forward(&x).to_vec(), model.forward(&x).to_vec());
    for ((name, read), (_, own)) in read.state().buffers.into_iter().zip(model.state().buffers) {
        assert_eq!(read.to_vec(), own.to_vec(), "{name}");
    }
}

/// A frozen model has no parameter to train, and the statistics of its own.
#[test]
fn frozen() {
    let model = network();
    let mut frozen = model.frozen();
    let x = images(4, &mut rng(6));
    assert!(!frozen.forward_train(&x, &mut rng(7)).is_tracked());
    let means = |model: &Sequential<f64>| model.state().buffers[0].1.to_vec();
    assert_eq!(means(&model), [0.0; 8]);
    assert_ne!(means(&frozen), [0.0; 8]);
}

/// E d = 1 and P(d = 0) = p, within 4 standard errors; every other entry is 1/(1 − p).
#[test]
fn dropout_keeps_the_expectation() {
    let n = 100_000;
    for p in [0.0, 0.1, 0.5, 0.9] {
        let mask = Dropout::new(p).forward_train(&Tensor::<f64>::ones([n]), &mut rng(8)).to_vec();
        assert!(mask.iter().all(|&d| d == 0.0 || d == 1.0 / (1.0 - p)), "p = {p}");
        let dropped = mask.iter().filter(|&&d| d == 0.0).count() as f64 / n as f64;
        assert!((dropped - p).abs() <= 4.0 * (p * (1.0 - p) / n as f64).sqrt(), "{dropped}, {p}");
        let mean = mask.iter().sum::<f64>() / n as f64;
        assert!((mean - 1.0).abs() <= 4.0 * (p / (1.0 - p) / n as f64).sqrt(), "{mean}, p = {p}");
    }
}

/// Each element is dropped by itself: neighbors along either axis are both dropped with probability p².
#[test]
fn dropout_is_independent() {
    let mask = Dropout::new(0.5).forward_train(&Tensor::<f64>::ones([200, 200]), &mut rng(9));
    let dropped = |row: usize, column: usize| mask.value()[[row, column]] == 0.0;
    let pairs = || (0..199).flat_map(|row| (0..199).map(move |column| (row, column)));
    let n = 199.0 * 199.0;
    let right = pairs().filter(|&(i, j)| dropped(i, j) && dropped(i, j + 1)).count() as f64 / n;
    let below = pairs().filter(|&(i, j)| dropped(i, j) && dropped(i + 1, j)).count() as f64 / n;
    // Overlapping pairs: the variance of their mean is at most 3 · ¼ ¾ / n.
    let allowed = 4.0 * (3.0 * 0.25 * 0.75 / n).sqrt();
    assert!((right - 0.25).abs() < allowed && (below - 0.25).abs() < allowed, "{right}, {below}");
}

/// The same seed gives the same mask, in either precision, and successive masks differ.
#[test]
fn dropout_draws_from_the_generator() {
    fn masks<T: Float>() -> [Vec<bool>; 2] {
        let mut rng = rng(10);
        let x = Tensor::<T>::ones([5, 20]);
        [(); 2].map(|()| {
            let y = Dropout::new(0.5).forward_train(&x, &mut rng);
            y.to_vec().into_iter().map(|y| y == T::zero()).collect()
        })
    }
    assert_eq!(masks::<f32>(), masks::<f64>());
    assert_ne!(masks::<f32>()[0], masks::<f32>()[1]);
}

#[test]
fn flatten_keeps_the_batch() {
    let x: Tensor<f64> = array![[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]].into();
    let y = Flatten.forward(&x);
    assert_eq!((y.shape(), y.to_vec()), (&[2, 4][..], x.to_vec()));
    assert_eq!(Flatten.forward(&Tensor::<f64>::ones([3])).shape(), [3, 1]);
    assert_eq!(Flatten.forward(&Tensor::<f64>::ones([0, 2, 5])).shape(), [0, 10]);
}

#[test]
#[should_panic(expected = "Flatten: x is []; it must be [batch, ..]")]
fn flattening_a_number_panics() {
    Flatten.forward(&Tensor::<f64>::from(1.0));
}

#[test]
#[should_panic(expected = "Dropout: the probability is 1; it must be in [0, 1)")]
fn dropping_everything_panics() {
    Dropout::new(1.0);
}
