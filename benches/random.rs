//! Random numbers for a batch of digits: millions a second, on one thread.
//!
//! ```text
//! cargo bench --bench random                   all
//! cargo bench --bench random -- noise          those whose name contains "noise"
//! ```
//!
//! The bytes of the generator are what the others are made of: a bit takes one, noise takes eight, and both take more
//! now and then. Each row but the first returns a fresh array.
//!
//! Run otherwise than by `cargo bench`, for instance by `cargo test --benches`, it draws each a few times.

#[path = "common/turns.rs"]
mod turns;

use std::hint::black_box;
use std::time::Duration;

use clap::Parser;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use vae::data::{Dataset, binarize};
use vae::standard_normal;

use self::turns::turns;

/// Digits in a batch, and their latent variables.
const SHAPE: [usize; 2] = [128, 20];

/// Draws a batch.
type Draw<'a> = Box<dyn FnMut() + 'a>;

/// Random numbers for a batch of digits.
#[derive(Parser)]
#[command(bin_name = "cargo bench --bench random --")]
struct Options {
    /// Only those whose name contains this.
    #[arg(value_name = "PART", default_value = "")]
    only: String,
    /// What cargo says if this is a measurement.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() {
    let Options { only, bench } = Options::parse();
    let seconds = if bench { 2 } else { 0 };
    let digits = Dataset::mnist_test().batches(SHAPE[0]).next().expect("10,000 digits").pixels;
    let mut bytes = vec![0; digits.len()];
    let [mut rng, mut of_bits, mut of_noise] = [1, 2, 3].map(ChaCha8Rng::seed_from_u64);
    let mut of_double = of_noise.clone();
    let noise = SHAPE.iter().product();
    let rows: [(&str, usize, Draw<'_>); 4] = [
        ("bytes", digits.len(), Box::new(|| rng.fill_bytes(black_box(&mut bytes)))),
        ("bits", digits.len(), Box::new(|| keep(binarize::<f32>(&digits, &mut of_bits)))),
        ("noise", noise, Box::new(|| keep(standard_normal::<f32>(&mut of_noise, SHAPE)))),
        ("noise in f64", noise, Box::new(|| keep(standard_normal::<f64>(&mut of_double, SHAPE)))),
    ];
    println!("{:14} {:>8} {:>8}", "M/s", "fastest", "median");
    for (name, numbers, draw) in rows.into_iter().filter(|row| row.0.contains(&only)) {
        let times = &turns(&mut [draw], Duration::from_secs(seconds))[0];
        let rate = |nanoseconds: f64| numbers as f64 * 1e3 / nanoseconds;
        println!("{name:14} {:8.0} {:8.0}", rate(times.least), rate(times.median));
    }
}

fn keep<T>(x: T) {
    black_box(x);
}
