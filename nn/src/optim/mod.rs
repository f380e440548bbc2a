//! Optimizers: how parameters follow their gradients downhill.
//!
//! Every update is one loop over the elements, in the notation of its paper, and changes the parameter in place.
//! Hyperparameters are public fields: change `learning_rate` between two steps, by a [schedule](crate::schedule) say, and
//! the next one uses it. What an optimizer remembers of a parameter it keeps under the parameter's name, from the first
//! gradient on.

mod adagrad;
mod adam;
mod adamw;
mod rms_prop;
mod sgd;

use std::array;
use std::collections::BTreeMap;

use autograd::simd::{Update, update};
use autograd::{Float, Gradients};

pub use adagrad::Adagrad;
pub use adam::Adam;
pub use adamw::AdamW;
pub use rms_prop::RmsProp;
pub use sgd::Sgd;

use crate::Module;

/// A rule that turns gradients into an update of the parameters.
pub trait Optimizer<T: Float = f32> {
    /// Updates each parameter that has a gradient; the others, frozen or unused, are left alone.
    ///
    /// In place if the graph is gone, as it is once [`backward`](autograd::Tensor::backward) has consumed the loss. A
    /// graph that is still alive keeps the old values: the parameters are then copied first.
    ///
    /// # Panics
    /// If a parameter has another shape than at its last update: an optimizer serves one model.
    #[track_caller]
    fn step(&mut self, module: &mut dyn Module<T>, gradients: &Gradients<T>);
}

/// What is remembered of one parameter: how often it was updated, and `N` numbers for each of its elements, 0 at first.
#[derive(Clone, Debug)]
struct Memory<T, const N: usize> {
    updates: i32,
    shape: Vec<usize>,
    arrays: [Vec<T>; N],
}

/// Updates each parameter that has a gradient, together with what is remembered under its name: its t-th update is by
/// the rule `rule(t)`.
#[track_caller]
fn update_each<T: Float, U: Update<T, N>, const N: usize>(
    module: &mut dyn Module<T>,
    gradients: &Gradients<T>,
    memories: &mut BTreeMap<String, Memory<T, N>>,
    rule: impl Fn(i32) -> U,
) {
    for (name, parameter) in module.parameters_mut() {
        let Some(gradient) = gradients.get(parameter) else {
            continue;
        };
        let shape = parameter.shape();
        let memory = memories.entry(name.clone()).or_insert_with(|| Memory {
            updates: 0,
            shape: shape.to_vec(),
            arrays: array::from_fn(|_| vec![T::zero(); parameter.len()]),
        });
        assert!(
            memory.shape == shape,
            "step: the parameter {name} is {shape:?} but was {:?} at its last update; an \
             optimizer serves one model",
            memory.shape
        );
        memory.updates += 1;
        let gradient = gradient.value();
        let gradient = gradient.as_standard_layout();
        update(
            rule(memory.updates),
            parameter.value_mut().as_slice_mut().expect("in row-major order"),
            memory.arrays.each_mut().map(Vec::as_mut_slice),
            gradient.as_slice().expect("in row-major order"),
        );
    }
}
