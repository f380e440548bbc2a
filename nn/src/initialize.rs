//! Initializers: how wide to draw the weights of a layer, so that signals neither grow nor fade with depth.
//!
//! # Derivation
//! Let y = x W with W [in, out], of independent entries of mean 0 and variance s², independent of x. Then
//!
//! ```text
//! E yⱼ² = Σᵢ E xᵢ² E Wᵢⱼ² = in · s² · E x²        forward, a sum of `in` terms
//! E x̄ᵢ² = Σⱼ E ȳⱼ² E Wᵢⱼ² = out · s² · E ȳ²       backward, from x̄ = ȳ Wᵀ     (glorot_keeps_signals_and_gradients)
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
use ndarray::{Array, Array2, Axis, IxDyn};
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

/// A normal law cut at twice its deviation: N(0, σ²) under the condition |x| ≤ 2σ.
///
/// Shapes: -> [in, out]
///
/// σ is the deviation *before* the cut, as in JAX and Keras. After it the variance is, with the density φ and the
/// distribution function Φ of the standard normal law,
///
/// ```text
/// E x² = σ² (1 − 4 φ(2) / (2 Φ(2) − 1)) = (0.8796… σ)².                                       (truncated_normal_law)
/// ```
///
/// To have a deviation s in the end, ask for σ = s / 0.87962566. PyTorch's `trunc_normal_(std=σ, a=-2, b=2)` cuts at the
/// numbers ±2, whatever σ: the same law for σ = 1, and hardly a cut for the small σ of weights.
///
/// # Examples
/// ```
/// use nn::Linear;
/// use nn::initialize::truncated_normal;
/// use rand::SeedableRng;
/// use rand_chacha::ChaCha8Rng;
///
/// let mut rng = ChaCha8Rng::seed_from_u64(0);
/// let law = |inputs, outputs, rng: &mut ChaCha8Rng| truncated_normal(inputs, outputs, 0.02, rng);
/// let layer = Linear::<f32>::with(784, 400, law, &mut rng);
/// assert!(layer.weight.to_vec().iter().all(|w| w.abs() <= 0.04));
/// ```
pub fn truncated_normal<T: Float, R: Rng + ?Sized>(
    inputs: usize,
    outputs: usize,
    deviation: f64,
    rng: &mut R,
) -> Tensor<T> {
    // One draw in 22 is outside, and drawn again.
    draw([inputs, outputs], || {
        loop {
            let x: f64 = rng.sample(StandardNormal);
            if x.abs() <= 2.0 {
                return deviation * x;
            }
        }
    })
}

/// A random rotation or reflection: W Wᵀ = I if in ≤ out, Wᵀ W = I if in ≥ out.
///
/// Shapes: -> [in, out]
///
/// Neither signal nor gradient changes its length where the matrix is square, however many such layers follow one
/// another. A gain is a factor: `orthogonal(inputs, outputs, rng) * 2f64.sqrt()` makes up for a relu.
///
/// # Derivation
/// The rows of the shorter side are standard normal vectors, made orthonormal one after the other: from each its parts
/// along those before it are subtracted, then it is divided by its length. That is A = R Q with a triangular R whose
/// diagonal, the lengths, is positive, and such a factorization is unique. For an orthogonal U, A U has the law of A,
/// and its factors are R and Q U; so Q has the law of Q U for every U: it is uniform (Haar's measure). A factorization
/// by Householder's reflections leaves signs on the diagonal that depend on A, and is not.
///
/// Numerics: a vector that loses most of its length in the subtraction keeps errors as long as before, so the
/// subtraction is done twice; then the rows are orthogonal to the rounding.
///
/// # Examples
/// ```
/// use autograd::Tensor;
/// use nn::initialize::orthogonal;
/// use rand::SeedableRng;
///
/// let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(0);
/// let w: Tensor<f64> = orthogonal(3, 2, &mut rng);
/// let found = w.t().matmul(&w).to_vec();
/// for (found, expected) in found.into_iter().zip([1.0, 0.0, 0.0, 1.0]) {
///     assert!((found - expected).abs() < 1e-15);
/// }
/// ```
///
/// Source: Saxe, McClelland and Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear neural
/// networks", 2014, section 3; Mezzadri, "How to generate random matrices from the classical compact groups", 2007,
/// section 5, for the signs; Giraud, Langou and Rozložník, "The loss of orthogonality in the Gram-Schmidt
/// orthogonalization process", 2005, for twice.
pub fn orthogonal<T: Float, R: Rng + ?Sized>(
    inputs: usize,
    outputs: usize,
    rng: &mut R,
) -> Tensor<T> {
    let (rows, columns) = (inputs.min(outputs), inputs.max(outputs));
    let mut q = Array2::from_shape_simple_fn((rows, columns), || rng.sample(StandardNormal));
    for i in 0..rows {
        let (before, mut rest) = q.view_mut().split_at(Axis(0), i);
        let mut row = rest.row_mut(0);
        for earlier in before.rows().into_iter().chain(before.rows()) {
            let part: f64 = earlier.dot(&row);
            row.scaled_add(-part, &earlier);
        }
        let length = row.dot(&row).sqrt();
        row /= length;
    }
    let q = q.mapv(T::from_f64);
    if inputs > outputs { q.reversed_axes().into() } else { q.into() }
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
