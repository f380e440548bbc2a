//! Reports: each says what is wrong, at which line, by how much, and what it looks like.

use autograd::{GradientError, Tensor, check_grads};
use ndarray::{array, s};

use super::{mismatch, pair, product_with, row, tanh_with};
use crate::support::random;

type Checked = Result<(), GradientError>;

fn flipped() -> Checked {
    let wrong = product_with(|[x, y], _z, dz, [dx, dy]| {
        dx.add(|| dz * y);
        dy.add(|| -(dz * x));
    });
    check_grads(wrong, &pair(), 1)
}

/// x w for square matrices, with a wrong x̄.
fn matrix_product(wrong: fn(&Tensor<f64>, &Tensor<f64>) -> Tensor<f64>) -> Checked {
    let product = |x: &[Tensor<f64>]| {
        let z = x[0].detach().matmul(&x[1].detach());
        Tensor::from_op("product", z, [&x[0], &x[1]], move |[x, w], _z, dz, [dx, dw]| {
            dx.add(|| wrong(dz, w));
            dw.add(|| x.t().matmul(dz));
        })
    };
    check_grads(product, &[random(&[2, 2], 84), random(&[2, 2], 85)], 1)
}

/// The first row of x, twice, with the rule of an identity.
fn repeated() -> Checked {
    let wrong = |x: &[Tensor<f64>]| {
        let z = x[0].detach().slice(s![..1, ..]).broadcast_to([2, 2]);
        Tensor::from_op("repeat", z, [&x[0]], |_, _z, dz, [dx]| dx.add(|| dz.clone()))
    };
    check_grads(wrong, &[random(&[2, 2], 86)], 1)
}

fn tanh_times(factor: f64) -> Checked {
    let wrong = tanh_with(move |_, z, dz, [dx]| dx.add(|| dz * (1.0 - z.square()) * factor));
    check_grads(wrong, &[row()], 1)
}

/// One line of the Jacobian is wrong: z̄₀ is counted `factor` times.
fn first_times(factor: f64) -> Checked {
    let wrong = move |x: &[Tensor<f64>]| {
        let factors = Tensor::from(array![factor, 1.0, 1.0]);
        Tensor::from_op("same", x[0].detach(), [&x[0]], move |_, _z, dz, [dx]| {
            dx.add(|| dz * &factors);
        })
    };
    check_grads(wrong, &[row()], 1)
}

#[test]
fn a_wrong_derivative_is_described_as_what_it_looks_like() {
    let missing = product_with(|[_x, y], _z, dz, [dx, _dy]| dx.add(|| dz * y));
    let swapped = product_with(|[x, y], _z, dz, [dx, dy]| {
        dx.add(|| dz * x);
        dy.add(|| dz * y);
    });
    let detached = tanh_with(|_, z, dz, [dx]| dx.add(|| dz * (1.0 - z.detach().square())));
    let partly = tanh_with(|_, z, dz, [dx]| dx.add(|| dz * (1.0 - z * z.detach())));
    let half = tanh_with(|_, z, dz, [dx]| dx.add(|| dz * (1.0 - z.square() + z - z.detach())));
    let reports: [(Checked, &str); 18] = [
        (flipped(), "the sign is flipped"),
        (tanh_times(2.0), "is a contribution added twice?"),
        (tanh_times(0.5), "a factor 2 is missing"),
        (tanh_times(3.0), "3.0000 times what it must be, in every entry"),
        (check_grads(|x| &x[0] * x[0].detach(), &[row()], 1), "one of two uses of x0 is detached"),
        (check_grads(missing, &pair(), 1), "is missing: is `dx.add` called for input 1?"),
        (check_grads(|x| x[0].detach().square(), &[row()], 1), "was x0 detached"),
        (check_grads(swapped, &pair(), 1), "are x1 and x0 swapped?"),
        (matrix_product(|dz, w| dz.matmul(&w.t()).t()), "after transposing the contribution to x0"),
        (matrix_product(|dz, w| dz.t().matmul(&w.t())), "after transposing the cotangent of z"),
        (repeated(), "its cotangents must be summed"),
        (first_times(-1.0), "the sign of this entry is flipped"),
        (first_times(2.0), "this entry is twice what it must be"),
        (first_times(0.5), "this entry is half of what it must be"),
        (first_times(0.0), "a contribution to this entry is missing"),
        (first_times(1.7), "derive the rule once more"),
        (check_grads(detached, &[row()], 2), "does a rule detach something, or compute in values?"),
        (check_grads(half, &[row()], 2), "written in tensor operations, with nothing detached?"),
    ];
    for (found, says) in reports {
        let found = mismatch(found);
        assert!(
            found.settled && found.help.contains(says),
            "{says:?} is not what is said:\n{found}"
        );
    }
    assert_eq!(
        mismatch(check_grads(partly, &[row()], 2)).help,
        "a factor 2 is missing, or one of two uses of x0 is detached"
    );
}

