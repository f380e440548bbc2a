//! The heart of it: an epoch of training, and the test after it.

use std::iter::repeat_n;
use std::ops::ControlFlow::{Break, Continue};
use std::time::Instant;

use anyhow::Result;
use nn::schedule::WarmUp;
use nn::{Module, Optimizer};
use vae::data::for_each_ahead;
use vae::{Evaluation, Moments};

use super::anomaly;
use crate::checkpoint::{Checkpoint, Progress};
use crate::config::Config;
use crate::data::Data;

/// Every training image once, in batches of an order of their own; of an epoch under way, those that are left.
///
/// `go_on` is asked after each step. Returns whether the epoch is complete.
pub fn train(
    state: &mut Checkpoint,
    data: &Data,
    mut go_on: impl FnMut(&Progress) -> bool,
) -> Result<bool> {
    let mut order = state.randomness.order.clone();
    let batches = data.train.shuffled_batches(state.config.batch, &mut order);
    let steps = batches.len();
    let (codes, mut randomness) = (state.model.codes(), state.randomness.clone());
    let prepared = batches.skip(state.progress.step).map(|batch| {
        let input = data.input(&batch, &mut randomness.bits);
        let noise = codes.noise(input.len(), &mut randomness.noise);
        (input, noise, randomness.clone())
    });
    let (start, seconds) = (Instant::now(), state.progress.seconds);
    let ended = for_each_ahead(prepared, |(input, noise, randomness)| {
        state.randomness = randomness;
        let beta = beta(&state.config, steps, state.epochs.len() * steps + state.progress.step);

        let cost = state.model.cost(&input, &noise);
        cost.record(&mut state.progress.train);
        let loss = cost.loss(beta);
        let value = f64::from(loss.item());
        if !value.is_finite() {
            return Break(Err(anomaly::explain(state, &input, &noise, beta)));
        }
        let gradients = loss.backward();
        state.adam.step(&mut state.model, &gradients);

        let progress = &mut state.progress;
        progress.step += 1;
        progress.objective.extend(repeat_n(value, input.len()));
        progress.seconds = seconds + start.elapsed().as_secs_f64();
        if !go_on(progress) && progress.step < steps {
            return Break(Ok(false));
        }
        Continue(())
    });
    if let Break(early) = ended {
        return early;
    }
    state.randomness.order = order;
    Ok(true)
}

/// β at a step, counted from the first of the run.
fn beta(config: &Config, steps: usize, step: usize) -> f64 {
    match config.warmup {
        0 => config.beta,
        epochs => config.beta * WarmUp { start: 0.0, steps: epochs * steps }.factor(step),
    }
}

/// Rate and distortion of the test images, and the loss by which epochs are compared.
///
/// Every test draws the same noise, and the same bits: two epochs differ by their parameters alone.
pub fn test(state: &Checkpoint, data: &Data) -> (Evaluation, f64) {
    let model = state.model.frozen();
    let Checkpoint { config, randomness, .. } = state;
    let mut noise = randomness.test_noise.clone();
    let (mut evaluation, mut weighted) = (Evaluation::default(), Moments::default());
    for input in data.test_inputs(usize::MAX, config.batch, &randomness.test_bits) {
        let cost = model.cost(&input, &model.codes().noise(input.len(), &mut noise));
        cost.record(&mut evaluation);
        weighted.extend(cost.bounds());
    }
    let bound = if weighted.count() > 0 { weighted.mean() } else { evaluation.loss() };
    (evaluation, bound)
}
