//! Matrix products, beside other libraries': `cargo bench --bench gemm --features peers`.
//!
//! A row is one product; a column is one library: GFLOP/s at its best, the share of this machine's
//! peak, and GFLOP/s in the median. The peak is measured before and after each row, on all threads at once, as a
//! virtual machine's is not the same for long. The last column is the time of the best other library divided
//! by ours: above 1 we are faster. The sum is that of the eleven products of one training step.
//!
//! With `BLAS=/path/to/library.so` a BLAS library takes part.
//!
//! `-- --help` tells the options.

#[path = "../common/turns.rs"]
mod turns;

#[cfg(feature = "peers")]
mod blas;
mod options;
mod peers;

use std::env;
use std::process::Command;

use autograd::simd::{Isa, peak};
use clap::Parser;
use mimalloc::MiMalloc;
use ndarray::Array2;

use self::options::Options;
use self::peers::{Element, Multiply};
use self::turns::{Times, turns};

/// The example's, for all libraries alike.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// m × k times k × n, and which of the operands is a transposed view.
struct Shape {
    name: &'static str,
    mkn: [usize; 3],
    transposed: [bool; 2],
}

/// The products of one training step of a 784-400-20 VAE on 128 images, then others.
fn shapes() -> Vec<Shape> {
    let layers = [[784, 400], [400, 40], [20, 400], [400, 784]];
    let batch = 128;
    let mut shapes = Vec::new();
    let mut add = |name, mkn, transposed| shapes.push(Shape { name, mkn, transposed });
    for [inputs, outputs] in layers {
        add("x·W", [batch, inputs, outputs], [false, false]);
    }
    for [inputs, outputs] in layers {
        add("xᵀ·dy", [inputs, batch, outputs], [true, false]);
    }
    for [inputs, outputs] in &layers[1..] {
        add("dy·Wᵀ", [batch, *outputs, *inputs], [false, true]);
    }
    for size in [64, 128, 256, 512, 1024, 2048] {
        add("square", [size; 3], [false, false]);
    }
    add("tall", [6400, 50, 200], [false, false]);
    add("tall", [6400, 200, 784], [false, false]);
    for rows in [1, 2, 8] {
        add("low", [rows, 784, 400], [false, false]);
        add("low Bᵀ", [rows, 784, 400], [false, true]);
    }
    shapes
}

/// How many of those are one training step.
const STEP: usize = 11;

/// A product of this shape, and those whose operands are transposed views.
fn transposed_or_not(mkn: [usize; 3]) -> [Shape; 3] {
    [("A·B", [false, false]), ("Aᵀ·B", [true, false]), ("A·Bᵀ", [false, true])]
        .map(|(name, transposed)| Shape { name, mkn, transposed })
}

fn numbers<T: Element>(rows: usize, cols: usize, transposed: bool) -> Array2<T> {
    let number = |(i, j)| T::from_f64(((i * 31 + j * 17) % 101) as f64 / 50.0 - 1.0);
    if transposed {
        Array2::from_shape_fn((cols, rows), number).reversed_axes()
    } else {
        Array2::from_shape_fn((rows, cols), number)
    }
}

/// GFLOP/s that all threads could do at best.
fn peak_of_all<T: Element>() -> f64 {
    rayon::broadcast(|_| peak::<T>(Isa::current())).iter().sum()
}

/// What was measured of one product.
struct Row {
    name: String,
    operations: f64,
    is_in_step: bool,
    peak: f64,
    times: Vec<Times>,
}

impl Row {
    /// The best of both rounds, for each contender by itself.
    fn merge(&mut self, other: &Row) {
        self.peak = self.peak.max(other.peak);
        for (time, other) in self.times.iter_mut().zip(&other.times) {
            time.least = time.least.min(other.least);
            time.median = time.median.min(other.median);
        }
    }
}

/// One round: each of the products that are asked for.
fn rows<T: Element>(contenders: &[(&str, Multiply<T>)], options: &Options) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut before = peak_of_all::<T>();
    let asked: Vec<_> = options.shape.iter().copied().flat_map(transposed_or_not).collect();
    let (shapes, step) = if asked.is_empty() { (shapes(), STEP) } else { (asked, 0) };
    for (index, shape) in shapes.iter().enumerate() {
        let [m, k, n] = shape.mkn;
        let name = format!("{:7}{m}x{k}x{n}", shape.name);
        if name.contains(&options.only) {
            let times = measure(contenders, shape, options);
            let after = peak_of_all::<T>();
            let operations = 2.0 * (m * k * n) as f64;
            let (is_in_step, peak) = (index < step, before.max(after));
            rows.push(Row { name, operations, is_in_step, peak, times });
            before = after;
        }
    }
    rows
}

