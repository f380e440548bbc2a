//! The losses: derivatives, PyTorch's numbers on awkward inputs, closed forms, panics.

mod parity;

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};

use autograd::{Tensor, check_grads};
use ndarray::{Array1, array};
use nn::loss::{bce_with_logits, cross_entropy, mse, summed_bce_with_logits};
use serde_json::Value;

use parity::{counts, fixture, tensor};

/// Losses pass to second order, by prediction and by target.
#[test]
fn gradients() {
    let x = || Tensor::from(array![[0.3, -1.2, 30.0], [2.0, 0.0, -30.0]]);
    let target = || Tensor::from(array![[0.0, 1.0, 0.3], [0.9, 0.5, 1.0]]);
    check_grads(|x| bce_with_logits(&x[0], &x[1]), &[x(), target()], 2).unwrap();
    check_grads(|x| summed_bce_with_logits(&x[0], &x[1]), &[x(), target()], 2).unwrap();
    check_grads(|x| mse(&x[0], &x[1]), &[x(), target()], 2).unwrap();
    check_grads(|x| cross_entropy(&x[0], &[2, 1]), &[x()], 2).unwrap();
    check_grads(|x| cross_entropy(&x[0].t(), &[1, 0, 1]), &[x()], 2).unwrap();
}

/// Compares a loss and its gradients with the recorded ones.
fn check_parity(case: &Value, loss: impl Fn(&[Tensor<f64>]) -> Tensor<f64>, inputs: [&str; 2]) {
    let differentiated: Vec<_> =
        inputs.into_iter().filter(|name| case["gradients"].get(name).is_some()).collect();
    let leaf = |name: &&str| Tensor::leaf(tensor(&case["inputs"][*name]));
    let leaves: Vec<_> = differentiated.iter().map(leaf).collect();
    let z = loss(&leaves);
    let close = |what: &str, found: &Tensor<f64>, record: &Value| {
        let expected = tensor(record);
        assert_eq!(found.shape(), expected.shape(), "{what}");
        for (found, expected) in found.to_vec().into_iter().zip(expected.to_vec()) {
            parity::assert_close(what, found, expected, 1e-13, expected.abs().max(1.0));
        }
    };
    close("the loss", &z, &case["output"]);
    let gradients = z.backward();
    for (leaf, name) in leaves.iter().zip(differentiated) {
        close(name, &gradients[leaf], &case["gradients"][name]);
    }
}

#[test]
fn pytorch_parity() {
    let cases = &fixture("losses_parity.json")["cases"];
    let bce = |x: &[Tensor<f64>]| bce_with_logits(&x[0], &x[1]).sum();
    let case = &cases["binary_cross_entropy_with_logits"];
    check_parity(case, bce, ["logits", "targets"]);
    check_parity(&cases["mse_loss"], |x| mse(&x[0], &x[1]), ["x", "target"]);
    let case = &cases["cross_entropy"];
    let classes = counts(&case["inputs"]["classes"]["values"]);
    check_parity(case, |x| cross_entropy(&x[0], &classes), ["logits", "classes"]);
}

/// The Bernoulli log-density, element by element.
#[test]
fn bce_is_minus_the_log_density() {
    let case = &fixture("losses_parity.json")["cases"]["bernoulli_log_prob"];
    let input = |name: &str| tensor(&case["inputs"][name]);
    let z = bce_with_logits(&input("logits"), &input("x"));
    for (z, log_p) in z.to_vec().into_iter().zip(tensor(&case["output"]).to_vec()) {
        parity::assert_close("−log p", z, -log_p, 1e-13, log_p.abs().max(1.0));
    }
}

/// z = −x ln σ(l) − (1 − x) ln(1 − σ(l)) where that form is accurate, and its tail where it is not.
#[test]
fn bce_closed_form() {
    for l in [-5.0, -0.3, 0.0, 1.7, 4.0] {
        for x in [0.0, 0.3, 1.0] {
            let p = 1.0 / (1.0 + f64::exp(-l));
            let expected = -x * p.ln() - (1.0 - x) * (1.0 - p).ln();
            let z = bce_with_logits(&Tensor::<f64>::from(l), &Tensor::from(x)).item();
            assert!((z - expected).abs() < 1e-14, "l = {l}, x = {x}: {z} for {expected}");
        }
    }
    let tail = bce_with_logits(&Tensor::<f64>::from(40.0), &Tensor::from(1.0)).item();
    assert!((tail / f64::exp(-40.0) - 1.0).abs() < 1e-15, "{tail}");
    let extreme = bce_with_logits(&array![1e30f32, -1e30].into(), &array![1.0, 0.0].into());
    assert_eq!(extreme.to_vec(), [0.0, 0.0]);
}

#[test]
fn bce_is_the_same_on_views_and_in_f32() {
    let l = Tensor::<f64>::from(array![[0.3, -1.2, 8.0], [2.0, 0.0, -9.0]]);
    let x = Tensor::<f64>::from(array![[0.0, 1.0, 0.3], [0.9, 0.5, 1.0]]);
    let expected = bce_with_logits(&l, &x);
    assert_eq!(bce_with_logits(&l.t(), &x.t()).t().to_vec(), expected.to_vec());
    let summed = summed_bce_with_logits(&l.t(), &x.t());
    assert_eq!(summed.to_vec(), expected.sum_axes([0]).to_vec());
    let single = |x: &Tensor<f64>| Tensor::<f32>::from(x.value().mapv(|x| x as f32));
    let z = bce_with_logits(&single(&l), &single(&x));
    for (z, expected) in z.to_vec().into_iter().zip(expected.to_vec()) {
        assert!((f64::from(z) - expected).abs() <= 1e-6 * expected.max(1.0));
    }
}

