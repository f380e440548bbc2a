//! Nanoseconds per op of the graph itself: a chain of multiply-adds on tensors of one element.
//!
//! ```text
//! cargo bench --bench graph                    1,000 multiply-adds, 2,000 ops
//! cargo bench --bench graph -- 100             another length
//! ```
//!
//! There is one multiplication or addition of numbers in each op: all the rest is the price of recording it, of
//! finding it again in the sweep, of its cotangents, and of freeing it. The same chain without tracking shows what a
//! tensor of its own costs, graph or not.
//!
//! Run otherwise than by `cargo bench`, for instance by `cargo test --benches`, it takes a chain of 10 once.

use std::hint::black_box;
use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

use autograd::Tensor;
use clap::Parser;

/// Seconds of the two halves of a turn.
#[derive(Clone, Copy)]
struct Turn {
    /// Computing the end of the chain.
    forward: f64,
    /// Sweeping back, and freeing graph and gradients.
    backward: f64,
}

/// yᵢ = yᵢ₋₁ a + b, `n` times, from y₀ = x.
fn chain(x: &Tensor, a: &Tensor, b: &Tensor, n: usize) -> Tensor {
    let mut y = x.clone();
    for _ in 0..n {
        y = &y * a + b;
    }
    y
}

/// One turn; nothing is differentiated where nothing is tracked.
fn turn([x, a, b]: &[Tensor; 3], n: usize) -> Turn {
    let start = Instant::now();
    let y = chain(x, a, b, n);
    let forward = start.elapsed();
    if y.is_tracked() {
        drop(black_box(y.backward()));
    } else {
        drop(black_box(y));
    }
    let backward = start.elapsed() - forward;
    Turn { forward: forward.as_secs_f64(), backward: backward.as_secs_f64() }
}

/// The fastest and the median turn of as many as fit into `budget`, at least one.
fn measure(inputs: &[Tensor; 3], n: usize, budget: Duration) -> [Turn; 2] {
    let start = Instant::now();
    let mut turns = vec![turn(inputs, n)];
    while start.elapsed() < budget {
        turns.push(turn(inputs, n));
    }
    turns.sort_by(|a, b| (a.forward + a.backward).total_cmp(&(b.forward + b.backward)));
    [turns[0], turns[turns.len() / 2]]
}

/// The graph itself: a chain of multiply-adds on tensors of one element.
#[derive(Parser)]
#[command(bin_name = "cargo bench --bench graph --")]
struct Options {
    /// How many multiply-adds.
    #[arg(value_name = "N", default_value = "1000")]
    length: NonZeroUsize,
    /// What cargo says if this is a measurement.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() {
    let Options { length, bench } = Options::parse();
    let (n, budget) =
        if bench { (length.get(), Duration::from_secs(2)) } else { (10, Duration::ZERO) };

    let number = |value: f64, tracked: bool| {
        let tensor = Tensor::full([1], value);
        if tracked { Tensor::leaf(tensor) } else { tensor }
    };
    println!("a chain of {n} multiply-adds, {} ops; ns per op\n", 2 * n);
    println!(
        "{:16} {:>8} {:>8} {:>8} {:>8}",
        "y = y a + b", "forward", "backward", "fastest", "median"
    );
    for (name, [x, a, b]) in
        [("x, a, b tracked", [true; 3]), ("x tracked", [true, false, false]), ("none", [false; 3])]
    {
        let inputs = [number(1.0, x), number(0.999, a), number(0.001, b)];
        let [fastest, median] = measure(&inputs, n, budget);
        let per_op = |seconds: f64| 1e9 * seconds / (2 * n) as f64;
        println!(
            "{name:16} {:8.1} {:8.1} {:8.1} {:8.1}",
            per_op(fastest.forward),
            per_op(fastest.backward),
            per_op(fastest.forward + fastest.backward),
            per_op(median.forward + median.backward),
        );
    }
}
