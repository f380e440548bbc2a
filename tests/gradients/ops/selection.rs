//! Selection by a condition and by indices, margins.

use autograd::Tensor;
use ndarray::{ArrayD, array};

use super::Case;
use super::case::{BINARY, Shapes, UNARY, case};
use super::naive::{aligned, at_each, zip};
use crate::support::REAL;

/// Operands of a selection whose condition is [2, 1].
const BESIDE_A_COLUMN: &[Shapes] = &[
    &[&[2, 3], &[2, 3]],
    &[&[3], &[2, 3]],
    &[&[1], &[]],
    &[&[], &[1, 2, 1]],
    &[&[0], &[2, 0]],
    &[&[4, 1, 3], &[2, 1]],
];
/// Shapes with 3 places along axis 0, and none along others.
const TRIPLES: &[Shapes] = &[&[&[3]], &[&[3, 2]], &[&[3, 1, 2]], &[&[3, 0]]];
/// Matrices of any extents.
const MATRICES: &[Shapes] = &[&[&[2, 3]], &[&[3, 3]], &[&[1, 1]], &[&[0, 2]], &[&[2, 1]]];
/// Matrices of at least 2 rows and 3 columns.
const LARGE: &[Shapes] = &[&[&[4, 5]], &[&[2, 3]]];
const CUBES: &[Shapes] = &[&[&[2, 3, 4]], &[&[1, 1, 1]], &[&[2, 0, 3]], &[&[3, 1, 2]]];

pub fn cases() -> Vec<Case> {
    vec![
        case!(
            "select",
            BINARY,
            REAL,
            |x| Tensor::select(&x[0].greater(&x[1]), &x[0], &x[1]),
            |x| zip(x, f64::max)
        ),
        case!(
            "select",
            BESIDE_A_COLUMN,
            REAL,
            |x| Tensor::select(&Tensor::from(array![[-0.5], [0.0]]), &x[0], &x[1]),
            |x| column_selects(x)
        ),
        case!("index_select", TRIPLES, REAL, |x| x[0].index_select(0, &[2, 0, 2, 2]), |x| {
            let shape = [&[4], &x[0].shape()[1..]].concat();
            at_each(&shape, |i| x[0][&*[&[[2, 0, 2, 2][i[0]]], &i[1..]].concat()])
        }),
        case!("index_select", CUBES, REAL, |x| x[0].index_select(2, &[0]), |x| {
            let n = x[0].shape();
            at_each(&[n[0], n[1], 1], |i| x[0][[i[0], i[1], 0]])
        }),
        case!("index_select", MATRICES, REAL, |x| x[0].index_select(0, &[]), |x| {
            at_each(&[0, x[0].shape()[1]], |_| unreachable!())
        }),
        case!("scatter_add", TRIPLES, REAL, |x| x[0].scatter_add(0, 4, &[3, 0, 3]), |x| {
            let shape = [&[4], &x[0].shape()[1..]].concat();
            let row = |k: usize, i: &[usize]| x[0][&*[&[k], &i[1..]].concat()];
            at_each(&shape, |i| match i[0] {
                0 => row(1, i),
                3 => row(0, i) + row(2, i),
                _ => 0.0,
            })
        }),
        case!(
            "scatter_add",
            &[&[&[2, 0]], &[&[0, 0]]],
            REAL,
            |x| x[0].scatter_add(1, 3, &[]),
            |x| { at_each(&[x[0].shape()[0], 3], |_| 0.0) }
        ),
        case!("pad", MATRICES, REAL, |x| x[0].pad([(1, 2), (0, 1)]), |x| {
            let (rows, columns) = (x[0].shape()[0], x[0].shape()[1]);
            let inside = |i: &[usize]| (1..=rows).contains(&i[0]) && i[1] < columns;
            let value = |i: &[usize]| if inside(i) { x[0][[i[0] - 1, i[1]]] } else { 0.0 };
            at_each(&[rows + 3, columns + 1], value)
        }),
        case!("pad", &[&[&[]]], REAL, |x| x[0].pad([]), |x| x[0].clone()),
        case!("crop", LARGE, REAL, |x| x[0].crop([(1, 0), (1, 2)]), |x| {
            let n = x[0].shape();
            at_each(&[n[0] - 1, n[1] - 3], |i| x[0][[i[0] + 1, i[1] + 1]])
        }),
        case!("flip", CUBES, REAL, |x| x[0].flip([2, 0]), |x| {
            let n = x[0].shape();
            at_each(n, |i| x[0][[n[0] - 1 - i[0], i[1], n[2] - 1 - i[2]]])
        }),
        case!("flip", UNARY, REAL, |x| x[0].flip([]), |x| x[0].clone()),
    ]
}

/// The first row of x, the second of y.
fn column_selects(x: &[ArrayD<f64>]) -> ArrayD<f64> {
    let column = ArrayD::zeros(vec![2, 1]);
    let xy = zip(x, |_, _| 0.0);
    let shape = zip(&[xy, column], |_, _| 0.0).shape().to_vec();
    at_each(&shape, |i| {
        let x = &x[i[i.len() - 2]];
        x[&*aligned(i, x)]
    })
}
