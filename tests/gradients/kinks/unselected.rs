//! Where a function is not selected nothing flows back into it, whatever its value and its slope there.
//!
//! A product of IEEE numbers in any rule would show: 0·∞ and 0·NaN are NaN.

use autograd::{Float, Tensor};
use ndarray::{Array, Array2};

use super::{INFINITY, NAN};
use crate::ops::{BINARY, Case, UNARY, cases};

/// Where functions have infinite slopes, or none.
fn traps<T: Float>() -> Vec<T> {
    let subnormal = T::MIN_POSITIVE.as_f64() / 2.0;
    let signs = |x: f64| [x, -x];
    let traps = [0.0, 1.0, 1e4, INFINITY, subnormal].map(signs);
    traps.into_iter().flatten().chain([NAN]).map(T::from_f64).collect()
}

/// A function of some tensors, in one precision.
type Function<T> = fn(&[Tensor<T>]) -> Tensor<T>;

/// Runs a test in both precisions on every op that takes inputs of the given shapes.
fn for_each_op(
    shapes: &[crate::ops::Shapes],
    f64: impl Fn(&str, Function<f64>),
    f32: impl Fn(&str, Function<f32>),
) {
    let takes = |case: &Case| case.shapes == shapes;
    let chosen: Vec<_> = cases().into_iter().filter(takes).collect();
    assert!(chosen.len() >= 9, "only {} ops", chosen.len());
    for case in chosen {
        f64(case.op, case.f64);
        f32(case.op, case.f32);
    }
}

/// L = Σ w ⊙ select(0, f(x), 1), and the sums of its gradients in turn: all derivatives with respect to x are 0, and no
/// derivative with respect to w sees f.
fn check_unselected<T: Float>(op: &str, f: impl Fn(&[Tensor<T>]) -> Tensor<T>, x: &[Array2<T>]) {
    let x: Vec<_> = x.iter().cloned().map(Tensor::leaf).collect();
    let z = f(&x);
    let w = Tensor::leaf(Tensor::ones(z.shape()));
    let mut loss = (&w * Tensor::select(&Tensor::from(0.0), &z, &Tensor::from(1.0))).sum();
    let wrt: Vec<_> = x.iter().chain([&w]).collect();
    for order in 1..=3 {
        let gradients = loss.grad(&wrt);
        for (k, gradient) in gradients.iter().enumerate() {
            let Some(gradient) = gradient else { continue };
            let expected = if order == 1 && k == x.len() { 1.0 } else { 0.0 };
            let right = gradient.to_vec().iter().all(|dx| dx.as_f64() == expected);
            assert!(right, "{op}, order {order}, input {k}: {gradient:?}");
        }
        if order == 1 {
            assert!(gradients.iter().all(Option::is_some), "{op}: no gradient");
        }
        let sums = gradients.iter().flatten().map(|gradient| gradient.sum() * 1.5);
        loss = sums.fold(Tensor::from(0.0), |loss, sum| loss + sum);
    }
}

#[test]
fn functions_of_one_variable() {
    fn check<T: Float>(op: &str, f: Function<T>) {
        let traps = Array::from(traps::<T>());
        check_unselected(op, f, &[traps.insert_axis(ndarray::Axis(1))]);
    }
    for_each_op(UNARY, check, check);
}

/// All pairs, by broadcasting.
#[test]
fn functions_of_two_variables() {
    fn check<T: Float>(op: &str, f: Function<T>) {
        let traps = Array::from(traps::<T>());
        let row = traps.insert_axis(ndarray::Axis(0));
        check_unselected(op, f, &[row.t().to_owned(), row]);
    }
    for_each_op(BINARY, check, check);
}

/// The slopes of several functions multiply, the infinite ones with the others.
#[test]
fn chains() {
    fn check<T: Float>() {
        let chains: [(&str, Function<T>); 9] = [
            ("ln √x", |x| x[0].sqrt().ln()),
            ("√ln x", |x| x[0].ln().sqrt()),
            ("√x²", |x| x[0].square().sqrt()),
            ("x ln x", |x| &x[0] * x[0].ln()),
            ("x / x", |x| &x[0] / &x[0]),
            ("exp exp x", |x| x[0].exp().exp()),
            ("tan x⁻²", |x| x[0].powi(-2).tan()),
            ("relu ln (1 + x^½)", |x| x[0].powf(0.5).ln_1p().relu()),
            ("Σ softmax √x", |x| x[0].sqrt().softmax(0).sum()),
        ];
        for (name, f) in chains {
            let traps = Array::from(traps::<T>());
            check_unselected(name, f, &[traps.insert_axis(ndarray::Axis(1))]);
        }
    }
    check::<f32>();
    check::<f64>();
}

/// Where an element is selected, its first and second derivatives are those it has alone.
#[test]
fn neighbors_are_not_touched() {
    fn derivatives<T: Float>(f: Function<T>, x: &[T]) -> Option<[Vec<T>; 2]> {
        let x = Tensor::leaf(Array::from(x.to_vec()));
        let z = f(std::slice::from_ref(&x));
        let last: Vec<_> =
            (1..=x.len()).map(|i| if i == x.len() { T::one() } else { T::zero() }).collect();
        if z.shape() != x.shape() {
            return None;
        }
        let z = Tensor::select(&Array::from(last).into(), &z, &Tensor::from(0.0));
        let first = z.square().sum().grad(&[&x]).remove(0).unwrap();
        let second = first.sum().grad(&[&x]).remove(0);
        Some([first.to_vec(), second.map_or(vec![T::zero(); x.len()], |second| second.to_vec())])
    }
    fn check<T: Float>(op: &str, f: Function<T>) {
        let regular = T::from_f64(0.7);
        let among_traps = [traps(), vec![regular]].concat();
        let Some(found) = derivatives(f, &among_traps) else { return };
        let alone = derivatives(f, &[regular]).unwrap();
        for (order, (found, alone)) in found.iter().zip(&alone).enumerate() {
            let (last, traps) = found.split_last().unwrap();
            assert!(
                traps.iter().all(|&dx| dx == T::zero()),
                "{op}, order {}: {traps:?}",
                order + 1
            );
            assert_eq!(*last, alone[0], "{op}, order {}", order + 1);
        }
    }
    for_each_op(UNARY, check, check);
}

/// Rows of all pairs are reduced, and none of them selected.
#[test]
fn reductions() {
    fn check<T: Float>() {
        let reductions: [(&str, Function<T>); 11] = [
            ("sum", |x| x[0].sum_axes([1])),
            ("mean", |x| x[0].mean_axes([1])),
            ("max", |x| x[0].max_axes([1])),
            ("min", |x| x[0].min_axes([1])),
            ("prod", |x| x[0].prod_axes([1])),
            ("norm", |x| x[0].norm_axes([1])),
            ("var", |x| x[0].var_axes([1], 1)),
            ("std", |x| x[0].std_axes([1], 0)),
            ("log_sum_exp", |x| x[0].log_sum_exp([1])),
            ("softmax", |x| x[0].softmax(1)),
            ("log_softmax", |x| x[0].log_softmax(1)),
        ];
        let traps = traps::<T>();
        let n = traps.len();
        let pairs = Array2::from_shape_fn([n * n, 2], |(i, j)| traps[[i / n, i % n][j]]);
        for (op, f) in reductions {
            check_unselected(op, f, std::slice::from_ref(&pairs));
        }
    }
    check::<f32>();
    check::<f64>();
}
