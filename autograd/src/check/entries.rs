//! Both Jacobians whole, compared entry by entry.

use super::help::help;
use super::level::Level;
use super::line::{Kink, Line, epsilon, noise};
use super::{GradientError, GradientKink, GradientMismatch, flat, place, range, unit};
use crate::{Float, Tensor};

/// The row and the column of an entry: which element of the outputs, which of the inputs.
pub(super) type Entry = (usize, usize);

/// ∂z/∂x by both means.
pub(super) struct Entries {
    /// z and x.
    value: Vec<f64>,
    input: Vec<f64>,
    /// Row by row.
    analytic: Vec<Vec<f64>>,
    /// Column by column.
    numeric: Vec<Vec<f64>>,
    /// How far the slope ahead is from the slope behind, column by column.
    bends: Vec<Vec<f64>>,
}

impl Entries {
    pub fn analytic(&self, (k, i): Entry) -> f64 {
        self.analytic[k][i]
    }

    pub fn numeric(&self, (k, i): Entry) -> f64 {
        self.numeric[i][k]
    }

    /// By how much the two differ.
    fn difference(&self, at: Entry) -> f64 {
        (self.analytic(at) - self.numeric(at)).abs()
    }

    fn bend(&self, (k, i): Entry) -> f64 {
        self.bends[i][k].abs()
    }

    fn all(&self) -> impl Iterator<Item = Entry> {
        (0..self.analytic.len()).flat_map(|k| (0..self.numeric.len()).map(move |i| (k, i)))
    }

    /// The entries that are `chosen`, largest first by `size`; a NaN is as large as can be.
    fn ranked(&self, chosen: impl Fn(&Entry) -> bool, size: impl Fn(Entry) -> f64) -> Vec<Entry> {
        let mut ranked: Vec<_> = self.all().filter(chosen).map(|at| (size(at), at)).collect();
        ranked.sort_by(|(x, _), (y, _)| y.total_cmp(x));
        ranked.into_iter().map(|(_, at)| at).collect()
    }
}

