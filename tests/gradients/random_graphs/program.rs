//! Random expressions: straight-line programs whose steps take any tensors computed before.

use autograd::{Tensor, Triangle};
use ndarray::s;
use proptest::prelude::*;

use crate::support::random;

/// Shapes that broadcast with one another.
const SHAPES: [&[usize]; 8] = [&[], &[1], &[3], &[2, 1], &[1, 3], &[2, 3], &[4, 1, 1], &[4, 2, 3]];

/// A function of two tensors, which may ignore the second. Its result has the shape of one of them, or the shape that
/// both broadcast to. Values and slopes stay near 1, so that finite differences stay exact through 30 of them.
type Op = fn(&Tensor<f64>, &Tensor<f64>) -> Tensor<f64>;

#[rustfmt::skip] // a line each
const OPS: &[(&str, Op)] = &[
    ("add",      |x, y| (x + y) * 0.5),
    ("sub",      |x, y| (x - y) * 0.5),
    ("mul",      |x, y| x.tanh() * y.tanh()),
    ("div",      |x, y| x / (y.square() + 1.0)),
    ("neg",      |x, _| 0.2 - x),
    ("times",    |x, y| x.tanh().times(&y.sigmoid())),
    ("over",     |x, y| x.over(&(y.square() + 1.0))),
    ("inverse",  |x, _| 1.0 / (x.square() + 1.0)),
    ("reciprocal", |x, _| (x.square() + 1.0).reciprocal()),
    ("rsqrt",    |x, _| (x.square() + 1.0).rsqrt()),
    ("exp",      |x, _| x.tanh().exp() * 0.4),
    ("exp_m1",   |x, _| x.tanh().exp_m1() * 0.4),
    ("ln",       |x, _| (x.square() + 1.0).ln()),
    ("ln_1p",    |x, _| x.square().ln_1p()),
    ("sqrt",     |x, _| (x.tanh().square() + 0.5).sqrt()),
    ("powf",     |x, _| (x.tanh() + 2.0).powf(-1.5)),
    ("powi",     |x, _| x.tanh().powi(3)),
    ("sin",      |x, _| x.sin()),
    ("cos",      |x, _| x.cos()),
    ("tan",      |x, _| (x.tanh() * 0.7).tan()),
    ("sigmoid",  |x, _| x.sigmoid()),
    ("softplus", |x, _| x.softplus() - 0.5),
    ("erf",      |x, _| x.erf() * 0.8),
    ("gelu",     |x, _| x.gelu() * 0.9),
    ("silu",     |x, _| x.silu() * 0.9),
    ("relu",     |x, _| x.relu() - 0.1),
    ("leaky_relu", |x, _| x.leaky_relu(0.2)),
    ("elu",      |x, _| x.elu(0.8)),
    ("abs",      |x, _| x.abs() - 0.3),
    ("maximum",  |x, y| x.maximum(y)),
    ("minimum",  |x, y| x.minimum(y)),
    ("clamp",    |x, _| x.clamp(-0.9, 0.8)),
    ("select",   |x, y| Tensor::select(&x.greater(y), &x.tanh(), y)),
    ("mean",     |x, _| x - x.mean()),
    ("max",      |x, _| x - x.max() * 0.3),
    ("max_axes", |x, _| rows(x, |x| x - x.max_axes([1]).insert_axis(1) * 0.3)),
    ("min",      |x, _| x - x.min() * 0.3),
    ("prod",     |x, _| x * 0.5 + rows(x, |x| x.tanh().prod_axes([0]).broadcast_to(x.shape()))),
    ("norm",     |x, _| x / (x.norm() + 1.0)),
    ("var",      |x, _| x * 0.5 + x.tanh().var(0)),
    ("std",      |x, _| rows(x, |x| x * 0.5 + Tensor::stack(&[x, &(x.cos() + 2.0)], 0).std_axes([0], 1) * 0.3)),
    ("sum_to",   |x, _| x.sum_to(vec![1; x.rank()]) * 0.1),
    ("broadcast_to",  |x, y| (x + y * 0.0).broadcast_to((x + y).shape())),
    ("sum_axes",      |x, _| rows(x, |x| x * 0.5 + x.sum_axes([0]) * 0.2)),
    ("softmax",       |x, _| rows(x, |x| x.softmax(1))),
    ("log_softmax",   |x, _| rows(x, |x| x.log_softmax(0) * 0.3)),
    ("log_sum_exp",   |x, _| rows(x, |x| x - x.log_sum_exp([0]) * 0.5)),
    ("permute",       |x, _| rows(x, |x| x.t().tanh().t())),
    ("slice",         |x, _| rows(x, |x| x.slice(s![..;-1, ..]))),
    ("narrow",        |x, _| rows(x, |x| x + x.narrow(0, 0..1) * 0.3)),
    ("flip",          |x, _| rows(x, |x| x * 0.5 + x.flip([1]) * 0.4)),
    ("pad",           |x, _| rows(x, |x| x.pad([(1, 0), (0, 1)]).crop([(0, 1), (1, 0)]))),
    ("index_select",  |x, _| rows(x, |x| x * 0.5 + x.index_select(1, &vec![0; x.shape()[1]]) * 0.4)),
    ("scatter_add",   |x, _| rows(x, |x| x.scatter_add(0, x.shape()[0], &vec![0; x.shape()[0]]) * 0.3)),
    ("unslice",       |x, _| rows(x, |x| x.slice(s![..1, ..]).unslice(x.shape(), s![..1, ..]))),
    ("concatenate",   |x, _| rows(x, |x| Tensor::concatenate(&[&x.narrow(1, 0..1), &x.slice(s![.., 1..])], 1))),
    ("stack",         |x, _| Tensor::stack(&[x, &x.tanh()], 0).mean_axes([0])),
    ("matmul",        |x, _| rows(x, |x| x.matmul(&x.t()).matmul(x).tanh())),
    ("outer product", |x, y| matrices(x, |x| x.matmul(&x.t()).matmul(x).tanh()) * y.tanh()),
    ("linear",        |x, _| rows(x, |x| x.linear(&(x.t().matmul(x) * 0.1), &x.mean_axes([0])).tanh())),
    ("cholesky",      |x, _| matrices(x, |x| covariance(x).cholesky().matmul(x).tanh())),
    ("solve_triangular", |x, _| matrices(x, |x| covariance(x).solve_triangular(x, Triangle::Upper))),
    ("log_det",       |x, _| matrices(x, |x| x * 0.5 + covariance(x).log_det().mean() * 0.1)),
    ("diagonal",      |x, _| matrices(x, |x| covariance(x).diagonal().diagonal_matrix().matmul(x).tanh())),
];

