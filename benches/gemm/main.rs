//! Matrix products, beside other libraries': `cargo bench --bench gemm --features peers`.
//!
//! A row is one product; a column is one library: GFLOP/s at its best, the share of this machine's
//! peak, and GFLOP/s in the median. The last column is the time of the best other library divided
//! by ours: above 1 we are faster. The sum is that of the eleven products of one training step.
//!
//! Arguments: `--threads N` (default: 1, then all), `--only SUBSTRING`, `--seconds S` per contender
//! and product.

#[path = "../common/turns.rs"]
mod turns;

mod peers;

use std::env;
use std::process::Command;
use std::time::Duration;

use autograd::simd::{Isa, peak};
use mimalloc::MiMalloc;
use ndarray::{Array2, ArrayView2};

use self::peers::Element;
use self::turns::turns;

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
    shapes
}

/// How many of the shapes are one training step.
const STEP: usize = 11;

fn numbers<T: Element>(rows: usize, cols: usize, transposed: bool) -> Array2<T> {
    let number = |(i, j)| T::from_f64(((i * 31 + j * 17) % 101) as f64 / 50.0 - 1.0);
    if transposed {
        Array2::from_shape_fn((cols, rows), number).reversed_axes()
    } else {
        Array2::from_shape_fn((rows, cols), number)
    }
}

fn table<T: Element>(type_name: &str, only: &str, time: Duration) {
    let (isa, threads) = (Isa::current(), rayon::current_num_threads());
    let peak = peak::<T>(isa) * threads as f64;
    println!("\n{type_name}, {threads} threads, {isa}: peak {peak:.1} GFLOP/s (measured)");
    let contenders = T::contenders();
    print!("{:22}", "");
    contenders.iter().for_each(|(name, _)| print!("{name:>24}"));
    println!("   best peer / elbo");

    let mut sums = vec![0.0; contenders.len()];
    let mut step_operations = 0.0;
    for (index, shape) in shapes().iter().enumerate() {
        let [m, k, n] = shape.mkn;
        let name = format!("{:7}{m}x{k}x{n}", shape.name);
        if !name.contains(only) {
            continue;
        }
        let a = numbers::<T>(m, k, shape.transposed[0]);
        let b = numbers::<T>(k, n, shape.transposed[1]);
        let times = measure(&contenders, a.view(), b.view(), time);
        let operations = 2.0 * (m * k * n) as f64;
        print!("{name:22}");
        for time in &times {
            let [best, usual] = [operations / time.least, operations / time.median];
            print!("{best:>9.1} {:>4.0} % ({usual:>5.1})", 100.0 * best / peak);
        }
        let peer = times[1..].iter().map(|time| time.least).fold(f64::INFINITY, f64::min);
        println!("   {:.2}", peer / times[0].least);
        if index < STEP {
            step_operations += operations;
            sums.iter_mut().zip(&times).for_each(|(sum, time)| *sum += time.least);
        }
    }
    print!("{:22}", "step (ms, of peak)");
    for sum in &sums {
        print!("{:>9.3} {:>4.0} %        ", sum / 1e6, 100.0 * step_operations / peak / sum);
    }
    let peer = sums[1..].iter().copied().fold(f64::INFINITY, f64::min);
    println!("   {:.2}", peer / sums[0]);
}

fn measure<T: Element>(
    contenders: &[(&str, peers::Multiply<T>)],
    a: ArrayView2<'_, T>,
    b: ArrayView2<'_, T>,
    time: Duration,
) -> Vec<turns::Times> {
    let mut calls: Vec<Box<dyn FnMut()>> = Vec::new();
    for &(_, multiply) in contenders {
        let mut c = Array2::zeros((a.nrows(), b.ncols()));
        calls.push(Box::new(move || multiply(a, b, c.view_mut())));
    }
    turns(&mut calls, time)
}

fn main() {
    let arguments: Vec<String> = env::args().collect();
    let value = |flag: &str| {
        let at = arguments.iter().position(|argument| argument == flag)?;
        arguments.get(at + 1).cloned()
    };
    if !arguments.iter().any(|argument| argument == "--child") {
        // Some libraries count their threads once and for all: one process for each number.
        let all = rayon::current_num_threads().to_string();
        let counts = match value("--threads") {
            Some(threads) => vec![threads],
            None if all == "1" => vec![all],
            None => vec!["1".into(), all],
        };
        for threads in counts {
            let status = Command::new(env::current_exe().expect("the path of this program"))
                .args(&arguments[1..])
                .arg("--child")
                .envs([("RAYON_NUM_THREADS", &threads), ("MATMUL_NUM_THREADS", &threads)])
                .status();
            assert!(status.is_ok_and(|status| status.success()), "the benchmark failed");
        }
        return;
    }
    let only = value("--only").unwrap_or_default();
    let seconds = value("--seconds").map_or(0.3, |x| x.parse().expect("--seconds: a number"));
    let time = Duration::from_secs_f64(seconds);
    table::<f32>("f32", &only, time);
    table::<f64>("f64", &only, time);
}
