//! The matrix products of a step by themselves: what a step takes beyond them is for everything else.

use std::fmt::{self, Display};
use std::hint::black_box;
use std::time::Instant;

use autograd::Tensor;

use crate::profile::{fast, median};
use crate::{BATCH, SIZES};

/// The weight W [in, out] of each linear layer.
const WEIGHTS: [[usize; 2]; 4] = [
    [SIZES.pixels, SIZES.hidden],
    [SIZES.hidden, 2 * SIZES.latent],
    [SIZES.latent, SIZES.hidden],
    [SIZES.hidden, SIZES.pixels],
];

/// The 11 products of a step of the model.
pub struct Products {
    fast: f64,
    median: f64,
    operations: usize,
    peak: f64,
}

/// The operands of a layer y = x W.
struct Layer {
    x: Tensor,
    w: Tensor,
    dy: Tensor,
    /// Whether x is not the data, so that its cotangent is needed.
    inner: bool,
}

impl Products {
    /// Over a few hundred steps, at most `steps`, beside a `peak` of operations per second.
    pub fn measure(steps: usize, peak: f64) -> Self {
        let layers: Vec<_> = WEIGHTS
            .iter()
            .enumerate()
            .map(|(number, &[inputs, outputs])| Layer {
                x: Tensor::ones([BATCH, inputs]),
                w: Tensor::ones([inputs, outputs]),
                dy: Tensor::ones([BATCH, outputs]),
                inner: number > 0,
            })
            .collect();
        let step = |_| {
            let start = Instant::now();
            layers.iter().for_each(Layer::forward);
            layers.iter().rev().for_each(Layer::backward);
            start.elapsed().as_secs_f64()
        };
        let mut times: Vec<_> = (0..steps.min(301)).map(step).collect();
        times.sort_by(f64::total_cmp);
        let operations = layers.iter().map(Layer::operations).sum();
        Self { fast: fast(&times), median: median(&times), operations, peak }
    }
}

impl Layer {
    /// y = x W.
    fn forward(&self) {
        black_box(self.x.matmul(&self.w));
    }

    /// W̄ = xᵀ ȳ and x̄ = ȳ Wᵀ.
    fn backward(&self) {
        black_box(self.x.t().matmul(&self.dy));
        if self.inner {
            black_box(self.dy.matmul(&self.w.t()));
        }
    }

    /// One multiplication and one addition for each example and each weight, in each product.
    fn operations(&self) -> usize {
        let products = 2 + usize::from(self.inner);
        2 * products * BATCH * self.w.len()
    }
}

impl Display for Products {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (fast, median) = (1e3 * self.fast, 1e3 * self.median);
        writeln!(f, "{:22} {fast:8.3} {:8} {median:10.3}", "11 products alone", "")?;
        write!(f, "{:22} {:8.3}", "their floor, at peak", 1e3 * self.operations as f64 / self.peak)
    }
}
