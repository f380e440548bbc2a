//! The first NaN or infinity stops the program where it is made, and nothing else does.

use autograd::{Tensor, detect_anomalies};
use ndarray::array;
use vae::DiagonalNormal;

use crate::ops::cases;
use crate::shape_errors::panic_of;

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

fn leaf(x: [f64; 2]) -> Tensor<f64> {
    Tensor::leaf(array![x[0], x[1]])
}

fn constant(x: [f64; 2]) -> Tensor<f64> {
    Tensor::constant(array![x[0], x[1]])
}

/// What `call` says when it panics at `line` of this file.
fn report(line: u32, call: impl FnOnce()) -> String {
    let panic = panic_of(call).unwrap_or_else(|| panic!("line {line}: no panic"));
    let said = format!("{}:{}: {}", panic.file, panic.line, panic.message);
    assert_eq!((panic.file.as_str(), panic.line), (file!(), line), "{said}");
    panic.message
}

/// Message, line, call.
type Anomaly<'a> = (&'a str, u32, &'a dyn Fn());

#[rustfmt::skip] // a call and its line! must share a line
#[test]
fn values_are_judged_at_the_call() {
    let (x, zero, infinite) = (leaf([1.0, 0.0]), constant([2.0, 0.0]), constant([-INF, 1.0]));
    let (wide, logits) = (Tensor::leaf(array![[1e300, 1.0], [NAN, 2.0]]), leaf([-INF, -INF]));
    let kl = DiagonalNormal::new(wide.narrow(0, 0..1), Tensor::from(2000.0));
    let anomalies: [Anomaly<'_>; 11] = [
        ("ln: the output, [2], has 1 infinity, first at [1]; the input is [2]", line!(), &|| _ = x.ln()),
        ("div: the output, [2], has 1 NaN, first at [1]; the inputs are [2], [2]", line!(), &|| _ = &x / &zero),
        // Of constants alone.
        ("div: the output, [2], has 1 NaN, first at [1]; the inputs are [2], [2]", line!(), &|| _ = &zero / &zero),
        ("ln: the output, [2], has 1 NaN and 1 infinity, first at [0]; the input is [2]", line!(), &|| _ = (&x * -1.0).ln()),
        ("ln_1p: the output, [2], has 2 infinities, first at [0]; the input is [2]", line!(), &|| _ = Tensor::ln_1p(&(&x * 0.0 - 1.0))),
        // The cause is further up.
        ("mul: the output, [2], has 1 NaN, first at [0]; the inputs are [2], []; input 0 already held 1 infinity, first at [0]",
            line!(), &|| _ = &infinite * 0.0),
        ("square: the output, [2, 2], has 1 NaN and 1 infinity, first at [0, 0]; the input is [2, 2]; input 0 already held 1 NaN, first at [1, 0]",
            line!(), &|| _ = wide.square()),
        // Composed ops part by part: here 0/0, the softmax of no terms.
        ("div: the output, [2], has 2 NaN, first at [0]; the inputs are [2], [1]", line!(), &|| _ = logits.softmax(0)),
        // Of other crates.
        ("bce_with_logits: the output, [2], has 1 infinity, first at [0]; the inputs are [2], [2]",
            line!(), &|| _ = nn::loss::bce_with_logits(&constant([1e300, 0.0]), &leaf([-1e300, 0.0]))),
        ("gaussian_kl: the output, [1, 2], has 2 infinities, first at [0, 0]; the inputs are [1, 2], [1, 2]", line!(), &|| _ = kl.kl_to_standard()),
        ("backward: the loss is -inf; it must be finite", line!(), &|| _ = (&x + &infinite).sum().backward()),
    ];
    let _guard = detect_anomalies();
    for (message, line, call) in anomalies {
        assert_eq!(report(line, call), message);
    }
}

/// √x at 0 has slope ∞: the value is fine, the rule is not, to any order.
#[test]
fn contributions_are_judged_in_the_sweep() {
    let x = leaf([4.0, 0.0]);
    let _guard = detect_anomalies();
    let (root, line) = (x.sqrt(), line!());
    let expected = format!(
        "in the rule of `sqrt`, recorded at {}:{line}: x̄ of input 0, [2], has 1 infinity, first at [1]; the input is [2]",
        file!()
    );
    let loss = root.sum();
    assert_eq!(report(line!(), || _ = loss.clone().backward()), expected);
    assert_eq!(report(line!(), || _ = loss.grad(&[&x])), expected);
    // A cotangent of 0 pulls back to 0.
    let first = root.narrow(0, 0..1).sum();
    assert_eq!(first.backward()[&x].to_vec(), [0.25, 0.0]);
}

/// An infinity that a forward pass let through does not reach a gradient: here by a bound that passes cotangents on.
#[test]
fn contributions_of_infinite_inputs_are_judged() {
    let bounded = |x: &Tensor<f64>| {
        let z = x.detach().clamp(-1.0, 1.0);
        Tensor::from_op("bounded", z, [x], |_, _z, dz, [dx]| dx.add(|| dz.clone()))
    };
    let (x, infinite) = (leaf([1.0, 0.5]), constant([-INF, 1.0]));
    let _guard = detect_anomalies();
    let (product, line) = (&x * &infinite, line!());
    let loss = bounded(&product).sum();
    let said = report(line!(), || _ = loss.backward());
    let expected = format!(
        "in the rule of `mul`, recorded at {}:{line}: x̄ of input 0, [2], has 1 infinity, first at [0]; the inputs are \
         [2], [2]; input 1 already held 1 infinity, first at [0]",
        file!()
    );
    assert_eq!(said, expected);
}

