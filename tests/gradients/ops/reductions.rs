//! Reductions and the softmax family.

use super::Case;
use super::case::{Shapes, UNARY, case};
use super::naive::{along, at_each, reduce};
use crate::support::REAL;

/// Shapes with at least one element.
const FILLED: &[Shapes] = &[&[&[2, 3]], &[&[3, 1, 2]], &[&[1]], &[&[]]];
/// Shapes with an axis 1; axis 0 may be empty.
const ROWS: &[Shapes] = &[&[&[3, 4]], &[&[2, 3, 2]], &[&[1, 1]], &[&[0, 2]], &[&[2, 1]]];
/// As [`ROWS`], and sums over an empty axis.
const ROWS_OR_EMPTY: &[Shapes] = &[&[&[3, 4]], &[&[2, 3, 2]], &[&[1, 1]], &[&[0, 2]], &[&[2, 0]]];
/// Shapes with axes 0 and 2.
const CUBES: &[Shapes] = &[&[&[2, 3, 2]], &[&[1, 1, 1]], &[&[3, 1, 1]], &[&[2, 0, 2]]];

pub fn cases() -> Vec<Case> {
    vec![
        case!("sum", UNARY, REAL, |x| x[0].sum(), |x| reduce(&x[0], ALL, sum)),
        case!("sum_axes", ROWS_OR_EMPTY, REAL, |x| x[0].sum_axes([1]), |x| reduce(
            &x[0],
            &[1],
            sum
        )),
        case!("sum_axes", CUBES, REAL, |x| x[0].sum_axes([2, 0]), |x| {
            reduce(&x[0], &[0, 2], sum)
        }),
        case!("sum_axes", UNARY, REAL, |x| x[0].sum_axes([]), |x| reduce(&x[0], &[], sum)),
        case!("mean", FILLED, REAL, |x| x[0].mean(), |x| reduce(&x[0], ALL, mean)),
        case!("mean_axes", ROWS, REAL, |x| x[0].mean_axes([1]), |x| reduce(&x[0], &[1], mean)),
        case!("mean_axes", CUBES, REAL, |x| x[0].mean_axes([0, 2]), |x| {
            reduce(&x[0], &[0, 2], mean)
        }),
        case!("max", FILLED, REAL, |x| x[0].max(), |x| reduce(&x[0], ALL, max)),
        case!("max_axes", ROWS, REAL, |x| x[0].max_axes([1]), |x| reduce(&x[0], &[1], max)),
        case!("max_axes", CUBES, REAL, |x| x[0].max_axes([2, 0]), |x| {
            reduce(&x[0], &[0, 2], max)
        }),
        case!("sum_to", ROWS_OR_EMPTY, REAL, |x| x[0].sum_to(&x[0].shape()[1..]), |x| {
            reduce(&x[0], &[0], sum)
        }),
        case!(
            "sum_to",
            &[&[&[4, 2, 3]], &[&[1, 1, 3]], &[&[0, 2, 3]]],
            REAL,
            |x| x[0].sum_to([1, 3]),
            |x| {
                let z = reduce(&x[0], &[0, 1], sum);
                at_each(&[1, 3], |index| z[[index[1]]])
            }
        ),
        case!("log_sum_exp", ROWS, REAL, |x| x[0].log_sum_exp([1]), |x| {
            reduce(&x[0], &[1], log_sum_exp)
        }),
        case!("log_sum_exp", CUBES, REAL, |x| x[0].log_sum_exp([2, 0]), |x| {
            reduce(&x[0], &[0, 2], log_sum_exp)
        }),
        case!("softmax", ROWS, REAL, |x| x[0].softmax(1), |x| along(&x[0], 1, |x, line| {
            x.exp() / line.iter().map(|x| x.exp()).sum::<f64>()
        })),
        case!("softmax", &[&[&[3]], &[&[1]], &[&[2, 0]]], REAL, |x| x[0].softmax(0), |x| along(
            &x[0],
            0,
            |x, line| { x.exp() / line.iter().map(|x| x.exp()).sum::<f64>() }
        )),
        case!("log_softmax", ROWS, REAL, |x| x[0].log_softmax(1), |x| {
            along(&x[0], 1, |x, line| x - log_sum_exp(line))
        }),
    ]
}

/// Every axis a test has.
const ALL: &[usize] = &[0, 1, 2];

fn sum(x: &[f64]) -> f64 {
    x.iter().sum()
}

fn mean(x: &[f64]) -> f64 {
    let n = x.len() as f64;
    x.iter().map(|x| x / n).sum()
}

fn max(x: &[f64]) -> f64 {
    x.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}

fn log_sum_exp(x: &[f64]) -> f64 {
    x.iter().map(|x| x.exp()).sum::<f64>().ln()
}
