//! What a function must be for its derivatives to be compared: smooth, finite, the same twice, and of all its inputs.

use std::cell::Cell;

use autograd::{GradientCheck, GradientError, Tensor, check_grads};
use ndarray::array;

use super::{mismatch, pair, product_with, row};
use crate::shape_errors::panic_of;

/// Order, place, distance and slopes of the kink, which must be found.
#[track_caller]
fn kink(found: Result<(), GradientError>) -> (usize, Vec<usize>, f64, [f64; 2]) {
    match found.expect_err("a kink went unseen") {
        GradientError::Kink(kink) => (kink.subject.order, kink.input.1, kink.distance, kink.slopes),
        other => panic!("{other}"),
    }
}

/// At a kink the difference is the mean of both slopes. It is one also where the rule happens to give this mean.
#[test]
fn a_kink_at_the_input_is_found() {
    let x = || [Tensor::from(array![1.0, 0.0])];
    let relu = kink(check_grads(|x| x[0].relu(), &x(), 1));
    assert_eq!(relu, (1, vec![1], 0.0, [0.0, 1.0]));
    let abs = kink(check_grads(|x| x[0].abs(), &x(), 1));
    assert_eq!(abs, (1, vec![1], 0.0, [-1.0, 1.0]));
    let clamp = kink(check_grads(|x| x[0].clamp(-1.0, 0.0), &x(), 1));
    assert_eq!(clamp, (1, vec![1], 0.0, [1.0, 0.0]));
    let tie = kink(check_grads(|x| x[0].max(), &[Tensor::ones([2])], 1));
    assert_eq!((tie.0, tie.2), (1, 0.0));
}

/// Random directions reach less far than the step.
#[test]
fn a_kink_within_the_step_is_found_where_it_is() {
    for distance in [6e-6, 5e-6, 3e-6, 1e-7, -1e-7, -4e-6, -6e-6] {
        let x = Tensor::from(array![-1.0, -distance]);
        let (_, place, found, slopes) = kink(check_grads(|x| x[0].relu(), &[x], 1));
        assert_eq!(place, [1]);
        assert!((found - distance).abs() < 2e-7, "{found:e} is not {distance:e}");
        assert!(slopes[1] - slopes[0] > 0.4, "at {distance:e}: {slopes:?}");
    }
    for distance in [1.1e-5, -1.1e-5] {
        check_grads(|x| x[0].relu(), &[Tensor::from(array![1.0, distance])], 2).unwrap();
    }
}

/// x |x| has the slope 2 |x|: its differences converge, though slowly, those of the slope do not.
#[test]
fn a_kink_of_the_slope_is_found_at_second_order() {
    let f = |x: &[Tensor<f64>]| &x[0] * x[0].abs();
    let x = [Tensor::from(array![0.5, 0.0])];
    assert!(!mismatch(check_grads(f, &x, 1)).settled);
    let tolerant = GradientCheck { absolute: 1e-4, ..Default::default() };
    let (order, place, distance, slopes) = kink(tolerant.run(f, &x));
    assert_eq!((order, place, distance), (2, vec![1], 0.0));
    assert!(slopes[0] * slopes[1] < 0.0, "{slopes:?}");
}

/// A jump is steeper than any kink.
#[test]
fn a_jump_is_found() {
    let step = |x: &[Tensor<f64>]| {
        let z = x[0].value().mapv(|x| if x > 0.0 { 1.0 } else { 0.0 });
        Tensor::from_op("step", z, [&x[0]], |[x], _z, _dz, [dx]| {
            dx.add(|| Tensor::zeros(x.shape()))
        })
    };
    check_grads(step, &[row()], 2).unwrap();
    let (_, place, _, slopes) = kink(check_grads(step, &[Tensor::from(array![1.0, 0.0])], 1));
    assert_eq!(place, [1]);
    assert!(slopes[1] > 1e5, "{slopes:?}");
}

/// A function of x that bends within 1/k.
type Scaled<'a> = &'a dyn Fn(&Tensor<f64>, f64) -> Tensor<f64>;

/// A function that bends within 100 steps, or within 10, is smooth; differences may fail there, but not for a kink.
#[test]
fn strong_curvature_is_not_a_kink() {
    let x = || [Tensor::from(array![0.0, 1e-5, -3e-4, 0.1])];
    let functions: [Scaled<'_>; 7] = [
        &|x, k| x.square() * k,
        &|x, k| (x * k).tanh() / k,
        &|x, k| (x * k).softplus() / k,
        &|x, k| (x.square() + k.powi(-2)).sqrt(),
        &|x, k| (x * k.sqrt()).powi(4),
        &|x, k| ((x - 0.1) * k).exp(),
        &|x, k| (x * k).tanh().powi(3) / k,
    ];
    let mut settled = 0;
    for (which, f) in functions.iter().enumerate() {
        for k in [1.0, 1e2, 1e3, 1e4] {
            match check_grads(|x| f(&x[0], k), &x(), 2) {
                Ok(()) => settled += 1,
                Err(GradientError::Mismatch(found)) if !found.settled => {}
                Err(other) => panic!("function {which}, k = {k}: {other}"),
            }
        }
    }
    assert!(settled >= 12, "only {settled} could be checked");
}

