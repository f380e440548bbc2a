//! Planar flows: a posterior that is not normal, and the gap that it closes.
//!
//! A diagonal normal q(z|x) leaves the gap KL(q ‖ p(z|x)) wherever the posterior is something else. First where all can be
//! seen: the image is one number, x = z₁² + z₂ + s ε, and the codes of an x lie along the arch z₂ = x − z₁². In the plane a
//! sum over a grid is an integral, so evidence, posterior and gap are known. Each planar flow z + û tanh(wᵀz + b) folds
//! the plane once more, and the gap falls.
//!
//! Then what flows gain in a VAE of digits, where an encoder computes them anew for each image.
//!
//! ```text
//! cargo run --release --example 18-flow-posterior
//! ```
//!
//! Draws `18-flow-posterior.png`: the posterior of the arch, and q with more and more flows.
//!
//! Source: Rezende & Mohamed 2015.
#![forbid(unsafe_code)]

use anyhow::{Result, ensure};
use autograd::Tensor;
use figures::{Example, Heatmap, Panels, Plane};
use nn::{Adam, Layer, Linear, Module, Optimizer, State};
use vae::data::Dataset;
use vae::{
    DiagonalNormal, Distribution, EvidenceBound, FlowVae, ImportanceSampling, Likelihood, Sizes,
    standard_normal,
};

fn main() -> Result<()> {
    let example = Example::from_args();
    arch(&example)?;
    digits(&example)
}

/// z₁² + z₂: a decoder without parameters.
#[derive(Clone)]
struct Arch;

impl Layer<f64> for Arch {
    fn forward(&self, z: &Tensor<f64>) -> Tensor<f64> {
        z.narrow(1, 0..1).square() + z.narrow(1, 1..2)
    }
}

impl Module<f64> for Arch {
    fn state(&self) -> State<&Tensor<f64>> {
        State::new()
    }

    fn state_mut(&mut self) -> State<&mut Tensor<f64>> {
        State::new()
    }
}

fn arch(example: &Example) -> Result<()> {
    let (steps, cells) = example.pick((2000, 140), (20, 50));
    let plane = Plane { center: [0.0, 0.0], radius: 3.5, cells };
    let z = Tensor::from(plane.points());
    let x = Tensor::full([cells * cells, 1], 2.0);
    let likelihood = Likelihood::Gaussian { variance: 0.09 };
    let log_prior = DiagonalNormal::standard([2]).log_prob(&z);
    let log_joint = likelihood.log_prob(&Arch.forward(&z), &x) + log_prior;
    let evidence = (&log_joint + plane.area().ln()).log_sum_exp([0]).item();
    let posterior = log_joint - evidence;

    println!("x = z₁² + z₂ + 0.3 ε is 2, log p(x) = {evidence:.4}");
    println!("{:>8} {:>9} {:>9}", "flows", "ELBO", "gap");
    let fitted = [0, 1, 2, 4, 8].map(|flows| {
        let mut rng = example.stream(0);
        // With a single x, the bias of the encoder has all parameters of q. Near 0 the flows are the identity.
        let start = standard_normal::<f64>(&mut rng, [4 + 5 * flows]) * 0.2;
        let weight = Tensor::leaf(Tensor::zeros([1, 4 + 5 * flows]));
        let encoder = Linear { weight, bias: Some(Tensor::leaf(start)) };
        let mut model = FlowVae::of(encoder, Arch, likelihood.clone(), 2, flows);
        let (mut adam, x) = (Adam::new(1e-2), x.narrow(0, 0..100));
        for step in 0..steps {
            // β is a factor of the variance: from much noise to little, so that q finds both legs of the arch.
            let progress = step as f64 / steps as f64;
            let beta = (0.1 + 3.0 * progress).min(1.0).recip();
            adam.learning_rate = 1e-2 * (1.0 - progress);
            let noise = standard_normal(&mut rng, [100, 2]);
            let gradients = model.elbo(&x, &noise).beta_loss(beta).backward();
            adam.step(&mut model, &gradients);
        }
        let q =
            model.encode(&x.narrow(0, 0..1)).log_prob(&z.insert_axis(1)).reshape([z.shape()[0]]);
        let gap = (q.exp() * (&q - &posterior)).sum().item() * plane.area();
        println!("{flows:8} {:9.4} {gap:9.4}", evidence - gap);
        (flows, q, gap)
    });
    ensure!(fitted.iter().all(|(_, _, gap)| *gap > 0.0), "a bound is above the evidence");
    let [without, .., with] = fitted.each_ref().map(|(_, _, gap)| gap);
    ensure!(example.quick || *with < 0.2 * without, "8 flows leave more than a fifth of the gap");

    let map = |log_density: &Tensor<f64>, title: String| {
        Heatmap::new("z₁", "z₂", plane, &log_density.exp().value()).title(title)
    };
    let mut maps = vec![map(&posterior, "p(z|x)".to_owned())];
    let darkest = maps[0].largest();
    maps.extend(
        fitted.iter().map(|(flows, q, gap)| {
            map(q, format!("q, {flows} flows: gap {gap:.2}")).darkest(darkest)
        }),
    );
    let row = |maps: &[Heatmap]| maps.iter().cloned().fold(Panels::row(), Panels::with);
    let rows = Panels::column().with(row(&maps[..3])).with(row(&maps[3..]));
    Ok(example.save("18-flow-posterior.png", &rows)?)
}

fn digits(example: &Example) -> Result<()> {
    let (epochs, steps, hidden, latent) = example.pick((4, 500, 200, 4), (1, 3, 20, 4));
    let (images, samples) = example.pick((1000, 500), (20, 5));
    let (train, test) = (Dataset::mnist_train(), Dataset::mnist_test());
    let x = test.batch(&(0..images).collect::<Vec<_>>()).binarized(&mut example.stream(3)).into();
    println!("\ndigits\n{:>8} {:>16} {:>16} {:>9}", "flows", "log p(x)", "ELBO", "gap");
    for flows in [0, 8] {
        let sizes = Sizes { pixels: 784, hidden, latent };
        let mut rng = example.stream(0);
        let mut model = FlowVae::<f32>::new(sizes, flows, Likelihood::Bernoulli, &mut rng);
        let [mut order, mut random] = [1, 2].map(|number| example.stream(number));
        let mut adam = Adam::new(1e-3);
        for _ in 0..epochs {
            for batch in train.shuffled_batches(128, &mut order).take(steps) {
                let x = Tensor::from(batch.binarized(&mut random));
                let noise = standard_normal(&mut random, [x.shape()[0], latent]);
                let gradients = model.elbo(&x, &noise).loss().backward();
                adam.step(&mut model, &gradients);
            }
        }
        let importance = ImportanceSampling::new(samples);
        let estimate = importance.log_likelihood(&model, [Tensor::clone(&x)], &mut random, |_| ());
        let (evidence, elbo) = (estimate.bound(), estimate.elbo());
        let gap = evidence.mean() - elbo.mean();
        println!("{flows:8} {evidence:>16} {elbo:>16} {gap:9.4}");
    }
    Ok(())
}
