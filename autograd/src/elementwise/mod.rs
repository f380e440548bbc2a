//! The forward half of every elementwise op: [`map`] and [`zip`] of a [kernel](kernels), and reductions.

use ndarray::{Dimension, IxDyn};

use crate::shape::broadcast;
use crate::simd::{self, Elements, Kernel};
use crate::storage::Storage;
use crate::{Float, Tensor};

pub(crate) mod kernels;
mod reduce;

pub use kernels::{Elementwise, Fold, Map, Zip};
pub use reduce::elementwise_sum;
pub(crate) use reduce::reduce;

/// f(x), element by element: a constant, until an op records how it came about.
pub(crate) fn map<T: Float>(x: &Tensor<T>, f: Map) -> Tensor<T> {
    tensor(x.shape(), T::map(f, x.shape(), x.storage().operand()))
}

/// x, repeated to a shape that it broadcasts to.
pub(crate) fn repeat<T: Float>(x: &Tensor<T>, shape: &[usize]) -> Tensor<T> {
    tensor(shape, T::map(Map::Identity, shape, x.storage().operand()))
}

/// f(x, y), element by element, with broadcasting.
#[track_caller]
pub(crate) fn zip<T: Float>(op: &str, x: &Tensor<T>, y: &Tensor<T>, f: Zip) -> Tensor<T> {
    let operands = [x.storage().operand(), y.storage().operand()];
    if x.shape() == y.shape() {
        return tensor(x.shape(), T::zip(f, x.shape(), operands));
    }
    let shape = broadcast(op, x.shape(), y.shape());
    tensor(shape.slice(), T::zip(f, shape.slice(), operands))
}

/// x where the condition is not 0, y elsewhere, of [condition, x, y] broadcast to `shape`.
pub(crate) fn select<T: Float>(shape: &[usize], x: [&Tensor<T>; 3]) -> Tensor<T> {
    tensor(shape, T::select(shape, x.map(|x| x.storage().operand())))
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
/// use autograd::simd::{Kernel, Lanes};
/// use autograd::{Float, Tensor, elementwise};
///
/// /// x² + y².
/// #[derive(Clone, Copy)]
/// struct SquaredLength;
///
/// impl<T: Float> Kernel<T, 2> for SquaredLength {
///     #[inline(always)]
///     fn lanes<V: Lanes<Element = T>>(self, [x, y]: [V; 2]) -> V {
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
    let z = simd::apply(kernel, shape.slice(), x.map(|x| x.storage().operand()));
    tensor(shape.slice(), z)
}

/// What a kernel computed, in a shape.
fn tensor<T: Float>(shape: &[usize], elements: Elements<T>) -> Tensor<T> {
    Storage::new(shape, elements).into()
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
