//! Derivatives against finite differences.
//!
//! For z = f(x) the two sides of ⟨z̄, J ẋ⟩ = ⟨Jᵀ z̄, ẋ⟩ are computed by different means: the left one from
//! (f(x + εẋ) − f(x − εẋ)) / 2ε, whose error is O(ε²), the right one by the reverse sweep. Random ẋ and z̄ make one
//! comparison cover all entries of J: a wrong entry goes unseen only if the random weights cancel it.

use std::fmt;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::Tensor;

/// Step ε of the central difference: its truncation ε²|f‴|/6 and its rounding 10⁻¹⁶|f|/ε are both near 10⁻¹¹.
const STEP: f64 = 1e-5;
/// Allowed difference, relative to 1 + |analytic| + |numeric|.
const TOLERANCE: f64 = 1e-7;
/// Random directions per order.
const DIRECTIONS: usize = 3;

/// A function of several tensors with several results.
type Function<'a> = dyn Fn(&[Tensor<f64>]) -> Vec<Tensor<f64>> + 'a;

/// Compares the derivatives of `f` at `inputs`, of every order up to `order`, with finite differences.
///
/// The derivative of order k + 1 is checked as the first derivative of the gradient of order k, with respect to the
/// inputs and to the cotangents. `f` must be smooth within 10⁻⁵ of the inputs and give the same result for the same
/// inputs. Directions are drawn from a fixed seed.
///
/// # Errors
/// [`GradientMismatch`] names the worst entry of the Jacobian, found by comparing all of it.
///
/// # Panics
/// If `order` is 0: there is nothing to check.
///
/// # Examples
/// ```
/// use autograd::{Tensor, check_grads};
///
/// let x = Tensor::from(ndarray::array![[0.5, -1.0], [2.0, 0.1]]);
/// check_grads(|x| x[0].matmul(&x[0].t()).tanh(), &[x], 2).unwrap();
/// ```
#[track_caller]
pub fn check_grads(
    f: impl Fn(&[Tensor<f64>]) -> Tensor<f64>,
    inputs: &[Tensor<f64>],
    order: usize,
) -> Result<(), GradientMismatch> {
    assert!(order > 0, "check_grads: the order is 0; the lowest that can be checked is 1");
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    let op = f(&leaves(inputs)).op_name().unwrap_or("constant");
    check(op, &|x| vec![f(x)], inputs, 1, order, &mut rng)
}

/// The entry of a Jacobian in which the reverse sweep and the finite difference differ most.
pub struct GradientMismatch {
    /// The op that computed the result of `f`, or `constant`.
    pub op: &'static str,
    /// Which derivative: 1 for the gradient, 2 for the gradient's gradient.
    pub order: usize,
    /// Which result, and where in it. Of order 1 there is one; of order 2 one for each input's gradient.
    pub output: (usize, Vec<usize>),
    /// Which input, and where in it. From order 2 on, cotangents follow the inputs.
    pub input: (usize, Vec<usize>),
    /// The derivative by the reverse sweep.
    pub analytic: f64,
    /// The derivative by central differences.
    pub numeric: f64,
}

impl fmt::Display for GradientMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { op, order, output, input, analytic, numeric } = self;
        writeln!(f, "derivative of order {order} of `{op}` is wrong")?;
        writeln!(f, "  worst entry: ∂ z{}{:?} / ∂ x{}{:?}", output.0, output.1, input.0, input.1)?;
        writeln!(f, "     analytic: {analytic:?}")?;
        writeln!(f, "      numeric: {numeric:?}")?;
        let allowed = TOLERANCE * (1.0 + analytic.abs() + numeric.abs());
        write!(f, "   difference: {:?}, allowed {allowed:.1e}", analytic - numeric)
    }
}

/// As [`Display`](fmt::Display), so that `unwrap` prints a report.
impl fmt::Debug for GradientMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for GradientMismatch {}

fn check(
    op: &'static str,
    f: &Function<'_>,
    inputs: &[Tensor<f64>],
    order: usize,
    last: usize,
    rng: &mut ChaCha8Rng,
) -> Result<(), GradientMismatch> {
    let shapes: Vec<_> = f(&leaves(inputs)).iter().map(Tensor::detach).collect();
    let cotangents = random_like(&shapes, rng);
    let projected = |x: &[Tensor<f64>]| inner(&f(x), &cotangents).item();
    for _ in 0..DIRECTIONS {
        let direction = random_like(inputs, rng);
        let numeric = central_difference(projected, inputs, &direction);
        let analytic = inner(&pull_back(f, inputs, &cotangents), &direction).item();
        if !agree(analytic, numeric) {
            return Err(worst_entry(op, f, inputs, order));
        }
    }
    if order == last {
        return Ok(());
    }
    let gradient = |x: &[Tensor<f64>]| {
        let (x, cotangents) = x.split_at(inputs.len());
        let wrt: Vec<_> = x.iter().collect();
        let gradients = inner(&f(x), cotangents).grad(&wrt);
        gradients.into_iter().zip(x).map(or_zero).collect()
    };
    check(op, &gradient, &[inputs, &cotangents].concat(), order + 1, last, rng)
}

