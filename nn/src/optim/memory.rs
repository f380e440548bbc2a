//! What an optimizer remembers of the parameters.

use std::array;
use std::collections::BTreeMap;

use autograd::simd::{Update, update};
use autograd::{Float, Gradients, Tensor};

use crate::{Module, State};

/// By the names of the parameters, what is remembered of each.
#[derive(Clone, Debug)]
pub struct Memories<T: Float, const N: usize> {
    /// The symbols of the N numbers in the optimizer's formula.
    symbols: [&'static str; N],
    of: BTreeMap<String, Memory<T, N>>,
}

/// What is remembered of one parameter: how often it was updated, and `N` numbers for each of its elements, 0 at first.
#[derive(Clone, Debug)]
struct Memory<T: Float, const N: usize> {
    /// t, a scalar. In `f32` it ends at 2²⁴, where t + 1 is t, as PyTorch's does: βᵗ is 0 long before.
    updates: Tensor<T>,
    arrays: [Tensor<T>; N],
}

impl<T: Float, const N: usize> Memory<T, N> {
    fn new(shape: &[usize]) -> Self {
        Self { updates: Tensor::zeros([]), arrays: array::from_fn(|_| Tensor::zeros(shape)) }
    }

    fn shape(&self) -> &[usize] {
        self.arrays[0].shape()
    }

    /// Counts an update, from 1 on.
    fn count(&mut self) -> i32 {
        let t = self.updates.item() + T::one();
        self.updates.value_mut().fill(t);
        t.as_f64() as i32
    }
}

impl<T: Float, const N: usize> Memories<T, N> {
    /// None yet.
    pub fn new(symbols: [&'static str; N]) -> Self {
        Self { symbols, of: BTreeMap::new() }
    }

    /// Room for each parameter of the module.
    pub fn prepare(&mut self, module: &dyn Module<T>) {
        for (name, parameter) in module.parameters() {
            self.of.entry(name).or_insert_with(|| Memory::new(parameter.shape()));
        }
    }

    /// Updates each parameter that has a gradient, together with what is remembered under its name: its t-th update is by
    /// the rule `rule(t)`.
    #[track_caller]
    pub fn update_each<U: Update<T, N>>(
        &mut self,
        module: &mut dyn Module<T>,
        gradients: &Gradients<T>,
        rule: impl Fn(i32) -> U,
    ) {
        for (name, parameter) in module.parameters_mut() {
            let Some(gradient) = gradients.get(parameter) else {
                continue;
            };
            let shape = parameter.shape();
            let memory = self.of.entry(name.clone()).or_insert_with(|| Memory::new(shape));
            assert!(
                memory.shape() == shape,
                "step: the parameter {name} is {shape:?} but was {:?} at its last update; an \
                 optimizer serves one model",
                memory.shape()
            );
            let rule = rule(memory.count());
            let gradient = gradient.value();
            let gradient = gradient.as_standard_layout();
            let mut parameter = parameter.value_mut();
            let mut arrays = memory.arrays.each_mut().map(Tensor::value_mut);
            update(
                rule,
                parameter.as_slice_mut().expect(ROW_MAJOR),
                arrays.each_mut().map(|array| array.as_slice_mut().expect(ROW_MAJOR)),
                gradient.as_slice().expect(ROW_MAJOR),
            );
        }
    }

    /// `t` and the symbols of each parameter, as buffers.
    pub fn state(&self) -> State<&Tensor<T>> {
        self.of.iter().fold(State::new(), |all, (name, Memory { updates, arrays })| {
            let own = State::new().buffer("t", updates);
            let own = self.symbols.iter().zip(arrays).fold(own, |own, (s, x)| own.buffer(s, x));
            all.child(name, own)
        })
    }

    /// The same list as [`state`](Self::state), to be changed.
    pub fn state_mut(&mut self) -> State<&mut Tensor<T>> {
        self.of.iter_mut().fold(State::new(), |all, (name, Memory { updates, arrays })| {
            let own = State::new().buffer("t", updates);
            let own = self.symbols.iter().zip(arrays).fold(own, |own, (s, x)| own.buffer(s, x));
            all.child(name, own)
        })
    }
}

const ROW_MAJOR: &str = "in row-major order";
