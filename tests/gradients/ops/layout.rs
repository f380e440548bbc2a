//! Ops that move elements, and products of matrices.

use autograd::Tensor;
use ndarray::{Axis, concatenate, s};

use super::Case;
use super::case::{Shapes, UNARY, case};
use super::naive::{aligned, at_each, matmul};
use crate::support::REAL;

/// Shapes of rank 3.
const CUBES: &[Shapes] = &[&[&[2, 3, 4]], &[&[1, 1, 1]], &[&[2, 0, 3]], &[&[3, 1, 2]]];
/// Matrices of any extents.
const MATRICES: &[Shapes] = &[&[&[2, 3]], &[&[3, 3]], &[&[1, 1]], &[&[0, 2]], &[&[2, 1]]];
/// Matrices of at least 3 rows and 4 columns.
const LARGE: &[Shapes] = &[&[&[4, 5]], &[&[3, 4]]];
/// Parts that differ along axis 1 only.
const PARTS: &[Shapes] = &[
    &[&[2, 3], &[2, 1], &[2, 3]],
    &[&[2, 3], &[2, 0]],
    &[&[1, 1], &[1, 1]],
    &[&[0, 1], &[0, 2]],
    &[&[2, 3]],
];
const EQUAL_PARTS: &[Shapes] =
    &[&[&[2, 3], &[2, 3], &[2, 3]], &[&[1], &[1]], &[&[0], &[0]], &[&[2, 3]]];

/// Operands of products with batch axes: equal, repeated on either side or on both, of extents 0 and 1, and k = 0.
const STACKS: &[Shapes] = &[
    &[&[4, 2, 3], &[4, 3, 2]],
    &[&[2, 3, 3], &[2, 3, 3]],
    &[&[4, 2, 3], &[3, 2]],
    &[&[2, 3], &[4, 3, 2]],
    &[&[1, 2, 3], &[4, 3, 2]],
    &[&[4, 2, 3], &[1, 3, 2]],
    &[&[1, 1, 1], &[1, 1, 1]],
    &[&[4, 1, 3], &[4, 3, 1]],
    &[&[2, 3, 2, 1], &[2, 3, 1, 2]],
    &[&[2, 3, 1, 2], &[2, 3]],
    &[&[2, 1, 2, 3], &[1, 3, 3, 2]],
    &[&[3, 1, 2], &[2, 3, 2, 3]],
    &[&[2, 3, 2, 2], &[2, 1, 2, 3]],
    &[&[0, 2, 3], &[0, 3, 2]],
    &[&[0, 2, 3], &[3, 2]],
    &[&[1, 2, 3], &[2, 0, 3, 2]],
    &[&[2, 2, 0], &[2, 0, 3]],
    &[&[2, 2, 0], &[0, 3]],
    &[&[2, 0, 3], &[2, 3, 2]],
    &[&[2, 3], &[2, 3, 0]],
];

