//! Where to draw codes from: the evidence p(x) by codes of the prior, and by codes of q(z|x).
//!
//! Both are importance sampling, p(x) = E_q[w] with w = p(x|z) p(z)/q(z); with q = p(z) the weight is the likelihood. Both
//! are unbiased. What they cost is the second moment of W = w/p(x): k samples are worth k/E[W²]. First in the linear-Gaussian
//! model, where p(x) and E[W²] are known: with each dimension of z the prior's E[W²] is multiplied by the same factor. Then
//! in a variational autoencoder of digits, where nothing is known, and q is what makes it possible to measure anything.
//!
//! ```text
//! cargo run --release --example 05-prior-or-posterior
//! ```
//!
//! Draws `05-prior-or-posterior.png`: on the left what codes cost, on the right how the estimate of log p(x) of digits grows
//! with their number. With too few codes the measured price is that number, and no more: one code has all the weight, and
//! nothing shows that the right ones are missing.
#![forbid(unsafe_code)]

use anyhow::{Result, ensure};
use autograd::Tensor;
use figures::{Curves, Example, Panels};
use ndarray::Array2;
use nn::{Adam, Module, Optimizer};
use rand_chacha::ChaCha8Rng;
use vae::data::Dataset;
use vae::{
    DiagonalNormal, Distribution, LatentModel, Likelihood, LinearGaussian, Moments, NormalProposal,
    PriorProposal, Sizes, Vae, WeightSum, standard_normal,
};

fn main() -> Result<()> {
    let example = Example::from_args();
    let known = what_codes_are_worth(example.pick(20_000, 2000), &mut example.stream(0))?;

    let train = Dataset::mnist_train();
    let sizes = Sizes { pixels: 784, hidden: example.pick(200, 20), latent: 10 };
    let mut vae = Vae::<f32>::new(sizes, Likelihood::Bernoulli, &mut example.stream(1));
    let (mut adam, mut order, mut noise) = (Adam::new(1e-3), example.stream(2), example.stream(3));
    for _ in 0..example.pick(4, 1) {
        for batch in train.shuffled_batches(128, &mut order).take(example.pick(469, 20)) {
            let x: Tensor = batch.intensities().into();
            let noise = standard_normal(&mut noise, [x.shape()[0], sizes.latent]);
            let gradients = vae.elbo(&x, &noise).loss().backward();
            adam.step(&mut vae, &gradients);
        }
    }
    let digits = Dataset::mnist_test().batch(&(0..example.pick(32, 4)).collect::<Vec<_>>());
    let x = digits.intensities().into();
    let doublings = example.pick(13, 6);
    let vae = vae.frozen();
    let by_prior = estimates(&PriorProposal(vae.clone()), &x, doublings, &mut example.stream(4));
    let by_encoder = estimates(&vae, &x, doublings, &mut example.stream(4));
    println!("\nTest digits: log p(x), nats per image, and how many codes those drawn are worth\n");
    println!("    codes | of the prior   worth | of q(z|x)   worth");
    for (prior, encoder) in by_prior.iter().zip(&by_encoder).step_by(2) {
        print!("{:9} | {:12.2} {:7.1} |", prior.0, prior.1, prior.2);
        println!(" {:9.2} {:7.1}", encoder.1, encoder.2);
    }
    let (prior, encoder) = (by_prior[doublings].1, by_encoder[doublings].1);
    ensure!(prior < encoder, "the prior was luckier than q: {prior} > {encoder}");

    let curve = |all: &[(f64, f64, f64)]| all.iter().map(|e| (e.0, e.1)).collect::<Vec<_>>();
    let digits = Curves::new("codes for each digit", "log p(x), nats per image")
        .title("Digits: the estimate of log p(x)")
        .line("codes of the prior", curve(&by_prior))
        .line("codes of q(z|x)", curve(&by_encoder))
        .log_x();
    example.save("05-prior-or-posterior.png", &Panels::row().with(known).with(digits))?;
    Ok(())
}

