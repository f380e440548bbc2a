//! Rules that are right at first order and wrong at a higher one.

use autograd::{Tensor, check_grads};

use super::{assert_entry, caught, mismatch, pair, product_with, row, tanh_with};

/// Right at first order, but the rule detaches its output: at second order −2 tanh x (1 − tanh² x) is missing.
#[test]
fn a_detached_output_is_caught_at_second_order() {
    let wrong = tanh_with(|_, z, dz, [dx]| dx.add(|| dz * (1.0 - z.detach().square())));
    check_grads(&wrong, &[row()], 1).unwrap();
    let mismatch = mismatch(check_grads(&wrong, &[row()], 2));
    assert_eq!((mismatch.subject.op, mismatch.subject.order), ("tanh", 2), "{mismatch}");
    // The derivative of one element of x̄ with respect to the same element of x.
    assert_eq!((mismatch.output.0, mismatch.input.0), (0, 0), "{mismatch}");
    assert_eq!(mismatch.output.1, mismatch.input.1, "{mismatch}");
    assert_eq!(mismatch.analytic, 0.0);
    assert!(mismatch.numeric.abs() > 0.1, "{mismatch}");
}

/// Right at first order, but not linear in z̄ as the graph sees it: the derivative with respect to z̄ is lost.
#[test]
fn a_detached_cotangent_is_caught_at_second_order() {
    let wrong = product_with(|[x, y], _z, dz, [dx, dy]| {
        let dz = dz.detach();
        dx.add(|| &dz * y);
        dy.add(|| &dz * x);
    });
    check_grads(&wrong, &pair(), 1).unwrap();
    // x̄₀ = z̄₀ y₀ with y₀ = 3; z̄ is the input after x and y.
    let mismatch = caught(check_grads(&wrong, &pair(), 2), "product", 2, (0, &[0]), (2, &[0]));
    assert_entry(&mismatch, 0.0, 3.0);
}

/// Right at first and second order, wrong at third: a second derivative that is detached.
#[test]
fn an_error_at_third_order_is_caught_there() {
    fn cube(x: &Tensor<f64>) -> Tensor<f64> {
        let z = x.detach().powi(3);
        Tensor::from_op("cube", z, [x], |[x], _z, dz, [dx]| dx.add(|| dz * slope(x)))
    }
    /// 3x², whose own rule 6x is detached.
    fn slope(x: &Tensor<f64>) -> Tensor<f64> {
        let z = x.detach().square() * 3.0;
        Tensor::from_op("slope", z, [x], |[x], _z, dz, [dx]| dx.add(|| dz * x.detach() * 6.0))
    }
    check_grads(|x| cube(&x[0]), &[row()], 2).unwrap();
    let mismatch = mismatch(check_grads(|x| cube(&x[0]), &[row()], 3));
    assert_eq!((mismatch.subject.op, mismatch.subject.order), ("cube", 3), "{mismatch}");
}
