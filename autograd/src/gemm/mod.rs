#![doc = include_str!("README.md")]

pub(crate) mod batched;
mod kernel;
mod loops;
mod pack;
mod plan;
mod scratch;
#[cfg(test)]
mod tests;

use ndarray::{Array2, ArrayView1, ArrayView2, ArrayViewMut2, Axis};

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
    T::multiply(a, b, c, Onto::Itself);
}

/// Matrix product over what was there, C ← A·B: as [`gemm`] on zeros, without reading C.
///
/// # Panics
/// If the shapes do not match.
#[track_caller]
pub fn assign<T: Float>(a: ArrayView2<'_, T>, b: ArrayView2<'_, T>, c: ArrayViewMut2<'_, T>) {
    T::multiply(a, b, c, Onto::Nothing);
}

/// Matrix product in a new array, A·B, in standard layout.
///
/// # Panics
/// If the shapes do not match.
#[track_caller]
pub fn product<T: Float>(a: ArrayView2<'_, T>, b: ArrayView2<'_, T>) -> Array2<T> {
    let (m, n) = (a.nrows(), b.ncols());
    let mut elements = T::pool().take(m * n);
    // SAFETY: there is room for m·n elements, which nobody else sees; `multiply` writes every one of them and
    // reads none before.
    unsafe {
        let c = ArrayViewMut2::from_shape_ptr((m, n), elements.as_mut_ptr());
        T::multiply(a, b, c, Onto::Nothing);
        elements.set_len(m * n);
    }
    Array2::from_shape_vec((m, n), elements).expect("m·n elements were written")
}

/// What a product is added to.
#[derive(Clone, Copy)]
pub enum Onto<'a, T> {
    /// C ← A·B.
    Nothing,
    /// C ← C + A·B.
    Itself,
    /// Cᵢⱼ ← rowⱼ + (A·B)ᵢⱼ.
    Row(&'a [T]),
}

/// An element type for which the product is compiled: once, and here. The ops, which are generic and compiled in the
/// crates that use them, reach it through this trait.
pub trait Multiply: Sized {
    /// C ← A·B, plus what it is added to.
    ///
    /// # Panics
    /// If the shapes do not match.
    #[track_caller]
    fn multiply(
        a: ArrayView2<'_, Self>,
        b: ArrayView2<'_, Self>,
        c: ArrayViewMut2<'_, Self>,
        onto: Onto<'_, Self>,
    );
}

macro_rules! impl_multiply {
    ($($float:ident)*) => {$(
        impl Multiply for $float {
            #[track_caller]
            fn multiply(
                a: ArrayView2<'_, Self>,
                b: ArrayView2<'_, Self>,
                c: ArrayViewMut2<'_, Self>,
                onto: Onto<'_, Self>,
            ) {
                multiply(a, b, c, onto);
            }
        }
    )*};
}

impl_multiply!(f32 f64);

/// Turns the product around until C's columns are adjacent, which is what the kernel writes.
#[track_caller]
fn multiply<T: Float>(
    mut a: ArrayView2<'_, T>,
    mut b: ArrayView2<'_, T>,
    mut c: ArrayViewMut2<'_, T>,
    mut onto: Onto<'_, T>,
) {
    assert!(
        a.ncols() == b.nrows() && c.dim() == (a.nrows(), b.ncols()),
        "gemm: a is {:?}, b is {:?} and c is {:?}; they must be (m, k), (k, n) and (m, n)",
        a.dim(),
        b.dim(),
        c.dim()
    );
    if let Onto::Row(row) = onto {
        assert!(row.len() == c.ncols(), "gemm: c is {:?} and the row [{}]", c.dim(), row.len());
        if a.ncols() == 0 || c.strides()[1] != 1 {
            c.assign(&ArrayView1::from(row));
            onto = Onto::Itself;
        }
    }
    if a.ncols() == 0 && matches!(onto, Onto::Nothing) {
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
        Product::new(a, b, c, onto).run();
    } else if adjacent(0) {
        // Cᵀ = Bᵀ·Aᵀ
        Product::new(b.reversed_axes(), a.reversed_axes(), c.reversed_axes(), onto).run();
    } else {
        let product = product(a, b);
        match onto {
            Onto::Itself => c += &product,
            _ => c.assign(&product),
        }
    }
}