/// The rule is wrong where the function is smooth: that it has a kink elsewhere is no excuse.
#[test]
fn a_wrong_derivative_beside_a_kink_is_found() {
    let wrong = |x: &[Tensor<f64>]| {
        Tensor::from_op("relu", x[0].detach().relu(), [&x[0]], |[x], _z, dz, [dx]| {
            dx.add(|| -(dz * x.detach().relu() / x));
        })
    };
    let x = Tensor::from(array![1e-7, 2.0]);
    let mismatch = mismatch(check_grads(wrong, &[x], 1));
    assert_eq!((mismatch.input.1, mismatch.analytic), (vec![1], -1.0));
}

#[test]
fn a_function_that_changes_between_calls_is_found() {
    let calls = Cell::new(0u32);
    let count = || calls.replace(calls.get() + 1);
    let values = check_grads(|x| &x[0] + f64::from(count()) * 1e-9, &[row()], 1);
    let Err(GradientError::NotDeterministic { output, found, .. }) = values else {
        panic!("{values:?}");
    };
    assert_eq!(output, (0, vec![0]));
    assert_ne!(found[0], found[1]);
    let shapes =
        check_grads(|x| Tensor::stack(&vec![&x[0]; 1 + count() as usize % 2], 0), &[row()], 1);
    let Err(GradientError::NotDeterministic { mut found, .. }) = shapes else {
        panic!("{shapes:?}");
    };
    found.sort();
    assert_eq!(found, ["shape [1, 3]", "shape [2, 3]"]);
}

#[test]
fn an_unused_input_is_found_unless_it_is_allowed() {
    let f = |x: &[Tensor<f64>]| x[0].square() + (&x[2] * 0.0).sum();
    let inputs = [row(), row(), row()];
    let found = check_grads(f, &inputs, 1);
    assert!(matches!(found, Err(GradientError::UnusedInput { input: 1, .. })), "{found:?}");
    let allow = GradientCheck { allow_unused: true, ..Default::default() };
    allow.run(f, &inputs).unwrap();
    let constant = check_grads(|_| Tensor::from(array![1.0, 2.0]), &[row()], 1);
    assert!(matches!(constant, Err(GradientError::UnusedInput { input: 0, .. })), "{constant:?}");
    // What has no elements cannot matter; what is detached does.
    check_grads(|x| x[0].square(), &[row(), Tensor::zeros([0])], 2).unwrap();
    mismatch(allow.run(|x| &x[0] * x[1].detach(), &pair()));
}

#[test]
fn what_is_not_finite_is_found_where_it_is() {
    let at = |x: f64| [Tensor::from(array![1.0, x])];
    let value = check_grads(|x| x[0].ln(), &at(-1.0), 1);
    let Err(GradientError::ValueNotFinite { output, value, .. }) = value else {
        panic!("{value:?}");
    };
    assert!(output == (0, vec![1]) && value.is_nan());

    let derivative = check_grads(|x| x[0].sqrt(), &at(0.0), 1);
    let Err(GradientError::DerivativeNotFinite { input, value, .. }) = derivative else {
        panic!("{derivative:?}");
    };
    assert!(input == (0, vec![1]) && value.is_infinite());

    let edge = check_grads(|x| x[0].ln(), &at(5e-6), 1);
    let Err(GradientError::EdgeOfDomain { output, input, .. }) = edge else { panic!("{edge:?}") };
    assert_eq!((output, input), ((0, vec![1]), Some((0, vec![1]))));

    // It takes several elements to leave the domain of ln Σ x.
    let x = Tensor::full([100], 1.2e-7);
    let edge = check_grads(|x| x[0].sum().ln(), &[x], 1);
    assert!(matches!(edge, Err(GradientError::EdgeOfDomain { input: None, .. })), "{edge:?}");
}

/// A rule that is wrong only where 0 is divided by 0.
#[test]
fn a_nan_in_a_rule_is_found() {
    let wrong = super::tanh_with(|[x], z, dz, [dx]| {
        dx.add(|| dz * (1.0 - z.square()) * ((x - 0.5) / (x - 0.5)));
    });
    let found = check_grads(wrong, &[row()], 1);
    let Err(GradientError::DerivativeNotFinite { input, value, .. }) = found else {
        panic!("{found:?}");
    };
    assert!(input == (0, vec![0]) && value.is_nan());
}

