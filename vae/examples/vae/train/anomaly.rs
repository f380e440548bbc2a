//! Why a loss is not a number.

use std::any::Any;
use std::panic::{self, AssertUnwindSafe};

use anyhow::{Error, anyhow};
use autograd::{Tensor, detect_anomalies};

use crate::checkpoint::Checkpoint;
use crate::data::Input;

/// The error of a step whose loss is not finite: the step is repeated, with every op watched, to name the first that made
/// a NaN or an infinity.
pub fn explain(state: &Checkpoint, input: &Input, noise: &Tensor, beta: f64) -> Error {
    let repeat = || {
        let _guard = detect_anomalies();
        state.model.cost(input, noise).loss(beta).backward()
    };
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| ())); // what is found is told once, below
    let outcome = panic::catch_unwind(AssertUnwindSafe(repeat));
    panic::set_hook(hook);
    let found = match &outcome {
        Ok(_) => "every op gave finite values; only their sum did not",
        Err(message) => text(message.as_ref()),
    };
    anyhow!(
        "training diverged: in epoch {}, step {}, the loss is no longer a finite number ({found}); \
         choose a smaller --learning-rate",
        state.epochs.len() + 1,
        state.progress.step + 1,
    )
}

/// What a panic said.
fn text(message: &(dyn Any + Send)) -> &str {
    let text = message.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| message.downcast_ref::<&str>().copied()).unwrap_or("of an unknown op")
}
