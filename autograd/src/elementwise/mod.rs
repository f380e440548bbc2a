//! The forward half of every elementwise op: [`map`] and [`zip`] of a [kernel](kernels).

use ndarray::{ArrayD, IxDyn};

use crate::shape::broadcast;
use crate::simd::{self, Kernel};
use crate::tensor::Value;
use crate::{Float, Tensor};

pub(crate) mod kernels;

/// f(x), element by element.
pub(crate) fn map<T: Float>(x: &Tensor<T>, f: impl Kernel<T, 1>) -> Value<T> {
    value(IxDyn(x.shape()), simd::apply(f, [x.value()]))
}

/// A constant computed from x element by element: a mask, a sign, anything whose derivative is zero.
pub(crate) fn constant<T: Float>(x: &Tensor<T>, f: impl Kernel<T, 1>) -> Tensor<T> {
    map(x, f).into()
}

/// f(x, y), element by element, with broadcasting.
#[track_caller]
pub(crate) fn zip<T: Float>(
    op: &str,
    x: &Tensor<T>,
    y: &Tensor<T>,
    f: impl Kernel<T, 2>,
) -> Value<T> {
    if x.shape() == y.shape() {
        return value(IxDyn(x.shape()), simd::apply(f, [x.value(), y.value()]));
    }
    let shape = broadcast(op, x.shape(), y.shape());
    let operands = [x, y].map(|x| x.storage().broadcast(shape.clone()).expect("the shape of both"));
    let z = simd::apply(f, operands);
    value(shape, z)
}

/// `elements`, in row-major order, in a shape.
fn value<T: Float>(shape: IxDyn, elements: Vec<T>) -> Value<T> {
    ArrayD::from_shape_vec(shape, elements).expect("as many as the shape holds").into_shared()
}
