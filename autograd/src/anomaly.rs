//! [`detect_anomalies`]: the first NaN or infinity stops the program where it is made.
//!
//! What is judged is what an op hands out: its value, and what its rule adds to the cotangents of its inputs. How it
//! gets there is its own business: within a rule, and where an op [pauses](pause) it, nothing is judged.

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;

use ndarray::{ArrayViewD, Dimension};

use crate::graph::{Node, Op};
use crate::storage::Storage;
use crate::{Cotangent, Float, Tensor};

thread_local! {
    /// How many guards this thread holds.
    static GUARDS: Cell<usize> = const { Cell::new(0) };
    static PAUSED: Cell<bool> = const { Cell::new(false) };
}

/// Lets the first op of this thread that makes a NaN or an infinity panic, as long as the guard that is returned lives.
///
/// - **Forward**, an op panics at the line that called it if its value has a NaN, or an infinity where its inputs
///   have none. An infinity that came in as a constant may pass, since that is how a mask of −∞ works: e^−∞ is 0.
/// - **The loss** of [`backward`](Tensor::backward) and [`grad`](Tensor::grad) must be finite.
/// - **Backward**, all that a rule adds to a cotangent must be finite, and so must the sum of several contributions. The
///   message names the op and the line that recorded it.
///
/// Ops on constants are judged like others, and so are those whose value a [`select`](Tensor::select) leaves out. Ops
/// composed of others are judged part by part. What a rule computes on the way is not judged, and neither is what
/// [`log_sum_exp`](Tensor::log_sum_exp) does with the differences x − max x, which may rightly be −∞. If an input was not
/// finite to begin with, the message says so: then look further up.
///
/// Without a guard this costs one look at a number per op; with one, a pass over all values. Guards may be nested.
/// Other threads are not affected, so a guard cannot be sent to one.
///
/// # Examples
/// The slope of √x at 0 is infinite:
/// ```should_panic
/// use autograd::{Tensor, detect_anomalies};
///
/// let _guard = detect_anomalies();
/// let x = Tensor::<f64>::leaf(ndarray::array![0.0, 4.0]);
/// let loss = x.sqrt().sum();
/// loss.backward(); // in the rule of `sqrt`, recorded at …: x̄ of input 0, [2], has 1 infinity, first at [0]; …
/// ```
///
/// A guard belongs to its thread:
/// ```compile_fail,E0277
/// let guard = autograd::detect_anomalies();
/// std::thread::spawn(move || drop(guard));
/// ```
pub fn detect_anomalies() -> AnomalyGuard {
    GUARDS.set(GUARDS.get() + 1);
    AnomalyGuard(PhantomData)
}

/// Returned by [`detect_anomalies`], which lasts as long as this.
#[derive(Debug)]
#[must_use = "anomalies are detected as long as the guard lives: `let _guard = detect_anomalies();`"]
pub struct AnomalyGuard(PhantomData<*const ()>);

impl Drop for AnomalyGuard {
    fn drop(&mut self) {
        GUARDS.set(GUARDS.get() - 1);
    }
}

/// Whether ops called now are judged.
#[inline]
pub(crate) fn watched() -> bool {
    GUARDS.get() > 0 && !PAUSED.get()
}

/// Ops are not judged again until this is dropped.
pub(crate) struct Pause(bool);

/// For what an op computes on the way to its value, if it may rightly be infinite there.
pub(crate) fn pause() -> Pause {
    Pause(PAUSED.replace(true))
}

impl Drop for Pause {
    fn drop(&mut self) {
        PAUSED.set(self.0);
    }
}

/// How many elements are not finite, and where the first of them is.
struct Anomalies {
    nans: usize,
    infinities: usize,
    first: Vec<usize>,
}

