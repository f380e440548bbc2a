//! Nanoseconds per element of the elementwise ops and the reductions, beside ndarray with the
//! standard library's functions.
//!
//! ```text
//! cargo bench --bench elementwise              every op
//! cargo bench --bench elementwise -- tanh      those whose name contains "tanh"
//! RAYON_NUM_THREADS=1 ELBO_ISA=portable cargo bench --bench elementwise
//! ```
//!
//! The two candidates run turn by turn and the fastest of many turns counts, so that both see the
//! same disturbances. In a turn the op runs twice and the second run counts: its operands are where an op
//! finds what was just computed, not where the other candidate's arrays have driven them. Both return
//! fresh arrays, as an op must.

use std::hint::black_box;
use std::time::{Duration, Instant};

use autograd::Tensor;
use autograd::simd::Isa;
use clap::Parser;
use mimalloc::MiMalloc;
use ndarray::{Array1, Array2, ArrayView2, Axis};

/// The example's, for both candidates.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// One op: its name, and how each candidate computes it.
type Op = (&'static str, fn(&Inputs), fn(&Inputs));

/// A matrix with entries in [−4, 4], a positive one, a row and a column, for both candidates.
struct Inputs {
    x: Tensor,
    positive: Tensor,
    row: Tensor,
    column: Tensor,
    peer: [Array2<f32>; 4],
}

impl Inputs {
    fn new(rows: usize, columns: usize) -> Self {
        let number = |i: usize, j: usize| ((i * columns + j) as f32 * 0.618_034).fract();
        let x = Array2::from_shape_fn([rows, columns], |(i, j)| 8.0 * number(i, j) - 4.0);
        let positive = x.mapv(|x| x.abs() + 0.01);
        let row = Array2::from_shape_fn([1, columns], |(i, j)| number(i, j));
        let column = Array2::from_shape_fn([rows, 1], |(i, j)| number(i, j));
        let peer = [x, positive, row, column];
        let [x, positive, row, column] = peer.each_ref().map(|x| Tensor::from(x.view()));
        Self { x, positive, row, column, peer }
    }
}

fn keep<T>(x: T) {
    black_box(x);
}

fn mapped(x: &Array2<f32>, f: impl Fn(f32) -> f32) {
    black_box(x.mapv(f));
}

const OPS: &[Op] = &[
    ("exp", |i| keep(i.x.exp()), |i| mapped(&i.peer[0], f32::exp)),
    ("exp_m1", |i| keep(i.x.exp_m1()), |i| mapped(&i.peer[0], f32::exp_m1)),
    ("ln", |i| keep(i.positive.ln()), |i| mapped(&i.peer[1], f32::ln)),
    ("ln_1p", |i| keep(i.positive.ln_1p()), |i| mapped(&i.peer[1], f32::ln_1p)),
    ("tanh", |i| keep(i.x.tanh()), |i| mapped(&i.peer[0], f32::tanh)),
    ("sigmoid", |i| keep(i.x.sigmoid()), |i| mapped(&i.peer[0], |x| 1.0 / (1.0 + (-x).exp()))),
    (
        "softplus",
        |i| keep(i.x.softplus()),
        |i| {
            mapped(&i.peer[0], |x| x.max(0.0) + (-x.abs()).exp().ln_1p());
        },
    ),
    ("erf", |i| keep(i.x.erf()), |i| mapped(&i.peer[0], libm::erff)),
    (
        "gelu",
        |i| keep(i.x.gelu()),
        |i| {
            mapped(&i.peer[0], |x| 0.5 * x * libm::erfcf(-x * std::f32::consts::FRAC_1_SQRT_2));
        },
    ),
    ("relu", |i| keep(i.x.relu()), |i| mapped(&i.peer[0], |x| x.max(0.0))),
    ("square", |i| keep(i.x.square()), |i| mapped(&i.peer[0], |x| x * x)),
    ("x + y", |i| keep(&i.x + &i.positive), |i| keep(&i.peer[0] + &i.peer[1])),
    ("x + row", |i| keep(&i.x + &i.row), |i| keep(&i.peer[0] + &i.peer[2])),
    ("x + column", |i| keep(&i.x + &i.column), |i| keep(&i.peer[0] + &i.peer[3])),
    ("x + 1", |i| keep(&i.x + 1.0), |i| keep(&i.peer[0] + 1.0)),
    (
        "exp of xᵀ",
        |i| keep(i.x.t().exp()),
        |i| {
            keep(i.peer[0].t().as_standard_layout().mapv(f32::exp));
        },
    ),
    ("sum", |i| keep(i.x.sum()), |i| keep(i.peer[0].sum())),
    ("sum over rows", |i| keep(i.x.sum_axes([0])), |i| keep(i.peer[0].sum_axis(Axis(0)))),
    ("sum over columns", |i| keep(i.x.sum_axes([1])), |i| keep(i.peer[0].sum_axis(Axis(1)))),
    (
        "max over columns",
        |i| keep(i.x.max_axes([1])),
        |i| {
            keep(i.peer[0].fold_axis(Axis(1), f32::NEG_INFINITY, |&a, &b| a.max(b)));
        },
    ),
    ("log-sum-exp", |i| keep(i.x.log_sum_exp([1])), |i| keep(log_sum_exp(i.peer[0].view()))),
];

fn log_sum_exp(x: ArrayView2<'_, f32>) -> Array1<f32> {
    x.outer_iter()
        .map(|row| {
            let m = row.fold(f32::NEG_INFINITY, |a, &b| a.max(b));
            m + row.mapv(|x| (x - m).exp()).sum().ln()
        })
        .collect()
}

/// The fastest turn of each candidate, in seconds.
fn fastest(op: &Op, inputs: &Inputs, budget: Duration) -> [f64; 2] {
    let mut best = [f64::INFINITY; 2];
    let start = Instant::now();
    while start.elapsed() < budget || best[1].is_infinite() {
        for (candidate, best) in [op.1, op.2].into_iter().zip(&mut best) {
            candidate(inputs);
            let turn = Instant::now();
            candidate(inputs);
            *best = best.min(turn.elapsed().as_secs_f64());
        }
    }
    best
}

/// Elementwise ops and reductions, beside ndarray's.
#[derive(Parser)]
#[command(bin_name = "cargo bench --bench elementwise --")]
struct Options {
    /// Only the ops whose name contains this.
    #[arg(value_name = "PART", default_value = "")]
    only: String,
    /// What cargo says.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() {
    let Options { only, .. } = Options::parse();
    println!("{} on {} threads, ns per element", Isa::current(), rayon::current_num_threads());
    for [rows, columns] in [[128, 784], [5_000, 20], [10_000, 1_000]] {
        let inputs = Inputs::new(rows, columns);
        println!(
            "\n{:18} {:>8} {:>8} {:>7}",
            format!("{rows} × {columns}"),
            "elbo",
            "ndarray",
            "ratio"
        );
        for op in OPS.iter().filter(|op| op.0.contains(&only)) {
            let best = fastest(op, &inputs, Duration::from_millis(300));
            let [own, peer] = best.map(|seconds| seconds * 1e9 / (rows * columns) as f64);
            println!("{:18} {own:8.3} {peer:8.3} {:7.2}", op.0, peer / own);
        }
    }
}
