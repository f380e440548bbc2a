//! The forward half of every elementwise op: [`map`] and [`zip`] of a [kernel](kernels), and [reductions](reduce).

use ndarray::{ArrayD, IxDyn};

use crate::shape::broadcast;
use crate::simd::{self, Kernel};
use crate::storage::Storage;
use crate::{Float, Tensor};

pub(crate) mod kernels;
mod reduce;

pub(crate) use reduce::reduce;

/// f(x), element by element: a constant, until an op records how it came about.
pub(crate) fn map<T: Float>(x: &Tensor<T>, f: impl Kernel<T, 1>) -> Tensor<T> {
    tensor(IxDyn(x.shape()), simd::apply(f, [x.value()]))
}

/// f(x, y), element by element, with broadcasting.
#[track_caller]
pub(crate) fn zip<T: Float>(
    op: &str,
    x: &Tensor<T>,
    y: &Tensor<T>,
    f: impl Kernel<T, 2>,
) -> Tensor<T> {
    if x.shape() == y.shape() {
        return tensor(IxDyn(x.shape()), simd::apply(f, [x.value(), y.value()]));
    }
    let shape = broadcast(op, x.shape(), y.shape());
    let operands = [x, y].map(|x| x.storage().broadcast(shape.clone()).expect("the shape of both"));
    let z = simd::apply(f, operands);
    tensor(shape, z)
}

/// `elements` that [`simd::apply`] computed, in a shape.
fn tensor<T: Float>(shape: IxDyn, elements: Vec<T>) -> Tensor<T> {
    let value = ArrayD::from_shape_vec(shape, elements).expect("as many as the shape holds");
    Storage::pooled(value.into_shared()).into()
}