fn table<T: Element>(type_name: &str, options: &Options) {
    println!("\n{type_name}, {} threads, {}", rayon::current_num_threads(), Isa::current());
    let contenders = T::contenders();
    print!("{:22}{:>9}", "", "peak");
    contenders.iter().for_each(|(name, _)| print!("{name:>24}"));
    println!("   best peer / elbo");

    let mut table = rows(&contenders, options);
    for _ in 1..options.rounds.get() {
        let again = rows(&contenders, options);
        table.iter_mut().zip(&again).for_each(|(row, again)| row.merge(again));
    }
    for Row { name, operations, peak, times, .. } in &table {
        print!("{name:22}{peak:>9.1}");
        for time in times {
            let [best, usual] = [operations / time.least, operations / time.median];
            print!("{best:>9.1} {:>4.0} % ({usual:>5.1})", 100.0 * best / peak);
        }
        println!("   {:.2}", best_peer(times.iter().map(|time| time.least)));
    }

    let step: Vec<_> = table.iter().filter(|row| row.is_in_step).collect();
    if step.is_empty() {
        return;
    }
    let floor: f64 = step.iter().map(|row| row.operations / row.peak).sum();
    let sum = |time: fn(&Times) -> f64| {
        let of = |i: usize| step.iter().map(|row| time(&row.times[i])).sum::<f64>();
        (0..contenders.len()).map(of).collect::<Vec<_>>()
    };
    let (least, median) = (sum(|time| time.least), sum(|time| time.median));
    print!("{:22}{:>9.3}", "step (ms, of peak)", floor / 1e6);
    for (least, median) in least.iter().zip(&median) {
        print!("{:>9.3} {:>4.0} % ({:>5.2})", least / 1e6, 100.0 * floor / least, median / 1e6);
    }
    println!("   {:.2}", best_peer(least.into_iter()));
}

/// The least time of the others, divided by the first, which is ours.
fn best_peer(mut times: impl Iterator<Item = f64>) -> f64 {
    let ours = times.next().expect("this crate is the first contender");
    times.fold(f64::INFINITY, f64::min) / ours
}

fn measure<T: Element>(
    contenders: &[(&str, Multiply<T>)],
    shape: &Shape,
    options: &Options,
) -> Vec<Times> {
    let ([m, k, n], [a_transposed, b_transposed]) = (shape.mkn, shape.transposed);
    let operands = || (numbers::<T>(m, k, a_transposed), numbers::<T>(k, n, b_transposed));
    let fit_64_mib = (64 << 20) / ((m * k + k * n + m * n) * size_of::<T>());
    let count = if options.cold { fit_64_mib.clamp(1, 12) } else { 1 };
    let copies: Vec<_> = (0..count).map(|_| operands()).collect();
    let mut calls: Vec<Box<dyn FnMut()>> = Vec::new();
    for (_, multiply) in contenders {
        let mut results = vec![Array2::zeros((m, n)); copies.len()];
        let mut turn = (0..copies.len()).cycle();
        let copies = &copies;
        calls.push(Box::new(move || {
            let i = turn.next().expect("a cycle has no end");
            multiply(copies[i].0.view(), copies[i].1.view(), results[i].view_mut());
        }));
    }
    turns(&mut calls, options.seconds)
}

fn main() {
    let options = Options::parse();
    if options.child {
        table::<f32>("f32", &options);
        table::<f64>("f64", &options);
        return;
    }
    // Some libraries count their threads once and for all: one process for each number.
    let all = rayon::current_num_threads();
    let mut counts = options.threads.map_or(vec![1, all], |threads| vec![threads.get()]);
    counts.dedup();
    for threads in counts {
        let threads = threads.to_string();
        let status = Command::new(env::current_exe().expect("the path of this program"))
            .args(env::args().skip(1))
            .arg("--child")
            .envs(["RAYON", "MATMUL", "OPENBLAS"].map(|x| (format!("{x}_NUM_THREADS"), &threads)))
            // OpenBLAS's threads stay awake for some 0.1 ms, not 30, as they would disturb who comes next.
            .env("OPENBLAS_THREAD_TIMEOUT", "18")
            .status();
        assert!(status.is_ok_and(|status| status.success()), "the benchmark failed");
    }
}
