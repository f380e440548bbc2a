//! The checker itself: planted errors, each of them caught and described; right rules pass.

mod conditions;
mod higher_order;
mod reports;

use autograd::{Cotangent, GradientError, GradientMismatch, Tensor, check_grads};
use ndarray::array;

use crate::support::random;

type Slots<'a, 'b, const N: usize> = [&'a mut Cotangent<'b, f64>; N];

/// tanh x with the rule `vjp`, right or wrong.
fn tanh_with(
    vjp: impl Fn([&Tensor<f64>; 1], &Tensor<f64>, &Tensor<f64>, Slots<'_, '_, 1>)
    + Clone
    + Send
    + Sync
    + 'static,
) -> impl Fn(&[Tensor<f64>]) -> Tensor<f64> {
    move |x| Tensor::from_op("tanh", x[0].detach().tanh(), [&x[0]], vjp.clone())
}

/// x ⊙ y with the rule `vjp`, right or wrong.
fn product_with(
    vjp: impl Fn([&Tensor<f64>; 2], &Tensor<f64>, &Tensor<f64>, Slots<'_, '_, 2>)
    + Clone
    + Send
    + Sync
    + 'static,
) -> impl Fn(&[Tensor<f64>]) -> Tensor<f64> {
    move |x| {
        let z = x[0].detach() * x[1].detach();
        Tensor::from_op("product", z, [&x[0], &x[1]], vjp.clone())
    }
}

fn row() -> Tensor<f64> {
    Tensor::from(array![0.5, -1.0, 2.0])
}

fn pair() -> [Tensor<f64>; 2] {
    [row(), Tensor::from(array![3.0, 0.75, 0.5])]
}

/// The mismatch, which must be found.
#[track_caller]
fn mismatch(found: Result<(), GradientError>) -> GradientMismatch {
    match found.expect_err("a planted error went unseen") {
        GradientError::Mismatch(mismatch) => *mismatch,
        other => panic!("{other}"),
    }
}

/// The mismatch, which must be found, at the order and between the places given.
#[track_caller]
fn caught(
    found: Result<(), GradientError>,
    op: &str,
    order: usize,
    output: (usize, &[usize]),
    input: (usize, &[usize]),
) -> GradientMismatch {
    let mismatch = mismatch(found);
    let place = |(k, index): &(usize, Vec<usize>)| (*k, index.clone());
    assert_eq!((mismatch.subject.op, mismatch.subject.order), (op, order), "{mismatch}");
    assert_eq!(place(&mismatch.output), (output.0, output.1.to_vec()), "{mismatch}");
    assert_eq!(place(&mismatch.input), (input.0, input.1.to_vec()), "{mismatch}");
    mismatch
}

#[track_caller]
fn assert_entry(mismatch: &GradientMismatch, analytic: f64, numeric: f64) {
    assert!((mismatch.analytic - analytic).abs() < 1e-8, "{mismatch}");
    assert!((mismatch.numeric - numeric).abs() < 1e-8, "{mismatch}");
}

#[test]
fn right_rules_pass() {
    let tanh = tanh_with(|_, z, dz, [dx]| dx.add(|| dz * (1.0 - z.square())));
    check_grads(tanh, &[row()], 4).unwrap();
    let product = product_with(|[x, y], _z, dz, [dx, dy]| {
        dx.add(|| dz * y);
        dy.add(|| dz * x);
    });
    check_grads(product, &pair(), 4).unwrap();
    check_grads(|x| x[0].matmul(&x[0].t()).exp(), &[random(&[3, 2], 80)], 3).unwrap();
    check_grads(|x| x[0].clone(), &[row()], 2).unwrap();
}

#[test]
fn a_wrong_sign_is_caught() {
    let wrong = product_with(|[x, y], _z, dz, [dx, dy]| {
        dx.add(|| dz * y);
        dy.add(|| -(dz * x));
    });
    // The entry with the largest relative error: ∂z₂/∂y₂ = x₂ = 2.
    let mismatch = caught(check_grads(wrong, &pair(), 1), "product", 1, (0, &[2]), (1, &[2]));
    assert_entry(&mismatch, -2.0, 2.0);
}

#[test]
fn a_dropped_factor_is_caught() {
    let wrong = |x: &[Tensor<f64>]| {
        Tensor::from_op("square", x[0].detach().square(), [&x[0]], |[x], _z, dz, [dx]| {
            dx.add(|| dz * x);
        })
    };
    let mismatch = caught(check_grads(wrong, &[row()], 1), "square", 1, (0, &[2]), (0, &[2]));
    assert_entry(&mismatch, 2.0, 4.0);
}

/// A relative error of 10⁻⁶ is caught: the tolerance is not generous.
#[test]
fn a_slightly_wrong_factor_is_caught() {
    let wrong = tanh_with(|_, z, dz, [dx]| dx.add(|| dz * (1.0 - z.square()) * (1.0 + 1e-6)));
    caught(check_grads(wrong, &[Tensor::from(array![0.0])], 1), "tanh", 1, (0, &[0]), (0, &[0]));
}

