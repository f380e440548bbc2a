//! Modules and layers: derivatives, names, frozen copies, panics.

use autograd::{Tensor, check_grads};
use ndarray::array;
use nn::initialize::he_normal;
use nn::{Activation, Layer, Linear, Module, Sequential};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

const ACTIVATIONS: [Activation; 8] = [
    Activation::Relu,
    Activation::Tanh,
    Activation::Sigmoid,
    Activation::Softplus,
    Activation::Gelu,
    Activation::Silu,
    Activation::LeakyRelu { slope: 0.1 },
    Activation::Elu { alpha: 0.5 },
];

fn rng() -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(7)
}

fn x() -> Tensor<f64> {
    array![[0.5, -1.0, 2.0], [-0.3, 0.7, 0.1]].into()
}

/// 3 -> 4 -> 2 with tanh between, and no bias at the end.
fn network() -> Sequential<f64> {
    let mut rng = rng();
    Sequential::new()
        .then(Linear::new(3, 4, &mut rng))
        .then(Activation::Tanh)
        .then(Linear::new(4, 2, &mut rng).without_bias())
}

fn names(module: &dyn Module<f64>) -> Vec<String> {
    module.parameters().into_iter().map(|(name, _)| name).collect()
}

/// A module with its parameters replaced by `values`.
fn with_parameters<M: Module<f64> + Clone>(module: &M, values: &[Tensor<f64>]) -> M {
    let mut module = module.clone();
    let parameters = module.parameters_mut().into_iter();
    parameters.zip(values).for_each(|((_, parameter), value)| *parameter = value.clone());
    module
}

/// Checks a layer's derivatives to second order, by its input and by every parameter.
fn check_layer<L: Layer<f64> + Clone>(layer: &L) {
    let parameters = layer.parameters().into_iter().map(|(_, parameter)| parameter.clone());
    let inputs: Vec<_> = [x()].into_iter().chain(parameters).collect();
    let f = |inputs: &[Tensor<f64>]| with_parameters(layer, &inputs[1..]).forward(&inputs[0]);
    check_grads(f, &inputs, 2).unwrap();
}

#[test]
fn gradients() {
    check_layer(&Linear::new(3, 2, &mut rng()));
    check_layer(&Linear::new(3, 2, &mut rng()).without_bias());
    ACTIVATIONS.iter().for_each(check_layer);
    check_layer(&network());
    check_layer(&Sequential::new().then(network()).then(Activation::Softplus));
    check_layer(&Sequential::new());
}

/// y = x W + b, row by row.
#[test]
fn linear_is_affine() {
    let layer = Linear::<f64>::new(3, 2, &mut rng());
    let (w, b) = (layer.weight.to_vec(), layer.bias.as_ref().unwrap().to_vec());
    let y = layer.forward(&x());
    for (row, x) in x().to_vec().chunks(3).enumerate() {
        for out in 0..2 {
            let expected = (0..3).map(|i| x[i] * w[2 * i + out]).sum::<f64>() + b[out];
            assert!((y.value()[[row, out]] - expected).abs() < 1e-15);
        }
    }
    let without = Linear::<f64>::new(3, 2, &mut rng()).without_bias().forward(&x());
    let difference = &y - &without;
    let repeated = layer.bias.unwrap().broadcast_to([2, 2]);
    for (found, expected) in difference.to_vec().into_iter().zip(repeated.to_vec()) {
        assert!((found - expected).abs() < 1e-15);
    }
}

/// Axes before the last are rows, however many: y is that of a matrix of all rows.
#[test]
fn linear_takes_batches_of_rows() {
    let x = Tensor::concatenate(&[&x(), &(x() * 2.0), &(x() - 1.0)], 0); // [6, 3]
    for layer in [Linear::new(3, 2, &mut rng()), Linear::new(3, 2, &mut rng()).without_bias()] {
        let rows = layer.forward(&x);
        for batch in [[3, 2], [1, 6], [6, 1]] {
            let y = layer.forward(&x.reshape([batch[0], batch[1], 3]));
            assert_eq!(y.shape(), [batch[0], batch[1], 2]);
            assert_eq!(y.to_vec(), rows.to_vec());
        }
    }
}

