//! Operands and results whose numbers lie where tables say.

use ndarray::Array2;

use super::Layout::{Columns, Rows as InRows};
use super::{Stored, for_each_isa, integers, naive};
use crate::gemm::{Multiply, Onto, Places, Rows};
use crate::simd::Isa;

/// A matrix whose rows and columns lie in disorder and overlap, in runs of several lengths, of one step and of many.
#[test]
fn indexed_operands_agree_with_the_definition() {
    let a: Vec<f64> = integers(1, 4000, 1).into_iter().collect();
    let shapes = [
        // rows, runs, steps in a run, from one to the next, columns
        [1, 1, 1, 1, 1],
        [7, 3, 4, 1, 16],
        [23, 5, 7, 3, 33],
        [130, 9, 50, 2, 9],
        [800, 3, 150, 1, 40],
        [13, 3, 400, 1, 70],
        [5, 2, 3, 1, 0],
        [5, 0, 3, 1, 6],
        [0, 4, 3, 1, 6],
    ];
    for_each_isa(|| {
        for [m, runs, run, step, n] in shapes {
            let (row, start) = (|i: usize| i * 37 % 1000, |r: usize| (r * 61 + 5) % 1500);
            let places = Places::new((0..m).map(row), (0..runs).map(start), run, step);
            let at = |(i, p): (usize, usize)| a[row(i) + start(p / run) + p % run * step];
            let whole = Array2::from_shape_fn((m, runs * run), at);
            for layout in [InRows, Columns] {
                let mut b = Stored::new(&integers(runs * run, n, 2), layout);
                let what = format!("{} {m} {runs} {run} {step} {n}", Isa::current());
                // Two numbers are between the rows of C, and three between every second.
                let rows = || (0..m).map(|i| i * (n + 2) + i / 2);
                let row: Vec<f64> = integers(1, n, 3).into_iter().collect();
                for onto in [Onto::Nothing, Onto::Itself, Onto::Row(&row)] {
                    let mut c = vec![0.5; m * (n + 3)];
                    let mut expected = c.clone();
                    let product = naive(whole.view(), b.view_mut().view());
                    for (start, product) in rows().zip(product.rows()) {
                        for (j, (c, x)) in expected[start..].iter_mut().zip(product).enumerate() {
                            *c = match onto {
                                Onto::Nothing => *x,
                                Onto::Itself => *c + x,
                                Onto::Row(row) => row[j] + x,
                            };
                        }
                    }
                    let (b, rows) = (b.view_mut(), Rows::new(rows(), n));
                    f64::multiply_indexed(&a, &places, b.view(), &mut c, &rows, onto);
                    assert_eq!(c, expected, "{what}");
                }
            }
        }
    });
}

#[test]
#[should_panic(expected = "a place is 10 of 9")]
fn a_place_outside_of_the_operand_panics() {
    let places = Places::new([0, 3].into_iter(), [2].into_iter(), 3, 2);
    let (b, rows) = (Array2::zeros((3, 1)), Rows::new(0..2, 1));
    f32::multiply_indexed(&[0.0; 9], &places, b.view(), &mut [0.0; 2], &rows, Onto::Nothing);
}

#[test]
#[should_panic(expected = "a row ends at 5 of 4")]
fn a_row_outside_of_the_result_panics() {
    let places = Places::new([0, 1].into_iter(), [0].into_iter(), 1, 1);
    let (b, rows) = (Array2::zeros((1, 2)), Rows::new([0, 3].into_iter(), 2));
    f32::multiply_indexed(&[0.0; 2], &places, b.view(), &mut [0.0; 4], &rows, Onto::Nothing);
}

#[test]
#[should_panic(expected = "rows of 2 columns overlap")]
fn rows_that_overlap_panic() {
    Rows::new([0, 2, 3].into_iter(), 2);
}