impl Anomalies {
    fn of<T: Float>(x: ArrayViewD<'_, T>) -> Self {
        let mut found = Self { nans: 0, infinities: 0, first: Vec::new() };
        if x.iter().all(|x| x.as_f64().is_finite()) {
            return found;
        }
        for (index, x) in x.indexed_iter().filter(|(_, x)| !x.as_f64().is_finite()) {
            if found.none() {
                found.first = index.slice().to_vec();
            }
            *(if x.as_f64().is_nan() { &mut found.nans } else { &mut found.infinities }) += 1;
        }
        found
    }

    fn none(&self) -> bool {
        self.nans + self.infinities == 0
    }
}

impl fmt::Display for Anomalies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.nans {
            0 => {}
            nans => write!(f, "{nans} NaN")?,
        }
        if self.nans > 0 && self.infinities > 0 {
            f.write_str(" and ")?;
        }
        match self.infinities {
            0 => {}
            1 => f.write_str("1 infinity")?,
            infinities => write!(f, "{infinities} infinities")?,
        }
        write!(f, ", first at {:?}", self.first)
    }
}

/// Panics if `value`, computed by the op `name`, is an anomaly.
#[cold]
#[track_caller]
pub(crate) fn judge_value<T: Float>(name: &str, inputs: &[&Tensor<T>], value: &Storage<T>) {
    let found = Anomalies::of(value.view());
    let handed_in = || inputs.iter().any(|x| Anomalies::of(x.value()).infinities > 0);
    if found.nans > 0 || (found.infinities > 0 && !handed_in()) {
        let (shape, inputs) = (value.shape(), before(inputs.iter().copied()));
        panic!("{name}: the output, {shape:?}, has {found}; {inputs}");
    }
}

/// Panics if a sweep starts from a loss that is not finite.
#[cold]
#[track_caller]
pub(crate) fn judge_loss<T: Float>(caller: &str, loss: &Tensor<T>) {
    let x = loss.item();
    assert!(x.as_f64().is_finite(), "{caller}: the loss is {x}; it must be finite");
}

/// A sweep that is watched: its contributions are judged, and no op that its rules call.
pub(crate) struct Watch {
    _pause: Pause,
}

pub(crate) fn watch() -> Option<Watch> {
    watched().then(|| Watch { _pause: pause() })
}

impl Watch {
    /// Panics if the cotangent of a node, or what its rule made of it, is an anomaly.
    #[track_caller]
    pub fn judge<T: Float>(
        &self,
        node: &Node<T>,
        cotangent: &Tensor<T>,
        contributions: &[Cotangent<'_, T>],
    ) {
        let sum = Anomalies::of(cotangent.value());
        if !sum.none() {
            let place = node
                .op
                .as_ref()
                .map_or("a leaf".into(), |op| format!("the output of {}", place(op)));
            let shape = cotangent.shape();
            panic!(
                "in the cotangent of {place}: the sum of the contributions to it, {shape:?}, has {sum}"
            );
        }
        let Some(op) = &node.op else { return };
        for (i, contribution) in contributions.iter().enumerate() {
            let Some(dx) = &contribution.sum else { continue };
            let found = Anomalies::of(dx.value());
            if !found.none() {
                let (place, shape, inputs) = (place(op), dx.shape(), before(op.inputs.iter()));
                panic!("in the rule of {place}: x̄ of input {i}, {shape:?}, has {found}; {inputs}");
            }
        }
    }
}

fn place<T: Float>(op: &Op<T>) -> String {
    format!("`{}`, recorded at {}:{}", op.name, op.recorded_at.file(), op.recorded_at.line())
}

/// The shapes of the inputs, and which of them were not finite before.
fn before<'a, T: Float>(inputs: impl Iterator<Item = &'a Tensor<T>> + Clone) -> String {
    let shapes: Vec<_> = inputs.clone().map(|x| format!("{:?}", x.shape())).collect();
    let mut text = match shapes.as_slice() {
        [] => "there are no inputs".into(),
        [shape] => format!("the input is {shape}"),
        _ => format!("the inputs are {}", shapes.join(", ")),
    };
    for (i, x) in inputs.enumerate() {
        let found = Anomalies::of(x.value());
        if !found.none() {
            text += &format!("; input {i} already held {found}");
        }
    }
    text
}
