//! Two dimensions of z: the plane of all digits, and how it comes about.
//!
//! Through the inverse of the normal distribution function, z = Φ⁻¹(u), equal areas of the unit square become equally probable
//! areas of the plane. Decoded on a grid of u, they are a map of everything that the model knows: each digit has the area that its
//! share of the data asks for. Codes of test digits lie where the digits are on the map, and all together they fill N(0, I):
//! the rate asks for it. At the start the map is of one gray digit, the mean of all; round digits and slim ones part first.
//!
//! ```text
//! cargo run --release --example 08-manifold
//! ```
//!
//! Draws `08-manifold.png`, the codes of test digits beside the map, and `08-manifold.gif`, both as training proceeds.
#![forbid(unsafe_code)]

use anyhow::{Result, ensure};
use autograd::Tensor;
use figures::{Animation, Example, Panels, Picture, Scatter, Sheet};
use nn::{Activation, Adam, Module, Optimizer};
use vae::data::{Batch, Dataset};
use vae::{
    AggregatePosterior, Architecture, EvidenceBound, Likelihood, Vae, grid, normal_quantiles,
    standard_normal,
};

fn main() -> Result<()> {
    let example = Example::from_args();
    let (train, test) = (Dataset::mnist_train(), Dataset::mnist_test());
    let hidden = example.pick(vec![256, 128], vec![16]);
    let layers = Architecture { pixels: 784, hidden, latent: 2, activation: Activation::Relu };
    let mut vae = Vae::<f32>::new(layers, Likelihood::Bernoulli, &mut example.stream(0));
    let (mut adam, mut order, mut noise) = (Adam::new(1e-3), example.stream(1), example.stream(2));
    let shown = test.batch(&(0..example.pick(3000, 300)).collect::<Vec<_>>());
    let moving = test.batch(&(0..example.pick(1000, 300)).collect::<Vec<_>>());

    // The more slowly the map changes, the more steps are between two frames.
    let (frames, steps) = (example.pick(40usize, 3), example.pick(15 * 469, 20));
    let mut animation = Animation::new(6);
    let mut next = 0;
    let batches = (0..).flat_map(|_| train.shuffled_batches(128, &mut order));
    println!("  step   −ELBO   distortion   rate   test digits, nats per image");
    for (step, batch) in (0..=steps).zip(batches) {
        if step >= steps * next * next * next / (frames - 1).pow(3) {
            animation.push(&frame(&vae.frozen(), &moving, step)?)?;
            next += 1;
            if next % 8 == 0 || next == frames {
                let tested = vae.evaluate([shown.intensities().into()], &mut example.stream(3));
                let (loss, distortion, rate) = (tested.loss(), tested.distortion(), tested.rate());
                println!("{step:6} {loss:7.2} {distortion:12.2} {rate:6.2}");
            }
        }
        let x: Tensor = batch.intensities().into();
        let noise = standard_normal(&mut noise, [x.shape()[0], 2]);
        let gradients = vae.elbo(&x, &noise).loss().backward();
        adam.step(&mut vae, &gradients);
    }

    let vae = vae.frozen();
    let x: Tensor = shown.intensities().into();
    let aggregate = AggregatePosterior::of(&vae.encode(&x));
    println!("\nThe codes of {} test digits together:\n{aggregate}", shown.labels.len());
    ensure!(example.quick || aggregate.kl_to_standard() < 0.5, "the codes do not fill the prior");
    example
        .save("08-manifold.png", &Panels::row().with(codes(&vae, &shown)).with(map(&vae, 22)))?;
    example.save("08-manifold.gif", &animation)?;
    Ok(())
}

/// Codes and map, small enough for an animation.
fn frame(vae: &Vae, shown: &Batch, step: usize) -> Result<Panels<'static>> {
    let codes = codes(vae, shown).title(format!("step {step}")).draw()?.reduced(2);
    Ok(Panels::row().with(codes).with(map(vae, 12)))
}

/// Where the codes of digits are: the means of q(z|x), and circles in which N(0, I) has 39%, 86% and 99% of its codes.
fn codes(vae: &Vae, shown: &Batch) -> Scatter {
    let x: Tensor = shown.intensities().into();
    let z = vae.encode(&x);
    let plane = Scatter::new("z₁", "z₂").points(&z.mean().value(), &shown.labels).within(4.0);
    plane.circle(1.0).circle(2.0).circle(3.0)
}

/// What the decoder makes of n × n codes of equal probability.
fn map(vae: &Vae, n: usize) -> Sheet {
    let z = normal_quantiles(n);
    let upward: Vec<_> = z.iter().rev().copied().collect();
    let decoded = vae.generate(&grid(&z, &upward));
    Sheet::new([28, 28]).grid(n, &decoded.value()).seamless().scale(1).axes(
        ["z₁", "z₂"],
        &z,
        &upward,
    )
}
