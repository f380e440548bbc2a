//! Derivatives against finite differences.
//!
//! For z = f(x) the two sides of ⟨z̄, J ẋ⟩ = ⟨Jᵀ z̄, ẋ⟩ are computed by different means: the left one from
//! (f(x + εẋ) − f(x − εẋ)) / 2ε, whose error is O(ε²), the right one by the reverse sweep. Random ẋ and z̄ make one
//! comparison cover all entries of J: a wrong entry goes unseen only if the random weights cancel it.
//!
//! Where the sides differ, both Jacobians are computed whole and compared entry by entry, so that the report can say
//! which entry is wrong, and what it looks like: a flipped sign, a missing factor, a transpose. A difference says nothing
//! about a derivative that does not exist, so the function is looked at as well: whether it gives the same result twice,
//! whether it is finite, whether it depends on its inputs, whether it has a kink within a step of them.
//!
//! # Kinks
//! Let w be a distance. The slope to the right of x less the slope to the left,
//!     (f(x + w) − 2 f(x) + f(x − w)) / w = w f″(x) + O(w³),
//! falls with w where f is smooth, however strong its curvature f″ is. Where the slope jumps, it tends to the jump. The
//! check halves w six times, each time around the place where the quantity is largest, and so finds the kink and where
//! it is.

mod entries;
mod error;
mod help;
mod level;
mod line;
mod report;

use std::ops::Range;
use std::panic::Location;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::simd::Simd;
use crate::{Float, Tensor};

pub use error::{GradientError, GradientKink, GradientMismatch, Place, Subject};
use level::Level;

/// A function of several tensors with several results.
type Function<'a, T> = dyn Fn(&[Tensor<T>]) -> Vec<Tensor<T>> + 'a;

/// Compares the derivatives of `f` at `inputs`, of every order up to `order`, with finite differences.
///
/// [`GradientCheck`] with its defaults. `f` must be smooth within 10⁻⁵ of the inputs, depend on each of them, and give
/// the same result for the same inputs.
///
/// # Errors
/// A [`GradientError`], which prints as a report: what is wrong, where, by how much, and what it looks like.
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
) -> Result<(), GradientError> {
    GradientCheck { order, ..GradientCheck::default() }.run(f, inputs)
}

/// How derivatives are compared with finite differences: [`check_grads`] with all it can be told.
///
/// The defaults depend on the precision. A central difference errs by ε²|f‴|/6, and by rounding, about δ|f|/ε with
/// δ = 10⁻¹⁶ or 10⁻⁷; ε is chosen such that both are near their least.
///
/// | | `f64` | `f32` |
/// |---|---|---|
/// | `step` ε | 10⁻⁵ | 10⁻² |
/// | error of a difference, for f, f′ and f‴ near 1 | 10⁻¹⁰ | 10⁻⁵ |
/// | `relative`, `absolute` | 10⁻⁷ | 10⁻³ |
///
/// In single precision three digits can be expected, enough for a sign, a factor or a missing term. To prove a rule,
/// use double precision: the code is the same. To check that a kernel written for `f32` belongs to its rule, use this.
///
/// # Examples
/// ```
/// use autograd::{GradientCheck, Tensor};
///
/// let x = Tensor::<f32>::from(ndarray::array![0.5, -1.0, 2.0]);
/// GradientCheck { order: 1, ..Default::default() }.run(|x| x[0].softmax(0), &[x]).unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct GradientCheck<T: Float = f64> {
    /// Derivatives of every order up to this one are checked; 2 by default.
    ///
    /// The derivative of order k + 1 is checked as the first derivative of the gradient of order k, with respect to the
    /// inputs and to the cotangents.
    pub order: usize,
    /// Step ε of the differences. `f` must be smooth within it.
    pub step: T,
    /// Allowed difference, relative to |analytic| + |numeric|.
    pub relative: T,
    /// Allowed difference, added to the relative one.
    pub absolute: T,
    /// Random directions of each order; 3 by default.
    pub directions: usize,
    /// Seed of the directions; 0 by default.
    pub seed: u64,
    /// Whether `f` may ignore an input; by default that is an error, since it is most often a mistake.
    pub allow_unused: bool,
}

