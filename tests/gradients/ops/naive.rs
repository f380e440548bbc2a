//! Forward values by other means: loops over indices, other formulas.

use ndarray::{ArrayD, Dimension, IxDyn};

/// f of every element.
pub fn map(x: &ArrayD<f64>, f: impl Fn(f64) -> f64) -> ArrayD<f64> {
    at_each(x.shape(), |index| f(x[index]))
}

/// f of every index of `shape`.
pub fn at_each(shape: &[usize], f: impl Fn(&[usize]) -> f64) -> ArrayD<f64> {
    ArrayD::from_shape_fn(IxDyn(shape), |index| f(index.slice()))
}

/// f(x, y) with NumPy broadcasting, by the indices.
pub fn zip(x: &[ArrayD<f64>], f: impl Fn(f64, f64) -> f64) -> ArrayD<f64> {
    let (x, y) = (&x[0], &x[1]);
    let shape = broadcast(x.shape(), y.shape());
    at_each(&shape, |index| f(x[&*aligned(index, x)], y[&*aligned(index, y)]))
}

/// The shape that `x` and `y` broadcast to, if they do.
pub fn broadcast(x: &[usize], y: &[usize]) -> Vec<usize> {
    let rank = x.len().max(y.len());
    let padded = |shape: &[usize]| [vec![1; rank - shape.len()], shape.to_vec()].concat();
    let extent = |(&a, &b): (&usize, &usize)| if a == 1 { b } else { a };
    padded(x).iter().zip(&padded(y)).map(extent).collect()
}

/// The element of `x` that a broadcast puts at `index`.
pub fn aligned(index: &[usize], x: &ArrayD<f64>) -> Vec<usize> {
    let own = &index[index.len() - x.ndim()..];
    let place = |(&i, &n): (&usize, &usize)| if n == 1 { 0 } else { i };
    own.iter().zip(x.shape()).map(place).collect()
}

/// f of the elements that share all indices but those along `axes`, which are dropped.
pub fn reduce(x: &ArrayD<f64>, axes: &[usize], f: impl Fn(&[f64]) -> f64) -> ArrayD<f64> {
    let kept: Vec<_> = (0..x.ndim()).filter(|axis| !axes.contains(axis)).collect();
    let select = |index: &[usize]| kept.iter().map(|&axis| index[axis]).collect::<Vec<_>>();
    at_each(&select(x.shape()), |place| {
        let here = x.indexed_iter().filter(|(index, _)| select(index.slice()) == place);
        f(&here.map(|(_, &x)| x).collect::<Vec<_>>())
    })
}

/// f(x, the elements along `axis` through x), at every x.
pub fn along(x: &ArrayD<f64>, axis: usize, f: impl Fn(f64, &[f64]) -> f64) -> ArrayD<f64> {
    at_each(x.shape(), |index| {
        let mut other = index.to_vec();
        let mut line = Vec::new();
        for i in 0..x.shape()[axis] {
            other[axis] = i;
            line.push(x[&*other]);
        }
        f(x[index], &line)
    })
}

/// Σₖ x[.., i, k] w[.., k, j], where batch axes broadcast.
pub fn matmul(x: &ArrayD<f64>, w: &ArrayD<f64>) -> ArrayD<f64> {
    let (x_batch, w_batch) = (&x.shape()[..x.ndim() - 2], &w.shape()[..w.ndim() - 2]);
    let (m, n) = (x.shape()[x.ndim() - 2], w.shape()[w.ndim() - 1]);
    at_each(&[broadcast(x_batch, w_batch), vec![m, n]].concat(), |index| {
        let (batch, [i, j]) = index.split_last_chunk().unwrap();
        let at = |a: &ArrayD<f64>, last: [usize; 2]| a[&*aligned(&[batch, &last].concat(), a)];
        (0..x.shape()[x.ndim() - 1]).map(|k| at(x, [*i, k]) * at(w, [k, *j])).sum()
    })
}

/// eˣ by its series.
pub fn exp(x: f64) -> f64 {
    let mut term = 1.0;
    (1..40).fold(1.0, |sum, k| {
        term *= x / f64::from(k);
        sum + term
    })
}

/// erf x = 2/√π Σ (−1)ᵏ x²ᵏ⁺¹ / (k! (2k + 1)).
pub fn erf(x: f64) -> f64 {
    let mut term = x;
    let series = (1..60).fold(x, |sum, k| {
        let k = f64::from(k);
        term *= -x * x / k;
        sum + term / (2.0 * k + 1.0)
    });
    series * 2.0 / std::f64::consts::PI.sqrt()
}
