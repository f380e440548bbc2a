//! Values far away, where a careless formula overflows or loses all digits.

use autograd::{Float, Tensor};

use super::{Function, INFINITY, at};

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

/// σ(−x) = 1 − σ(x) has the slope that the far right of σ has lost.
#[test]
fn the_reflected_sigmoid_keeps_its_slope() {
    let (_, dx) = at::<f64>(|x| 1.0 - (-x).sigmoid(), &[40.0]);
    approx::assert_relative_eq!(dx[0], (-40.0f64).exp(), max_relative = 1e-14);
    assert_eq!(at::<f64>(Tensor::sigmoid, &[40.0]).1, [0.0]);
}

/// The limits of the slope: 0 on the left, 1 on the right.
#[test]
fn smooth_rectifiers_are_linear_or_0_far_away() {
    fn check<T: Float>() {
        for f in [Tensor::silu, Tensor::gelu, Tensor::<T>::softplus] {
            for x in [1e4, INFINITY] {
                assert_eq!(at(f, &[-x, x]), (vec![0.0, x], vec![0.0, 1.0]));
            }
        }
    }
    check::<f32>();
    check::<f64>();
}

#[test]
fn softmax_of_large_logits() {
    fn check<T: Float>() {
        assert_eq!(at::<T>(|x| x.softmax(0), &[1e4, -1e4, 1e4]).0, [0.5, 0.0, 0.5]);
        assert_eq!(at::<T>(|x| x.log_softmax(0), &[-1e4, -1e4]).1, [0.0, 0.0]);
    }
    check::<f32>();
    check::<f64>();
}

/// No intermediate ∞·0 is seen in a second derivative.
#[test]
fn second_derivatives_vanish_far_away() {
    fn check<T: Float>() {
        let functions: [Function<T>; 6] =
            [Tensor::sigmoid, Tensor::softplus, Tensor::tanh, Tensor::silu, Tensor::gelu, |x| {
                x.elu(1.0)
            }];
        for (k, f) in functions.into_iter().enumerate() {
            for x in [-INFINITY, -1e4, 1e4, INFINITY] {
                let x = Tensor::leaf(x);
                let first = f(&x).grad(&[&x]).remove(0).unwrap();
                let second = first.grad(&[&x]).remove(0).unwrap();
                assert_eq!(second.item(), T::zero(), "function {k} at {x:?}");
            }
        }
        let x = Tensor::<T>::leaf(ndarray::array![1e4, -1e4, 1e4].mapv(T::from_f64));
        let first = x.log_softmax(0).sum().grad(&[&x]).remove(0).unwrap();
        let second = first.slice(ndarray::s![0]).grad(&[&x]).remove(0).unwrap();
        // ∂/∂xⱼ (1 − 3 p₀) = −3 p₀ (⟦j = 0⟧ − pⱼ) with p = (½, 0, ½)
        assert_eq!(second.to_vec(), [-0.75, 0.0, 0.75].map(T::from_f64));
    }
    check::<f32>();
    check::<f64>();
}
