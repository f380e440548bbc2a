//! The same product, C ← A·B, by this crate and by others.

use ndarray::linalg::general_mat_mul;
use ndarray::{ArrayView2, ArrayViewMut2, LinalgScalar};

/// A product on as many threads as the process has been given.
pub type Multiply<T> = Box<dyn Fn(ArrayView2<'_, T>, ArrayView2<'_, T>, ArrayViewMut2<'_, T>)>;

/// An element type of all contenders.
pub trait Element: autograd::Float {
    /// What the product is called in the CBLAS interface.
    #[cfg(feature = "peers")]
    const CBLAS: &str;

    /// Names and functions, this crate first.
    fn contenders() -> Vec<(&'static str, Multiply<Self>)>;
}

macro_rules! element {
    ($($float:ident $cblas:literal,)*) => {$(
        impl Element for $float {
            #[cfg(feature = "peers")]
            const CBLAS: &str = $cblas;

            fn contenders() -> Vec<(&'static str, Multiply<Self>)> {
                let all: Vec<(_, Multiply<Self>)> = vec![
                    ("elbo", Box::new(autograd::gemm::assign)),
                    ("matrixmultiply", Box::new(by_matrixmultiply)),
                    #[cfg(feature = "peers")]
                    ("gemm", Box::new(by_gemm)),
                    #[cfg(feature = "peers")]
                    ("faer", Box::new(by_faer)),
                ];
                #[cfg(feature = "peers")]
                let all = all.into_iter().chain(super::blas::contender()).collect();
                all
            }
        }
    )*};
}

element!(f32 "cblas_sgemm", f64 "cblas_dgemm",);

/// What ndarray's `dot` comes down to.
fn by_matrixmultiply<T: Element + LinalgScalar>(
    a: ArrayView2<'_, T>,
    b: ArrayView2<'_, T>,
    mut c: ArrayViewMut2<'_, T>,
) {
    general_mat_mul(T::one(), &a, &b, T::zero(), &mut c);
}

#[cfg(feature = "peers")]
fn by_gemm<T: Element>(a: ArrayView2<'_, T>, b: ArrayView2<'_, T>, mut c: ArrayViewMut2<'_, T>) {
    let parallelism = match rayon::current_num_threads() {
        1 => gemm::Parallelism::None,
        threads => gemm::Parallelism::Rayon(threads),
    };
    let ((m, k), n) = (a.dim(), b.ncols());
    let (a_strides, b_strides) = (a.strides(), b.strides());
    let (c_row, c_col) = (c.strides()[0], c.strides()[1]);
    let (zero, one) = (T::from_f64(0.0), T::from_f64(1.0));
    // SAFETY: pointers, shapes and strides are those of three arrays that do not overlap.
    unsafe {
        gemm::gemm(
            m,
            n,
            k,
            c.as_mut_ptr(),
            c_col,
            c_row,
            false,
            a.as_ptr(),
            a_strides[1],
            a_strides[0],
            b.as_ptr(),
            b_strides[1],
            b_strides[0],
            zero,
            one,
            false,
            false,
            false,
            parallelism,
        );
    }
}

#[cfg(feature = "peers")]
fn by_faer<T: Element + faer::traits::ComplexField>(
    a: ArrayView2<'_, T>,
    b: ArrayView2<'_, T>,
    mut c: ArrayViewMut2<'_, T>,
) {
    use faer::{Accum, MatMut, MatRef, Par, linalg::matmul::matmul};
    let parallelism = match rayon::current_num_threads() {
        1 => Par::Seq,
        threads => Par::rayon(threads),
    };
    let view = |x: &ArrayView2<'_, T>| {
        // SAFETY: pointer, shape and strides are those of one array.
        unsafe {
            MatRef::from_raw_parts(x.as_ptr(), x.nrows(), x.ncols(), x.strides()[0], x.strides()[1])
        }
    };
    let (rows, cols, c_row, c_col) = (c.nrows(), c.ncols(), c.strides()[0], c.strides()[1]);
    // SAFETY: pointer, shape and strides are those of one array, borrowed mutably.
    let to = unsafe { MatMut::from_raw_parts_mut(c.as_mut_ptr(), rows, cols, c_row, c_col) };
    let (a, b) = (view(&a), view(&b));
    matmul(to, Accum::Replace, a, b, T::from_f64(1.0), parallelism);
}
