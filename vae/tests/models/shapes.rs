//! Wrong shapes panic at the caller's line, with both shapes.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};

use autograd::Tensor;
use ndarray::array;
use nn::Linear;
use vae::{
    Autoencoder, ConditionalVae, EvidenceBound, FlowVae, LatentModel, Likelihood, Vae, VampVae,
    one_hot,
};

use crate::support::{layers, rng};

thread_local! {
    /// The line of this thread's last panic in this file.
    static LINE: Cell<u32> = const { Cell::new(0) };
}

/// Notes the line of panics in this file; others are reported as ever.
fn note_lines() {
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |info| match info.location() {
        Some(at) if at.file() == file!() => LINE.set(at.line()),
        _ => report(info),
    }));
}

/// Checks that `call` panics at this line, with this text in its message.
fn mistake<R>(text: &str, line: u32, call: impl FnOnce() -> R) {
    LINE.set(0);
    let panicked = panic::catch_unwind(AssertUnwindSafe(call)).err();
    let message = panicked.as_ref().and_then(|payload| payload.downcast_ref::<String>());
    assert!(message.is_some_and(|message| message.contains(text)), "{message:?}, not {text:?}");
    assert_eq!(LINE.get(), line, "{message:?}");
}

#[rustfmt::skip] // a call and its line! must share a line
#[test]
fn shape_mistakes_panic_at_the_call() {
    note_lines();
    let rng = &mut rng(0);
    let mut vae = Vae::<f64>::new(layers(4), Likelihood::Bernoulli, rng);
    let autoencoder = Autoencoder::<f64>::new(layers(4), Likelihood::Bernoulli, rng);
    let linear = Vae::<f64, _, _>::linear(&array![0.1, 0.2, 0.3, 0.4], 2, Likelihood::learned_gaussian(), rng);
    let conditional = ConditionalVae::<f64>::new(layers(4), 3, Likelihood::Bernoulli, rng);
    let vamp = VampVae::of(vae.clone(), &Tensor::full([6, 4], 0.5));
    let flow = FlowVae::<f64>::new(layers(4), 2, Likelihood::Bernoulli, rng);
    let narrow = FlowVae::of(Linear::<f64>::new(4, 13, rng), Linear::new(2, 4, rng), Likelihood::Bernoulli, 2, 2);

    let zeros = |shape: &[usize]| Tensor::<f64>::zeros(shape);
    let (x, y, wide) = (zeros(&[5, 4]), zeros(&[5, 3]), zeros(&[5, 7]));
    let (z, noise, few, more) = (zeros(&[5, 3]), zeros(&[5, 2]), zeros(&[3, 2]), zeros(&[9, 3, 2]));
    let given = conditional.given(&y);

    mistake("[5, 7]", line!(), || autoencoder.distortion(&wide));
    mistake("[5, 3]", line!(), || autoencoder.generate(&z));
    mistake("[5, 7]", line!(), || linear.encode(&wide));
    mistake("the mean is [2] but images are [4]", line!(), || vae.start_at_mean(&array![0.5, 0.5]));

    mistake("x is [5, 4] but y is [3, 2]", line!(), || conditional.encode(&x, &few));
    mistake("x is [5, 4] but y is [3, 2]", line!(), || conditional.elbo(&x, &few, &noise));
    mistake("z is [3, 2] but y is [5, 3]", line!(), || conditional.generate(&few, &y));
    mistake("y is [9, 3, 2]", line!(), || conditional.encode(&x, &more));
    mistake("[5, 6]", line!(), || conditional.encode(&x, &noise));
    mistake("noise is [3, 2] but the posterior is [5, 2]", line!(), || conditional.elbo(&x, &y, &few));
    mistake("noise is [9, 3, 2] but the posterior is [5, 2]", line!(), || given.log_weights(&x, &more));
    mistake("x is [3, 2] but y is [5, 3]", line!(), || given.elbo(&few, &noise));
    mistake("the label is 3 but there are 3 classes", line!(), || one_hot::<f64>(&[0, 3], 3));

    mistake("the images are [4]", line!(), || VampVae::of(linear.clone(), &zeros(&[4])));
    mistake("the images are [0, 4]", line!(), || VampVae::of(linear.clone(), &zeros(&[0, 4])));
    mistake("z is [5, 3] but the components are [6, 2]", line!(), || vamp.log_prior(&z));
    mistake("noise is [3, 2] but the posterior is [5, 2]", line!(), || vamp.elbo(&x, &few));
    mistake("noise is [9, 3, 2] but the posterior is [5, 2]", line!(), || vamp.log_weights(&x, &more));
    mistake("[5, 7]", line!(), || vamp.elbo(&wide, &noise));

    mistake("noise is [3, 2] but the posterior is [5, 2]", line!(), || flow.elbo(&x, &few));
    mistake("noise is [9, 3, 2] but the posterior is [5, 2]", line!(), || flow.log_weights(&x, &more));
    mistake("[5, 7]", line!(), || flow.encode(&wide));
    mistake("output is [5, 13]; it must be [batch, 14]", line!(), || narrow.encode(&x));
}
