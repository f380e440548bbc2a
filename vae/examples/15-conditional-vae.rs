//! The conditional VAE: p(x|y), a model of what y does not say.
//!
//! First y is the label. The code is left with the hand: one code, decoded with each label, writes ten digits alike. The
//! label counts: with another one the same images are much less likely.
//!
//! Then y is the lower half of a picture, and x the upper half. A regressor, a decoder without a code, has one answer and
//! gives the mean of all that fit. With a code there are as many answers as codes.
//!
//! ```text
//! cargo run --release --example 15-conditional-vae
//! ```
//!
//! Draws `15-conditional-vae-labels.png`: a row a label, a column a code; and `15-conditional-vae-halves.png`: test digits
//! of which the lower half is given.
//!
//! Source: Sohn, Lee & Yan 2015; Doersch 2016, §3 and §4.2.
#![forbid(unsafe_code)]

use anyhow::{Result, ensure};
use autograd::Tensor;
use figures::{Example, Panels, Sheet};
use nn::{Adam, Layer, Optimizer};
use rand_chacha::ChaCha8Rng;
use vae::data::{Batch, Dataset};
use vae::{
    ConditionalVae, DenseDecoder, EvidenceBound, Likelihood, Moments, Sizes, one_hot,
    standard_normal,
};

/// Pixels of half a picture.
const HALF: usize = 392;

fn main() -> Result<()> {
    let example = Example::from_args();
    let (train, test) = (Dataset::mnist_train(), Dataset::mnist_test());
    labels(&example, &train, &test)?;
    halves(&example, &train, &test)
}

/// Trains `step` on shuffled batches.
fn train(example: &Example, digits: &Dataset, mut step: impl FnMut(&Batch)) {
    let mut order = example.stream(1);
    for _ in 0..example.pick(4, 1) {
        digits.shuffled_batches(128, &mut order).take(example.pick(500, 4)).for_each(|b| step(&b));
    }
}

fn labels(example: &Example, digits: &Dataset, test: &Dataset) -> Result<()> {
    // A code so short has no room for what the label says already.
    let sizes = Sizes { pixels: 784, hidden: example.pick(400, 20), latent: 3 };
    let [mut rng, mut random] = [0, 2].map(|number| example.stream(number));
    let mut vae = ConditionalVae::<f32>::new(sizes, 10, Likelihood::Bernoulli, &mut rng);
    let mut adam = Adam::new(1e-3);
    train(example, digits, |batch| {
        let (x, y) = (Tensor::from(batch.binarized(&mut random)), one_hot(&batch.labels, 10));
        let noise = standard_normal(&mut random, [x.shape()[0], sizes.latent]);
        let gradients = vae.elbo(&x, &y, &noise).loss().backward();
        adam.step(&mut vae, &gradients);
    });

    let batch = test.batch(&(0..example.pick(5000, 20)).collect::<Vec<_>>());
    let x = Tensor::from(batch.binarized(&mut random));
    let others: Vec<_> = batch.labels.iter().map(|label| (label + 1) % 10).collect();
    let [own, other] = [&batch.labels, &others].map(|labels| {
        let model = vae.given(&one_hot(labels, 10));
        model.evaluate([x.clone()], &mut example.stream(3)).moments()[2]
    });
    println!("label given: −ELBO {own} nats with a digit's own label, {other} with the next");
    ensure!(example.quick || own.mean() < other.mean() - 5.0, "the label tells nothing");

    // New codes, and those of test digits: each with every label.
    let digits = one_of_each(test);
    let x = Tensor::from(digits.intensities());
    let new = standard_normal(&mut random, [10, sizes.latent]);
    let old = vae.encode(&x, &one_hot(&digits.labels, 10)).mean().clone();
    let written = |codes: &Tensor, sheet: Sheet| {
        (0..10).fold(sheet, |sheet, label| {
            let digits = vae.generate(codes, &one_hot(&[label; 10], 10));
            sheet.captioned(label.to_string(), &digits.value())
        })
    };
    let sheet = |title| Sheet::new([28, 28]).title(title);
    let new = written(&new, sheet("codes of the prior"));
    let old = written(&old, sheet("codes of test digits")).group().captioned("test", &x.value());
    Ok(example.save("15-conditional-vae-labels.png", &Panels::row().with(new).with(old))?)
}

fn halves(example: &Example, digits: &Dataset, test: &Dataset) -> Result<()> {
    let sizes = Sizes { pixels: HALF, hidden: example.pick(400, 20), latent: 10 };
    let likelihood = Likelihood::Bernoulli;
    let [mut rng, mut random] = [0, 2].map(|number| example.stream(number));
    let mut vae = ConditionalVae::<f32>::new(sizes, HALF, likelihood.clone(), &mut rng);
    let mut regressor = DenseDecoder::<f32>::new(Sizes { latent: HALF, ..sizes }, &mut rng);
    let [mut adam, mut adam_too] = [(); 2].map(|()| Adam::new(1e-3));
    train(example, digits, |batch| {
        let [x, y] = halves_of(batch, &mut random);
        let noise = standard_normal(&mut random, [x.shape()[0], 10]);
        let gradients = vae.elbo(&x, &y, &noise).loss().backward();
        adam.step(&mut vae, &gradients);
        let loss = -likelihood.log_prob(&regressor.forward(&y), &x).mean();
        adam_too.step(&mut regressor, &loss.backward());
    });

    let batch = test.batch(&(0..example.pick(2000, 20)).collect::<Vec<_>>());
    let [x, y] = halves_of(&batch, &mut random);
    let numbers = likelihood.log_prob(&regressor.forward(&y), &x).to_vec();
    let without = Moments::of(numbers.into_iter().map(|log| -f64::from(log)));
    let [_, _, with] = vae.given(&y).evaluate([x], &mut random).moments();
    println!("half given: −ELBO {with} nats; regressor, −log p(x|y) {without} nats");
    ensure!(example.quick || with.mean() < without.mean(), "a code is worth nothing");

    let digits = Tensor::from(one_of_each(test).intensities());
    let (codes, gray) = (standard_normal(&mut random, [7, 10]), Tensor::full([1, HALF], 0.5));
    let mut sheet = Sheet::new([28, 28])
        .columns(["given", "test", "mean", "z₁", "z₂", "z₃", "z₄", "z₅", "z₆", "z₇"]);
    for i in 0..10 {
        let half = |pixels| digits.narrow(0, i..i + 1).narrow(1, pixels);
        let (x, y) = (half(0..HALF), half(HALF..2 * HALF));
        let mean = regressor.forward(&y).sigmoid();
        let drawn = vae.generate(&codes, &y.broadcast_to([7, HALF]));
        let upper = Tensor::concatenate(&[&gray, &x, &mean, &drawn], 0);
        let whole = Tensor::concatenate(&[&upper, &y.broadcast_to([10, HALF])], 1);
        sheet = sheet.row(&whole.value());
    }
    Ok(example.save("15-conditional-vae-halves.png", &sheet)?)
}

/// The first test digit of each label.
fn one_of_each(test: &Dataset) -> Batch {
    let first = |label| test.labels().iter().position(|&other| other == label);
    test.batch(&(0..10).filter_map(first).collect::<Vec<_>>())
}

/// The upper half as bits, which is x, and the lower one as intensities, which is y.
fn halves_of(batch: &Batch, rng: &mut ChaCha8Rng) -> [Tensor; 2] {
    let (bits, gray): (Tensor, Tensor) = (batch.binarized(rng).into(), batch.intensities().into());
    [bits.narrow(1, 0..HALF), gray.narrow(1, HALF..2 * HALF)]
}