#[test]
fn activations_are_the_ops() {
    let x = x();
    let ops = [
        x.relu(),
        x.tanh(),
        x.sigmoid(),
        x.softplus(),
        x.gelu(),
        x.silu(),
        x.leaky_relu(0.1),
        x.elu(0.5),
    ];
    for (activation, op) in ACTIVATIONS.into_iter().zip(ops) {
        assert_eq!(activation.forward(&x).to_vec(), op.to_vec());
        assert_eq!(names(&activation), [""; 0]);
    }
}

#[test]
fn sequential_composes() {
    let mut rng = rng();
    let first = Linear::new(3, 4, &mut rng);
    let second = Linear::new(4, 2, &mut rng).without_bias();
    let expected = second.forward(&first.forward(&x()).tanh());
    assert_eq!(network().forward(&x()).to_vec(), expected.to_vec());
    assert_eq!(Sequential::new().forward(&x()).to_vec(), x().to_vec());
}

#[test]
fn names_are_dotted_and_in_order() {
    let nested = Sequential::new().then(Activation::Relu).then(network());
    assert_eq!(names(&network()), ["0.weight", "0.bias", "2.weight"]);
    assert_eq!(names(&nested), ["1.0.weight", "1.0.bias", "1.2.weight"]);
    let mut mutable = nested.clone();
    let mutable: Vec<_> = mutable.parameters_mut().into_iter().map(|(name, _)| name).collect();
    assert_eq!(mutable, names(&nested));
    assert_eq!(nested.parameter_count(), 3 * 4 + 4 + 4 * 2);
}

/// Gradients flow through a frozen model to its input, and none to its parameters.
#[test]
fn frozen() {
    let model = network();
    let frozen = model.frozen();
    let x = Tensor::leaf(x());
    let gradients = frozen.forward(&x).square().sum().backward();
    let expected = model.forward(&x).square().sum().backward();
    assert_eq!(gradients[&x].to_vec(), expected[&x].to_vec());
    for ((_, own), (_, other)) in model.parameters().into_iter().zip(frozen.parameters()) {
        assert!(own.is_tracked() && !other.is_tracked());
        assert!(expected.get(own).is_some() && gradients.get(own).is_none());
        assert!(gradients.get(other).is_none());
        assert_eq!(own.value().as_ptr(), other.value().as_ptr());
    }
    assert!(!frozen.forward(&x.detach()).is_tracked());
}

/// A change of one does not show in the other.
#[test]
fn a_frozen_copy_is_independent() {
    let mut model = network();
    let frozen = model.frozen();
    let before = frozen.forward(&x()).to_vec();
    for (_, parameter) in model.parameters_mut() {
        parameter.value_mut().fill(0.0);
    }
    assert_eq!(frozen.forward(&x()).to_vec(), before);
    assert_eq!(model.forward(&x()).to_vec(), [0.0; 4]);
}

/// Models can be shared between threads, in a sequence too.
#[test]
fn modules_are_send_and_sync() {
    fn check(_: &(impl Send + Sync)) {}
    check(&network());
    check(&Linear::<f64>::new(1, 1, &mut rng()));
}

#[test]
#[should_panic(expected = "linear: x is [2, 3] but w is [4, 2]")]
fn a_wrong_input_panics() {
    Linear::new(4, 2, &mut rng()).forward(&x());
}

#[test]
#[should_panic(expected = "Linear: there are 0 inputs and 2 outputs")]
fn no_inputs_panic() {
    Linear::<f64>::new(0, 2, &mut rng());
}

#[test]
#[should_panic(expected = "Linear: the initializer's weight is [2, 3]; it must be [3, 2]")]
fn a_transposed_initializer_panics() {
    let transposed = |inputs, outputs, rng: &mut ChaCha8Rng| he_normal(outputs, inputs, rng);
    Linear::<f64>::with(3, 2, transposed, &mut rng());
}