/// Three digits: a factor of 0.99 is seen, one of 0.9999 is not.
#[test]
fn single_precision() {
    let tanh = |factor: f64| {
        move |x: &[Tensor<f32>]| {
            let z = x[0].detach().tanh();
            Tensor::from_op("tanh", z, [&x[0]], move |_, z, dz, [dx]| {
                dx.add(|| dz * (1.0 - z.square()) * factor);
            })
        }
    };
    let x = || [Tensor::<f32>::from(array![0.5, -1.0, 0.1])];
    let check = GradientCheck::default();
    check.run(tanh(1.0), &x()).unwrap();
    check.run(tanh(0.9999), &x()).unwrap();
    for factor in [0.99, -1.0, 2.0] {
        let mismatch = mismatch(check.run(tanh(factor), &x()));
        assert!(mismatch.settled, "{mismatch}");
    }
    let (order, place, ..) =
        kink(check.run(|x| x[0].relu(), &[Tensor::<f32>::from(array![2.0, 0.0])]));
    assert_eq!((order, place), (1, vec![1]));
    for k in [1.0, 10.0, 100.0] {
        let smooth = check.run(|x| (&x[0] * k).softplus() / k, &[Tensor::<f32>::zeros([2])]);
        assert!(!matches!(smooth, Err(GradientError::Kink(_))), "k = {k}: {smooth:?}");
    }
}

#[test]
fn the_tolerance_is_what_is_asked_for() {
    let slightly =
        || super::tanh_with(|_, z, dz, [dx]| dx.add(|| dz * (1.0 - z.square()) * (1.0 + 1e-4)));
    let with =
        |relative, absolute| GradientCheck { order: 1, relative, absolute, ..Default::default() };
    mismatch(with(1e-5, 1e-7).run(slightly(), &[row()]));
    with(1e-3, 0.0).run(slightly(), &[row()]).unwrap();
    with(0.0, 1e-3).run(slightly(), &[row()]).unwrap();
    let coarse = GradientCheck { order: 1, step: 0.1, ..Default::default() };
    assert!(!mismatch(coarse.run(|x| x[0].tanh(), &[row()])).settled);
}

/// Random directions: the seed chooses them, and there are as many as asked for.
#[test]
fn directions_are_drawn_as_asked() {
    let points = |check: GradientCheck| {
        let seen = Cell::new(vec![]);
        let f = |x: &[Tensor<f64>]| {
            let mut all = seen.take();
            all.push(x[0].to_vec());
            seen.set(all);
            x[0].square()
        };
        check.run(f, &[row()]).unwrap();
        seen.take()
    };
    let with =
        |directions, seed| GradientCheck { order: 1, directions, seed, ..Default::default() };
    assert_eq!(points(with(2, 5)), points(with(2, 5)));
    assert_ne!(points(with(2, 5)), points(with(2, 6)));
    assert_eq!(points(with(7, 5)).len(), points(with(2, 5)).len() + 2 * 5);
}

/// How the message starts, line, call.
type Misuse<'a> = (&'a str, u32, &'a dyn Fn() -> Result<(), GradientError>);

#[test]
fn misuse_panics_at_the_call() {
    let x = [row()];
    let same = |x: &[Tensor<f64>]| x[0].clone();
    #[rustfmt::skip] // a call and its line! must share a line
    let misuses: [Misuse<'_>; 4] = [
        ("the order is 0",      line!(), &|| check_grads(same, &x, 0)),
        ("the order is 0",      line!(), &|| GradientCheck { order: 0, ..Default::default() }.run(same, &x)),
        ("there are 0 directi", line!(), &|| GradientCheck { directions: 0, ..Default::default() }.run(same, &x)),
        ("the step is 0",       line!(), &|| GradientCheck { step: 0.0, ..Default::default() }.run(same, &x)),
    ];
    for (says, line, call) in misuses {
        let panic = panic_of(call).expect("a panic");
        let start = format!("gradient check: {says}");
        assert!(panic.message.starts_with(&start), "{}", panic.message);
        assert_eq!((panic.file.as_str(), panic.line), (file!(), line));
    }
}

/// Right rules of two inputs that a user wrote, of which one is constant to the other.
#[test]
fn a_product_passes_with_every_option() {
    let product = product_with(|[x, y], _z, dz, [dx, dy]| {
        dx.add(|| dz * y);
        dy.add(|| dz * x);
    });
    let check = GradientCheck {
        order: 3,
        directions: 5,
        seed: 9,
        allow_unused: true,
        ..Default::default()
    };
    check.run(product, &pair()).unwrap();
}
