//! Every kernel of this machine against the definition, Cᵢⱼ = Σₚ Aᵢₚ Bₚⱼ.

mod indexed;

use ndarray::{Array2, ArrayView2, ArrayViewMut2, Axis, s};
use rayon::ThreadPoolBuilder;

use super::panel::{Tiles, tiles};
use super::{Multiply, Onto, assign, gemm, product};
use crate::Float;
use crate::simd::Isa;

/// Integers between −4 and 4: sums of their products are exact, in any order, so that any mistake
/// shows, and nothing else does.
fn integers<T: Float>(rows: usize, cols: usize, seed: usize) -> Array2<T> {
    Array2::from_shape_fn((rows, cols), |(i, j)| {
        T::from_f64(((i * 7 + j * 13 + i * j + seed * 5) % 9) as f64 - 4.0)
    })
}

fn naive<T: Float>(a: ArrayView2<'_, T>, b: ArrayView2<'_, T>) -> Array2<T> {
    Array2::from_shape_fn((a.nrows(), b.ncols()), |(i, j)| {
        (0..a.ncols()).map(|p| a[[i, p]] * b[[p, j]]).sum()
    })
}

/// Ways to lay out the same matrix in memory.
#[derive(Clone, Copy, Debug)]
enum Layout {
    Rows,
    Columns,
    Steps,
    TransposedSteps,
    Reversed,
    WideRows,
}

use Layout::*;

const LAYOUTS: [Layout; 6] = [Rows, Columns, Steps, TransposedSteps, Reversed, WideRows];

/// A larger array of −77, and the function that finds a matrix of `rows` × `cols` in it.
struct Stored<T> {
    array: Array2<T>,
    layout: Layout,
    shape: [usize; 2],
}

impl<T: Float> Stored<T> {
    fn new(matrix: &Array2<T>, layout: Layout) -> Self {
        let (rows, cols) = matrix.dim();
        let shape = match layout {
            Rows | Reversed => [rows, cols],
            Columns => [cols, rows],
            Steps => [2 * rows, 3 * cols],
            TransposedSteps => [2 * cols, 3 * rows],
            WideRows => [rows, cols + 5],
        };
        let array = Array2::from_elem(shape, T::from_f64(-77.0));
        let mut stored = Stored { array, layout, shape: [rows, cols] };
        stored.view_mut().assign(matrix);
        stored
    }

    fn view_mut(&mut self) -> ArrayViewMut2<'_, T> {
        let cols = self.shape[1];
        match self.layout {
            Rows => self.array.view_mut(),
            Columns => self.array.view_mut().reversed_axes(),
            Steps => self.array.slice_mut(s![..;2, ..;3]),
            TransposedSteps => self.array.slice_mut(s![..;2, ..;3]).reversed_axes(),
            Reversed => self.array.slice_mut(s![..;-1, ..;-1]),
            WideRows => self.array.slice_mut(s![.., 3..3 + cols]),
        }
    }

    /// Asserts that the matrix is `expected` and that nothing around it has changed.
    fn assert_is(&mut self, expected: &Array2<T>, what: &str) {
        let outside = self.array.len() - expected.len();
        assert_eq!(self.view_mut(), expected, "{what}");
        self.view_mut().fill(T::from_f64(-77.0));
        let changed = self.array.iter().filter(|x| **x != T::from_f64(-77.0)).count();
        assert_eq!(changed, 0, "{what}: of {outside} numbers outside of c");
    }
}

/// Checks `gemm`, `assign`, `product` and the sum with a row, for one shape and one layout of each operand.
fn check<T: Float>([m, k, n]: [usize; 3], [of_a, of_b, of_c]: [Layout; 3]) {
    let (a, b, c) = (integers::<T>(m, k, 1), integers::<T>(k, n, 2), integers::<T>(m, n, 3));
    let expected = naive(a.view(), b.view());
    let (mut a, mut b) = (Stored::new(&a, of_a), Stored::new(&b, of_b));
    let (a, b) = (a.view_mut(), b.view_mut());
    let (a, b) = (a.view(), b.view());
    let what = format!("{} {m}x{k}x{n} {of_a:?} {of_b:?} {of_c:?}", Isa::current());

    let mut sum = Stored::new(&c, of_c);
    gemm(a, b, sum.view_mut());
    sum.assert_is(&(&c + &expected), &format!("gemm {what}"));

    let garbage = Array2::from_elem((m, n), T::NAN);
    let mut over = Stored::new(&garbage, of_c);
    assign(a, b, over.view_mut());
    over.assert_is(&expected, &format!("assign {what}"));

    assert_eq!(product(a, b), expected, "product {what}");

    let row = integers::<T>(1, n, 4);
    let onto = row.as_slice().expect("in standard layout");
    let mut over = Stored::new(&garbage, of_c);
    T::multiply(a, b, over.view_mut(), Onto::Row(onto));
    over.assert_is(&(&row + &expected), &format!("onto a row {what}"));
}

