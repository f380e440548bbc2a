//! Conventions where a function has no derivative, and values where a careless formula overflows.

mod far;
mod moments;
mod piecewise;
mod powers;
mod unselected;

use autograd::{Float, Tensor};

type Function<T = f64> = fn(&Tensor<T>) -> Tensor<T>;

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