/// z repeats the first row of x. Its shape is that of x, so the engine cannot see that z̄ must be summed.
#[test]
fn a_missing_sum_over_repetitions_is_caught() {
    let wrong = |x: &[Tensor<f64>]| {
        let first = x[0].detach().slice(ndarray::s![..1, ..]);
        let z = first.broadcast_to(x[0].shape());
        Tensor::from_op("repeat", z, [&x[0]], |_, _z, dz, [dx]| dx.add(|| dz.clone()))
    };
    let x = Tensor::from(array![[0.5], [2.0]]);
    let mismatch = mismatch(check_grads(wrong, &[x], 1));
    assert_eq!((mismatch.subject.op, mismatch.subject.order), ("repeat", 1), "{mismatch}");
    // ∂z₁₀/∂x₀₀ is 1, not 0; ∂z₁₀/∂x₁₀ is 0, not 1.
    assert_eq!(mismatch.output, (0, vec![1, 0]), "{mismatch}");
    match mismatch.input.1[..] {
        [0, 0] => assert_entry(&mismatch, 0.0, 1.0),
        _ => assert_entry(&mismatch, 1.0, 0.0),
    }
}

/// An op that broadcasts by itself needs no sum in its rule: the engine does it.
#[test]
fn a_sum_over_repetitions_is_not_missed_where_the_shape_shows_it() {
    let right = product_with(|[x, y], _z, dz, [dx, dy]| {
        dx.add(|| dz * y);
        dy.add(|| dz * x);
    });
    check_grads(right, &[random(&[3, 2], 82), random(&[2], 83)], 2).unwrap();
}

#[test]
fn swapped_inputs_are_caught() {
    let wrong = product_with(|[x, y], _z, dz, [dx, dy]| {
        dx.add(|| dz * x);
        dy.add(|| dz * y);
    });
    let mismatch = mismatch(check_grads(wrong, &pair(), 1));
    assert_eq!((mismatch.subject.op, mismatch.subject.order), ("product", 1), "{mismatch}");
    // x₁ = −1 and y₁ = ¾ differ most, relative to their size.
    assert_eq!((&mismatch.output.1, &mismatch.input.1), (&vec![1], &vec![1]), "{mismatch}");
    match mismatch.input.0 {
        0 => assert_entry(&mismatch, -1.0, 0.75),
        _ => assert_entry(&mismatch, 0.75, -1.0),
    }
}

#[test]
fn a_transposed_gradient_is_caught() {
    let wrong = |x: &[Tensor<f64>]| {
        let z = x[0].detach().matmul(&x[1].detach());
        Tensor::from_op("product", z, [&x[0], &x[1]], |[x, y], _z, dz, [dx, dy]| {
            dx.add(|| dz.matmul(&y.t()).t());
            dy.add(|| x.t().matmul(dz));
        })
    };
    let y = Tensor::from(array![[1.0, 0.0], [9.0, 1.0]]);
    let mismatch = mismatch(check_grads(wrong, &[random(&[2, 2], 84), y], 1));
    assert_eq!((mismatch.subject.op, mismatch.subject.order), ("product", 1), "{mismatch}");
    // z₀₀ = … + 9 x₀₁, but the rule gives the 9 to x₁₀.
    assert_eq!(mismatch.input.0, 0, "{mismatch}");
    match (&mismatch.output.1[..], &mismatch.input.1[..]) {
        ([0, 0], [0, 1]) => assert_entry(&mismatch, 0.0, 9.0),
        ([0, 0], [1, 0]) => assert_entry(&mismatch, 9.0, 0.0),
        _ => panic!("{mismatch}"),
    }
}

#[test]
fn an_ignored_input_is_caught() {
    let wrong = product_with(|[_x, y], _z, dz, [dx, _dy]| dx.add(|| dz * y));
    let mismatch = caught(check_grads(wrong, &pair(), 1), "product", 1, (0, &[2]), (1, &[2]));
    assert_entry(&mismatch, 0.0, 2.0);
}

/// A contribution of one of two uses is lost: x̄ = z̄ ⊙ x instead of 2 z̄ ⊙ x, by an input that was detached.
#[test]
fn a_detached_use_is_caught() {
    let wrong = |x: &[Tensor<f64>]| &x[0] * &x[0].detach();
    let mismatch = caught(check_grads(wrong, &[row()], 1), "mul", 1, (0, &[2]), (0, &[2]));
    assert_entry(&mismatch, 2.0, 4.0);
}

#[test]
fn a_lost_graph_is_caught() {
    let wrong = |x: &[Tensor<f64>]| x[0].detach().square();
    let mismatch = caught(check_grads(wrong, &[row()], 1), "constant", 1, (0, &[2]), (0, &[2]));
    assert_entry(&mismatch, 0.0, 4.0);
}
