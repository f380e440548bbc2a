//! Conventions where a function has no derivative, and values where a careless formula overflows.

use autograd::{Float, Tensor};

type Function = fn(&Tensor<f64>) -> Tensor<f64>;

/// The value and the gradient of Σ f(x).
fn at<T: Float>(f: impl Fn(&Tensor<T>) -> Tensor<T>, x: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let x: Vec<_> = x.iter().copied().map(T::from_f64).collect();
    let x = Tensor::leaf(ndarray::Array::from(x));
    let z = f(&x);
    let widened = |x: &Tensor<T>| x.to_vec().into_iter().map(T::as_f64).collect();
    (widened(&z), widened(&z.sum().backward()[&x]))
}

/// The value and both gradients of Σ f(x, y).
fn at_pair(f: fn(&Tensor<f64>, &Tensor<f64>) -> Tensor<f64>, x: f64, y: f64) -> [f64; 3] {
    let (x, y) = (Tensor::leaf(x), Tensor::leaf(y));
    let z = f(&x, &y);
    let gradients = z.clone().backward();
    [z.item(), gradients[&x].item(), gradients[&y].item()]
}

const INFINITY: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

#[test]
fn relu_has_slope_0_at_0() {
    let (z, dx) = at::<f64>(Tensor::relu, &[-1.0, -0.0, 0.0, 1.0]);
    assert_eq!((z, dx), (vec![0.0, 0.0, 0.0, 1.0], vec![0.0, 0.0, 0.0, 1.0]));
}

#[test]
fn abs_has_slope_0_at_0() {
    let (z, dx) = at::<f64>(Tensor::abs, &[-2.0, -0.0, 0.0, 2.0]);
    assert_eq!((z, dx), (vec![2.0, 0.0, 0.0, 2.0], vec![-1.0, 0.0, 0.0, 1.0]));
}

#[test]
fn ties_of_maximum_and_minimum_are_shared() {
    assert_eq!(at_pair(Tensor::maximum, 3.0, 3.0), [3.0, 0.5, 0.5]);
    assert_eq!(at_pair(Tensor::minimum, 3.0, 3.0), [3.0, 0.5, 0.5]);
    assert_eq!(at_pair(Tensor::maximum, 0.0, -0.0)[1..], [0.5, 0.5]);
    assert_eq!(at_pair(Tensor::maximum, 2.0, 3.0), [3.0, 0.0, 1.0]);
    assert_eq!(at_pair(Tensor::minimum, 2.0, 3.0), [2.0, 1.0, 0.0]);
}

/// max(x, x) = x has slope 1: the halves of the tie add up.
#[test]
fn maximum_of_a_tensor_and_itself_has_slope_1() {
    assert_eq!(at::<f64>(|x| x.maximum(x), &[-1.0, 2.0]).1, [1.0, 1.0]);
    assert_eq!(at::<f64>(|x| x.minimum(x), &[-1.0, 2.0]).1, [1.0, 1.0]);
}

#[test]
fn ties_of_max_are_shared_equally() {
    let (z, dx) = at::<f64>(Tensor::max, &[1.0, 4.0, 4.0, 0.0, 4.0, 4.0]);
    assert_eq!((z, dx), (vec![4.0], vec![0.0, 0.25, 0.25, 0.0, 0.25, 0.25]));

    let x = Tensor::leaf(ndarray::array![[2.0, 2.0], [1.0, 5.0], [-INFINITY, -INFINITY]]);
    let z = x.max_axes([1]);
    assert_eq!(z.to_vec(), [2.0, 5.0, -INFINITY]);
    assert_eq!(z.sum().backward()[&x].to_vec(), [0.5, 0.5, 0.0, 1.0, 0.5, 0.5]);
}

#[test]
fn clamp_has_slope_1_on_its_bounds() {
    let (z, dx) = at::<f64>(|x| x.clamp(-1.0, 2.0), &[-1.5, -1.0, 0.0, 2.0, 2.5]);
    assert_eq!(z, [-1.0, -1.0, 0.0, 2.0, 2.0]);
    assert_eq!(dx, [0.0, 1.0, 1.0, 1.0, 0.0]);
    assert_eq!(at::<f64>(|x| x.clamp(1.0, 1.0), &[1.0, 2.0]), (vec![1.0, 1.0], vec![1.0, 0.0]));
    assert_eq!(at::<f64>(|x| x.clamp(-INFINITY, INFINITY), &[1e300]).1, [1.0]);
}