/// Where the step is too large or the values are, the report doubts the difference.
#[test]
fn an_unsure_difference_is_described_as_one() {
    let steep = mismatch(check_grads(|x| (&x[0] * 1e4).tanh(), &[Tensor::from(array![1e-4])], 1));
    assert!(!steep.settled && steep.help.contains("half the step"), "{steep}");
    let large = mismatch(check_grads(|x| &x[0] + 1e9, &[row()], 1));
    assert!(!large.settled && large.help.contains("rounding alone"), "{large}");
    for found in [steep, large] {
        let headline = "cannot be confirmed: the finite difference is inaccurate";
        assert!(found.to_string().lines().next().unwrap().ends_with(headline), "{found}");
    }
}

/// The line of `$call`, which a report must name, and the report.
macro_rules! report {
    ($call:expr) => {
        (line!(), format!("{:?}", $call.unwrap_err()))
    };
}

#[test]
fn a_whole_report() {
    let product = |x: &Tensor<f64>, y: &Tensor<f64>| {
        Tensor::from_op("product", x.detach() * y.detach(), [x, y], |[x, y], _z, dz, [dx, dy]| {
            dx.add(|| dz * y);
            dy.add(|| -(dz * x));
        })
    };
    let (line, report) = (line!() - 5, check_grads(|x| product(&x[0], &x[1]), &pair(), 1));
    let expected = format!(
        "\
derivative of order 1 of `product` is wrong
  --> {}:{line}:9
   |
   |                analytic  numeric  difference  allowed
   |  ∂z[2]/∂x1[2]      -2.0      2.0        -4.0   5.0e-7
   |
   = note: wrong entries of ∂z/∂x1: 3 of 9; this is the worst
   = help: the sign is flipped",
        file!()
    );
    assert_eq!(format!("{:?}", report.unwrap_err()), expected);
}

#[test]
fn every_report_names_the_line_and_the_place() {
    let one = |x: f64| [Tensor::from(array![1.0, x])];
    let seen = std::cell::Cell::new(0.0);
    let count = || seen.replace(seen.get() + 1.0);
    #[rustfmt::skip] // a call and its line! must share a line
    let reports: [((u32, String), &[&str]); 7] = [
        (report!(check_grads(|x| x[0].relu(), &one(0.0), 1)), &["`relu` has a kink", "∂z[1]/∂x0[1]", "at x0[1] itself"]),
        (report!(check_grads(|x| x[0].relu(), &one(5e-6), 1)), &["x0[1] -5.0e-6", "move x0[1] away"]),
        (report!(check_grads(|x| &x[0] + count(), &[row()], 1)), &["`add` is not the same twice", "z[0]"]),
        (report!(check_grads(|x| x[0].exp(), &pair(), 1)), &["`exp` ignores x1", "allow_unused"]),
        (report!(check_grads(|x| x[0].ln(), &one(-1.0), 1)), &["`ln` is not finite: z[1] is NaN"]),
        (report!(check_grads(|x| x[0].ln(), &one(5e-6), 1)), &["z[1] is not", "x0[1] is moved by a step of 1e-5"]),
        (report!(check_grads(|x| x[0].sqrt(), &one(0.0), 1)), &["order 1 of `sqrt` is not finite: x\u{304}0[1] is "]),
    ];
    for ((line, report), parts) in reports {
        let place = format!("--> {}:{line}:", file!());
        for part in parts.iter().chain([&place.as_str()]) {
            assert!(report.contains(part), "{part:?} is not in\n{report}");
        }
    }
}

/// A function whose result has no graph is named by the line of the check.
#[test]
fn a_lost_graph_is_reported_at_the_check() {
    let (line, report) = report!(check_grads(|x| x[0].detach(), &[row()], 1));
    assert!(report.contains(&format!("--> {}:{line}:", file!())), "{report}");
}

/// From second order on, gradients and cotangents have names.
#[test]
fn places_are_named_at_every_order() {
    let detached = product_with(|[x, y], _z, dz, [dx, dy]| {
        let dz = dz.detach();
        dx.add(|| &dz * y);
        dy.add(|| &dz * x);
    });
    let second = check_grads(detached, &pair(), 2).unwrap_err().to_string();
    assert!(second.contains("∂x̄0[0]/∂z̄[0]"), "{second}");
    fn slope(x: &Tensor<f64>) -> Tensor<f64> {
        let z = x.detach().square() * 3.0;
        Tensor::from_op("slope", z, [x], |[x], _z, dz, [dx]| dx.add(|| dz * x.detach() * 6.0))
    }
    let cube = |x: &[Tensor<f64>]| {
        let z = x[0].detach().powi(3);
        Tensor::from_op("cube", z, [&x[0]], |[x], _z, dz, [dx]| dx.add(|| dz * slope(x)))
    };
    let third = check_grads(cube, &[Tensor::from(2.0)], 3).unwrap_err().to_string();
    assert!(third.contains("derivative of order 3 of `cube`"), "{third}");
    assert!(third.contains("∂∇x0/∂x0"), "{third}");
}
