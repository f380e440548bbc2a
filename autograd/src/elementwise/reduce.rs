//! Reductions over any axes, in terms of the middle axis of three.

use std::borrow::Cow;
use std::ops::Range;

use ndarray::{ArrayD, IxDyn};

use super::kernels::Add;
use super::{Fold, Map, map};
use crate::simd::{self, Kernel};
use crate::{Float, Tensor};

/// Combines the elements of x over `axes`.
///
/// Neighboring axes are reduced as one, the last ones first, on the elements in row-major order: the
/// result depends on the shape and the elements alone, not on how they lie in memory.
pub(crate) fn reduce<T: Float>(x: &Tensor<T>, axes: &[usize], f: Fold) -> Tensor<T> {
    let mut shape = x.shape().to_vec();
    let x = row_major(x);
    let mut elements = Cow::Borrowed(slice(&x));
    for run in runs(axes).into_iter().rev() {
        let extent = |axes: Range<usize>| shape[axes].iter().product::<usize>();
        let split = [extent(0..run.start), extent(run.clone()), extent(run.end..shape.len())];
        elements = T::fold(f, &elements, split).into();
        shape.drain(run);
    }
    array(&shape, elements.into_owned())
}

/// Σ f(x₁, …, x_N) over the last axis, for a [kernel](Kernel) of one's own: to the last bit what
/// [`elementwise`](crate::elementwise) and [`sum_axes`](Tensor::sum_axes) give, but in one pass and without an array of all
/// elements.
///
/// Shapes: each x [.., n] -> [..]
///
/// The result is a constant: this is the forward half of an op, for [`Tensor::from_op`].
///
/// # Panics
/// If the shapes differ, or there is no axis.
///
/// # Examples
/// ```
/// use autograd::simd::{Kernel, Lanes};
/// use autograd::{Float, Tensor, elementwise_sum};
/// use ndarray::array;
///
/// /// (x − y)².
/// #[derive(Clone, Copy)]
/// struct Square;
///
/// impl<T: Float> Kernel<T, 2> for Square {
///     #[inline(always)]
///     fn lanes<V: Lanes<Element = T>>(self, [x, y]: [V; 2]) -> V {
///         (x - y) * (x - y)
///     }
/// }
///
/// let x = Tensor::<f32>::from(array![[1.0, 2.0], [3.0, 4.0]]);
/// assert_eq!(elementwise_sum(Square, [&x, &x.t()]).to_vec(), [1.0, 1.0]);
/// ```
#[track_caller]
pub fn elementwise_sum<T: Float, const N: usize>(
    kernel: impl Kernel<T, N>,
    x: [&Tensor<T>; N],
) -> Tensor<T> {
    let shape = x[0].shape();
    let equal = x.iter().all(|x| x.shape() == shape);
    let (&n, rows) = match shape.split_last() {
        Some(split) if equal => split,
        _ => panic!(
            "elementwise_sum: the operands are {:?}; they must be of one shape, of one axis at least",
            x.map(|x| x.shape())
        ),
    };
    let x = x.map(row_major);
    let x = x.each_ref().map(slice);
    let z = match x[0].is_empty() {
        true => vec![T::zero(); rows.iter().product()],
        false => simd::reduce_rows(Add {}, T::zero(), kernel, x, n),
    };
    array(rows, z)
}

/// x with its elements in row-major order in memory.
fn row_major<T: Float>(x: &Tensor<T>) -> Tensor<T> {
    match x.storage().as_slice() {
        Some(_) => x.clone(),
        None => map(x, Map::Identity),
    }
}

fn slice<T: Float>(x: &Tensor<T>) -> &[T] {
    x.storage().as_slice().expect("in row-major order")
}

fn array<T: Float>(shape: &[usize], elements: Vec<T>) -> Tensor<T> {
    let z = ArrayD::from_shape_vec(IxDyn(shape), elements);
    z.expect("as many as the shape holds").into()
}

/// Neighboring axes, in increasing order.
fn runs(axes: &[usize]) -> Vec<Range<usize>> {
    let mut sorted = axes.to_vec();
    sorted.sort_unstable();
    let mut runs: Vec<Range<usize>> = Vec::new();
    for axis in sorted {
        match runs.last_mut() {
            Some(run) if run.end == axis => run.end += 1,
            _ => runs.push(axis..axis + 1),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use ndarray::Array1;

    use super::*;
    use crate::elementwise::kernels::Sub;
    use crate::simd::Isa;

    /// Integers, whose sums are exact in any order: for rows of all kinds, also of more than a task takes, and of views.
    #[test]
    fn sums_of_an_elementwise_function() {
        for (rows, n) in [(1, 1), (3, 5), (40, 16), (17, 33), (2, 1000), (50, 900), (3, 20_000)] {
            let numbers = |below: usize| {
                Tensor::constant(Array1::from_shape_fn(rows * n, |i| (i % below) as f32))
            };
            let (x, y) = (numbers(97).reshape([rows, n]), numbers(31).reshape([n, rows]).t());
            let differences = (&x - &y).to_vec();
            let expected: Vec<f32> = differences.chunks(n).map(|row| row.iter().sum()).collect();
            for isa in Isa::available() {
                let z = isa.force(|| elementwise_sum(Sub {}, [&x, &y]));
                assert_eq!(z.shape(), [rows]);
                assert_eq!(z.to_vec(), expected, "{rows} × {n} on {isa}");
            }
        }
    }

    #[test]
    fn sums_of_nothing() {
        for shape in [[0, 3], [2, 0]] {
            let x = Tensor::<f64>::zeros(shape);
            assert_eq!(elementwise_sum(Sub {}, [&x, &x]).to_vec(), vec![0.0; shape[0]]);
        }
    }

    #[test]
    #[should_panic(
        expected = "elementwise_sum: the operands are [[2, 3], [3]]; they must be of one shape"
    )]
    fn operands_of_several_shapes() {
        elementwise_sum(Sub {}, [&Tensor::<f32>::zeros([2, 3]), &Tensor::zeros([3])]);
    }
}
