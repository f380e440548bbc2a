//! The ways to a product: as it is or turned around, by tiles or by inner products.
//!
//! Tiles write rows of C in vectors; inner products read rows of A and columns of B in vectors, along k. *In rows* is a matrix
//! whose rows lie in order, *in columns* one whose columns do; C is *narrow* or *low* if that pays, by [`Operands`].
//!
//! | A | B | C | |
//! |---|---|---|---|
//! | | | in rows | by tiles |
//! | | | in columns | Cᵀ = Bᵀ·Aᵀ by tiles |
//! | | | else | by tiles elsewhere, then copied |
//! | in rows | in columns | narrow | by inner products |
//! | in rows | in columns | low | Cᵀ = Bᵀ·Aᵀ by inner products |
//! | in rows | else | narrow | by inner products, with a copy of B in columns |
//! | in columns | | narrow | Cᵀ = Bᵀ·Aᵀ by tiles elsewhere, then copied, if C is not in columns |

use ndarray::{ArrayView1, ArrayView2, ArrayViewMut2, Axis};

use super::loops::Product;
use super::{Onto, product};
use crate::simd::{Isa, Routine, Vector};
use crate::{Float, threads};

/// C ← A·B, plus what it is added to.
#[track_caller]
pub fn multiply<'a, T: Float>(
    mut a: ArrayView2<'a, T>,
    mut b: ArrayView2<'a, T>,
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
    let k = a.ncols();
    let way = Operands::new(&a, &b).way::<T>();
    if let Onto::Row(row) = onto {
        assert!(row.len() == c.ncols(), "gemm: c is {:?} and the row [{}]", c.dim(), row.len());
        if k == 0 || c.strides()[1] != 1 || matches!(way, Way::LowDots | Way::Turned) {
            c.assign(&ArrayView1::from(row));
            onto = Onto::Itself;
        }
    }
    if k == 0 && matches!(onto, Onto::Nothing) {
        c.fill(T::zero());
    }
    if c.is_empty() || k == 0 {
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
    let (c_in_columns, c_in_rows) = (adjacent(0), adjacent(1));
    match way {
        Way::DotsOfCopy => {
            let b_t = b.reversed_axes();
            let copy = b_t.as_standard_layout();
            return Product::new(a, copy.t(), c, onto, true).run();
        }
        Way::Turned if !c_in_columns => {
            let product = product(b.reversed_axes(), a.reversed_axes());
            return write(c, product.t(), onto);
        }
        Way::Tiles if !c_in_rows && !c_in_columns => {
            return write(c, product(a, b).view(), onto);
        }
        _ => {}
    }
    let turned = match way {
        Way::Tiles => !c_in_rows,
        _ => matches!(way, Way::LowDots | Way::Turned),
    };
    if turned {
        // Cᵀ = Bᵀ·Aᵀ
        (a, b, c) = (b.reversed_axes(), a.reversed_axes(), c.reversed_axes());
    }
    Product::new(a, b, c, onto, matches!(way, Way::Dots | Way::LowDots)).run();
}

/// The products a·b that are worth a thought, if an operand or C is to be copied.
const SMALL: usize = 1 << 13;

/// Rows of C that are copied together: their lines stay in the first cache from one column to the next.
const ROWS: usize = 256;

/// Copies a product to C, or adds it, column by column.
fn write<T: Float>(mut c: ArrayViewMut2<'_, T>, product: ArrayView2<'_, T>, onto: Onto<'_, T>) {
    let c = c.axis_chunks_iter_mut(Axis(0), ROWS);
    let product = product.axis_chunks_iter(Axis(0), ROWS);
    threads::for_each(c.zip(product), |(mut c, product)| {
        for (mut column, product) in c.columns_mut().into_iter().zip(product.columns()) {
            match onto {
                Onto::Itself => column += &product,
                _ => column.assign(&product),
            }
        }
    });
}

/// The ways of the table.
enum Way {
    Tiles,
    /// Inner products.
    Dots,
    /// Those of Cᵀ, as C is low.
    LowDots,
    /// Those with a copy of B.
    DotsOfCopy,
    /// By tiles of Cᵀ, as C is narrow.
    Turned,
}

/// What there is to choose by: m, k, n and the strides of A and B.
struct Operands {
    shape: [usize; 3],
    a: [isize; 2],
    b: [isize; 2],
}

impl Operands {
    fn new<T>(a: &ArrayView2<'_, T>, b: &ArrayView2<'_, T>) -> Self {
        let strides = |view: &ArrayView2<'_, T>| [view.strides()[0], view.strides()[1]];
        Self { shape: [a.nrows(), a.ncols(), b.ncols()], a: strides(a), b: strides(b) }
    }

    /// The fastest way.
    fn way<T: Float>(self) -> Way {
        let ([m, k, n], [_, a_k], [b_k, _]) = (self.shape, self.a, self.b);
        let nothing_to_copy = a_k == 1 && b_k == 1;
        if nothing_to_copy || m * k * n >= SMALL {
            Isa::current().run::<T, _>(self)
        } else {
            Way::Tiles
        }
    }
}

/// Chooses the way that costs the least, in twentieths of a lane's multiply-add for a row of C, or for a column if it is low.
///
/// Tiles multiply in lanes that are empty as well, and have a tenth more to do if B is in columns. With AVX-512 a tile of one vector
/// takes twice as long as its multiply-adds, as Ice Lake loads little more than one vector in a cycle. In a low C, the copy of B,
/// which is made for a few rows alone, costs as much as five more. Inner products add up lanes at the end, which is as much as 12
/// vectors' worth of steps, and have their last column several times; a step costs 21 twentieths, or 29 with AVX2, whose tiles are
/// smaller. Turned around, all lanes are of use, at 22 twentieths, or 26. To copy a number to C costs as much as 3 vectors of
/// multiply-adds, and to copy one of B as much as 6, as one thread does.
impl<T: Float> Routine<T> for Operands {
    type Output = Way;

    #[inline(always)]
    unsafe fn run<V: Vector<Element = T>>(self) -> Way {
        let ([m, k, n], [a_row, a_k], [b_k, _]) = (self.shape, self.a, self.b);
        let small = V::REGISTERS == 16;
        let (dot, columns, turned) = if small { (29, 2, 26) } else { (21, 4, 22) };
        let dots = |few: usize| dot * few * (k + 12 * V::LANES);
        let (a_in_rows, b_in_columns) = (a_k == 1, b_k == 1);
        if a_in_rows && b_in_columns && m < n && m <= V::LANES && dots(m) < 22 * k * (m + 5) {
            return Way::LowDots;
        }
        if n > 3 * V::LANES {
            return Way::Tiles;
        }
        let lanes = match n.next_multiple_of(V::LANES) {
            one if one == V::LANES && !small => 2 * one,
            lanes => lanes,
        };
        let dots = dots(if n > 2 { n.next_multiple_of(columns) } else { n });
        let (tiles, copy) = (20 * k * lanes, 60 * V::LANES * n);
        if a_in_rows && b_in_columns {
            if dots < tiles + tiles / 10 { Way::Dots } else { Way::Tiles }
        } else if a_in_rows {
            if m * dots + 2 * copy * k < m * tiles { Way::DotsOfCopy } else { Way::Tiles }
        } else if a_row == 1 && m >= 4 * V::LANES && turned * n * k + copy < tiles {
            Way::Turned
        } else {
            Way::Tiles
        }
    }
}
