#![doc = include_str!("README.md")]

mod access;
mod ahead;
pub(crate) mod batched;
mod dots;
mod kernel;
mod loops;
mod pack;
mod panel;
mod plan;
mod scratch;
mod tasks;
#[cfg(test)]
mod tests;
mod ways;

use ndarray::{Array2, ArrayView2, ArrayViewMut2};

use self::loops::Product;
use self::ways::multiply;
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
    /// The place behind the last, or 0 if there is none.
    end: usize,
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
        let (rows, runs) = (table(rows), table(runs));
        let last = |table: &[isize]| table.iter().max().map(|&offset| offset as usize);
        let end = match (last(&rows), last(&runs)) {
            (Some(row), Some(start)) => row
                .checked_add(start)
                .and_then(|last| last.checked_add((run - 1) * step + 1))
                .expect("an offset in memory"),
            _ => 0,
        };
        Self { rows, runs, run, step, end }
    }
}

/// Where the rows of a matrix are in a slice: row i is the numbers from starts\[i\] on.
pub struct Rows {
    starts: Vec<isize>,
    columns: usize,
}

impl Rows {
    /// Rows of `columns` numbers each.
    ///
    /// # Panics
    /// If a row starts before the one before it ends.
    pub(crate) fn new(starts: impl Iterator<Item = usize>, columns: usize) -> Self {
        let starts = table(starts);
        let apart = |pair: &[isize]| pair[1].abs_diff(pair[0]) >= columns && pair[0] <= pair[1];
        assert!(starts.windows(2).all(apart), "rows of {columns} columns overlap");
        Self { starts, columns }
    }

    /// The place behind the last.
    fn end(&self) -> usize {
        self.starts.last().map_or(0, |&start| start as usize + self.columns)
    }
}

fn table(offsets: impl Iterator<Item = usize>) -> Vec<isize> {
    offsets.map(|offset| isize::try_from(offset).expect("an offset in memory")).collect()
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

    /// C ← A·B, plus what it is added to, where the numbers of A lie in `a` where `places` says and the rows of C in `c`
    /// where `rows` says.
    ///
    /// # Panics
    /// If the shapes do not match, or a place or a row is outside of its slice.
    #[track_caller]
    fn multiply_indexed(
        a: &[Self],
        places: &Places,
        b: ArrayView2<'_, Self>,
        c: &mut [Self],
        rows: &Rows,
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

            #[track_caller]
            fn multiply_indexed(
                a: &[Self],
                places: &Places,
                b: ArrayView2<'_, Self>,
                c: &mut [Self],
                rows: &Rows,
                onto: Onto<'_, Self>,
            ) {
                multiply_indexed(a, places, b, c, rows, onto);
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
    c: &mut [T],
    rows: &Rows,
    onto: Onto<'_, T>,
) {
    let a_shape = (places.rows.len(), places.runs.len() * places.run);
    let c_shape = (rows.starts.len(), rows.columns);
    assert!(
        a_shape == (c_shape.0, b.nrows()) && b.ncols() == c_shape.1,
        "gemm: a is {a_shape:?}, b is {:?} and c is {c_shape:?}; they must be (m, k), (k, n) and (m, n)",
        b.dim(),
    );
    assert!(places.end <= a.len(), "gemm: a place is {} of {}", places.end, a.len());
    assert!(rows.end() <= c.len(), "gemm: a row ends at {} of {}", rows.end(), c.len());
    if let Onto::Row(row) = onto {
        assert!(row.len() == b.ncols(), "gemm: c is {c_shape:?} and the row [{}]", row.len());
    }
    if b.nrows() == 0 {
        for &start in &rows.starts {
            let c = &mut c[start as usize..][..rows.columns];
            match onto {
                Onto::Nothing => c.fill(T::zero()),
                Onto::Itself => {}
                Onto::Row(row) => c.copy_from_slice(row),
            }
        }
    } else if !rows.starts.is_empty() && rows.columns > 0 {
        Product::indexed(a, places, b, c, rows, onto).run();
    }
}