impl<T: Float> Level<'_, T> {
    /// Finds what is wrong where ⟨z̄, J ẋ⟩ and ⟨Jᵀ z̄, ẋ⟩ do not agree, or where they do but at a kink.
    ///
    /// A wrong entry where f is smooth comes first, a kink next.
    pub fn compare_entries(&self, outputs: &[Tensor<T>], agree: bool) -> Result<(), GradientError> {
        let entries = self.entries(outputs)?;
        let allowed = |at| self.check.allowed(entries.analytic(at), entries.numeric(at));
        let excess = |at| entries.difference(at) / allowed(at);
        let agrees = |at| self.check.agree(entries.analytic(at), entries.numeric(at));
        let wrong = entries.ranked(|&at| !agrees(at), excess);
        let mut kinks = Vec::new();
        for &at in &wrong {
            // At a kink, a difference is off by half of the jump at most.
            match self.kink(&entries, at, entries.difference(at) / 2.0) {
                Some(kink) => kinks.push((at, kink)),
                None => return Err(self.mismatch(&entries, outputs, at, &wrong)),
            }
        }
        let visible = |at| self.visible(entries.analytic(at), entries.numeric(at));
        for at in entries.ranked(|&at| entries.bend(at) > visible(at), |at| entries.bend(at)) {
            kinks.extend(self.kink(&entries, at, visible(at)).map(|kink| (at, kink)));
        }
        if let Some((at, kink)) = kinks.first() {
            return Err(self.kinked(outputs, *at, kink));
        }
        match entries.ranked(|_| !agree, excess).first() {
            Some(&worst) => Err(self.mismatch(&entries, outputs, worst, &[])),
            None => Ok(()),
        }
    }

    fn entries(&self, outputs: &[Tensor<T>]) -> Result<Entries, GradientError> {
        let (value, input) = (flat(outputs), flat(self.inputs));
        let row = |k| flat(&self.pull_back(&unit(outputs, k)));
        let analytic = (0..value.len()).map(row).collect();
        let (mut numeric, mut bends) = (Vec::new(), Vec::new());
        for i in 0..input.len() {
            let step = self.line(i).step(self.check.step.as_f64());
            if let Some(at) = step.not_finite() {
                return Err(self.edge_of_domain(outputs, at));
            }
            numeric.push(step.derivative().iter().map(|slope| slope / step.moved[i]).collect());
            bends.push(step.bend(&value));
        }
        Ok(Entries { value, input, analytic, numeric, bends })
    }

    /// The line along which element i of the inputs changes alone.
    pub fn line(&self, i: usize) -> Line<'_, T> {
        Line::new(self.f, self.inputs, unit(self.inputs, i))
    }

    /// The kink of output k along input i, if its slopes differ by more than `visible`.
    fn kink(&self, entries: &Entries, (k, i): Entry, visible: f64) -> Option<Kink> {
        let mut weights = vec![0.0; entries.value.len()];
        weights[k] = 1.0;
        let slope = entries.analytic((k, i)).abs() + entries.numeric((k, i)).abs();
        let magnitude = entries.value[k].abs() + entries.input[i].abs() * slope;
        let width = self.check.step.as_f64();
        self.line(i).kink(&weights, width, visible.max(noise::<T>(magnitude, width)))
    }

    fn kinked(&self, outputs: &[Tensor<T>], (k, i): Entry, kink: &Kink) -> GradientError {
        GradientError::Kink(Box::new(GradientKink {
            subject: self.subject,
            output: place(outputs, k),
            input: place(self.inputs, i),
            distance: kink.at,
            slopes: [kink.left, kink.right],
        }))
    }

    fn mismatch(
        &self,
        entries: &Entries,
        outputs: &[Tensor<T>],
        (k, i): Entry,
        wrong: &[Entry],
    ) -> GradientError {
        let (output, input) = (place(outputs, k), place(self.inputs, i));
        let (rows, columns) = (range(outputs, output.0), range(self.inputs, input.0));
        let of_block = |(k, i): &&Entry| rows.contains(k) && columns.contains(i);
        let (analytic, numeric) = (entries.analytic((k, i)), entries.numeric((k, i)));
        let doubt = self.doubt(entries, (k, i));
        let settled = doubt.is_none() && !wrong.is_empty();
        let help = match doubt {
            Some(doubt) => doubt,
            None if wrong.is_empty() => "every entry is within what is allowed, but not their sum \
                along a random direction: raise `absolute`"
                .into(),
            None => help(self, entries, outputs, (k, i)),
        };
        GradientError::Mismatch(Box::new(GradientMismatch {
            subject: self.subject,
            output,
            input,
            analytic,
            numeric,
            allowed: self.check.allowed(analytic, numeric),
            settled,
            wrong: [wrong.iter().filter(of_block).count(), rows.len() * columns.len()],
            help,
        }))
    }

    /// Why the finite difference may be wrong, rather than the rule: it depends on the step, or on the rounding of z.
    fn doubt(&self, entries: &Entries, (k, i): Entry) -> Option<String> {
        let (difference, z) = (entries.difference((k, i)), entries.value[k]);
        let width = self.check.step.as_f64();
        let halved = self.line(i).step(width / 2.0);
        let refined = halved.derivative()[k] / halved.moved[i];
        let rounding = epsilon::<T>() * z.abs() / width;
        if (refined - entries.numeric((k, i))).abs() > difference / 4.0 {
            Some(format!("half the step makes it {refined:.6e}: lower `step`, or scale the inputs"))
        } else if rounding > difference {
            Some(format!(
                "the value is {z:.1e}, whose rounding alone makes {rounding:.0e}: scale the function"
            ))
        } else {
            None
        }
    }

    /// Element k of the outputs is not finite a step away from the inputs: finds out of which.
    pub fn edge_of_domain(&self, outputs: &[Tensor<T>], k: usize) -> GradientError {
        let step = self.check.step.as_f64();
        let mut elements = 0..flat(self.inputs).len();
        let found = elements.find_map(|i| Some((i, self.line(i).step(step).not_finite()?)));
        GradientError::EdgeOfDomain {
            subject: self.subject,
            output: place(outputs, found.map_or(k, |(_, k)| k)),
            input: found.map(|(i, _)| place(self.inputs, i)),
            step,
        }
    }
}
