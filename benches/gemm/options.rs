//! The command line of the bench.

use std::num::NonZeroUsize;
use std::time::Duration;

use clap::Parser;

/// Matrix products, beside other libraries'.
#[derive(Parser)]
#[command(bin_name = "cargo bench --bench gemm --features peers --")]
pub struct Options {
    /// Threads; else one, then all.
    #[arg(long, value_name = "N")]
    pub threads: Option<NonZeroUsize>,
    /// Only the products whose line contains this.
    #[arg(long, value_name = "PART", default_value = "")]
    pub only: String,
    /// Instead of the usual ones, products of these shapes, also with a transposed A and a transposed B.
    #[arg(long, value_name = "MxKxN", value_parser = shape)]
    pub shape: Vec<[usize; 3]>,
    /// Seconds for each library in each product.
    #[arg(long, value_name = "S", default_value = "0.3", value_parser = duration)]
    pub seconds: Duration,
    /// How often to measure all products, of which the best counts.
    #[arg(long, value_name = "N", default_value = "1")]
    pub rounds: NonZeroUsize,
    /// Take turns at up to a dozen copies of the operands, so that these are in no near cache, as in training.
    #[arg(long)]
    pub cold: bool,
    /// Measure in this process.
    #[arg(long, hide = true)]
    pub child: bool,
    /// What cargo says.
    #[arg(long, hide = true)]
    bench: bool,
}

fn shape(text: &str) -> Result<[usize; 3], String> {
    let sizes: Option<Vec<usize>> = text.split('x').map(|size| size.parse().ok()).collect();
    let sizes = sizes.and_then(|sizes| <[usize; 3]>::try_from(sizes).ok());
    let sizes = sizes.filter(|sizes| sizes.iter().all(|size| (1..=1 << 16).contains(size)));
    sizes.ok_or_else(|| "expected three whole numbers from 1 to 65536, as in 128x784x400".into())
}

fn duration(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "expected a number".to_string())?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}
