//! Reductions and the softmax family.

use super::Case;
use super::case::{Shapes, UNARY, case};
use super::naive::{along, at_each, reduce};
use crate::support::{Domain, REAL};

/// The norm of one element is its absolute value, with a kink at 0.
const NONZERO: Domain = Domain { kinks: &[0.0], ..REAL };

/// Shapes with at least one element.
const FILLED: &[Shapes] = &[&[&[2, 3]], &[&[3, 1, 2]], &[&[1]], &[&[]]];
/// Shapes with an axis 1; axis 0 may be empty.
const ROWS: &[Shapes] = &[&[&[3, 4]], &[&[2, 3, 2]], &[&[1, 1]], &[&[0, 2]], &[&[2, 1]]];
/// As [`ROWS`], and sums over an empty axis.
const ROWS_OR_EMPTY: &[Shapes] = &[&[&[3, 4]], &[&[2, 3, 2]], &[&[1, 1]], &[&[0, 2]], &[&[2, 0]]];
/// Shapes with at least 2 places along axis 1; axis 0 may be empty.
const SAMPLES: &[Shapes] = &[&[&[3, 4]], &[&[2, 3, 2]], &[&[1, 5]], &[&[0, 2]]];
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
        case!("min", FILLED, REAL, |x| x[0].min(), |x| reduce(&x[0], ALL, min)),
        case!("min_axes", ROWS, REAL, |x| x[0].min_axes([1]), |x| reduce(&x[0], &[1], min)),
        case!("min_axes", CUBES, REAL, |x| x[0].min_axes([2, 0]), |x| {
            reduce(&x[0], &[0, 2], min)
        }),
        case!("prod", UNARY, REAL, |x| x[0].prod(), |x| reduce(&x[0], ALL, prod)),
        case!("prod_axes", ROWS_OR_EMPTY, REAL, |x| x[0].prod_axes([1]), |x| {
            reduce(&x[0], &[1], prod)
        }),
        case!("prod_axes", CUBES, REAL, |x| x[0].prod_axes([2, 0]), |x| {
            reduce(&x[0], &[0, 2], prod)
        }),
        case!("prod_axes", &[&[&[7, 2]], &[&[8]]], REAL, |x| x[0].prod_axes([0]), |x| {
            reduce(&x[0], &[0], prod)
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

/// Of the second degree: norm, variance, standard deviation.
pub fn moments() -> Vec<Case> {
    vec![
        case!("norm", UNARY, NONZERO, |x| x[0].norm(), |x| reduce(&x[0], ALL, norm)),
        case!("norm_axes", ROWS_OR_EMPTY, NONZERO, |x| x[0].norm_axes([1]), |x| {
            reduce(&x[0], &[1], norm)
        }),
        case!("norm_axes", CUBES, NONZERO, |x| x[0].norm_axes([2, 0]), |x| {
            reduce(&x[0], &[0, 2], norm)
        }),
        case!("var", FILLED, REAL, |x| x[0].var(0), |x| reduce(&x[0], ALL, |x| var(x, 0.0))),
        case!("var_axes", SAMPLES, REAL, |x| x[0].var_axes([1], 1), |x| {
            reduce(&x[0], &[1], |x| var(x, 1.0))
        }),
        case!("std", &[&[&[2, 3]], &[&[3]]], REAL, |x| x[0].std(1), |x| {
            reduce(&x[0], ALL, |x| var(x, 1.0).sqrt())
        }),
        case!("std_axes", SAMPLES, REAL, |x| x[0].std_axes([1], 0), |x| {
            reduce(&x[0], &[1], |x| var(x, 0.0).sqrt())
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

fn min(x: &[f64]) -> f64 {
    x.iter().copied().fold(f64::INFINITY, f64::min)
}

fn prod(x: &[f64]) -> f64 {
    x.iter().product()
}

fn norm(x: &[f64]) -> f64 {
    x.iter().map(|x| x * x).sum::<f64>().sqrt()
}

/// (Σ x² − (Σ x)² / n) / (n − c).
fn var(x: &[f64], correction: f64) -> f64 {
    let n = x.len() as f64;
    let squares: f64 = x.iter().map(|x| x * x).sum();
    (squares - sum(x).powi(2) / n) / (n - correction)
}

fn log_sum_exp(x: &[f64]) -> f64 {
    x.iter().map(|x| x.exp()).sum::<f64>().ln()
}
