//! Loops over elements: the forward half of every elementwise op.

use ndarray::{Array, Zip};

use crate::shape::broadcast;
use crate::tensor::Value;
use crate::{Float, Tensor};

/// f(x), element by element.
pub(crate) fn map<T: Float>(x: &Tensor<T>, f: impl Fn(T) -> T) -> Value<T> {
    x.storage().mapv(f).into_shared()
}

/// A constant computed from x element by element: a mask, a sign, anything whose derivative is zero.
pub(crate) fn constant<T: Float>(x: &Tensor<T>, f: impl Fn(T) -> T) -> Tensor<T> {
    map(x, f).into()
}

/// f(x, y), element by element, with broadcasting.
#[track_caller]
pub(crate) fn zip<T: Float>(
    op: &str,
    x: &Tensor<T>,
    y: &Tensor<T>,
    f: impl Fn(T, T) -> T,
) -> Value<T> {
    let (a, b) = (x.storage(), y.storage());
    if x.shape() == y.shape() {
        if let (Some(a), Some(b)) = (a.as_slice(), b.as_slice()) {
            let z: Vec<T> = a.iter().zip(b).map(|(&a, &b)| f(a, b)).collect();
            return Array::from_shape_vec(x.storage().raw_dim(), z).expect("as many").into_shared();
        }
        return Zip::from(a).and(b).map_collect(|&a, &b| f(a, b)).into_shared();
    }
    let shape = broadcast(op, x.shape(), y.shape());
    if y.len() == 1 && x.shape() == ndarray::Dimension::slice(&shape) {
        let y = y.item();
        return map(x, |x| f(x, y));
    }
    if x.len() == 1 && y.shape() == ndarray::Dimension::slice(&shape) {
        let x = x.item();
        return map(y, |y| f(x, y));
    }
    let a = a.broadcast(shape.clone()).expect("the broadcast shape");
    let b = b.broadcast(shape).expect("the broadcast shape");
    Zip::from(a).and(b).map_collect(|&a, &b| f(a, b)).into_shared()
}
