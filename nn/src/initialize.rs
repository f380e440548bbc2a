//! Initializers: how wide to draw the weights of a layer, so that signals neither grow nor fade with depth.
//!
//! # Derivation
//! Let y = x W with W [in, out], of independent entries of mean 0 and variance s², independent of x. Then
//!
//! ```text
//! E yⱼ² = Σᵢ E xᵢ² E Wᵢⱼ² = in · s² · E x²        forward, a sum of `in` terms
//! E x̄ᵢ² = Σⱼ E ȳⱼ² E Wᵢⱼ² = out · s² · E ȳ²       backward, from x̄ = ȳ Wᵀ
//! ```
//!
//! The signal keeps its size if s² = 1/in, the gradient if s² = 1/out. Both are kept only if in = out; Glorot takes the
//! harmonic mean of the two, s² = 2/(in + out), for activations that are near the identity at 0, such as tanh.
//! Behind a relu half of the signal is lost: for a symmetric u, E relu(u)² = ½ E u². He makes up for it with s² = 2/in.
//!
//! A uniform law on ±a has variance a²/3, so a = s √3.
//!
//! Every function draws in `f64`, row by row, and rounds: models of either precision start alike.

use autograd::{Float, Tensor};
use ndarray::{Array, IxDyn};
use rand::{Rng, RngExt};
use rand_distr::StandardNormal;

/// Glorot's uniform law, on ±√(6 / (in + out)).
///
/// Shapes: -> [in, out]
///
/// Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010,
/// equation 16.
pub fn glorot_uniform<T: Float, R: Rng + ?Sized>(
    inputs: usize,
    outputs: usize,
    rng: &mut R,
) -> Tensor<T> {
    let bound = (6.0 / (inputs + outputs) as f64).sqrt();
    uniform([inputs, outputs], bound, rng)
}

/// Glorot's variance with a normal law, N(0, 2 / (in + out)).
///
/// Shapes: -> [in, out]
///
/// Source: Glorot and Bengio 2010, equation 12.
pub fn glorot_normal<T: Float, R: Rng + ?Sized>(
    inputs: usize,
    outputs: usize,
    rng: &mut R,
) -> Tensor<T> {
    let deviation = (2.0 / (inputs + outputs) as f64).sqrt();
    normal([inputs, outputs], deviation, rng)
}

/// He's variance with a uniform law, on ±√(6 / in), for layers behind a relu.
///
/// Shapes: -> [in, out]
///
/// Source: He, Zhang, Ren and Sun, "Delving deep into rectifiers", 2015, equation 10.
pub fn he_uniform<T: Float, R: Rng + ?Sized>(
    inputs: usize,
    outputs: usize,
    rng: &mut R,
) -> Tensor<T> {
    uniform([inputs, outputs], (6.0 / inputs as f64).sqrt(), rng)
}

/// He's normal law, N(0, 2 / in), for layers behind a relu.
///
/// Shapes: -> [in, out]
///
/// Source: He, Zhang, Ren and Sun 2015, equation 10.
pub fn he_normal<T: Float, R: Rng + ?Sized>(
    inputs: usize,
    outputs: usize,
    rng: &mut R,
) -> Tensor<T> {
    normal([inputs, outputs], (2.0 / inputs as f64).sqrt(), rng)
}

/// Independent entries uniform on ±`bound`.
pub(crate) fn uniform<T: Float>(
    shape: impl AsRef<[usize]>,
    bound: f64,
    rng: &mut (impl Rng + ?Sized),
) -> Tensor<T> {
    draw(shape, || rng.random_range(-bound..=bound))
}

/// Independent entries from N(0, deviation²).
fn normal<T: Float>(
    shape: impl AsRef<[usize]>,
    deviation: f64,
    rng: &mut (impl Rng + ?Sized),
) -> Tensor<T> {
    draw(shape, || deviation * rng.sample::<f64, _>(StandardNormal))
}

fn draw<T: Float>(shape: impl AsRef<[usize]>, mut entry: impl FnMut() -> f64) -> Tensor<T> {
    Array::from_shape_simple_fn(IxDyn(shape.as_ref()), || T::from_f64(entry())).into()
}
