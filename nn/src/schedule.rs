//! Learning-rate schedules: how large a step is, as a function of its number.
//!
//! A schedule is a value that is asked, not an object that holds the optimizer: the number of the step, from 0 on, is an
//! argument, so a run that is resumed continues where it was, and what is asked with numbers of epochs changes once an
//! epoch. [`WarmUp`] yields a factor; every schedule begins gently if it is multiplied with it.
//!
//! ```
//! use nn::Adam;
//! use nn::schedule::{Cosine, WarmUp};
//!
//! let (warm_up, cosine) = (WarmUp::new(10), Cosine::new(1e-3, 100));
//! let mut adam = Adam::<f32>::new(0.0);
//! for step in 0..100 {
//!     adam.learning_rate = warm_up.factor(step) * cosine.rate(step);
//!     // … adam.step(&mut model, &gradients)
//! }
//! ```

use std::f64::consts::PI;

/// Falls by a factor at regular intervals, αₜ = α γ^⌊t/k⌋. PyTorch's `StepLR`.
///
/// # Examples
/// ```
/// use nn::schedule::StepDecay;
///
/// let decay = StepDecay { start: 0.4, factor: 0.5, every: 30 };
/// assert_eq!([0, 29, 30, 60].map(|step| decay.rate(step)), [0.4, 0.4, 0.2, 0.1]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepDecay {
    /// α, the learning rate of the first steps.
    pub start: f64,
    /// γ, what is left of the learning rate after each fall.
    pub factor: f64,
    /// k, the number of steps between two falls; at least 1.
    pub every: usize,
}

impl StepDecay {
    /// The learning rate of step t.
    ///
    /// # Panics
    /// If there are 0 steps between two falls.
    #[track_caller]
    pub fn rate(&self, step: usize) -> f64 {
        assert!(self.every > 0, "StepDecay: it falls every 0 steps; there must be at least one");
        self.start * self.factor.powf((step / self.every) as f64)
    }
}

/// Half a period of a cosine, from α to a minimum: αₜ = α_min + ½ (α − α_min) (1 + cos πt/T), then α_min.
///
/// PyTorch's `CosineAnnealingLR` up to T, after which that one rises again.
///
/// # Examples
/// ```
/// use nn::schedule::Cosine;
///
/// let cosine = Cosine::new(0.5, 100);
/// let rates = [0, 50, 100, 200].map(|step| cosine.rate(step));
/// for (found, expected) in rates.into_iter().zip([0.5, 0.25, 0.0, 0.0]) {
///     assert!((found - expected).abs() < 1e-15);
/// }
/// ```
///
/// Source: Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts", 2017, equation 5.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cosine {
    /// α, the learning rate of step 0.
    pub start: f64,
    /// α_min, the learning rate of step T and all after it; 0 unless set.
    pub minimum: f64,
    /// T.
    pub steps: usize,
}

impl Cosine {
    /// A fall to 0.
    pub fn new(start: f64, steps: usize) -> Self {
        Self { start, minimum: 0.0, steps }
    }

    /// The learning rate of step t.
    pub fn rate(&self, step: usize) -> f64 {
        let part = if step < self.steps { step as f64 / self.steps as f64 } else { 1.0 };
        anneal(self.start, self.minimum, part)
    }
}

/// A factor that rises linearly to 1, fₜ = f₀ + (1 − f₀) t/T, then 1. PyTorch's `LinearLR`.
///
/// The product with a schedule is what PyTorch's `ChainedScheduler` computes. To start a schedule when the rise is over,
/// ask it with `step.saturating_sub(warm_up.steps)`.
///
/// # Examples
/// ```
/// use nn::schedule::WarmUp;
///
/// let mut warm_up = WarmUp::new(4);
/// assert_eq!([0, 1, 4, 9].map(|step| warm_up.factor(step)), [0.25, 0.4375, 1.0, 1.0]);
/// warm_up.start = 0.0;
/// assert_eq!([0, 1, 4, 9].map(|step| warm_up.factor(step)), [0.0, 0.25, 1.0, 1.0]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WarmUp {
    /// f₀, the factor of step 0; 1/T unless set.
    pub start: f64,
    /// T.
    pub steps: usize,
}

impl WarmUp {
    /// A rise in so many steps from a small factor, 1 over their number.
    pub fn new(steps: usize) -> Self {
        Self { start: 1.0 / steps as f64, steps }
    }

    /// The factor of step t.
    pub fn factor(&self, step: usize) -> f64 {
        if step >= self.steps {
            return 1.0;
        }
        self.start + (1.0 - self.start) * step as f64 / self.steps as f64
    }
}

/// One cycle: from low to high and, in the longer part, down to far below. PyTorch's `OneCycleLR`.
///
/// ```text
/// a = α / d,   b = a / D,   p = r T − 1
/// αₜ = α + ½ (a − α) (1 + cos πt/p)                         for t ≤ p
/// αₜ = b + ½ (α − b) (1 + cos π(t − p)/(T − 1 − p))         for t ≥ p, until T − 1; then b                   (one_cycle)
/// ```
///
/// # Examples
/// With T = 21 and r = ½ the peak would be at step 9.5; with r = 11/21 it is at step 10:
/// ```
/// use nn::schedule::OneCycle;
///
/// let mut cycle = OneCycle::new(0.5, 21);
/// cycle.rise = 11.0 / 21.0;
/// let rates = [0, 5, 10, 20, 99].map(|step| cycle.rate(step));
/// for (found, expected) in rates.into_iter().zip([0.02, 0.26, 0.5, 2e-6, 2e-6]) {
///     assert!((found - expected).abs() < 1e-15);
/// }
/// ```
///
/// Source: Smith and Topin, "Super-convergence: very fast training of neural networks using large learning rates", 2018;
/// the form is PyTorch's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OneCycle {
    /// α, the learning rate of the peak.
    pub peak: f64,
    /// T, the number of steps of the cycle.
    pub steps: usize,
    /// r, the part of the steps in which the learning rate rises, below 1, PyTorch's `pct_start`; 0.3 unless set.
    pub rise: f64,
    /// d, by which the peak is divided to begin with, PyTorch's `div_factor`; 25 unless set.
    pub start_divisor: f64,
    /// D, by which the first learning rate is divided to end with, PyTorch's `final_div_factor`; 10⁴ unless set.
    pub end_divisor: f64,
}

impl OneCycle {
    /// A cycle of PyTorch's proportions.
    pub fn new(peak: f64, steps: usize) -> Self {
        Self { peak, steps, rise: 0.3, start_divisor: 25.0, end_divisor: 1e4 }
    }

    /// The learning rate of step t.
    pub fn rate(&self, step: usize) -> f64 {
        let start = self.peak / self.start_divisor;
        let end = start / self.end_divisor;
        let (t, steps) = (step as f64, self.steps as f64);
        let (top, last) = (self.rise * steps - 1.0, steps - 1.0);
        if t < top {
            anneal(start, self.peak, t / top)
        } else if t < last {
            anneal(self.peak, end, (t - top) / (last - top))
        } else {
            end
        }
    }
}

/// Half a period of a cosine from `start` at 0 to `end` at 1.
fn anneal(start: f64, end: f64, part: f64) -> f64 {
    end + (start - end) / 2.0 * (1.0 + (PI * part).cos())
}
