//! The backward pass, to be read: the loss of a small variational autoencoder and its reverse sweep, line by line,
//! with all values.
//!
//! The code's mean μ and variance are used twice: z is drawn with them, which the distortion depends on, and the rate
//! compares them with the prior. Each use contributes to their cotangents, and the contributions add up: where they
//! cancel, telling more about the picture costs as much as it gains.
//!
//! ```text
//! cargo run --example 02-backward-pass
//! ```
//!
//! Draws `02-backward-pass.png`: both contributions and their sum; and writes the graph as a Mermaid diagram into
//! `02-backward-pass.md`, which GitHub shows as a drawing.
#![forbid(unsafe_code)]

use std::fs;

use anyhow::{Context, Result, ensure};
use autograd::{Tensor, graph};
use figures::{Bars, Example};
use ndarray::array;
use nn::Module;
use vae::{DiagonalNormal, Likelihood, Sizes, Vae, standard_normal};

/// The ops that are not in the table of autograd, with the rules that are derived above their code.
const RULES: [(&str, &str); 2] = [
    ("summed_bce_with_logits", "l̄ᵢ = z̄ (σ(lᵢ) − xᵢ), x̄ᵢ = −z̄ lᵢ"),
    ("gaussian_kl", "m̄ = z̄ ⊙ m, v̄ = ½ z̄ ⊙ (exp v − 1)"),
];

/// −ELBO of two pictures of four pixels, with three hidden units and two latent dimensions.
fn main() -> Result<()> {
    let example = Example::from_args();
    let mut rng = example.stream(0);
    let sizes = Sizes { pixels: 4, hidden: 3, latent: 2 };
    let vae = Vae::<f32>::new(sizes, Likelihood::Bernoulli, &mut rng);
    let x = Tensor::constant(array![[1.0, 0.0, 0.0, 1.0], [0.0, 1.0, 1.0, 0.0]]);
    let noise = standard_normal(&mut rng, [2, 2]);

    // What `vae.elbo(&x, &noise).loss()` does, a line for each step, so that the trace tells them apart.
    let posterior = vae.encode(&x);
    let z = posterior.rsample(&noise);
    let logits = vae.decode(&z);
    let distortion = -vae.likelihood().log_prob(&logits, &x);
    let rate = posterior.kl_to_standard();
    let loss = (&distortion + &rate).mean();

    let inputs = [("x", &x), ("noise", &noise)];
    let codes = [("μ", posterior.mean()), ("log σ²", posterior.log_var()), ("z", &z)];
    let results =
        [("logits", &logits), ("distortion", &distortion), ("rate", &rate), ("loss", &loss)];
    let named = inputs.into_iter().chain(codes).chain(results);
    let mut names = vae.parameters().to_vec();
    names.extend(named.map(|(name, tensor)| (name.into(), tensor)));

    let options = graph::Options { names: &names, rules: &RULES, values: true, cotangents: true };
    print!("{}", graph::trace(&loss, &options));
    let drawing = format!("```mermaid\n{}```\n", graph::mermaid(&loss, &options));
    fs::write(example.path("02-backward-pass.md")?, drawing)?;
    example.save("02-backward-pass.png", &contributions(&posterior, &distortion, &rate)?)?;
    Ok(())
}

/// The cotangents of μ and log σ² through the distortion, through the rate, and through both.
fn contributions(posterior: &DiagonalNormal, distortion: &Tensor, rate: &Tensor) -> Result<Bars> {
    let through = |loss: &Tensor| cotangents(&loss.mean(), posterior);
    let (of_distortion, of_rate) = (through(distortion)?, through(rate)?);
    let of_both = through(&(distortion + rate))?;
    for ((distortion, rate), both) in of_distortion.iter().zip(&of_rate).zip(&of_both) {
        ensure!((distortion + rate - both).abs() < 1e-6, "the contributions do not add up");
    }
    let code = ["μ₁", "μ₂", "log σ₁²", "log σ₂²"];
    Ok(Bars::new("code of the first picture, code of the second", "cotangent")
        .positions([code, code].concat())
        .group("of the distortion", of_distortion)
        .group("of the rate", of_rate)
        .group("of the loss, their sum", of_both))
}

/// μ̄ and the cotangent of log σ², one picture after the other.
fn cotangents(loss: &Tensor, posterior: &DiagonalNormal) -> Result<Vec<f64>> {
    let parts = loss.grad(&[posterior.mean(), posterior.log_var()]);
    let parts: Option<Vec<_>> = parts.into_iter().collect();
    let parts = parts.context("the loss does not depend on the code")?;
    let both = Tensor::concatenate(&[&parts[0], &parts[1]], 1);
    Ok(both.to_vec().into_iter().map(f64::from).collect())
}
