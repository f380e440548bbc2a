#![doc = include_str!("README.md")]

pub(crate) mod batched;
mod kernel;
mod loops;
mod pack;
mod plan;
mod scratch;
#[cfg(test)]
mod tests;

use ndarray::{Array2, ArrayView2, ArrayViewMut2, Axis};

use self::loops::Product;
use crate::Float;

/// Accumulating matrix product, C ← C + A·B.
///
/// Shapes: a \[m, k\], b \[k, n\], c \[m, n\]. Any strides will do: transposed, reversed, with steps, and
/// broadcast ones in `a` and `b`. The result has the same bits on any number of threads.
///
/// # Panics
/// If the shapes do not match.
///
/// # Examples
/// ```
/// use ndarray::array;
///
/// let (a, b) = (array![[1.0, 2.0], [3.0, 4.0]], array![[5.0], [6.0]]);
/// let mut c = array![[100.0], [200.0]];
/// autograd::gemm::gemm(a.view(), b.view(), c.view_mut());
/// assert_eq!(c, array![[100.0 + 1.0 * 5.0 + 2.0 * 6.0], [200.0 + 3.0 * 5.0 + 4.0 * 6.0]]);
/// ```
#[track_caller]
pub fn gemm<T: Float>(a: ArrayView2<'_, T>, b: ArrayView2<'_, T>, c: ArrayViewMut2<'_, T>) {
    check(a.dim(), b.dim(), c.dim());
    T::multiply(a, b, c, true);
}

/// Matrix product over what was there, C ← A·B: as [`gemm`] on zeros, without reading C.
///
/// # Panics
/// If the shapes do not match.
#[track_caller]
pub fn assign<T: Float>(a: ArrayView2<'_, T>, b: ArrayView2<'_, T>, c: ArrayViewMut2<'_, T>) {
    check(a.dim(), b.dim(), c.dim());
    T::multiply(a, b, c, false);
}

/// Matrix product in a new array, A·B, in standard layout.
///
/// # Panics
/// If the shapes do not match.
#[track_caller]
pub fn product<T: Float>(a: ArrayView2<'_, T>, b: ArrayView2<'_, T>) -> Array2<T> {
    let (m, n) = (a.nrows(), b.ncols());
    check(a.dim(), b.dim(), (m, n));
    let mut elements = T::pool().take(m * n);
    // SAFETY: there is room for m·n elements, which nobody else sees; `multiply` writes every one of them and, unless
    // it accumulates, reads none before.
    unsafe {
        let c = ArrayViewMut2::from_shape_ptr((m, n), elements.as_mut_ptr());
        T::multiply(a, b, c, false);
        elements.set_len(m * n);
    }
    Array2::from_shape_vec((m, n), elements).expect("m·n elements were written")
}

#[track_caller]
fn check(a: (usize, usize), b: (usize, usize), c: (usize, usize)) {
    assert!(
        a.1 == b.0 && c == (a.0, b.1),
        "gemm: a is {a:?}, b is {b:?} and c is {c:?}; they must be (m, k), (k, n) and (m, n)"
    );
}

/// An element type for which the product is compiled: once, and here. The ops, which are generic and compiled in the
/// crates that use them, reach it through this trait.
pub trait Multiply: Sized {
    /// C ← A·B or, to accumulate, C ← C + A·B.
    fn multiply(
        a: ArrayView2<'_, Self>,
        b: ArrayView2<'_, Self>,
        c: ArrayViewMut2<'_, Self>,
        accumulate: bool,
    );
}

macro_rules! impl_multiply {
    ($($float:ident)*) => {$(
        impl Multiply for $float {
            fn multiply(
                a: ArrayView2<'_, Self>,
                b: ArrayView2<'_, Self>,
                c: ArrayViewMut2<'_, Self>,
                accumulate: bool,
            ) {
                multiply(a, b, c, accumulate);
            }
        }
    )*};
}

impl_multiply!(f32 f64);

/// Turns the product around until C's columns are adjacent, which is what the kernel writes.
fn multiply<T: Float>(
    mut a: ArrayView2<'_, T>,
    mut b: ArrayView2<'_, T>,
    mut c: ArrayViewMut2<'_, T>,
    accumulate: bool,
) {
    if a.ncols() == 0 && !accumulate {
        c.fill(T::zero());
    }
    if c.is_empty() || a.ncols() == 0 {
        return;
    }
    // Rows of C in reverse are rows of A in reverse; columns of C are columns of B.
    if c.strides()[0] < 0 {
        c.invert_axis(Axis(0));
        a.invert_axis(Axis(0));
    }
    if c.strides()[1] < 0 {
        c.invert_axis(Axis(1));
        b.invert_axis(Axis(1));
    }
    let adjacent = |axis: usize| c.shape()[axis] == 1 || c.strides()[axis] == 1;
    if adjacent(1) {
        Product::new(a, b, c, accumulate).run();
    } else if adjacent(0) {
        // Cᵀ = Bᵀ·Aᵀ
        Product::new(b.reversed_axes(), a.reversed_axes(), c.reversed_axes(), accumulate).run();
    } else {
        let product = product(a, b);
        if accumulate { c += &product } else { c.assign(&product) }
    }
}
