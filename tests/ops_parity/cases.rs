//! The cases of the fixture as this library spells them.

use autograd::{Tensor, Triangle, Window};
use ndarray::{NewAxis, s};

/// z = f(x₀, x₁, …).
pub type Function = fn(&[Tensor<f64>]) -> Tensor<f64>;

/// Names as in the fixture: the op, and after a colon its arguments.
#[rustfmt::skip] // a line each
pub const CASES: &[(&str, Function)] = &[
    ("add",   |x| &x[0] + &x[1]),
    ("sub",   |x| &x[0] - &x[1]),
    ("mul",   |x| &x[0] * &x[1]),
    ("div",   |x| &x[0] / &x[1]),
    ("neg",   |x| -&x[0]),
    ("times", |x| x[0].times(&x[1])),
    ("over",  |x| x[0].over(&x[1])),
    ("x + c", |x| &x[0] + 1.5),
    ("x - c", |x| &x[0] - 1.5),
    ("x * c", |x| &x[0] * 1.5),
    ("x / c", |x| &x[0] / 1.5),
    ("c + x", |x| 1.5 + &x[0]),
    ("c - x", |x| 1.5 - &x[0]),
    ("c * x", |x| 1.5 * &x[0]),
    ("c / x", |x| 1.5 / &x[0]),
    // Powers
    ("exp",        |x| x[0].exp()),
    ("exp_m1",     |x| x[0].exp_m1()),
    ("ln",         |x| x[0].ln()),
    ("ln_1p",      |x| x[0].ln_1p()),
    ("sqrt",       |x| x[0].sqrt()),
    ("reciprocal", |x| x[0].reciprocal()),
    ("rsqrt",      |x| x[0].rsqrt()),
    ("square",     |x| x[0].square()),
    ("powi: 3",    |x| x[0].powi(3)),
    ("powi: -2",   |x| x[0].powi(-2)),
    ("powi: 1",    |x| x[0].powi(1)),
    ("powf: 1.7",  |x| x[0].powf(1.7)),
    ("powf: -0.5", |x| x[0].powf(-0.5)),
    // Trigonometry
    ("sin", |x| x[0].sin()),
    ("cos", |x| x[0].cos()),
    ("tan", |x| x[0].tan()),
    // Activations
    ("tanh",     |x| x[0].tanh()),
    ("sigmoid",  |x| x[0].sigmoid()),
    ("softplus", |x| x[0].softplus()),
    ("erf",      |x| x[0].erf()),
    ("gelu",     |x| x[0].gelu()),
    ("silu",     |x| x[0].silu()),
    ("relu",     |x| x[0].relu()),
    ("leaky_relu: 0.1", |x| x[0].leaky_relu(0.1)),
    ("elu: 0.7", |x| x[0].elu(0.7)),
    // Order
    ("abs",              |x| x[0].abs()),
    ("maximum",          |x| x[0].maximum(&x[1])),
    ("minimum",          |x| x[0].minimum(&x[1])),
    ("clamp: -0.7, 0.9", |x| x[0].clamp(-0.7, 0.9)),
    ("select: c > 0",    |x| Tensor::select(&x[0].greater(&0.0.into()), &x[1], &x[2])),
    // Reductions
    ("sum",             |x| x[0].sum()),
    ("sum_axes: 2, 0",  |x| x[0].sum_axes([2, 0])),
    ("mean",            |x| x[0].mean()),
    ("mean_axes: 0, 2", |x| x[0].mean_axes([0, 2])),
    ("max",             |x| x[0].max()),
    ("max_axes: 2, 0",  |x| x[0].max_axes([2, 0])),
    ("min",             |x| x[0].min()),
    ("min_axes: 1",     |x| x[0].min_axes([1])),
    ("prod",            |x| x[0].prod()),
    ("prod_axes: 1, 2", |x| x[0].prod_axes([1, 2])),
    ("norm",            |x| x[0].norm()),
    ("norm_axes: 0, 2", |x| x[0].norm_axes([0, 2])),
    ("var: 1",          |x| x[0].var(1)),
    ("var_axes: 0, 2; 0", |x| x[0].var_axes([0, 2], 0)),
    ("std: 0",          |x| x[0].std(0)),
    ("std_axes: 1; 1",  |x| x[0].std_axes([1], 1)),
    ("sum_to: 1, 3",    |x| x[0].sum_to([1, 3])),
    // The softmax family
    ("log_sum_exp: 2, 0", |x| x[0].log_sum_exp([2, 0])),
    ("softmax: 1",        |x| x[0].softmax(1)),
    ("log_softmax: 0",    |x| x[0].log_softmax(0)),
    // Layout
    ("reshape: n, 1",         |x| x[0].reshape([x[0].len(), 1])),
    ("insert_axis: 1",        |x| x[0].insert_axis(1)),
    ("permute: 2, 0, 1",      |x| x[0].permute([2, 0, 1])),
    ("t",                     |x| x[0].t()),
    ("broadcast_to: 4, 2, 3", |x| x[0].broadcast_to([4, 2, 3])),
    // Slices
    ("slice: 1..3, ..;2",          |x| x[0].slice(s![1..3, ..;2])),
    ("slice: -1, new, ..;-1",      |x| x[0].slice(s![-1, NewAxis, ..;-1])),
    ("narrow: 1, 1..3",            |x| x[0].narrow(1, 1..3)),
    ("crop: 1, 0; 1, 1",           |x| x[0].crop([(1, 0), (1, 1)])),
    ("flip: 0, 2",                 |x| x[0].flip([0, 2])),
    ("pad: 1, 0; 2, 1",            |x| x[0].pad([(1, 0), (2, 1)])),
    ("index_select: 1; 2, 0, 2, 2", |x| x[0].index_select(1, &[2, 0, 2, 2])),
    ("scatter_add: 0, 4; 2, 0, 2", |x| x[0].scatter_add(0, 4, &[2, 0, 2])),
    ("unslice: 3, 6; 1.., 1..;2",  |x| x[0].unslice([3, 6], s![1.., 1..;2])),
    ("concatenate: 1",             |x| Tensor::concatenate(&all(x), 1)),
    ("stack: 1",                   |x| Tensor::stack(&all(x), 1)),
    // Products
    ("matmul", |x| x[0].matmul(&x[1])),
    ("linear", |x| x[0].linear(&x[1], &x[2])),
    // Convolutions, channels last
    ("conv2d: stride 1, 1, padding 0, 0", |x| x[0].conv2d(&x[1], Window::default())),
    ("conv2d: stride 2, 1, padding 1, 2", |x| x[0].conv2d(&x[1], UNEVEN)),
    ("conv_transpose2d: stride 3, 2, padding 1, 0, size 8, 5", |x| x[0].conv_transpose2d(&x[1], SPARSE, [8, 5])),
    ("conv2d_bias: stride 2, 1, padding 1, 2", |x| x[0].conv2d_bias(&x[1], &x[2], UNEVEN)),
    ("conv_transpose2d_bias: stride 3, 2, padding 1, 0, size 8, 5", |x| x[0].conv_transpose2d_bias(&x[1], &x[2], SPARSE, [8, 5])),
    ("conv2d_weight: stride 2, 1, padding 1, 2, kernel 2, 2", |x| x[0].conv2d_weight(&x[1], UNEVEN, [2, 2])),
    ("avg_pool2d: 2, 3", |x| x[0].avg_pool2d([2, 3])),
    // Linear algebra
    ("cholesky",                |x| covariance(&x[0]).cholesky()),
    ("log_det",                 |x| covariance(&x[0]).log_det()),
    ("solve_triangular: lower", |x| dominant(&x[0]).solve_triangular(&x[1], Triangle::Lower)),
    ("solve_triangular: upper", |x| dominant(&x[0]).solve_triangular(&x[1], Triangle::Upper)),
    ("triangle: lower",         |x| x[0].triangle(Triangle::Lower)),
    ("triangle: upper",         |x| x[0].triangle(Triangle::Upper)),
    ("diagonal",                |x| x[0].diagonal()),
    ("diagonal_matrix",         |x| x[0].diagonal_matrix()),
];

const UNEVEN: Window = Window { stride: [2, 1], padding: [1, 2] };
/// Places with gaps between them.
const SPARSE: Window = Window { stride: [3, 2], padding: [1, 0] };

fn all(x: &[Tensor<f64>]) -> Vec<&Tensor<f64>> {
    x.iter().collect()
}

fn identity(x: &Tensor<f64>) -> Tensor<f64> {
    Tensor::ones(&x.shape()[x.rank() - 1..]).diagonal_matrix()
}

/// Positive definite for matrices of up to three rows, and not symmetric.
fn covariance(x: &Tensor<f64>) -> Tensor<f64> {
    (x.matmul(&x.t()) + x) / 4.0 + 2.0 * identity(x)
}

/// A triangle to divide by.
fn dominant(x: &Tensor<f64>) -> Tensor<f64> {
    x + 4.0 * identity(x)
}