/// In one pass or in two: the same bits, for rows of any length.
#[test]
fn summed_bce_is_the_sum_of_bce() {
    for shape in [vec![3], vec![2, 1], vec![5, 2, 41], vec![128, 784], vec![2, 20_000]] {
        let count: usize = shape.iter().product();
        let numbers = |f: fn(f64) -> f64| {
            Tensor::constant(Array1::from_shape_fn(count, |i| f(i as f64) as f32))
        };
        let l = numbers(|i| 9.0 * i.sin()).reshape(&shape);
        let x = numbers(|i| (3.0 * i).cos().abs()).reshape(&shape);
        let last = shape.len() - 1;
        let expected = bce_with_logits(&l, &x).sum_axes([last]);
        let z = summed_bce_with_logits(&l, &x);
        assert_eq!((z.shape(), z.to_vec()), (&shape[..last], expected.to_vec()));
    }
}

/// A class with probability 0 that is not the label costs nothing, and does not turn the loss into NaN.
#[test]
fn an_impossible_class() {
    let logits = Tensor::<f64>::leaf(array![[0.0, f64::NEG_INFINITY, 0.0]]);
    let loss = cross_entropy(&logits, &[0]);
    assert_eq!(loss.item(), 2f64.ln());
    assert_eq!(loss.backward()[&logits].to_vec(), [-0.5, 0.0, 0.5]);
}

#[test]
fn no_examples() {
    let none = Tensor::<f64>::leaf(Tensor::zeros([0, 3]));
    assert_eq!(bce_with_logits(&none, &none).shape(), [0, 3]);
    assert_eq!(summed_bce_with_logits(&none, &none).shape(), [0]);
    assert_eq!(summed_bce_with_logits(&none.t(), &none.t()).to_vec(), [0.0; 3]);
    assert!(mse(&none, &none).item().is_nan());
    let loss = cross_entropy(&none, &[]);
    assert!(loss.item().is_nan());
    assert_eq!(loss.backward()[&none].shape(), [0, 3]);
}

thread_local! {
    static LINE: Cell<u32> = const { Cell::new(0) };
}

/// The message and the line of the panic that `f` ends in.
fn panic_of(f: impl FnOnce()) -> (String, u32) {
    let payload = panic::catch_unwind(AssertUnwindSafe(f)).expect_err("a panic");
    (*payload.downcast::<String>().expect("a formatted message"), LINE.get())
}

/// Panics name both shapes, and point at the caller.
#[test]
fn panics() {
    let default = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        LINE.set(info.location().map_or(0, |at| at.line()));
        default(info);
    }));
    let x = || Tensor::<f32>::zeros([2, 3]);
    let vector = Tensor::<f32>::zeros([3]);

    let line = line!() + 1;
    let (message, at) = panic_of(|| _ = bce_with_logits(&x(), &Tensor::zeros([3])));
    assert_eq!(
        message,
        "bce_with_logits: the logits are [2, 3] but the target is [3]; the shapes must be equal"
    );
    assert_eq!(at, line);

    let number = Tensor::<f32>::from(0.5);
    let line = line!() + 1;
    let (message, at) = panic_of(|| _ = summed_bce_with_logits(&number, &number));
    assert_eq!(
        message,
        "summed_bce_with_logits: the logits are []; there must be an axis to sum over"
    );
    assert_eq!(at, line);

    let line = line!() + 1;
    let (message, at) = panic_of(|| _ = mse(&x(), &Tensor::zeros([3, 2])));
    assert_eq!(message, "mse: x is [2, 3] but the target is [3, 2]; the shapes must be equal");
    assert_eq!(at, line);

    let line = line!() + 1;
    let (message, at) = panic_of(|| _ = cross_entropy(&x(), &[0, 3]));
    assert_eq!(
        message,
        "cross_entropy: the logits are [2, 3] but the label of row 1 is 3; it must be below 3"
    );
    assert_eq!(at, line);

    let (message, _) = panic_of(|| _ = cross_entropy(&x(), &[0]));
    assert!(message.contains("[2, 3] but there are 1 labels"), "{message}");
    let (message, _) = panic_of(|| _ = cross_entropy(&vector, &[0, 0, 0]));
    assert!(message.contains("must be [batch, classes]"), "{message}");
}

/// A cotangent of 0 pulls back to 0, whatever the logit: what a mask leaves out cannot spoil a gradient.
#[test]
fn what_is_not_selected_passes_nothing_on() {
    let logits = Tensor::<f64>::leaf(array![f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 0.0]);
    let target = Tensor::leaf(array![1.0, 1.0, 1.0, 1.0]);
    let mask = Tensor::from(array![0.0, 0.0, 0.0, 1.0]);
    let loss = bce_with_logits(&logits, &target);
    let gradients = Tensor::select(&mask, &loss, &Tensor::from(0.0)).sum().backward();
    assert_eq!(gradients[&logits].to_vec(), [0.0, 0.0, 0.0, -0.5]);
    assert_eq!(gradients[&target].to_vec(), [0.0, 0.0, 0.0, 0.0]);
}
