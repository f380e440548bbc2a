//! Looking at a graph: the exact text of traces and drawings.

mod draw;
mod trace;

use autograd::Tensor;
use ndarray::array;

/// Σ (x w)² / 2 with a leaf w and a constant x; the line.
fn half_square(x: &Tensor<f64>, w: &Tensor<f64>) -> (Tensor<f64>, String) {
    (x.matmul(w).square().sum() / 2.0, format!("{}:{}", file!(), line!()))
}

fn leaf_and_constant() -> (Tensor<f64>, Tensor<f64>) {
    let w = Tensor::leaf(array![[1.0], [-2.0]]);
    (w, Tensor::constant(array![[3.0, 1.0], [0.0, 1.0]]))
}

/// A user's op: 3x − y.
#[track_caller]
fn users_op(x: &Tensor<f64>, y: &Tensor<f64>) -> Tensor<f64> {
    let z = x.detach() * 3.0 - y.detach();
    Tensor::from_op("mine", z, [x, y], |_, _z, dz, [dx, dy]| {
        dx.add(|| dz * 3.0);
        dy.add(|| -dz);
    })
}
