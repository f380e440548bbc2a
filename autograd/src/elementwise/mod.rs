//! The forward half of every elementwise op: [`map`] and [`zip`] of a [kernel](kernels), and reductions.

use ndarray::{ArrayD, Dimension, IxDyn};

use crate::shape::broadcast;
use crate::simd::{self, Kernel};
use crate::storage::Storage;
use crate::{Float, Tensor};

pub(crate) mod kernels;
mod reduce;

pub use kernels::{Elementwise, Fold, Map, Zip};
pub(crate) use reduce::reduce;

/// f(x), element by element: a constant, until an op records how it came about.
pub(crate) fn map<T: Float>(x: &Tensor<T>, f: Map) -> Tensor<T> {
    tensor(IxDyn(x.shape()), T::map(f, x.value()))
}

/// f(x, y), element by element, with broadcasting.
#[track_caller]
pub(crate) fn zip<T: Float>(op: &str, x: &Tensor<T>, y: &Tensor<T>, f: Zip) -> Tensor<T> {
    if x.shape() == y.shape() {
        return tensor(IxDyn(x.shape()), T::zip(f, [x.value(), y.value()]));
    }
    let shape = broadcast(op, x.shape(), y.shape());
    let operands = [x, y].map(|x| x.storage().broadcast(shape.clone()).expect("the shape of both"));
    let z = T::zip(f, operands);
    tensor(shape, z)
}

/// f(x₁, …, x_N), element by element and with broadcasting, for a [kernel](Kernel) of one's own.
///
/// The result is a constant: this is the forward half of an op, for [`Tensor::from_op`].
///
/// # Panics
/// If the shapes do not broadcast.
///
/// # Examples
/// ```
/// use autograd::simd::{Kernel, Vector};
/// use autograd::{Float, Tensor, elementwise};
///
/// /// x² + y².
/// #[derive(Clone, Copy)]
/// struct SquaredLength;
///
/// impl<T: Float> Kernel<T, 2> for SquaredLength {
///     #[inline(always)]
///     fn lanes<V: Vector<Element = T>>(self, [x, y]: [V; 2]) -> V {
///         x * x + y * y
///     }
/// }
///
/// let (x, y) = (Tensor::<f32>::from(3.0), Tensor::from(4.0));
/// assert_eq!(elementwise(SquaredLength, [&x, &y]).item(), 25.0);
/// ```
#[track_caller]
pub fn elementwise<T: Float, const N: usize>(
    kernel: impl Kernel<T, N>,
    x: [&Tensor<T>; N],
) -> Tensor<T> {
    let shape =
        x.iter().fold(IxDyn(&[]), |shape, x| broadcast("elementwise", shape.slice(), x.shape()));
    let operands = x.map(|x| x.storage().broadcast(shape.clone()).expect("the shape of all"));
    let z = simd::apply(kernel, operands);
    tensor(shape, z)
}

/// `elements` that a kernel computed, in a shape.
fn tensor<T: Float>(shape: IxDyn, elements: Vec<T>) -> Tensor<T> {
    let value = ArrayD::from_shape_vec(shape, elements).expect("as many as the shape holds");
    Storage::pooled(value.into_shared()).into()
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use crate::{Tensor, check_grads};

    #[test]
    fn derivatives_of_the_functions() {
        let x = Tensor::from(array![-2.5, -0.7, -0.1, 0.2, 0.9, 3.1]);
        let elu = |x: &Tensor<f64>| x.exp_m1();
        for f in [Tensor::erf, Tensor::gelu, Tensor::tanh, Tensor::softplus, elu] {
            check_grads(|x| f(&x[0]), std::slice::from_ref(&x), 3).unwrap();
        }
        check_grads(|x| x[0].square().ln_1p(), &[x], 3).unwrap();
    }

    /// A large result is computed in memory that an earlier one has left, unless it is still in use.
    #[test]
    fn memory_is_used_again_but_never_shared() {
        let x = Tensor::<f32>::full([100, 777], 1.5);
        let kept = x.square();
        let view = x.square().t();
        for _ in 0..10 {
            drop(&x + 1.0);
        }
        assert!(kept.value().iter().chain(view.value()).all(|&z| z == 2.25));
        assert!((&x + 2.0).value().iter().all(|&z| z == 3.5));
    }
}
