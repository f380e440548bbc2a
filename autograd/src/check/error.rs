//! What can be wrong with a function and its derivatives.

use std::panic::Location;

/// Where an element is: in which tensor, and its index there.
pub type Place = (usize, Vec<usize>);

/// What was differentiated.
///
/// Of order 1, the output 0 is z and the inputs are x₀, x₁, …. The function of order 2 is the gradient: its outputs are
/// x̄₀, x̄₁, …, and z̄ is an input more. That of order 3 is the gradient of ⟨x̄, v⟩, with the v as further inputs, and so on.
#[derive(Clone, Copy)]
pub struct Subject {
    /// The op that computed the result of `f`; `leaf` or `constant` if none did.
    pub op: &'static str,
    /// The line that called this op; where none did, the line that called the check.
    pub recorded_at: &'static Location<'static>,
    /// Which derivative: 1 for the gradient, 2 for the gradient's gradient.
    pub order: usize,
    /// How many inputs `f` has.
    pub inputs: usize,
}

/// Why a check of derivatives failed.
///
/// Prints as a report, with [`Display`](std::fmt::Display) and, so that `unwrap` shows it, with
/// [`Debug`](std::fmt::Debug).
pub enum GradientError {
    /// The reverse sweep and the finite difference differ.
    Mismatch(Box<GradientMismatch>),
    /// `f` gave two results for the same inputs.
    NotDeterministic {
        /// What was differentiated.
        subject: Subject,
        /// Where the results differ.
        output: Place,
        /// What was found there: two values, or two shapes.
        found: [String; 2],
    },
    /// The slope jumps within a step of the inputs: there is no derivative to compare with.
    Kink(Box<GradientKink>),
    /// No gradient reaches this input, and the result does not change with it.
    UnusedInput {
        /// What was differentiated.
        subject: Subject,
        /// Which input.
        input: usize,
    },
    /// The value is infinite or not a number.
    ValueNotFinite {
        /// What was differentiated.
        subject: Subject,
        /// Where.
        output: Place,
        /// What was found there.
        value: f64,
    },
    /// The gradient is infinite or not a number.
    DerivativeNotFinite {
        /// What was differentiated.
        subject: Subject,
        /// Where.
        input: Place,
        /// What was found there.
        value: f64,
    },
    /// The value is finite at the inputs, but not a step away from them.
    EdgeOfDomain {
        /// What was differentiated.
        subject: Subject,
        /// What is not finite there.
        output: Place,
        /// What has to be moved; `None` if it takes several elements at once.
        input: Option<Place>,
        /// The step.
        step: f64,
    },
}

impl std::error::Error for GradientError {}

/// The entry of a Jacobian in which the reverse sweep and the finite difference differ most, relative to what is
/// allowed.
pub struct GradientMismatch {
    /// What was differentiated.
    pub subject: Subject,
    /// Which result, and where in it.
    pub output: Place,
    /// Which input, and where in it.
    pub input: Place,
    /// The derivative by the reverse sweep.
    pub analytic: f64,
    /// The derivative by central differences.
    pub numeric: f64,
    /// By how much they may differ.
    pub allowed: f64,
    /// Whether the finite difference is sure: half the step gives about the same, and rounding is smaller.
    pub settled: bool,
    /// How many entries are wrong, of how many that this output and this input have.
    pub wrong: [usize; 2],
    /// What it looks like.
    pub help: String,
}

/// A place where the slope of a function jumps.
pub struct GradientKink {
    /// What was differentiated.
    pub subject: Subject,
    /// Whose slope jumps.
    pub output: Place,
    /// What has to be moved for the slope to jump.
    pub input: Place,
    /// How far from the input the kink is, to within a hundredth of the step.
    pub distance: f64,
    /// About the slopes to the left and to the right of it.
    pub slopes: [f64; 2],
}

impl Subject {
    /// The name of an output, as in the documentation of [`Subject`].
    pub(super) fn output(&self, k: usize) -> String {
        match self.order {
            1 => "z".into(),
            2 => format!("x\u{304}{k}"),
            _ => format!("∇{}", self.input(k)),
        }
    }

    /// The name of an input.
    pub(super) fn input(&self, i: usize) -> String {
        match i.checked_sub(self.inputs) {
            None => format!("x{i}"),
            Some(0) => "z\u{304}".into(),
            Some(i) => format!("v{}", i - 1),
        }
    }
}
