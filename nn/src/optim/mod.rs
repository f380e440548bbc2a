//! Optimizers: how parameters follow their gradients downhill.
//!
//! Every update is one loop over the elements, in the notation of its paper, and changes the parameter in place.
//! Hyperparameters are public fields: change `learning_rate` between two steps, by a [schedule](crate::schedule) say, and
//! the next one uses it. What an optimizer remembers of a parameter it keeps under the parameter's name, from the first
//! gradient on; where that would be a subnormal number, below 1.2 · 10⁻³⁸ in `f32`, it remembers 0, which
//! [`update`](autograd::simd::update) has the reason for.
//!
//! An optimizer is itself a [`Module`], of buffers alone: what it remembers, under names such as `encoder.hidden.weight.m`.
//! A [checkpoint](crate::checkpoint) keeps it as it keeps a model, and training goes on from there as if it had never
//! been interrupted.

mod adagrad;
mod adam;
mod adamw;
mod memory;
mod rms_prop;
mod sgd;

use autograd::simd::Lanes;
use autograd::{Float, Gradients};

pub use adagrad::Adagrad;
pub use adam::Adam;
pub use adamw::AdamW;
pub use rms_prop::RmsProp;
pub use sgd::Sgd;

use memory::Memories;

use crate::Module;

/// A rule that turns gradients into an update of the parameters. Its state is what it remembers of them: as many numbers
/// for each element as its formula has, under the symbols of the formula, and `t`, how often a parameter was updated.
///
/// # Examples
/// A checkpoint of model and optimizer, from which another process goes on:
/// ```
/// use std::collections::BTreeMap;
///
/// use autograd::Tensor;
/// use nn::{Adam, Layer, Linear, Module, Optimizer, checkpoint};
/// use rand::SeedableRng;
///
/// let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(0);
/// let mut model = Linear::<f32>::new(3, 2, &mut rng);
/// let mut adam = Adam::new(0.1);
/// let x = Tensor::ones([1, 3]);
/// let gradients = model.forward(&x).sum().backward();
/// adam.step(&mut model, &gradients);
///
/// let names: Vec<_> = adam.state().buffers.into_iter().map(|(name, _)| name).collect();
/// assert_eq!(names, ["bias.t", "bias.m", "bias.v", "weight.t", "weight.m", "weight.v"]);
/// # let folder = std::env::temp_dir().join("an example of an optimizer's state");
/// # std::fs::create_dir_all(&folder).unwrap();
/// # let [model_file, adam_file] = ["model", "adam"].map(|name| folder.join(name));
/// checkpoint::save(&model_file, &model, &BTreeMap::new())?;
/// checkpoint::save(&adam_file, &adam, &BTreeMap::new())?;
///
/// let mut other = Linear::<f32>::new(3, 2, &mut rng);
/// let mut its_adam = Adam::new(0.1);
/// its_adam.prepare(&other); // makes the room that the state is read into
/// checkpoint::load(&model_file, &mut other)?;
/// checkpoint::load(&adam_file, &mut its_adam)?;
///
/// let gradients = model.forward(&x).sum().backward();
/// adam.step(&mut model, &gradients);
/// let gradients = other.forward(&x).sum().backward();
/// its_adam.step(&mut other, &gradients);
/// assert_eq!(other.weight.to_vec(), model.weight.to_vec());
/// # std::fs::remove_dir_all(folder).unwrap();
/// # Ok::<(), checkpoint::CheckpointError>(())
/// ```
pub trait Optimizer<T: Float = f32>: Module<T> {
    /// Updates each parameter that has a gradient; the others, frozen or unused, are left alone.
    ///
    /// In place if the graph is gone, as it is once [`backward`](autograd::Tensor::backward) has consumed the loss. A
    /// graph that is still alive keeps the old values: the parameters are then copied first.
    ///
    /// # Panics
    /// If a parameter has another shape than at its last update: an optimizer serves one model.
    #[track_caller]
    fn step(&mut self, module: &mut dyn Module<T>, gradients: &Gradients<T>);

    /// Begins to remember each parameter of the module: zeros, which change no step.
    ///
    /// Otherwise this happens at a parameter's first gradient. A state is read from a checkpoint into tensors that are
    /// there, so it takes this first. What is remembered already is left as it is.
    fn prepare(&mut self, module: &dyn Module<T>);
}

/// β mean + (1 − β) x: what a mean that forgets becomes with one more value.
#[inline(always)]
fn moving_average<V: Lanes>(beta: f64, mean: V, x: V) -> V {
    x.number(beta).mul_add(mean, x.number(1.0 - beta) * x)
}
