//! Factors and solutions of equations, against determinants.

use autograd::{Float, Tensor, Triangle};
use ndarray::ArrayD;

use super::Case;
use super::case::{Shapes, case};
use super::naive::{aligned, at_each, broadcast};
use crate::support::REAL;

/// Square matrices, plain and in batches, of extents 0 and 1.
const SQUARES: &[Shapes] =
    &[&[&[3, 3]], &[&[1, 1]], &[&[2, 3, 3]], &[&[2, 1, 2, 2]], &[&[0, 0]], &[&[0, 2, 2]]];
/// Equations whose batch axes are equal, repeated on either side or on both, of extents 0 and 1.
const EQUATIONS: &[Shapes] = &[
    &[&[3, 3], &[3, 2]],
    &[&[3, 3], &[3, 3]],
    &[&[1, 1], &[1, 1]],
    &[&[2, 3, 3], &[3, 1]],
    &[&[2, 2], &[3, 2, 2]],
    &[&[2, 1, 2, 2], &[3, 2, 1]],
    &[&[2, 0, 0], &[2, 0, 3]],
    &[&[3, 3], &[3, 0]],
    &[&[0, 2, 2], &[2, 1]],
];
const VECTORS: &[Shapes] = &[&[&[3]], &[&[1]], &[&[0]], &[&[2, 3]], &[&[3, 1]], &[&[0, 2]]];

pub fn cases() -> Vec<Case> {
    vec![
        case!("cholesky", SQUARES, REAL, |x| covariance(&x[0]).cholesky(), |x| {
            factor(&covariance_of(&x[0]))
        }),
        case!("log_det", SQUARES, REAL, |x| covariance(&x[0]).log_det(), |x| {
            let x = covariance_of(&x[0]);
            at_each(&x.shape()[..x.ndim() - 2], |place| det(&symmetric(&x, place)).ln())
        }),
        case!(
            "solve_triangular",
            EQUATIONS,
            REAL,
            |x| apart_from_zero(&x[0]).solve_triangular(&x[1], Triangle::Lower),
            |x| solve(&x[0], &x[1], |i, j| j <= i)
        ),
        case!(
            "solve_triangular",
            EQUATIONS,
            REAL,
            |x| apart_from_zero(&x[0]).solve_triangular(&x[1], Triangle::Upper),
            |x| solve(&x[0], &x[1], |i, j| j >= i)
        ),
        case!("triangle", SQUARES, REAL, |x| x[0].triangle(Triangle::Lower), |x| {
            triangle(&x[0], |i, j| j <= i)
        }),
        case!("triangle", SQUARES, REAL, |x| x[0].triangle(Triangle::Upper), |x| {
            triangle(&x[0], |i, j| j >= i)
        }),
        case!("diagonal", SQUARES, REAL, |x| x[0].diagonal(), |x| {
            at_each(&x[0].shape()[..x[0].ndim() - 1], |i| x[0][&*[i, &i[i.len() - 1..]].concat()])
        }),
        case!("diagonal_matrix", VECTORS, REAL, |x| x[0].diagonal_matrix(), |x| {
            let n = *x[0].shape().last().unwrap();
            at_each(&[x[0].shape(), &[n]].concat(), |index| match index {
                [place @ .., j] if place.last() == Some(j) => x[0][place],
                _ => 0.0,
            })
        }),
    ]
}

/// c = ¼ x xᵀ + 2 + ¼ x: positive definite for |x| ≤ 2 and n ≤ 3, and not symmetric.
fn covariance<T: Float>(x: &Tensor<T>) -> Tensor<T> {
    (x.matmul(&x.t()) + x) * 0.25 + identity(x) * 2.0
}

fn covariance_of(x: &ArrayD<f64>) -> ArrayD<f64> {
    covariance(&Tensor::from(x.clone())).value().to_owned()
}

/// x + 4: what stands on the diagonal is at least 2.
fn apart_from_zero<T: Float>(x: &Tensor<T>) -> Tensor<T> {
    x + identity(x) * 4.0
}

fn identity<T: Float>(x: &Tensor<T>) -> Tensor<T> {
    Tensor::ones(&x.shape()[x.rank() - 1..]).diagonal_matrix()
}

/// The matrix of a batch, row by row.
type Matrix = Vec<Vec<f64>>;

fn matrix(x: &ArrayD<f64>, place: &[usize]) -> Matrix {
    let (rows, columns) = (x.shape()[x.ndim() - 2], x.shape()[x.ndim() - 1]);
    let at = |i, j| x[&*aligned(&[place, &[i, j]].concat(), x)];
    (0..rows).map(|i| (0..columns).map(|j| at(i, j)).collect()).collect()
}

/// ½(x + xᵀ).
fn symmetric(x: &ArrayD<f64>, place: &[usize]) -> Matrix {
    let x = matrix(x, place);
    let row = |i: usize| (0..x.len()).map(|j| (x[i][j] + x[j][i]) / 2.0).collect();
    (0..x.len()).map(row).collect()
}

/// Along the first row: Σⱼ (−1)ʲ x₀ⱼ det(x without row 0 and column j).
fn det(x: &Matrix) -> f64 {
    let Some((first, rest)) = x.split_first() else { return 1.0 };
    let minor = |j| rest.iter().map(|row| [&row[..j], &row[j + 1..]].concat()).collect();
    let term = |(j, &x): (usize, &f64)| if j % 2 == 0 { x } else { -x } * det(&minor(j));
    first.iter().enumerate().map(term).sum()
}

/// Lᵢⱼ = m(0..j and i, 0..=j) / √(m(0..j, 0..j) m(0..=j, 0..=j)) with m the determinants of such parts of ½(x + xᵀ).
fn factor(x: &ArrayD<f64>) -> ArrayD<f64> {
    at_each(x.shape(), |index| {
        let (place, &[i, j]) = index.split_last_chunk().unwrap();
        let x = symmetric(x, place);
        let minor = |rows: &[usize]| -> f64 {
            det(&rows.iter().map(|&i| x[i][..rows.len()].to_vec()).collect())
        };
        let leading: Vec<_> = (0..=j).collect();
        match i < j {
            true => 0.0,
            false => {
                let rows = [&leading[..j], &[i]].concat();
                minor(&rows) / (minor(&leading[..j]) * minor(&leading)).sqrt()
            }
        }
    })
}

/// Cramer's rule: zᵢⱼ = det(l with column j of b for its column i) / det l.
fn solve(x: &ArrayD<f64>, b: &ArrayD<f64>, keep: fn(usize, usize) -> bool) -> ArrayD<f64> {
    let l = triangle(&apart_from_zero(&Tensor::from(x.clone())).value().to_owned(), keep);
    let (of_l, of_b) = (&l.shape()[..l.ndim() - 2], b.shape().split_at(b.ndim() - 2));
    at_each(&[&*broadcast(of_l, of_b.0), of_b.1].concat(), |index| {
        let (place, &[i, j]) = index.split_last_chunk().unwrap();
        let (l, b) = (matrix(&l, place), matrix(b, place));
        let mut replaced = l.clone();
        replaced.iter_mut().zip(&b).for_each(|(row, b)| row[i] = b[j]);
        det(&replaced) / det(&l)
    })
}

fn triangle(x: &ArrayD<f64>, keep: fn(usize, usize) -> bool) -> ArrayD<f64> {
    at_each(x.shape(), |index| {
        let &[i, j] = index.last_chunk().unwrap();
        if keep(i, j) { x[index] } else { 0.0 }
    })
}
