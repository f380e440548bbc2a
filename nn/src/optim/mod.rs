//! Optimizers: how parameters follow their gradients downhill.
//!
//! Every update is one loop over the elements, in the notation of its paper, and changes the parameter in place.
//! Hyperparameters are public fields: change `learning_rate` between two steps and the next one uses it. What an
//! optimizer remembers of a parameter it keeps under the parameter's name, from the first gradient on.

mod adam;
mod adamw;
mod sgd;

use std::array;
use std::collections::BTreeMap;

use autograd::{Float, Gradients, Tensor};
use ndarray::{ArrayD, IxDyn};

pub use adam::Adam;
pub use adamw::AdamW;
pub use sgd::Sgd;

use crate::Module;

/// A rule that turns gradients into an update of the parameters.
pub trait Optimizer<T: Float = f32> {
    /// Updates each parameter that has a gradient; the others, frozen or unused, are left alone.
    ///
    /// In place if the graph is gone, as it is once [`Tensor::backward`] has consumed the loss. A graph that is still
    /// alive keeps the old values: the parameters are then copied first.
    ///
    /// # Panics
    /// If a parameter has another shape than at its last update: an optimizer serves one model.
    #[track_caller]
    fn step(&mut self, module: &mut dyn Module<T>, gradients: &Gradients<T>);
}

/// What is remembered of one parameter: `N` arrays of its shape, zeros at first, and how often it was updated.
#[derive(Clone, Debug)]
struct Memory<T, const N: usize> {
    updates: i32,
    arrays: [ArrayD<T>; N],
}

/// Calls `update` with each parameter that has a gradient, that gradient, and what is remembered under its name.
#[track_caller]
fn update_each<T: Float, const N: usize>(
    module: &mut dyn Module<T>,
    gradients: &Gradients<T>,
    memories: &mut BTreeMap<String, Memory<T, N>>,
    update: impl Fn(&mut Tensor<T>, &Tensor<T>, &mut Memory<T, N>),
) {
    for (name, parameter) in module.parameters_mut() {
        let Some(gradient) = gradients.get(parameter) else {
            continue;
        };
        let shape = parameter.shape();
        let memory = memories.entry(name.clone()).or_insert_with(|| Memory {
            updates: 0,
            arrays: array::from_fn(|_| ArrayD::zeros(IxDyn(shape))),
        });
        for array in &memory.arrays {
            assert!(
                array.shape() == shape,
                "step: the parameter {name} is {shape:?} but was {:?} at its last update; an \
                 optimizer serves one model",
                array.shape()
            );
        }
        memory.updates += 1;
        update(parameter, gradient, memory);
    }
}
