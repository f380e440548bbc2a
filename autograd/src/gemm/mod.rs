#![doc = include_str!("README.md")]

pub(crate) mod batched;
mod kernel;
mod loops;
mod pack;
mod panel;
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

/// Where the numbers of a matrix are in a slice: number (i, p) is at rows\[i\] + runs\[p / run\] + (p mod run) · step.
///
/// With it, the patches of an image are a matrix that need not exist.
pub struct Places {
    rows: Vec<isize>,
    runs: Vec<isize>,
    run: usize,
    step: usize,
}

impl Places {
    /// The most steps in a run.
    pub(crate) const LONGEST: usize = plan::KC;

    /// A matrix of as many rows as `rows`, and `run` columns for each of `runs`.
    ///
    /// # Panics
    /// If a run is empty, longer than [`Places::LONGEST`], or the sum of the largest numbers is none.
    pub(crate) fn new(
        rows: impl Iterator<Item = usize>,
        runs: impl Iterator<Item = usize>,
        run: usize,
        step: usize,
    ) -> Self {
        assert!((1..=Self::LONGEST).contains(&run), "a run of {run} steps");
        let table = |offsets: &mut dyn Iterator<Item = usize>| -> Vec<isize> {
            offsets.map(|offset| isize::try_from(offset).expect("an offset in memory")).collect()
        };
        let (mut rows, mut runs) = (rows, runs);
        Self { rows: table(&mut rows), runs: table(&mut runs), run, step }
    }

    /// The place behind the last, or 0 if there is none.
    fn end(&self) -> usize {
        let last = |table: &[isize]| table.iter().max().map(|&offset| offset as usize);
        let (rows, runs) = (last(&self.rows), last(&self.runs));
        let end = rows.zip(runs).and_then(|(row, run)| row.checked_add(run));
        match (rows, runs, end) {
            (None, ..) | (_, None, _) => 0,
            (.., end) => end.expect("an offset in memory") + (self.run - 1) * self.step + 1,
        }
    }
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

    /// C ← A·B, where A lies in `a` where `places` says.
    ///
    /// # Panics
    /// If the shapes do not match, a place is outside of `a`, or rows of C are not contiguous.
    #[track_caller]
    fn multiply_indexed(
        a: &[Self],
        places: &Places,
        b: ArrayView2<'_, Self>,
        c: ArrayViewMut2<'_, Self>,
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

            #[track_caller]
            fn multiply_indexed(
                a: &[Self],
                places: &Places,
                b: ArrayView2<'_, Self>,
                c: ArrayViewMut2<'_, Self>,
            ) {
                multiply_indexed(a, places, b, c);
            }
        }
    )*};
}

impl_multiply!(f32 f64);

#[track_caller]
fn multiply_indexed<T: Float>(
    a: &[T],
    places: &Places,
    b: ArrayView2<'_, T>,
    mut c: ArrayViewMut2<'_, T>,
) {
    let (m, k) = (places.rows.len(), places.runs.len() * places.run);
    assert!(
        b.nrows() == k && c.dim() == (m, b.ncols()) && c.is_standard_layout(),
        "gemm: a is {:?}, b is {:?} and c is {:?}; they must be (m, k), (k, n) and (m, n)",
        (m, k),
        b.dim(),
        c.dim()
    );
    assert!(places.end() <= a.len(), "gemm: a place is {} of {}", places.end(), a.len());
    if k == 0 {
        c.fill(T::zero());
    } else if !c.is_empty() {
        Product::indexed(a, places, b, c).run();
    }
}

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
