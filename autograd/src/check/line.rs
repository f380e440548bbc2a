//! A function along a line: t ↦ f(x + tẋ).

use super::{Function, dot, flat};
use crate::simd::Simd;
use crate::{Float, Tensor};

/// How often the interval is halved in the search for a kink.
const HALVINGS: i32 = 6;

pub(super) struct Line<'a, T: Float> {
    f: &'a Function<'a, T>,
    inputs: &'a [Tensor<T>],
    direction: Vec<Tensor<T>>,
}

/// f one step ahead and one behind.
pub(super) struct Step {
    ahead: Vec<f64>,
    behind: Vec<f64>,
    width: f64,
    /// The direction in which x was moved: not quite ẋ, since x + εẋ and x − εẋ are rounded.
    pub moved: Vec<f64>,
}

/// A place where the slope of a function of one variable jumps.
pub(super) struct Kink {
    /// Where, to within a step / 2⁶.
    pub at: f64,
    pub left: f64,
    pub right: f64,
}

impl<'a, T: Float> Line<'a, T> {
    pub fn new(f: &'a Function<'a, T>, inputs: &'a [Tensor<T>], direction: Vec<Tensor<T>>) -> Self {
        Self { f, inputs, direction }
    }

    /// x + tẋ.
    fn point(&self, t: f64) -> Vec<Tensor<T>> {
        let pairs = self.inputs.iter().zip(&self.direction);
        pairs.map(|(x, d)| Tensor::leaf(x.detach() + d * t)).collect()
    }

    /// All elements of f(x + tẋ).
    pub fn at(&self, t: f64) -> Vec<f64> {
        flat(&(self.f)(&self.point(t)))
    }

    /// From x − εẋ to x + εẋ.
    pub fn step(&self, width: f64) -> Step {
        let (ahead, behind) = (self.point(width), self.point(-width));
        let moved = flat(&ahead).into_iter().zip(flat(&behind));
        Step {
            moved: moved.map(|(ahead, behind)| (ahead - behind) / (2.0 * width)).collect(),
            ahead: flat(&(self.f)(&ahead)),
            behind: flat(&(self.f)(&behind)),
            width,
        }
    }

    /// The kink of φ(t) = ⟨weights, f(x + tẋ)⟩ with |t| ≤ `width`, if it has one whose slopes differ by more than
    /// `visible`.
    ///
    /// Of three halves of the interval (left, right, central), the one where the slopes differ most is looked at next,
    /// again and again.
    pub fn kink(&self, weights: &[f64], width: f64, visible: f64) -> Option<Kink> {
        let phi = |t: f64| dot(&self.at(t), weights);
        let bend = |[left, middle, right]: [f64; 3]| (left - 2.0 * middle + right).abs();
        let (mut at, mut w) = (0.0, width);
        let mut values = [-w, 0.0, w].map(phi);
        let mut largest = bend(values) / w;
        for _ in 0..HALVINGS {
            w /= 2.0;
            let [left, middle, right] = values;
            let (between_left, between_right) = (phi(at - w), phi(at + w));
            let halves = [
                (at - w, [left, between_left, middle]),
                (at + w, [middle, between_right, right]),
                (at, [between_left, middle, between_right]),
            ];
            let most_bent = halves.into_iter().max_by(|x, y| bend(x.1).total_cmp(&bend(y.1)));
            (at, values) = most_bent.expect("one of three");
            largest = largest.max(bend(values) / w);
        }
        let jump = bend(values) / w;
        let [left, middle, right] = values;
        (jump > visible && jump > largest / 4.0).then_some(Kink {
            at,
            left: (middle - left) / w,
            right: (right - middle) / w,
        })
    }
}

impl Step {
    /// Whether f is finite on both sides; if not, the first element that is not.
    pub fn not_finite(&self) -> Option<usize> {
        let mut sides = self.ahead.iter().zip(&self.behind);
        sides.position(|(ahead, behind)| !ahead.is_finite() || !behind.is_finite())
    }

    /// (f(x + εẋ) − f(x − εẋ)) / 2ε.
    pub fn derivative(&self) -> Vec<f64> {
        let sides = self.ahead.iter().zip(&self.behind);
        sides.map(|(ahead, behind)| (ahead - behind) / (2.0 * self.width)).collect()
    }

    /// (f(x + εẋ) − 2 f(x) + f(x − εẋ)) / ε: the slope ahead minus the slope behind.
    pub fn bend(&self, value: &[f64]) -> Vec<f64> {
        let sides = self.ahead.iter().zip(&self.behind).zip(value);
        sides.map(|((ahead, behind), value)| (ahead - 2.0 * value + behind) / self.width).collect()
    }
}

/// What rounding alone can make of the slopes that [`Line::kink`] compares, where terms of size `magnitude` are summed.
pub(super) fn noise<T: Float>(magnitude: f64, width: f64) -> f64 {
    8.0 * epsilon::<T>() * magnitude / (width * 0.5f64.powi(HALVINGS))
}

/// The distance from 1 to the next number.
pub(super) fn epsilon<T: Float>() -> f64 {
    0.5f64.powi(<T as Simd>::MANTISSA_BITS as i32)
}