/// f of x as a matrix: what has fewer axes is one row, of more axes the first two are one.
fn rows(x: &Tensor<f64>, f: impl Fn(&Tensor<f64>) -> Tensor<f64>) -> Tensor<f64> {
    let columns = x.shape().last().copied().unwrap_or(1);
    f(&x.reshape([x.len() / columns, columns])).reshape(x.shape())
}

/// f of x as a stack of matrices: what has fewer axes is one row.
fn matrices(x: &Tensor<f64>, f: impl Fn(&Tensor<f64>) -> Tensor<f64>) -> Tensor<f64> {
    match x.rank() {
        0 | 1 => rows(x, f),
        _ => f(x),
    }
}

/// 1 + 0.1 tanh x tanh xᵀ, positive definite, and triangles of it are well-conditioned.
fn covariance(x: &Tensor<f64>) -> Tensor<f64> {
    let x = x.tanh();
    x.matmul(&x.t()) * 0.1 + Tensor::ones([x.shape()[x.rank() - 2]]).diagonal_matrix()
}

/// One application: which op, and which two of the tensors there are so far.
type Step = (usize, usize, usize);

/// Leaves and steps.
#[derive(Clone)]
pub struct Program {
    shapes: Vec<&'static [usize]>,
    steps: Vec<Step>,
}

/// Names instead of numbers, as a failure is to be read.
impl std::fmt::Debug for Program {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "leaves {:?}", self.shapes)?;
        for (i, &(op, x, y)) in self.steps.iter().enumerate() {
            let number = self.shapes.len() + i;
            write!(f, "; t{number} = {}(t{}, t{})", OPS[op].0, x % number, y % number)?;
        }
        Ok(())
    }
}

/// Programs of 1 to 3 leaves and up to 30 steps.
pub fn programs() -> impl Strategy<Value = Program> {
    let shapes = prop::collection::vec(prop::sample::select(&SHAPES[..]), 1..4);
    let steps = prop::collection::vec((0..OPS.len(), 0..64usize, 0..64usize), 1..=30);
    (shapes, steps).prop_map(|(shapes, steps)| Program { shapes, steps })
}

impl Program {
    /// Random values of the leaves' shapes.
    pub fn values(&self, seed: u64) -> Vec<Tensor<f64>> {
        let shapes = self.shapes.iter().zip(seed..);
        shapes.map(|(shape, seed)| random(shape, seed)).collect()
    }

    /// All results, where `leaf` is called at each use of a leaf.
    pub fn run_with(&self, mut leaf: impl FnMut(usize) -> Tensor<f64>) -> Vec<Tensor<f64>> {
        let leaves = self.shapes.len();
        let mut results: Vec<Tensor<f64>> = Vec::new();
        for &(op, x, y) in &self.steps {
            let mut tensor = |k: usize| match k % (leaves + results.len()) {
                k if k < leaves => leaf(k),
                k => results[k - leaves].clone(),
            };
            let (x, y) = (tensor(x), tensor(y));
            results.push(OPS[op].1(&x, &y));
        }
        results
    }

    /// All results, in one vector.
    pub fn run(&self, leaves: &[Tensor<f64>]) -> Tensor<f64> {
        let results = self.run_with(|k| leaves[k].clone());
        let flat: Vec<_> = results.iter().map(|z| z.reshape([z.len()])).collect();
        Tensor::concatenate(&flat.iter().collect::<Vec<_>>(), 0)
    }

    /// A scalar to which every result counts, and every leaf.
    pub fn loss(&self, leaves: &[Tensor<f64>]) -> Tensor<f64> {
        leaves.iter().fold(self.run(leaves).tanh().mean(), |sum, x| sum + x.square().mean())
    }
}