/// The linear-Gaussian model x = z + s ε of more and more dimensions, with x = (1, …, 1).
///
/// Its dimensions are independent and alike, so E[W²] is a power of that of one.
fn what_codes_are_worth(k: usize, rng: &mut ChaCha8Rng) -> Result<Curves> {
    println!(
        "x = z + 0.2 ε: estimates of log p(x) by {k} codes, E[W²], and how many codes it leaves"
    );
    println!("\n          |          |     codes of the prior       |  codes of a q, a little off");
    println!("     dims | log p(x) | estimate      E[W²]    worth | estimate      E[W²]    worth");
    let mut moments = [const { Vec::new() }; 4];
    for dims in [1, 2, 4, 6, 8, 12, 16] {
        let identity = Array2::eye(dims).into();
        let model = LinearGaussian::new(identity, Tensor::zeros([dims]), 0.04.into());
        let x = Tensor::ones([1, dims]);
        let (evidence, posterior) = (model.log_evidence(&x).item(), model.posterior(&x));
        let center = posterior.mean().mean().item();
        let width = posterior.factor().diagonal().mean().item();
        print!("{dims:9} | {evidence:8.3} |");
        let normals = [(0.0, 1.0), (center + 0.3 * width, 1.25 * width)];
        for (i, (mean, deviation)) in normals.into_iter().enumerate() {
            let mean_of_all = Tensor::full([dims], mean);
            let q = DiagonalNormal::new(mean_of_all, Tensor::from(2.0 * deviation.ln()));
            let z = q.sample([k], rng);
            let likelihood = model.likelihood(&z).log_prob(&x.broadcast_to([k, dims]));
            let log_weights = likelihood + model.prior().log_prob(&z) - q.log_prob(&z);
            let mut weights = WeightSum::default();
            log_weights.to_vec().into_iter().for_each(|weight| weights.add(weight));

            let (posterior_mean, posterior_deviation) = (center, width);
            let one = NormalProposal { mean, deviation, posterior_mean, posterior_deviation };
            let exactly = one.second_moment().powi(dims as i32);
            let (estimate, worth) = (weights.log_mean(), weights.effective_samples());
            print!(" {estimate:8.3} {exactly:10.2e} {worth:8.1}{}", [" |", "\n"][i]);
            moments[2 * i].push((dims as f64, k as f64 / worth));
            moments[2 * i + 1].push((dims as f64, exactly));
            let off = (estimate - evidence).abs() / weights.standard_error();
            ensure!(i == 0 || off < 4.0, "{dims} dimensions: {off:.1} standard errors off");
        }
    }
    let [prior, prior_exactly, q, q_exactly] = moments;
    Ok(Curves::new("dimensions of z", "E[W²], codes to pay for one of the posterior")
        .title("Linear-Gaussian model: what codes cost")
        .line("prior, measured", prior)
        .dashed("prior, exactly", prior_exactly)
        .line("q, measured", q)
        .dashed("q, exactly", q_exactly)
        .log_y())
}

/// The estimate of log p(x) after k = 1, 2, 4, … codes for each digit, and what these are worth: (k, log p(x), worth), means
/// over the digits.
fn estimates(
    model: &impl LatentModel,
    x: &Tensor,
    doublings: usize,
    rng: &mut ChaCha8Rng,
) -> Vec<(f64, f64, f64)> {
    let mut sums = vec![WeightSum::default(); x.shape()[0]];
    let mut estimates = Vec::new();
    for k in 1..=1usize << doublings {
        let noise = standard_normal(rng, [1, x.shape()[0], model.latent()]);
        let log_weights = model.log_weights(x, &noise).to_vec();
        sums.iter_mut().zip(log_weights).for_each(|(sum, weight)| sum.add(f64::from(weight)));
        if k.is_power_of_two() {
            let mean = |of: fn(&WeightSum) -> f64| Moments::of(sums.iter().map(of)).mean();
            let (log_p, worth) = (mean(WeightSum::log_mean), mean(WeightSum::effective_samples));
            estimates.push((k as f64, log_p, worth));
        }
    }
    estimates
}