fn for_each_isa(f: impl Fn()) {
    for isa in Isa::available() {
        isa.force(&f);
    }
}

#[test]
fn tiles_cover_all_rows_and_none_is_low() {
    for mr in [6, 8, 12] {
        for rows in 1..100 {
            let (mut end, mut lowest) = (0, rows);
            for Tiles { rows, height } in tiles(rows, mr) {
                assert!(rows.start == end && rows.len() % height == 0 && height <= mr, "{rows:?}");
                (end, lowest) = (rows.end, lowest.min(height));
            }
            assert_eq!(end, rows, "by {mr}");
            assert!(rows < mr || 2 * lowest >= mr, "{lowest} of {rows} by {mr}");
        }
    }
}

#[test]
fn shapes_around_the_tiles_agree_with_the_definition() {
    let sizes = [0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 15, 16, 17, 23, 24, 25, 31, 33, 47, 49, 65];
    for_each_isa(|| {
        for (i, &m) in sizes.iter().enumerate() {
            for (j, &n) in sizes.iter().enumerate() {
                let k = sizes[(i * 5 + j * 3) % sizes.len()];
                check::<f32>([m, k, n], [Rows; 3]);
                check::<f64>([m, k, n], [Rows; 3]);
                check::<f32>([m, k, n], [Columns, Columns, Rows]);
                check::<f64>([m, k, n], [Columns, Columns, Rows]);
            }
        }
    });
}

#[test]
fn shapes_around_the_blocks_agree_with_the_definition() {
    let shapes = [
        [1, 1000, 1],
        [3, 399, 70],
        [70, 400, 100],
        [70, 401, 100],
        [7, 801, 129],
        [130, 17, 257],
        [513, 30, 131],
        [600, 403, 67],
        [127, 90, 1600],
        [127, 600, 500],
        [300, 1, 300],
        [1, 401, 300],
        [2, 30, 301],
    ];
    for_each_isa(|| {
        for shape in shapes {
            for of_a in [Rows, Columns] {
                for of_b in [Rows, Columns] {
                    check::<f32>(shape, [of_a, of_b, Rows]);
                    check::<f64>(shape, [of_a, of_b, Rows]);
                }
            }
        }
    });
}

/// Narrow and low ones, in each of the ways that there are to them: of one block of k and of two, with whole and partial tiles
/// and vectors, and with more rows than are copied together.
#[test]
fn narrow_and_low_products_agree_with_the_definition() {
    let shapes = [
        [1, 400, 1],
        [9, 300, 2],
        [4, 320, 3],
        [13, 4200, 3],
        [37, 401, 20],
        [64, 1000, 23],
        [130, 400, 10],
        [600, 150, 4],
        [300, 128, 1],
        [1, 63, 40],
        [1, 100, 40],
        [1, 4200, 5],
        [2, 300, 60],
        [4, 1000, 41],
        [8, 4200, 19],
        [16, 900, 17],
    ];
    for_each_isa(|| {
        for shape in shapes {
            for [of_a, of_b] in [[WideRows, Columns], [WideRows, Rows], [Columns, WideRows]] {
                for of_c in [Rows, Columns, Reversed, Steps] {
                    check::<f32>(shape, [of_a, of_b, of_c]);
                    check::<f64>(shape, [of_a, of_b, of_c]);
                }
            }
        }
    });
}

#[test]
fn every_layout_of_every_operand_agrees_with_the_definition() {
    // The last one is high and wide enough for packed operands.
    let shapes = [[5, 7, 6], [29, 18, 37], [101, 9, 130], [1, 5, 40], [40, 5, 1], [97, 3, 400]];
    for_each_isa(|| {
        for of_a in LAYOUTS {
            for of_b in LAYOUTS {
                for of_c in LAYOUTS {
                    for shape in shapes {
                        check::<f32>(shape, [of_a, of_b, of_c]);
                        check::<f64>(shape, [of_a, of_b, of_c]);
                    }
                }
            }
        }
    });
}

#[test]
fn broadcast_operands_agree_with_the_definition() {
    let (m, k, n) = (50, 21, 75);
    for_each_isa(|| {
        let (row, column) = (integers::<f32>(1, k, 1), integers::<f32>(m, 1, 1));
        let (b_row, b_column) = (integers::<f32>(1, n, 2), integers::<f32>(k, 1, 2));
        for a in [row.broadcast((m, k)).unwrap(), column.broadcast((m, k)).unwrap()] {
            for b in [b_row.broadcast((k, n)).unwrap(), b_column.broadcast((k, n)).unwrap()] {
                assert_eq!(product(a, b), naive(a, b));
            }
        }
    });
}

