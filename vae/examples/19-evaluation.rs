//! A trained model, measured: each number with its standard error, and checked against what it must be.
//!
//! Digits are turned into bits, so that p(x) is a probability. The bound is measured in three ways, which must agree;
//! log p(x) lies above it, image by image; the rates of all dimensions add up to the rate.
//!
//! The codes of a dataset of N images cannot tell more than ln N nats of which image they are of, and tell nearly that: no
//! two images share a code. How much of the rest of the rate is distance from the prior, this many images cannot show.
//! And the most likely digits are ones, which have little ink: a likelihood does not say how good a digit looks.
//!
//! ```text
//! cargo run --release --example 19-evaluation
//! ```
//!
//! Draws `19-evaluation.png`: the rate of each dimension, and how likely the test digits are; and
//! `19-evaluation-digits.png`: the most and the least likely ones.
#![forbid(unsafe_code)]

use anyhow::{Result, ensure};
use autograd::Tensor;
use figures::{Bars, Example, Histogram, Panels, Sheet};
use nn::{Adam, Optimizer};
use vae::data::Dataset;
use vae::{
    AggregatePosterior, EvidenceBound, ImportanceSampling, LatentUse, Likelihood, LogLikelihood,
    Moments, Sizes, Vae, WeightSum, mutual_information, standard_normal,
};

fn main() -> Result<()> {
    let example = Example::from_args();
    let vae = trained(&example);
    let (images, few, samples) = example.pick((10_000, 1000, 1000), (100, 50, 5));
    let (mut bits, mut rng) = (example.stream(3), example.stream(4));
    // The same bits for all that follows.
    let test = Dataset::mnist_test().batch(&(0..images).collect::<Vec<_>>());
    let test: Tensor = test.binarized(&mut bits).into();
    let batches = |n: usize| (0..n / 50).map(|i| test.narrow(0, 50 * i..50 * (i + 1)));

    let bound = vae.evaluate(batches(images), &mut rng);
    let errors = vae.reconstructions(batches(images), &mut rng);
    let importance = ImportanceSampling::new(samples);
    let evidence = importance.log_likelihood(&vae, batches(few), &mut rng, |_| ());
    println!("{bound}\n\n{errors}\n\n{evidence}");

    let codes = vae.encode_all(batches(images));
    let (latent, aggregate) = (LatentUse::of(&codes), AggregatePosterior::of(&codes));
    let information = mutual_information(&codes, &standard_normal(&mut rng, codes.mean().shape()));
    println!("\n{latent}\n\n{aggregate}");
    let most = (images as f64).ln();
    println!("a code tells {information} nats of its image; ln N is {most:.2}");

    let [rate, _, loss] = bound.moments();
    let sampled = errors.sampled.distortion_plus_rate;
    agree("−ELBO with other noise", loss, sampled)?;
    let many = Moments::of(evidence.images.iter().map(|image| -image.mean_log()));
    let one = vae.evaluate(batches(few), &mut rng).moments()[2];
    agree("−ELBO by one sample and by many", one, many)?;
    let rates: f64 = latent.rates.iter().map(Moments::mean).sum();
    ensure!((rates / rate.mean() - 1.0).abs() < 1e-4, "dimensions: {rates}, in all: {rate}");
    let above = |image: &WeightSum| image.log_mean() >= image.mean_log();
    ensure!(evidence.images.iter().all(above), "an ELBO is above its evidence");
    ensure!(information.mean() <= most, "a code tells more than there is to tell");
    ensure!(example.quick || loss.mean() < 206.03, "a model without codes is better");

    example.save("19-evaluation.png", &charts(&latent, &evidence))?;
    Ok(example.save("19-evaluation-digits.png", &extremes(&evidence, &test))?)
}

/// The dense model of the lecture, trained on bits that are drawn anew for each batch.
fn trained(example: &Example) -> Vae {
    let sizes = Sizes { pixels: 784, hidden: example.pick(400, 20), latent: 20 };
    let mut vae = Vae::<f32>::new(sizes, Likelihood::Bernoulli, &mut example.stream(0));
    let (mut order, mut random) = (example.stream(1), example.stream(2));
    let (mut adam, train) = (Adam::new(1e-3), Dataset::mnist_train());
    for _ in 0..example.pick(8, 1) {
        for batch in train.shuffled_batches(128, &mut order).take(example.pick(500, 5)) {
            let x = Tensor::from(batch.binarized(&mut random));
            let noise = standard_normal(&mut random, [x.shape()[0], 20]);
            let gradients = vae.elbo(&x, &noise).loss().backward();
            adam.step(&mut vae, &gradients);
        }
    }
    vae
}

/// Two estimates of one number, from independent noise.
fn agree(what: &str, one: Moments, other: Moments) -> Result<()> {
    let apart = (one.mean() - other.mean()).abs();
    let error = one.standard_error().hypot(other.standard_error());
    ensure!(apart < 4.0 * error, "{what}: {one} and {other}");
    Ok(())
}

fn charts(latent: &LatentUse, evidence: &LogLikelihood) -> Panels<'static> {
    let rates = latent.by_rate().into_iter().map(|j| latent.rates[j].mean());
    let title = format!("{} of {} dimensions are active", latent.active_units(), rates.len());
    let rates = Bars::new("dimension, by rate", "rate, nats").title(title).group("", rates);
    let images = || evidence.images.iter();
    let likely = Histogram::new("nats", 40)
        .title("Test digits, image by image")
        .samples("ELBO", images().map(WeightSum::mean_log))
        .samples("log p(x)", images().map(WeightSum::log_mean))
        .truth("mean log p(x)", evidence.bound().mean());
    Panels::row().with(rates).with(likely)
}

/// The images that are the most likely, and the least, with log p(x) above each.
fn extremes(evidence: &LogLikelihood, test: &Tensor) -> Panels<'static> {
    let mut order: Vec<_> = (0..evidence.images.len()).collect();
    let likely = |&image: &usize| evidence.images[image].log_mean();
    order.sort_by(|a, b| likely(b).total_cmp(&likely(a)));
    let sheet = |title, places: &[usize]| {
        let names = places.iter().map(|image| format!("−{:.0}", -likely(image)));
        let sheet = Sheet::new([28, 28]).title(title).columns(names);
        sheet.row(&test.index_select(0, places).value())
    };
    let (most, least) = (&order[..12], &order[order.len() - 12..]);
    Panels::column()
        .with(sheet("log p(x) of the most likely", most))
        .with(sheet("and of the least likely", least))
}
