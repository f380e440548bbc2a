//! Powers, roots and logarithms at 0.

use autograd::Tensor;

use super::{Function, INFINITY, NAN, at, at_pair};

#[test]
fn powers_at_0() {
    let at_zero: [(&str, Function, f64, f64); 13] = [
        ("x⁰", |x| x.powi(0), 1.0, 0.0),
        ("x¹", |x| x.powi(1), 0.0, 1.0),
        ("x²", |x| x.powi(2), 0.0, 0.0),
        ("x⁻¹", |x| x.powi(-1), INFINITY, -INFINITY),
        ("real x⁰", |x| x.powf(0.0), 1.0, 0.0),
        ("real x¹", |x| x.powf(1.0), 0.0, 1.0),
        ("real x²", |x| x.powf(2.0), 0.0, 0.0),
        ("x^½", |x| x.powf(0.5), 0.0, INFINITY),
        ("x^−½", |x| x.powf(-0.5), INFINITY, -INFINITY),
        ("1/x", Tensor::reciprocal, INFINITY, -INFINITY),
        ("1/√x", Tensor::rsqrt, INFINITY, -INFINITY),
        ("√x", Tensor::sqrt, 0.0, INFINITY),
        ("ln x", Tensor::ln, -INFINITY, INFINITY),
    ];
    for (name, f, value, slope) in at_zero {
        assert_eq!(at(f, &[0.0]), (vec![value], vec![slope]), "{name}");
    }
}

/// The second derivative of x¹ and the third of x², at 0: rules that reach x⁻¹ would give 0·∞.
#[test]
fn higher_derivatives_of_powers_at_0() {
    let powers: [(Function, usize); 4] =
        [(|x| x.powi(1), 2), (|x| x.powf(1.0), 2), (|x| x.powi(2), 3), (|x| x.powf(2.0), 3)];
    for (f, order) in powers {
        let x = Tensor::leaf(0.0);
        let mut z = f(&x);
        for _ in 0..order {
            z = z.grad(&[&x]).remove(0).unwrap_or_else(|| Tensor::zeros([]));
        }
        assert_eq!(z.item(), 0.0);
    }
}

/// The rule reaches xⁿ⁻¹ with an exponent below every i32.
#[test]
fn the_least_integer_power() {
    let n = f64::from(i32::MIN);
    let (z, dx) = at::<f64>(|x| x.powi(i32::MIN), &[1.0, -1.0, 2.0, INFINITY]);
    assert_eq!((z, dx), (vec![1.0, 1.0, 0.0, 0.0], vec![n, -n, 0.0, 0.0]));
}

/// What is not a number is seen, in the value and in the slope; it is 0 only where the cotangent is.
#[test]
fn zero_divided_by_zero_is_visible() {
    let seen = at_pair(|x, y| x / y, 0.0, 0.0);
    assert!(seen[0].is_nan() && seen[2].is_nan(), "{seen:?}");
    assert_eq!(seen[1], INFINITY);
    let (z, dx) = at::<f64>(Tensor::sqrt, &[-1.0]);
    assert!(z[0].is_nan() && dx[0].is_nan());
    assert!(at::<f64>(Tensor::ln, &[-1.0]).0[0].is_nan());
    assert!(at::<f64>(Tensor::sin, &[INFINITY]).1[0].is_nan());
    assert!(at::<f64>(|x| x * NAN, &[0.0]).0[0].is_nan());
}