/// Finite contributions whose sum is not: to the output of an op and to a leaf.
#[test]
fn sums_of_contributions_are_judged() {
    let x = Tensor::leaf(0.0);
    let _guard = detect_anomalies();
    let (hidden, line) = (x.tanh(), line!());
    let twice = |x: &Tensor<f64>| x * 1e308 + x * 1e308;
    let sum = ", [], has 1 infinity, first at []";
    let said = report(line!(), || _ = twice(&hidden).backward());
    let place = format!("the output of `tanh`, recorded at {}:{line}", file!());
    let expected = format!("in the cotangent of {place}: the sum of the contributions to it{sum}");
    assert_eq!(said, expected);
    let expected = format!("in the cotangent of a leaf: the sum of the contributions to it{sum}");
    assert_eq!(report(line!(), || _ = twice(&x).backward()), expected);
    assert_eq!(report(line!(), || _ = twice(&x).grad(&[&x])), expected);
}

/// A user's op is judged by its value and by what its rule adds, not by how it gets there.
#[test]
fn rules_are_judged_by_their_result() {
    #[track_caller]
    fn detour(x: &Tensor<f64>, slope: f64) -> Tensor<f64> {
        Tensor::from_op("detour", x.detach(), [x], move |[x], _z, dz, [dx]| {
            let infinite = (x * 0.0).ln();
            assert_eq!(infinite.exp().to_vec(), [0.0, 0.0]);
            dx.add(|| dz * slope);
        })
    }
    let x = leaf([1.0, 2.0]);
    let _guard = detect_anomalies();
    assert_eq!(detour(&x, 3.0).sum().backward()[&x].to_vec(), [3.0, 3.0]);
    assert_eq!(detour(&x, 3.0).sum().grad(&[&x])[0].as_ref().unwrap().to_vec(), [3.0, 3.0]);
    let (z, line) = (detour(&x, NAN), line!());
    let said = report(line!(), || _ = z.sum().backward());
    let rule = format!("in the rule of `detour`, recorded at {}:{line}:", file!());
    assert_eq!(
        said,
        format!("{rule} x̄ of input 0, [2], has 2 NaN, first at [0]; the input is [2]")
    );
    // A rule that panicked leaves the guard as it was.
    report(line!(), || _ = (&x * 0.0).ln());
}

/// What masks of −∞ are for: impossible terms, in a computation whose loss and gradients are finite.
#[test]
fn masks_may_pass() {
    let x = leaf([0.0, 2.0]);
    let _guard = detect_anomalies();
    let masked = &x + constant([0.0, -INF]);
    let gradient = |loss: Tensor<f64>| loss.backward()[&x].to_vec();
    assert_eq!(gradient(masked.log_sum_exp([0])), [1.0, 0.0]);
    assert_eq!(gradient(masked.softmax(0).sum()), [0.0, 0.0]);
    assert_eq!(gradient(masked.log_softmax(0).narrow(0, 0..1).sum()), [0.0, 0.0]);
    let classes = masked.reshape([1, 2]);
    assert_eq!(gradient(nn::loss::cross_entropy(&classes, &[0])), [0.0, 0.0]);
    assert_eq!(gradient(masked.exp().sum()), [1.0, 0.0]);
    // All masked: there is no term, and the cotangent is 0.
    let nothing = (&x + constant([-INF, -INF])).log_sum_exp([0]);
    assert_eq!(gradient(nothing.exp()), [0.0, 0.0]);
    // The difference of the two is below all numbers; the result is not.
    let far = leaf([f64::MAX, -f64::MAX]);
    assert_eq!(far.softmax(0).to_vec(), [1.0, 0.0]);
    assert_eq!(far.log_sum_exp([0]).item(), f64::MAX);
}

/// Nothing is reported of any op of the table whose value and gradients are finite, at zeros, at constant samples and
/// far away.
#[test]
fn what_is_finite_passes() {
    let finite = |x: &Tensor<f64>| x.value().iter().all(|x| x.is_finite());
    let mut passed = 0;
    for case in cases() {
        case.each(|label, inputs| {
            let fills = [0.0, 1.0, -1.0, 1e-200, 1e200, -1e200];
            let filled = fills.map(|fill| inputs.iter().map(|x| x.mapv(|_| fill)).collect());
            for inputs in [inputs].into_iter().chain(filled) {
                let x: Vec<_> = inputs.into_iter().map(Tensor::leaf).collect();
                let gradients = || (case.f64)(&x).sum().grad(&x.iter().collect::<Vec<_>>());
                let mut value = Tensor::from(NAN);
                // What overflows on the way is not positive definite, and `cholesky` says so.
                let refused = panic_of(|| value = (case.f64)(&x));
                assert!(refused.is_none_or(|panic| panic.message.starts_with("cholesky: ")));
                if !finite(&value)
                    || !finite(&value.sum())
                    || !gradients().iter().flatten().all(finite)
                {
                    continue;
                }
                let guarded = panic_of(|| {
                    let _guard = detect_anomalies();
                    gradients()
                });
                passed += 1;
                assert!(guarded.is_none(), "{label}, {x:?}: {}", guarded.unwrap().message);
            }
        });
    }
    assert!(passed > 500, "only {passed}");
}

#[test]
fn guards_are_nested_and_end() {
    let zero = constant([0.0, 0.0]);
    let ln = || drop(zero.ln());
    let reported = || panic_of(ln).is_some();
    assert!(!reported());
    let outer = detect_anomalies();
    let inner = detect_anomalies();
    assert!(reported());
    drop(outer);
    assert!(reported(), "the other guard lives");
    std::thread::scope(|scope| scope.spawn(ln).join().expect("other threads are not judged"));
    drop(inner);
    assert!(!reported());
}
