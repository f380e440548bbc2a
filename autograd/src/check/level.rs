//! One order of derivatives: a function and its gradient, which is the function of the next order.

use std::collections::BTreeSet;

use rand_chacha::ChaCha8Rng;

use super::line::{Line, noise};
use super::{
    Function, GradientCheck, GradientError, Subject, dot, flat, leaves, place, random_like,
};
use crate::{Float, Tensor};

pub(super) struct Level<'a, T: Float> {
    pub check: &'a GradientCheck<T>,
    pub subject: Subject,
    pub f: &'a Function<'a, T>,
    pub inputs: &'a [Tensor<T>],
}

impl<T: Float> Level<'_, T> {
    /// Checks this order, then the next.
    pub fn check(&self, rng: &mut ChaCha8Rng) -> Result<(), GradientError> {
        let outputs = self.outputs()?;
        if self.subject.order == 1 && !self.check.allow_unused {
            self.check_used(&outputs, rng)?;
        }
        let cotangents = random_like(&outputs, rng);
        self.check_directions(&outputs, &cotangents, rng)?;
        if self.subject.order == self.check.order {
            return Ok(());
        }
        let gradient = |x: &[Tensor<T>]| {
            let (x, cotangents) = x.split_at(self.inputs.len());
            let wrt: Vec<_> = x.iter().collect();
            let gradients = inner(&(self.f)(x), cotangents).grad(&wrt);
            gradients.into_iter().zip(x).map(or_zero).collect()
        };
        let subject = Subject { order: self.subject.order + 1, ..self.subject };
        let inputs = [self.inputs, &cotangents].concat();
        Level { check: self.check, subject, f: &gradient, inputs: &inputs }.check(rng)
    }

    /// f(x), if it is the same twice and finite.
    fn outputs(&self) -> Result<Vec<Tensor<T>>, GradientError> {
        let evaluate =
            || -> Vec<_> { (self.f)(&leaves(self.inputs)).iter().map(Tensor::detach).collect() };
        let (outputs, again) = (evaluate(), evaluate());
        let subject = self.subject;
        for (k, (first, second)) in outputs.iter().zip(&again).enumerate() {
            if first.shape() != second.shape() {
                let found = [first, second].map(|z| format!("shape {:?}", z.shape()));
                return Err(GradientError::NotDeterministic {
                    subject,
                    output: (k, vec![]),
                    found,
                });
            }
        }
        let values = flat(&outputs);
        let mut pairs = values.iter().zip(flat(&again));
        if let Some(at) = pairs.position(|(x, y)| x.to_bits() != y.to_bits()) {
            let found = [&outputs, &again].map(|z| format!("{:?}", flat(z)[at]));
            let output = place(&outputs, at);
            return Err(GradientError::NotDeterministic { subject, output, found });
        }
        match values.iter().position(|z| !z.is_finite()) {
            None => Ok(outputs),
            Some(at) => {
                let output = place(&outputs, at);
                Err(GradientError::ValueNotFinite { subject, output, value: values[at] })
            }
        }
    }

    /// An input that no gradient reaches must at least change the result: then the directions tell what is wrong.
    fn check_used(&self, outputs: &[Tensor<T>], rng: &mut ChaCha8Rng) -> Result<(), GradientError> {
        let value = flat(outputs);
        for (input, reached) in self.reached().into_iter().enumerate() {
            if reached || self.inputs[input].is_empty() {
                continue;
            }
            let mut direction: Vec<_> =
                self.inputs.iter().map(|x| Tensor::zeros(x.shape())).collect();
            direction[input] = random_like(&self.inputs[input..=input], rng).remove(0);
            let line = Line::new(self.f, self.inputs, direction);
            let width = self.check.step.as_f64();
            if line.at(width) == value && line.at(-width) == value {
                return Err(GradientError::UnusedInput { subject: self.subject, input });
            }
        }
        Ok(())
    }

    /// For each input, whether the results were computed from it, as far as the graph knows.
    pub fn reached(&self) -> Vec<bool> {
        let x = leaves(self.inputs);
        let outputs = (self.f)(&x);
        let mut seen = BTreeSet::new();
        let mut pending: Vec<_> = outputs.iter().filter_map(Tensor::node).collect();
        while let Some(node) = pending.pop() {
            if seen.insert(node.id) {
                pending.extend(node.op.iter().flat_map(|op| op.parents.iter().flatten()));
            }
        }
        x.iter().map(|x| seen.contains(&x.node().expect("a leaf").id)).collect()
    }

    /// ⟨z̄, J ẋ⟩ = ⟨Jᵀ z̄, ẋ⟩ for random ẋ.
    fn check_directions(
        &self,
        outputs: &[Tensor<T>],
        cotangents: &[Tensor<T>],
        rng: &mut ChaCha8Rng,
    ) -> Result<(), GradientError> {
        let (value, weights) = (flat(outputs), flat(cotangents));
        let gradient = flat(&self.pull_back(cotangents));
        if let Some(at) = gradient.iter().position(|x| !x.is_finite()) {
            let (subject, input) = (self.subject, place(self.inputs, at));
            return Err(GradientError::DerivativeNotFinite { subject, input, value: gradient[at] });
        }
        let width = self.check.step.as_f64();
        let magnitude = size(&value, &weights) + size(&flat(self.inputs), &gradient);
        for _ in 0..self.check.directions {
            let line = Line::new(self.f, self.inputs, random_like(self.inputs, rng));
            let step = line.step(width);
            if let Some(at) = step.not_finite() {
                return Err(self.edge_of_domain(outputs, at));
            }
            let numeric = dot(&step.derivative(), &weights);
            let analytic = dot(&gradient, &step.moved);
            let visible = self.visible(analytic, numeric).max(noise::<T>(magnitude, width));
            let bend = dot(&step.bend(&value), &weights).abs();
            let agree = self.check.agree(analytic, numeric);
            let kinked = || bend > visible && line.kink(&weights, width, visible).is_some();
            if !agree || kinked() {
                self.compare_entries(outputs, agree)?;
            }
        }
        Ok(())
    }

    /// How far two slopes may differ before a smooth function is suspected of a kink.
    pub fn visible(&self, analytic: f64, numeric: f64) -> f64 {
        self.check.relative.as_f64().sqrt() * (1.0 + analytic.abs() + numeric.abs())
    }

    /// Jᵀ z̄ at the inputs.
    pub fn pull_back(&self, cotangents: &[Tensor<T>]) -> Vec<Tensor<T>> {
        let x = leaves(self.inputs);
        let projected = inner(&(self.f)(&x), cotangents);
        if !projected.is_tracked() {
            return x.iter().map(|x| Tensor::zeros(x.shape())).collect();
        }
        let gradients = projected.backward();
        x.iter().map(|x| or_zero((gradients.get(x).cloned(), x))).collect()
    }
}

/// Σ ⟨xᵢ, yᵢ⟩.
fn inner<T: Float>(x: &[Tensor<T>], y: &[Tensor<T>]) -> Tensor<T> {
    let products = x.iter().zip(y).map(|(x, y)| (x * y).sum());
    products.reduce(|sum, product| sum + product).unwrap_or_else(|| Tensor::from(0.0))
}

fn or_zero<T: Float>((gradient, x): (Option<Tensor<T>>, &Tensor<T>)) -> Tensor<T> {
    gradient.unwrap_or_else(|| Tensor::zeros(x.shape()))
}

/// Σ |xᵢ yᵢ|.
fn size(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(x, y)| (x * y).abs()).sum()
}