#[test]
fn no_steps_leave_c_or_make_it_zero() {
    let (a, b) = (Array2::<f32>::zeros((3, 0)), Array2::zeros((0, 4)));
    let mut c = integers(3, 4, 1);
    gemm(a.view(), b.view(), c.view_mut());
    assert_eq!(c, integers(3, 4, 1));
    assign(a.view(), b.view(), c.view_mut());
    assert_eq!(c, Array2::zeros((3, 4)));
}

/// Shapes that are large enough for several tasks, with numbers that do round.
#[test]
fn the_bits_do_not_depend_on_the_number_of_threads() {
    let numbers = |rows, cols, seed: usize| {
        integers::<f32>(rows, cols, seed).mapv(|x| (x + 0.1) / 3.0) // not exact in any order
    };
    for_each_isa(|| {
        let isa = Isa::current();
        let narrow_or_low = [[128, 400, 20], [900, 800, 4], [4, 1000, 400]];
        let others = [[128, 784, 400], [400, 128, 784], [700, 450, 90], [300, 1024, 800]];
        for [m, k, n] in narrow_or_low.into_iter().chain(others) {
            let (a, columns_of_a, b) = (numbers(m, k, 1), numbers(k, m, 1), numbers(n, k, 2));
            let rows_of_b = numbers(k, n, 2);
            for (a, b) in
                [(a.view(), b.t()), (a.view(), rows_of_b.view()), (columns_of_a.t(), b.t())]
            {
                let on = |threads: usize| {
                    let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                    pool.install(|| isa.force(|| product(a, b)))
                };
                let one = on(1);
                for threads in [2, 3, 5] {
                    let several = on(threads);
                    let same = one.iter().zip(&several).all(|(x, y)| x.to_bits() == y.to_bits());
                    assert!(same, "{isa} {m}x{k}x{n} of {:?} on {threads} threads", a.strides());
                }
            }
        }
    });
}

/// matrixmultiply, behind ndarray's `dot`, is the second oracle. In the second shape, rows of A and B crowd each other out
/// of the caches; in the third, C is in memory; in all, A is several blocks.
#[test]
fn large_products_agree_with_another_library() {
    let scale = |x: f64| (x + 0.3) / 4.0;
    let worst = |difference: Array2<f64>| difference.iter().fold(0.0, |w: f64, x| w.max(x.abs()));
    let shapes = [[333, 1100, 555], [264, 1024, 2048], [1025, 512, 2050]];
    for_each_isa(|| {
        for [m, k, n] in shapes {
            let (a, b) = (integers(m, k, 1).mapv(scale), integers(k, n, 2).mapv(scale));
            let expected = a.dot(&b);
            let [a_32, b_32] = [&a, &b].map(|x| x.mapv(|x| x as f32));
            for of_a in [Rows, Columns] {
                let (mut a, mut a_32) = (Stored::new(&a, of_a), Stored::new(&a_32, of_a));
                let (a, a_32) = (a.view_mut(), a_32.view_mut());
                assert!(worst(product(a.view(), b.view()) - &expected) < 1e-10);
                let difference = product(a_32.view(), b_32.view()).mapv(f64::from) - &expected;
                assert!(worst(difference) < 1e-3);
            }
        }
    });
}

/// A product inside of a parallel loop, as a batch of them is computed.
#[test]
fn products_may_run_inside_of_parallel_code() {
    use rayon::prelude::*;
    let (a, b) = (integers::<f32>(130, 300, 1), integers::<f32>(300, 140, 2));
    let expected = naive(a.view(), b.view());
    (0..16).into_par_iter().for_each(|_| assert_eq!(product(a.view(), b.view()), expected));
}

#[test]
#[should_panic(expected = "a is (2, 3), b is (4, 5) and c is (2, 5)")]
fn shapes_that_do_not_match_panic_with_all_of_them() {
    product(Array2::<f32>::zeros((2, 3)).view(), Array2::zeros((4, 5)).view());
}

#[test]
#[should_panic(expected = "c is (2, 5) and the row [4]")]
fn a_row_of_another_length_panics() {
    let (a, b, mut c) = (Array2::zeros((2, 3)), Array2::zeros((3, 5)), Array2::zeros((2, 5)));
    f32::multiply(a.view(), b.view(), c.view_mut(), Onto::Row(&[0.0; 4]));
}

#[test]
fn reversed_c_is_written_in_place() {
    let (a, b) = (integers::<f64>(9, 4, 1), integers(4, 20, 2));
    let mut c = Array2::zeros((9, 20));
    c.invert_axis(Axis(1));
    assign(a.view(), b.view(), c.view_mut());
    assert_eq!(c, naive(a.view(), b.view()));
}
