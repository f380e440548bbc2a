//! The products of a step by themselves, layer by layer: what a step takes beyond them is for everything else.

use std::fmt::{self, Display};
use std::hint::black_box;
use std::time::Instant;

use autograd::{Tensor, Window};

use crate::BATCH;
use crate::profile::{fast, median};

/// What a layer computes with its weight, of which both models are made.
#[derive(Clone, Copy)]
enum Kind {
    Linear,
    Conv,
    ConvTranspose,
}

/// A layer with operands of its shapes.
pub struct Layer {
    name: &'static str,
    kind: Kind,
    x: Tensor,
    w: Tensor,
    dy: Tensor,
    /// Multiplications and additions of one of its products.
    operations: f64,
    /// Whether x is not the data, so that its cotangent is needed.
    inner: bool,
}

/// Half the extent, or twice.
const WINDOW: Window = Window { stride: [2, 2], padding: [1, 1] };

impl Layer {
    /// y = x W for the data.
    pub fn first(name: &'static str, inputs: usize, outputs: usize) -> Self {
        Self { inner: false, ..Self::linear(name, inputs, outputs) }
    }

    /// y = x W.
    pub fn linear(name: &'static str, inputs: usize, outputs: usize) -> Self {
        Self {
            name,
            kind: Kind::Linear,
            x: Tensor::ones([BATCH, inputs]),
            w: Tensor::ones([inputs, outputs]),
            dy: Tensor::ones([BATCH, outputs]),
            operations: 2.0 * (BATCH * inputs * outputs) as f64,
            inner: true,
        }
    }

    /// A convolution with a kernel of 4 that halves the extent of an image of `channels` to `places`.
    pub fn conv(name: &'static str, channels: usize, places: usize, outputs: usize) -> Self {
        let w = Tensor::ones([4, 4, channels, outputs]);
        Self {
            name,
            kind: Kind::Conv,
            x: Tensor::ones([BATCH, 2 * places, 2 * places, channels]),
            dy: Tensor::ones([BATCH, places, places, outputs]),
            operations: 2.0 * (BATCH * places * places * w.len()) as f64,
            inner: channels > 1,
            w,
        }
    }

    /// The same in the other direction: from `places` to an image.
    pub fn conv_transpose(
        name: &'static str,
        outputs: usize,
        places: usize,
        channels: usize,
    ) -> Self {
        let Self { x, w, dy, operations, .. } = Self::conv(name, channels, places, outputs);
        Self { name, kind: Kind::ConvTranspose, x: dy, w, dy: x, operations, inner: true }
    }

    /// The products: y, W̄ and, if it is needed, x̄.
    fn compute(&self, product: usize) -> Tensor {
        let Self { x, w, dy, .. } = self;
        let extent = |x: &Tensor| [x.shape()[1], x.shape()[2]];
        match (self.kind, product) {
            (Kind::Linear, 0) => x.matmul(w),
            (Kind::Linear, 1) => x.t().matmul(dy),
            (Kind::Linear, _) => dy.matmul(&w.t()),
            (Kind::Conv, 0) => x.conv2d(w, WINDOW),
            (Kind::Conv, 1) => x.conv2d_weight(dy, WINDOW, [4, 4]),
            (Kind::Conv, _) => dy.conv_transpose2d(w, WINDOW, extent(x)),
            (Kind::ConvTranspose, 0) => x.conv_transpose2d(w, WINDOW, extent(dy)),
            (Kind::ConvTranspose, 1) => dy.conv2d_weight(x, WINDOW, [4, 4]),
            (Kind::ConvTranspose, _) => dy.conv2d(w, WINDOW),
        }
    }
}

/// What each product took.
pub struct Products {
    rows: Vec<Row>,
    peak: f64,
}

struct Row {
    name: String,
    operations: f64,
    times: Vec<f64>,
}

impl Products {
    /// Over a few hundred steps, at most `steps`, beside a `peak` of operations per second.
    pub fn measure(layers: &[Layer], steps: usize, peak: f64) -> Self {
        let mut rows = Vec::new();
        let mut place = Vec::new();
        for (number, layer) in layers.iter().enumerate() {
            for (product, symbol) in ["y", "W̄", "x̄"].into_iter().enumerate() {
                if product < 2 || layer.inner {
                    let name = format!("{}, {symbol}", layer.name);
                    rows.push(Row { name, operations: layer.operations, times: Vec::new() });
                    place.push((number, product));
                }
            }
        }
        for _ in 0..steps.min(101) {
            for (row, &(number, product)) in rows.iter_mut().zip(&place) {
                let start = Instant::now();
                black_box(layers[number].compute(product));
                row.times.push(start.elapsed().as_secs_f64());
            }
        }
        for row in &mut rows {
            row.times.sort_by(f64::total_cmp);
        }
        Self { rows, peak }
    }
}

impl Display for Products {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sum = |of: &dyn Fn(&Row) -> f64| self.rows.iter().map(of).sum::<f64>();
        writeln!(f, "{:22} {:>8} {:>8} {:>10}", "products, in ms", "fast", "of peak", "median")?;
        let mut line = |name: &str, fast: f64, operations: f64, median: f64| {
            let share = 100.0 * operations / (fast * self.peak);
            writeln!(f, "{name:22} {:8.3} {share:6.1} % {:10.3}", 1e3 * fast, 1e3 * median)
        };
        for row in &self.rows {
            line(&row.name, fast(&row.times), row.operations, median(&row.times))?;
        }
        line(
            "all products",
            sum(&|row| fast(&row.times)),
            sum(&|row| row.operations),
            sum(&|row| median(&row.times)),
        )
    }
}
