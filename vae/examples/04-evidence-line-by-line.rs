//! The derivation of the bound as a table of numbers.
//!
//! In the linear-Gaussian model x = W z + μ + s ε the evidence, the posterior and every divergence are known. Each row
//! of the table is a line of the derivation, from the definition of KL(q ‖ p(z|x)) over Bayes' rule to
//!
//!     log p(x) − KL(q ‖ p(z|x)) = E_q[log p(x|z)] − KL(q ‖ p(z)),
//!
//! each column a choice of q: the posterior, which leaves no gap; the best q with a diagonal covariance; and wrong ones. The
//! two sides agree in every column, to the last digits.
//!
//! ```text
//! cargo run --release --example 04-evidence-line-by-line
//! ```
//!
//! Draws `04-evidence-line-by-line.png`: on the left the terms that can be computed, on the right what they stand for. The
//! bars are equally high. The dashed line is −log p(x), which no q gets below.
#![forbid(unsafe_code)]

use std::f64::consts::PI;

use anyhow::{Result, ensure};
use autograd::Tensor;
use figures::{Bars, Example, Panels};
use ndarray::{Array3, array};
use vae::{Distribution, FullNormal, LinearGaussian};

fn main() -> Result<()> {
    let example = Example::from_args();
    let weight = array![[1.2, 0.7], [-0.2, 0.9]];
    let model = LinearGaussian::new(weight.into(), array![0.5, 0.0].into(), 0.4.into());
    let x = Tensor::from(array![[2.0, 1.0]]);
    let evidence = model.log_evidence(&x).item();

    let posterior = model.posterior(&x);
    let center = posterior.mean().clone();
    let proposals = [
        ("posterior", posterior.clone()),
        ("best diagonal", model.best_diagonal(&x)),
        ("too wide", FullNormal::from_covariance(center.clone(), &(posterior.covariance() * 3.0))),
        ("off center", FullNormal::new(center - 0.5, posterior.factor().clone())),
        ("prior", model.prior()),
    ];
    let columns: Vec<_> = proposals.iter().map(|(_, q)| Lines::of(&model, &x, q)).collect();
    print(&proposals.map(|(name, _)| name), &columns, evidence);

    for lines in &columns {
        let sides = [lines.definition, lines.gap, lines.by_bayes + evidence];
        ensure!(
            sides.iter().all(|side| (side - lines.gap).abs() < 1e-12),
            "a line of the derivation"
        );
        ensure!((evidence - lines.gap - lines.bound()).abs() < 1e-12, "its last line");
        ensure!(lines.bound() < evidence + 1e-12, "a bound is above the evidence");
    }
    let cost = model.approximation_gap().item();
    ensure!((columns[1].gap - cost).abs() < 1e-12, "the approximation gap");
    println!("\nA diagonal q loses ½ [Σ ln Pⱼⱼ − ln|P|] = {cost:.4} nats, the others lose more.");
    example.save("04-evidence-line-by-line.png", &bars(&columns, evidence))?;
    Ok(())
}

/// The terms of the derivation for one q, in nats.
struct Lines {
    /// E_q[log q(z) − log p(z|x)].
    definition: f64,
    /// E_q[log q(z) − log p(x|z) − log p(z)].
    by_bayes: f64,
    /// KL(q ‖ p(z|x)), in closed form.
    gap: f64,
    /// −E_q[log p(x|z)], in closed form.
    distortion: f64,
    /// KL(q ‖ p(z)), in closed form.
    rate: f64,
}

impl Lines {
    fn of(model: &LinearGaussian, x: &Tensor<f64>, q: &FullNormal<f64>) -> Self {
        let (prior, posterior, elbo) = (model.prior(), model.posterior(x), model.elbo(x, q));
        let likelihood = |z: &Tensor<f64>| {
            let p = model.likelihood(z);
            p.log_prob(&x.broadcast_to(p.mean().shape()))
        };
        Self {
            definition: expectation(q, |z| q.log_prob(z) - posterior.log_prob(z)),
            by_bayes: expectation(q, |z| q.log_prob(z) - likelihood(z) - prior.log_prob(z)),
            gap: model.gap(x, q).item(),
            distortion: elbo.distortion.item(),
            rate: elbo.rate.item(),
        }
    }

    /// −distortion − rate.
    fn bound(&self) -> f64 {
        -self.distortion - self.rate
    }
}

/// E_q f(z) as a sum over a grid of ε in z = m + L ε: exact to nearly all digits, as f and the density are smooth.
fn expectation(q: &FullNormal<f64>, f: impl Fn(&Tensor<f64>) -> Tensor<f64>) -> f64 {
    let (n, step) = (41, 0.5);
    let at = |i: usize| (i as f64 - 20.0) * step;
    let noise = Array3::from_shape_fn([n * n, 1, 2], |(k, _, axis)| at([k / n, k % n][axis]));
    let noise = Tensor::from(noise);
    let weights = (noise.square().sum_axes([2]) * -0.5).exp() * (step * step / (2.0 * PI));
    (f(&q.rsample(&noise)) * weights).sum().item()
}

fn print(names: &[&str], columns: &[Lines], evidence: f64) {
    let row = |name: &str, term: &dyn Fn(&Lines) -> f64| {
        print!("{name:<48}");
        columns.iter().for_each(|lines| print!("{:>15.10}", term(lines)));
        println!();
    };
    println!("{:48}{}", "q(z)", names.iter().map(|name| format!("{name:>15}")).collect::<String>());
    row("1  E_q[log q(z) − log p(z|x)]", &|l| l.definition);
    row("2  E_q[log q(z) − log p(x|z) − log p(z)]", &|l| l.by_bayes);
    row("                                    + log p(x)", &|l| l.by_bayes + evidence);
    row("   KL(q ‖ p(z|x)), in closed form", &|l| l.gap);
    println!();
    row("3  log p(x)", &|_| evidence);
    row("   log p(x) − KL(q ‖ p(z|x))", &|l| evidence - l.gap);
    println!();
    row("4  E_q[log p(x|z)]                −distortion", &|l| -l.distortion);
    row("   KL(q ‖ p(z))                          rate", &|l| l.rate);
    row("   E_q[log p(x|z)] − KL(q ‖ p(z))        ELBO", &Lines::bound);
}

fn bars(columns: &[Lines], evidence: f64) -> Panels<'static> {
    let of = |term: fn(&Lines) -> f64| columns.iter().map(term).collect::<Vec<_>>();
    let names = ["posterior", "best diagonal", "too wide", "off center", "prior"];
    let panel = |title| Bars::new("q(z)", "nats").title(title).positions(names).stacked();
    let computed = panel("−ELBO = distortion + rate").level("−log p(x)", -evidence);
    // Two groups without bars leave the colors of the others to them.
    let meant = panel("−ELBO = −log p(x) + gap").group("", []).group("", []);
    Panels::row()
        .with(computed.group("distortion", of(|l| l.distortion)).group("rate", of(|l| l.rate)))
        .with(
            meant
                .group("−log p(x)", columns.iter().map(|_| -evidence))
                .group("gap, KL(q ‖ p(z|x))", of(|l| l.gap)),
        )
}