pub fn cases() -> Vec<Case> {
    vec![
        case!("reshape", UNARY, REAL, |x| x[0].reshape([x[0].len(), 1]), |x| {
            let row_major: Vec<_> = x[0].iter().copied().collect();
            at_each(&[x[0].len(), 1], |index| row_major[index[0]])
        }),
        case!("insert_axis", MATRICES, REAL, |x| x[0].insert_axis(1), |x| {
            at_each(&[x[0].shape()[0], 1, x[0].shape()[1]], |i| x[0][[i[0], i[2]]])
        }),
        case!("permute", CUBES, REAL, |x| x[0].permute([2, 0, 1]), |x| {
            let n = x[0].shape();
            at_each(&[n[2], n[0], n[1]], |i| x[0][[i[1], i[2], i[0]]])
        }),
        case!("t", MATRICES, REAL, |x| x[0].t(), |x| {
            at_each(&[x[0].shape()[1], x[0].shape()[0]], |i| x[0][[i[1], i[0]]])
        }),
        case!("t", CUBES, REAL, |x| x[0].t(), |x| {
            let n = x[0].shape();
            at_each(&[n[0], n[2], n[1]], |i| x[0][[i[0], i[2], i[1]]])
        }),
        case!(
            "broadcast_to",
            &[&[&[]], &[&[1]], &[&[3]], &[&[2, 1]], &[&[4, 1, 3]]],
            REAL,
            |x| { x[0].broadcast_to([4, 2, 3]) },
            |x| at_each(&[4, 2, 3], |index| x[0][&*aligned(index, &x[0])])
        ),
        case!("broadcast_to", &[&[&[1]], &[&[0]]], REAL, |x| x[0].broadcast_to([2, 0]), |_x| {
            at_each(&[2, 0], |_| unreachable!())
        }),
        case!("slice", LARGE, REAL, |x| x[0].slice(s![1..3, ..;2]), |x| {
            at_each(&[2, x[0].shape()[1].div_ceil(2)], |i| x[0][[i[0] + 1, 2 * i[1]]])
        }),
        case!("slice", LARGE, REAL, |x| x[0].slice(s![-1, ..;-1]), |x| {
            let n = x[0].shape();
            at_each(&[n[1]], |i| x[0][[n[0] - 1, n[1] - 1 - i[0]]])
        }),
        case!("slice", MATRICES, REAL, |x| x[0].slice(s![0..0, .., ndarray::NewAxis]), |x| {
            at_each(&[0, x[0].shape()[1], 1], |_| unreachable!())
        }),
        case!("narrow", LARGE, REAL, |x| x[0].narrow(1, 1..4), |x| {
            at_each(&[x[0].shape()[0], 3], |i| x[0][[i[0], i[1] + 1]])
        }),
        case!("unslice", &[&[&[2, 3]]], REAL, |x| x[0].unslice([3, 6], s![1.., ..;-2]), |x| {
            at_each(&[3, 6], |i| match i {
                [0, _] | [_, 0 | 2 | 4] => 0.0,
                i => x[0][[i[0] - 1, (5 - i[1]) / 2]],
            })
        }),
        case!(
            "unslice",
            &[&[&[1]], &[&[0]]],
            REAL,
            |x| x[0].unslice([2, 2], s![1, ..x[0].len()]),
            |x| {
                at_each(&[2, 2], |i| if i == [1, 0] && !x[0].is_empty() { x[0][[0]] } else { 0.0 })
            }
        ),
        case!(
            "concatenate",
            PARTS,
            REAL,
            |x| Tensor::concatenate(&x.iter().collect::<Vec<_>>(), 1),
            |x| {
                let columns = x.iter().flat_map(|x| (0..x.shape()[1]).map(move |j| (x, j)));
                let columns: Vec<_> = columns.collect();
                at_each(&[x[0].shape()[0], columns.len()], |i| {
                    columns[i[1]].0[[i[0], columns[i[1]].1]]
                })
            }
        ),
        case!(
            "stack",
            EQUAL_PARTS,
            REAL,
            |x| Tensor::stack(&x.iter().collect::<Vec<_>>(), 0),
            |x| { at_each(&[&[x.len()], x[0].shape()].concat(), |i| x[i[0]][&i[1..]]) }
        ),
        case!(
            "stack",
            EQUAL_PARTS,
            REAL,
            |x| Tensor::stack(&x.iter().collect::<Vec<_>>(), 1),
            |x| {
                let parts: Vec<_> = x.iter().map(|x| x.view().insert_axis(Axis(1))).collect();
                concatenate(Axis(1), &parts).unwrap()
            }
        ),
    ]
}

pub fn products() -> Vec<Case> {
    vec![
        case!(
            "matmul",
            &[
                &[&[2, 3], &[3, 4]],
                &[&[3, 3], &[3, 3]],
                &[&[1, 1], &[1, 1]],
                &[&[1, 4], &[4, 1]],
                &[&[4, 1], &[1, 4]],
                &[&[0, 3], &[3, 2]],
                &[&[2, 3], &[3, 0]],
                &[&[2, 0], &[0, 3]],
            ],
            REAL,
            |x| x[0].matmul(&x[1]),
            |x| matmul(&x[0], &x[1])
        ),
        case!("matmul", STACKS, REAL, |x| x[0].matmul(&x[1]), |x| matmul(&x[0], &x[1])),
        case!(
            "linear",
            &[
                &[&[4, 3], &[3, 2], &[2]],
                &[&[3, 3], &[3, 3], &[3]],
                &[&[1, 1], &[1, 1], &[1]],
                &[&[0, 3], &[3, 2], &[2]],
                &[&[2, 0], &[0, 3], &[3]],
                &[&[2, 3], &[3, 0], &[0]],
                &[&[4, 2, 3], &[3, 2], &[2]],
                &[&[2, 1, 2, 3], &[3, 2], &[2]],
                &[&[1, 1, 1], &[1, 1], &[1]],
                &[&[0, 2, 3], &[3, 2], &[2]],
                &[&[2, 2, 0], &[0, 3], &[3]],
            ],
            REAL,
            |x| x[0].linear(&x[1], &x[2]),
            |x| {
                let xw = matmul(&x[0], &x[1]);
                at_each(xw.shape(), |i| xw[i] + x[2][*i.last().unwrap()])
            }
        ),
    ]
}