impl<T: Float> Default for GradientCheck<T> {
    fn default() -> Self {
        let (step, tolerance) = match T::MANTISSA_BITS {
            f32::MANTISSA_BITS => (1e-2, 1e-3),
            _ => (1e-5, 1e-7),
        };
        let (step, tolerance) = (T::from_f64(step), T::from_f64(tolerance));
        Self {
            order: 2,
            step,
            relative: tolerance,
            absolute: tolerance,
            directions: 3,
            seed: 0,
            allow_unused: false,
        }
    }
}

impl<T: Float> GradientCheck<T> {
    /// Compares the derivatives of `f` at `inputs` with finite differences.
    ///
    /// # Errors
    /// A [`GradientError`], which prints as a report.
    ///
    /// # Panics
    /// If `order` or `directions` is 0: there is nothing to check. If `step` is not positive.
    #[track_caller]
    pub fn run(
        &self,
        f: impl Fn(&[Tensor<T>]) -> Tensor<T>,
        inputs: &[Tensor<T>],
    ) -> Result<(), GradientError> {
        let Self { order, directions, step, .. } = self;
        assert!(*order > 0, "gradient check: the order is 0; the lowest that can be checked is 1");
        assert!(*directions > 0, "gradient check: there are 0 directions; at least 1 is needed");
        assert!(step.as_f64() > 0.0, "gradient check: the step is {step}; it must be positive");
        let z = f(&leaves(inputs));
        let subject = Subject {
            op: z.op_name().unwrap_or(if z.is_tracked() { "leaf" } else { "constant" }),
            recorded_at: z.recorded_at().unwrap_or(Location::caller()),
            order: 1,
            inputs: inputs.len(),
        };
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        Level { check: self, subject, f: &|x| vec![f(x)], inputs }.check(&mut rng)
    }

    /// The difference that is allowed between two derivatives.
    fn allowed(&self, analytic: f64, numeric: f64) -> f64 {
        self.absolute.as_f64() + self.relative.as_f64() * (analytic.abs() + numeric.abs())
    }

    fn agree(&self, analytic: f64, numeric: f64) -> bool {
        (analytic - numeric).abs() <= self.allowed(analytic, numeric)
    }
}

fn leaves<T: Float>(inputs: &[Tensor<T>]) -> Vec<Tensor<T>> {
    inputs.iter().map(|x| Tensor::leaf(x.clone())).collect()
}

/// All elements of all tensors.
fn flat<T: Float>(tensors: &[Tensor<T>]) -> Vec<f64> {
    tensors.iter().flat_map(Tensor::to_vec).map(T::as_f64).collect()
}

fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(x, y)| x * y).sum()
}

/// Tensors shaped like `tensors` with entries uniform on [−1, 1).
fn random_like<T: Float>(tensors: &[Tensor<T>], rng: &mut ChaCha8Rng) -> Vec<Tensor<T>> {
    let mut uniform = || T::from_f64(rng.random_range(-1.0..1.0));
    let mut random = |x: &Tensor<T>| x.value().mapv(|_| uniform()).into();
    tensors.iter().map(&mut random).collect()
}

/// The places that [`flat`] gives the elements of one of `tensors`.
fn range<T: Float>(tensors: &[Tensor<T>], which: usize) -> Range<usize> {
    let start = tensors[..which].iter().map(Tensor::len).sum();
    start..start + tensors[which].len()
}

/// Where the element is that [`flat`] has in place `at`.
fn place<T: Float>(tensors: &[Tensor<T>], mut at: usize) -> Place {
    let which = tensors.iter().position(|x| {
        let inside = at < x.len();
        at -= if inside { 0 } else { x.len() };
        inside
    });
    let which = which.expect("an element of one of the tensors");
    let mut index = vec![0; tensors[which].rank()];
    for (axis, &extent) in tensors[which].shape().iter().enumerate().rev() {
        (index[axis], at) = (at % extent, at / extent);
    }
    (which, index)
}

/// The unit vector of the space of `tensors` whose 1 is in place `at`.
fn unit<T: Float>(tensors: &[Tensor<T>], at: usize) -> Vec<Tensor<T>> {
    let mut counter = 0..;
    let mut element = || if counter.next() == Some(at) { T::one() } else { T::zero() };
    tensors.iter().map(|x| x.value().mapv(|_| element()).into()).collect()
}