#[test]
fn powers_at_0() {
    let at_zero: [(&str, Function, f64, f64); 10] = [
        ("x⁰", |x| x.powi(0), 1.0, 0.0),
        ("x¹", |x| x.powi(1), 0.0, 1.0),
        ("x²", |x| x.powi(2), 0.0, 0.0),
        ("x⁻¹", |x| x.powi(-1), INFINITY, -INFINITY),
        ("real x⁰", |x| x.powf(0.0), 1.0, 0.0),
        ("real x¹", |x| x.powf(1.0), 0.0, 1.0),
        ("real x²", |x| x.powf(2.0), 0.0, 0.0),
        ("x^½", |x| x.powf(0.5), 0.0, INFINITY),
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

#[test]
fn nan_propagates() {
    let functions: [(&str, Function); 8] = [
        ("max", |x| x.max()),
        ("relu", |x| x.relu()),
        ("abs", |x| x.abs()),
        ("clamp", |x| x.clamp(-1.0, 1.0)),
        ("maximum, left", |x| x.maximum(&Tensor::from(0.5))),
        ("maximum, right", |x| Tensor::from(0.5).maximum(x)),
        ("minimum, left", |x| x.minimum(&Tensor::from(0.5))),
        ("minimum, right", |x| Tensor::from(0.5).minimum(x)),
    ];
    for (name, f) in functions {
        assert!(at(f, &[NAN]).0[0].is_nan(), "{name}");
    }
    for x in [[NAN, 1.0, 2.0], [1.0, NAN, 2.0], [1.0, 2.0, NAN]] {
        assert!(at::<f64>(Tensor::max, &x).0[0].is_nan(), "max of {x:?}");
        assert!(at::<f64>(|x| x.log_sum_exp([0]), &x).0[0].is_nan(), "log_sum_exp of {x:?}");
        assert!(at::<f64>(|x| x.softmax(0), &x).0.iter().all(|z| z.is_nan()), "softmax of {x:?}");
    }
}

/// Neighbors of a NaN are not touched by it.
#[test]
fn nan_stays_in_its_place() {
    for f in [Tensor::relu, Tensor::abs, |x: &Tensor<f64>| x.clamp(-1.0, 1.0)] {
        let (z, dx) = at(f, &[0.5, NAN, 0.5]);
        assert_eq!((z[0], z[2], dx[0], dx[2]), (0.5, 0.5, 1.0, 1.0));
    }
}

#[test]
fn sigmoid_saturates() {
    fn check<T: Float>() {
        let (z, dx) = at::<T>(Tensor::sigmoid, &[-1e4, 0.0, 1e4]);
        assert_eq!((z, dx), (vec![0.0, 0.5, 1.0], vec![0.0, 0.25, 0.0]));
    }
    check::<f32>();
    check::<f64>();
}

#[test]
fn softplus_is_linear_or_0_far_away() {
    fn check<T: Float>() {
        let (z, dx) = at::<T>(Tensor::softplus, &[-1e4, 1e4]);
        assert_eq!((z, dx), (vec![0.0, 1e4], vec![0.0, 1.0]));
    }
    check::<f32>();
    check::<f64>();
}

/// ln(1 + eˣ) → eˣ: the tail is not rounded away.
#[test]
fn softplus_keeps_its_tail() {
    let (z, dx) = at::<f64>(Tensor::softplus, &[-40.0]);
    approx::assert_relative_eq!(z[0], (-40.0f64).exp(), max_relative = 1e-14);
    approx::assert_relative_eq!(dx[0], (-40.0f64).exp(), max_relative = 1e-14);
}

#[test]
fn tanh_saturates() {
    let (z, dx) = at::<f64>(Tensor::tanh, &[-1e4, 1e4]);
    assert_eq!((z, dx), (vec![-1.0, 1.0], vec![0.0, 0.0]));
}

#[test]
fn log_softmax_of_large_logits() {
    fn check<T: Float>() {
        let (z, _) = at::<T>(|x| x.log_softmax(0), &[1e4, -1e4, 1e4]);
        assert_eq!(z[0], z[2]);
        approx::assert_relative_eq!(z[0], -(2f64.ln()), max_relative = 1e-6);
        approx::assert_relative_eq!(z[1], -2e4 - 2f64.ln(), max_relative = 1e-6);
        // x̄ = z̄ − softmax x · Σ z̄ with z̄ = 1
        let (_, dx) = at::<T>(|x| x.log_softmax(0), &[1e4, -1e4, 1e4]);
        assert_eq!(dx, [-0.5, 1.0, -0.5]);
    }
    check::<f32>();
    check::<f64>();
}

#[test]
fn log_sum_exp_of_large_terms() {
    fn check<T: Float>() {
        for offset in [1e4, -1e4] {
            let (z, dx) = at::<T>(|x| x.log_sum_exp([0]), &[offset, offset]);
            approx::assert_relative_eq!(z[0], offset + 2f64.ln(), max_relative = 1e-7);
            assert_eq!(dx, [0.5, 0.5]);
        }
        let (z, dx) = at::<T>(|x| x.log_sum_exp([0]), &[1e4, -1e4]);
        assert_eq!((z, dx), (vec![1e4], vec![1.0, 0.0]));
    }
    check::<f32>();
    check::<f64>();
}

/// e^−∞ = 0: a term that is not there, and a sum without terms.
#[test]
fn log_sum_exp_of_minus_infinity() {
    let one_term = at::<f64>(|x| x.log_sum_exp([0]), &[-INFINITY, 3.0]);
    assert_eq!(one_term, (vec![3.0], vec![0.0, 1.0]));
    let no_term = at::<f64>(|x| x.log_sum_exp([0]), &[-INFINITY, -INFINITY]);
    assert_eq!(no_term, (vec![-INFINITY], vec![0.0, 0.0]));
    assert_eq!(at::<f64>(|x| x.log_sum_exp([0]), &[INFINITY, 3.0]).0, [INFINITY]);
}

/// Rows do not disturb each other: one of −∞ beside one of numbers.
#[test]
fn log_sum_exp_of_a_row_of_minus_infinity() {
    let x = Tensor::leaf(ndarray::array![[-INFINITY, -INFINITY], [0.0, 0.0]]);
    let z = x.log_sum_exp([1]);
    assert_eq!(z.to_vec(), [-INFINITY, 2f64.ln()]);
    assert_eq!(z.sum().backward()[&x].to_vec(), [0.0, 0.0, 0.5, 0.5]);
}

#[test]
fn softmax_with_masked_logits() {
    assert_eq!(at::<f64>(|x| x.softmax(0), &[-INFINITY, 0.0, 0.0]).0, [0.0, 0.5, 0.5]);
    let (z, _) = at::<f64>(|x| x.log_softmax(0), &[-INFINITY, 0.0, 0.0]);
    assert_eq!(z, [-INFINITY, -(2f64.ln()), -(2f64.ln())]);
}
