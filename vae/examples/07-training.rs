//! A variational autoencoder of handwritten digits: all that there is to training, and what comes of it.
//!
//! The loss is −ELBO = distortion + rate, in nats per image, estimated with one sampled code for each image of a batch. At
//! first the codes say nothing, and the rate is 0. Then each nat of rate buys more than a nat of distortion, until it does
//! not any more. The rate of each dimension of z says what it is used for.
//!
//! ```text
//! cargo run --release --example 07-training
//! ```
//!
//! Draws `07-training.png`, the loss and its two terms, and the rate of each dimension of z; and `07-digits.png`, test digits
//! with their reconstructions, and digits that nobody wrote: samples of the prior, decoded.
#![forbid(unsafe_code)]

use anyhow::{Result, ensure};
use autograd::Tensor;
use figures::{Bars, Curves, Example, Panels, Sheet};
use nn::{Adam, Module, Optimizer};
use vae::data::Dataset;
use vae::{Bernoulli, Distribution, Evaluation, EvidenceBound, LatentUse, Likelihood};
use vae::{Sizes, Vae, standard_normal};

/// Images in a step of the optimizer.
const BATCH: usize = 128;

fn main() -> Result<()> {
    let example = Example::from_args();
    let (train, test) = (Dataset::mnist_train(), Dataset::mnist_test());
    let sizes = Sizes { pixels: 784, hidden: example.pick(400, 20), latent: 20 };
    let mut vae = Vae::<f32>::new(sizes, Likelihood::Bernoulli, &mut example.stream(0));
    let mut adam = Adam::new(1e-3);
    let (mut order, mut noise) = (example.stream(1), example.stream(2));
    let of_test = || test.batches(500).take(example.pick(20, 1)).map(|b| b.intensities().into());

    println!("        train, nats per image        test, nats per image");
    println!("epoch   −ELBO  distortion   rate    −ELBO  distortion   rate");
    let mut epochs = Vec::new();
    for epoch in 1..=example.pick(10, 2) {
        let mut so_far = Evaluation::default();
        for batch in train.shuffled_batches(BATCH, &mut order).take(example.pick(469, 12)) {
            let x: Tensor = batch.intensities().into();
            let noise = standard_normal(&mut noise, [x.shape()[0], sizes.latent]);
            let elbo = vae.elbo(&x, &noise); //            x → q(z|x) → z → p(x|z)
            so_far.add(&elbo);
            let gradients = elbo.loss().backward(); //     ∂(distortion + rate)/∂ parameters
            adam.step(&mut vae, &gradients);
        }
        let tested = vae.evaluate(of_test(), &mut example.stream(3));
        let row =
            |e: &Evaluation| format!("{:7.2} {:11.2} {:6.2}", e.loss(), e.distortion(), e.rate());
        println!("{epoch:5} {}  {}", row(&so_far), row(&tested));
        epochs.push((so_far, tested));
    }

    let last = epochs[epochs.len() - 1].1.loss();
    let collapsed = entropy(&train);
    println!("\nWithout a code, the best loss is {collapsed:.2} nats: the entropy of the pixels.");
    ensure!(example.quick || last < 120.0, "{last} nats: the model has not learned what it should");

    let posteriors = vae.encode_all(of_test());
    let latent = LatentUse::of(&posteriors);
    println!("{} of {} dimensions are active.", latent.active_units(), sizes.latent);
    let training = Panels::row().with(curves(&epochs, collapsed)).with(rates(&latent));
    example.save("07-training.png", &training)?;
    let vae = vae.frozen();
    let codes = standard_normal(&mut example.stream(4), [100, sizes.latent]);
    let digits = Panels::row().with(reconstructions(&vae, &test)).with(
        Sheet::new([28, 28]).title("Samples").scale(2).grid(10, &vae.generate(&codes).value()),
    );
    example.save("07-digits.png", &digits)?;
    Ok(())
}

/// What a model pays that has collapsed, in nats: section 12 of `vae::derivation`.
fn entropy(images: &Dataset) -> f64 {
    let odds = images.mean_image().mapv(|p| (p / (1.0 - p)).max(1e-12));
    Bernoulli { logits: Tensor::from(odds).ln() }.entropy().item()
}

/// A quantity and its name.
type Term = (&'static str, fn(&Evaluation) -> f64);

/// The loss and its terms after each epoch, full in test and pale in training.
fn curves(epochs: &[(Evaluation, Evaluation)], collapsed: f64) -> Curves {
    let terms: [Term; 3] = [
        ("−ELBO", Evaluation::loss),
        ("distortion", Evaluation::distortion),
        ("rate", Evaluation::rate),
    ];
    let chart = Curves::new("epoch", "nats per image").title("Loss and its two terms");
    let chart = terms.into_iter().fold(chart, |chart, (name, term)| {
        let train = (1..).map(f64::from).zip(epochs.iter().map(|of| term(&of.0)));
        let test = (1..).map(f64::from).zip(epochs.iter().map(|of| term(&of.1)));
        chart.line(format!("{name}, test"), test).pale(format!("{name}, train"), train)
    });
    chart.level("no code: entropy of the pixels", collapsed).y_range(0.0, 220.0)
}

/// The rate of each dimension, the largest first.
fn rates(latent: &LatentUse) -> Bars {
    let rates = latent.by_rate().into_iter().map(|j| latent.rates[j].mean());
    Bars::new("dimension of z, by rate", "rate, nats")
        .title("What the code is made of")
        .group("", rates)
}

/// Test digits, each over what its code tells.
fn reconstructions(vae: &Vae, test: &Dataset) -> Sheet {
    let sheet = Sheet::new([28, 28]).title("Test digits, and what their codes tell").scale(2);
    let rows: Vec<_> =
        test.batches(10).take(5).map(|batch| Tensor::from(batch.intensities())).collect();
    rows.iter()
        .fold(sheet, |sheet, x| sheet.group().row(&x.value()).row(&vae.reconstruct(x).value()))
}