/// Compares the whole Jacobian, one output entry and one input entry at a time.
fn worst_entry(
    op: &'static str,
    f: &Function<'_>,
    inputs: &[Tensor<f64>],
    order: usize,
) -> GradientMismatch {
    let outputs: Vec<_> = f(&leaves(inputs)).iter().map(Tensor::detach).collect();
    let mut worst: Option<(f64, GradientMismatch)> = None;
    for (k, row) in units(&outputs) {
        let gradients = pull_back(f, inputs, &row);
        let projected = |x: &[Tensor<f64>]| inner(&f(x), &row).item();
        for (i, direction) in units(inputs) {
            let numeric = central_difference(projected, inputs, &direction);
            let analytic = inner(&gradients, &direction).item();
            let error = (analytic - numeric).abs() / (1.0 + analytic.abs() + numeric.abs());
            let error = if error.is_nan() { f64::INFINITY } else { error };
            if worst.as_ref().is_none_or(|(largest, _)| error > *largest) {
                let (output, input) = (k.clone(), i);
                worst =
                    Some((error, GradientMismatch { op, order, output, input, analytic, numeric }));
            }
        }
    }
    worst.expect("a mismatch needs an entry").1
}

fn agree(analytic: f64, numeric: f64) -> bool {
    (analytic - numeric).abs() <= TOLERANCE * (1.0 + analytic.abs() + numeric.abs())
}

/// Σ ⟨xᵢ, yᵢ⟩.
fn inner(x: &[Tensor<f64>], y: &[Tensor<f64>]) -> Tensor<f64> {
    let products = x.iter().zip(y).map(|(x, y)| (x * y).sum());
    products.reduce(|sum, product| sum + product).unwrap_or_else(|| Tensor::from(0.0))
}

/// Jᵀ z̄ at `inputs`.
fn pull_back(
    f: &Function<'_>,
    inputs: &[Tensor<f64>],
    cotangents: &[Tensor<f64>],
) -> Vec<Tensor<f64>> {
    let x = leaves(inputs);
    let projected = inner(&f(&x), cotangents);
    if !projected.is_tracked() {
        return x.iter().map(|x| Tensor::zeros(x.shape())).collect();
    }
    let gradients = projected.backward();
    x.iter().map(|x| or_zero((gradients.get(x).cloned(), x))).collect()
}

fn or_zero((gradient, x): (Option<Tensor<f64>>, &Tensor<f64>)) -> Tensor<f64> {
    gradient.unwrap_or_else(|| Tensor::zeros(x.shape()))
}

/// (f(x + εẋ) − f(x − εẋ)) / 2ε.
fn central_difference(
    f: impl Fn(&[Tensor<f64>]) -> f64,
    x: &[Tensor<f64>],
    direction: &[Tensor<f64>],
) -> f64 {
    let moved = |step: f64| -> Vec<_> {
        x.iter().zip(direction).map(|(x, d)| Tensor::leaf(x.detach() + d * step)).collect()
    };
    (f(&moved(STEP)) - f(&moved(-STEP))) / (2.0 * STEP)
}

fn leaves(inputs: &[Tensor<f64>]) -> Vec<Tensor<f64>> {
    inputs.iter().map(|x| Tensor::leaf(x.clone())).collect()
}

/// Tensors shaped like `tensors` with entries uniform on [−1, 1).
fn random_like(tensors: &[Tensor<f64>], rng: &mut ChaCha8Rng) -> Vec<Tensor<f64>> {
    let mut random = |x: &Tensor<f64>| x.value().mapv(|_| rng.random_range(-1.0..1.0)).into();
    tensors.iter().map(&mut random).collect()
}

/// Where an entry is: in which tensor, and its index there.
type Place = (usize, Vec<usize>);

/// Every unit vector of the space of `tensors`, with the place of its 1.
fn units(tensors: &[Tensor<f64>]) -> Vec<(Place, Vec<Tensor<f64>>)> {
    let zeros = || tensors.iter().map(|x| x.value().mapv(|_| 0.0)).collect::<Vec<_>>();
    let mut units = Vec::new();
    for (which, tensor) in tensors.iter().enumerate() {
        for (index, _) in tensor.value().indexed_iter() {
            let mut unit = zeros();
            unit[which][&index] = 1.0;
            let place = (which, ndarray::Dimension::slice(&index).to_vec());
            units.push((place, unit.into_iter().map(Tensor::from).collect()));
        }
    }
    units
}
