//! Normalization: inputs of mean 0 and variance 1, whatever the layer before makes of them.
//!
//! ```text
//! x̂ = r ⊙ (x − μ),   r = 1 / √(v + ε),   y = w ⊙ x̂ + b
//! μ = Σ x / n,       v = Σ (x − μ)² / n                                                (normalization_and_its_rules)
//! ```
//!
//! The layers differ in what the sums run over, the set of n elements that share one μ and one v. Both are composed of
//! tensor ops, which yield their rules, of every order; [`LayerNorm`] derives them in closed form.
//!
//! Numerics: v is the mean of the squares of x − μ, not E x² − μ², which cancels where |μ| is large beside √v.

mod batch;
mod layer;

use autograd::{Float, Tensor};

pub use batch::BatchNorm;
pub use layer::LayerNorm;

/// ε unless set, as PyTorch has it.
const EPSILON: f64 = 1e-5;

/// μ, x − μ and v over `axes`, which are kept with extent 1.
struct Moments<T: Float> {
    mean: Tensor<T>,
    centered: Tensor<T>,
    variance: Tensor<T>,
}

impl<T: Float> Moments<T> {
    #[track_caller]
    fn new(x: &Tensor<T>, axes: &[usize]) -> Self {
        let mut kept = x.shape().to_vec();
        axes.iter().for_each(|&axis| kept[axis] = 1);
        let mean = x.mean_axes(axes).reshape(&kept);
        let centered = x - &mean;
        let variance = centered.square().mean_axes(axes).reshape(&kept);
        Self { mean, centered, variance }
    }
}
