//! The VampPrior: a prior made of posteriors.
//!
//! The mean rate falls into what a code tells of its image and how far all codes together are from the prior,
//!
//!     E[KL(q(z|x) ‖ p(z))] = I(n; z) + KL(q(z) ‖ p(z)),   q(z) = E[q(z|x)].
//!
//! The last term buys nothing. It also spoils samples: the decoder has been trained on codes of q(z), and is given those of
//! p(z). With N(0, I) for a prior the encoder has to fill a ball without gaps and edges. A mixture of posteriors,
//! p(z) = 1/K Σ q(z|uₖ), at pictures uₖ that start as training digits and are learned, comes to the codes instead.
//!
//! ```text
//! cargo run --release --example 17-vampprior
//! ```
//!
//! Draws `17-vampprior.png`: where both priors are, and where the codes of the test digits are; and
//! `17-vampprior-digits.png`: pictures u, and samples of both models.
//!
//! Source: Tomczak & Welling 2018; Hoffman & Johnson 2016.
#![forbid(unsafe_code)]

use anyhow::{Result, ensure};
use autograd::Tensor;
use figures::{Example, Heatmap, Panels, Plane, Sheet};
use ndarray::Array1;
use nn::{Adam, Optimizer};
use vae::data::Dataset;
use vae::{
    AggregatePosterior, DiagonalNormal, Distribution, EvidenceBound, ImportanceSampling,
    Likelihood, Sizes, Vae, VampVae, mutual_information, standard_normal,
};

fn main() -> Result<()> {
    let example = Example::from_args();
    let (train, test) = (Dataset::mnist_train(), Dataset::mnist_test());
    let sizes = Sizes { pixels: 784, hidden: example.pick(400, 20), latent: 2 };
    let new = || Vae::<f32>::new(sizes, Likelihood::Bernoulli, &mut example.stream(0));
    let first = train.batch(&(0..example.pick(60, 5)).collect::<Vec<_>>());
    let (mut normal, mut vamp) = (new(), VampVae::of(new(), &first.intensities().into()));
    fit(&example, &mut normal, &train);
    fit(&example, &mut vamp, &train);

    let images = test.batch(&(0..example.pick(10_000, 50)).collect::<Vec<_>>());
    let x = Tensor::from(images.binarized(&mut example.stream(3)));
    println!(
        "{:10} {:>14} {:>14} {:>14} {:>14} {:>12} {:>12}",
        "prior", "log p(x)", "−ELBO", "distortion", "rate", "I(n; z)", "KL(q ‖ p)"
    );
    let without = measure(&example, "N(0, I)", &normal, normal.encode(&x), &x)?;
    let with = measure(&example, "VampPrior", &vamp, vamp.encode(&x), &x)?;
    ensure!(example.quick || with.0 > without.0, "the VampPrior gains no evidence");
    ensure!(example.quick || with.1 < without.1, "the VampPrior is no closer to the codes");

    let x = x.narrow(0, 0..example.pick(1000, 20));
    let row = |name: &str, prior: &DiagonalNormal, codes: &DiagonalNormal| {
        let AggregatePosterior { mean, covariance } = AggregatePosterior::of(codes);
        let radius = 2.5 * covariance.diag().iter().fold(0.0, |a: f64, &b| a.max(b)).sqrt();
        let plane = Plane { center: [mean[0], mean[1]], radius, cells: example.pick(120, 20) };
        let map = |title, q| Heatmap::new("z₁", "z₂", plane, &density(q, plane)).title(title);
        let (p, q) = (map(format!("p(z), {name}"), prior), map("q(z), test".to_owned(), codes));
        let darkest = p.largest().max(q.largest());
        Panels::row().with(p.darkest(darkest).without_legend()).with(q.darkest(darkest))
    };
    let maps = Panels::column()
        .with(row("N(0, I)", &DiagonalNormal::standard([1, 2]), &normal.encode(&x)))
        .with(row("VampPrior", &vamp.components(), &vamp.encode(&x)));
    example.save("17-vampprior.png", &maps)?;

    let mut rng = example.stream(5);
    let n = example.pick(60, 5);
    let plain = normal.generate(&standard_normal(&mut rng, [n, 2]));
    let mixed = vamp.generate(&vamp.sample_prior(n, &mut rng));
    let sheet = |title, x: &Tensor| Sheet::new([28, 28]).title(title).grid(6, &x.value());
    let sheets = Panels::row()
        .with(sheet("samples, N(0, I)", &plain))
        .with(sheet("samples, VampPrior", &mixed))
        .with(sheet("pictures u", &vamp.pseudo_inputs()));
    Ok(example.save("17-vampprior-digits.png", &sheets)?)
}

fn fit(example: &Example, model: &mut (impl EvidenceBound + Clone), digits: &Dataset) {
    let [mut order, mut random] = [1, 2].map(|number| example.stream(number));
    let mut adam = Adam::new(1e-3);
    for _ in 0..example.pick(5, 1) {
        for batch in digits.shuffled_batches(128, &mut order).take(example.pick(500, 4)) {
            let x = Tensor::from(batch.binarized(&mut random));
            let noise = standard_normal(&mut random, [x.shape()[0], 2]);
            let gradients = model.elbo(&x, &noise).loss().backward();
            adam.step(model, &gradients);
        }
    }
}

/// Prints a row, and returns log p(x) and KL(q(z) ‖ p(z)).
fn measure(
    example: &Example,
    name: &str,
    model: &(impl EvidenceBound + Clone),
    q: DiagonalNormal,
    x: &Tensor,
) -> Result<(f64, f64)> {
    let mut rng = example.stream(4);
    let [rate, distortion, both] = model.evaluate([x.clone()], &mut rng).moments();
    let estimate = ImportanceSampling::new(example.pick(200, 5));
    let images = x.narrow(0, 0..example.pick(1000, 20));
    let evidence = estimate.log_likelihood(model, [images], &mut rng, |_| ()).bound();
    let information = mutual_information(&q, &standard_normal(&mut rng, q.mean().shape()));
    let distance = rate.mean() - information.mean();
    println!(
        "{name:10} {evidence:>14} {both:>14} {distortion:>14} {rate:>14} {information:>12} {distance:12.2}"
    );
    ensure!(
        evidence.mean() > -both.mean() - 4.0 * both.standard_error(),
        "a bound above the evidence"
    );
    Ok((evidence.mean(), distance))
}

/// The mean of the densities of all components, in each cell.
fn density(components: &DiagonalNormal, plane: Plane) -> Array1<f32> {
    let points = plane.points().mapv(|z| z as f32);
    let all = points.exact_chunks([plane.cells, 2]);
    let rows = all.into_iter().map(|row| {
        let z = Tensor::from(row.to_owned()).insert_axis(1);
        components.log_prob(&z).exp().mean_axes([1]).to_vec()
    });
    rows.flatten().collect()
}
