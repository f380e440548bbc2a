//! A BLAS library as a contender: the shared library at the path that the environment variable `BLAS` holds.

use std::env;

use libloading::Library;
use ndarray::{ArrayView2, ArrayViewMut2};

use super::peers::{Element, Multiply};

/// `cblas_sgemm` or `cblas_dgemm`: order, transpositions of A and B, m, n, k, α, A, B, β, C, each matrix with the distance of its rows.
type Gemm<T> = unsafe extern "C" fn(
    i32,
    i32,
    i32,
    i32,
    i32,
    i32,
    T,
    *const T,
    i32,
    *const T,
    i32,
    T,
    *mut T,
    i32,
);

/// `CblasRowMajor`, `CblasNoTrans` and `CblasTrans`.
const ROW_MAJOR: i32 = 101;
const AS_IT_IS: i32 = 111;
const TRANSPOSED: i32 = 112;

/// The library, if there is one.
pub fn contender<T: Element>() -> Option<(&'static str, Multiply<T>)> {
    let path = env::var_os("BLAS")?;
    // SAFETY: who sets the variable vouches for the library. It is never unloaded.
    let library = unsafe { Library::new(path) }.expect("BLAS: a shared library");
    let library: &Library = Box::leak(Box::new(library));
    // OpenBLAS as it comes from PyPI has names of its own.
    let names = [T::CBLAS.to_owned(), format!("scipy_{}", T::CBLAS)];
    // SAFETY: the interface says that the function has this type.
    let found = names.iter().find_map(|name| unsafe { library.get(name.as_bytes()) }.ok());
    let gemm: Gemm<T> = *found.expect("BLAS: a library with the CBLAS interface");
    Some(("BLAS", Box::new(move |a, b, c| call(gemm, a, b, c))))
}

fn call<T: Element>(
    gemm: Gemm<T>,
    a: ArrayView2<'_, T>,
    b: ArrayView2<'_, T>,
    mut c: ArrayViewMut2<'_, T>,
) {
    let ((m, k), n) = (a.dim(), b.ncols());
    let order = |x: &ArrayView2<'_, T>| match x.strides() {
        [row, 1] => (AS_IT_IS, *row as i32),
        [_, col] => (TRANSPOSED, *col as i32),
        _ => unreachable!("a matrix has two axes"),
    };
    let ((a_order, a_row), (b_order, b_row)) = (order(&a), order(&b));
    let (zero, one) = (T::from_f64(0.0), T::from_f64(1.0));
    let (a, b, c_row) = (a.as_ptr(), b.as_ptr(), c.strides()[0] as i32);
    let [m, n, k] = [m, n, k].map(|length| length as i32);
    // SAFETY: pointers, shapes and strides are those of three arrays that do not overlap, and in each the rows or the
    // columns are adjacent.
    unsafe {
        let c = c.as_mut_ptr();
        gemm(ROW_MAJOR, a_order, b_order, m, n, k, one, a, a_row, b, b_row, zero, c, c_row);
    }
}
