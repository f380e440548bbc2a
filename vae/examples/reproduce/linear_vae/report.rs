//! What a linear VAE has found, beside what there is to find.

use anyhow::Result;
use ndarray::{ArrayView1, Ix2};
use vae::ProbabilisticPca;

use super::bound::{ExpectedElbo, LinearVae, log_noise, parameter};
use super::moments::Moments;
use crate::table::Table;

/// The bound and the noise, then each dimension, for noise of exactly this variance.
pub fn print(
    title: &str,
    exact: &ProbabilisticPca,
    noise: f64,
    vae: &LinearVae,
    data: &Moments,
) -> Result<()> {
    let elbo = ExpectedElbo::of(vae, &data.covariance);
    let mut table = Table::new([title, "exact", "trained"]);
    let likelihood = exact.log_likelihood(vae.latent(), noise);
    let trained = -elbo.loss().item();
    table.row(["log p(x) and ELBO, nats", &digits(likelihood, 4), &digits(trained, 4)]);
    table.row(["s²", &digits(noise, 7), &digits(log_noise(vae).item().exp(), 7)]);
    table.print()?;

    let mut table =
        Table::new(["axis", "λ", "‖w‖² + s²", "½ ln(λ/s²), or 0", "rate", "cosine of w and axis"]);
    let trained = dimensions(vae, &elbo);
    for (i, dimension) in trained.iter().enumerate() {
        let variance = exact.values()[i];
        table.row([
            (i + 1).to_string(),
            digits(variance, 5),
            digits(dimension.variance, 5),
            digits((0.5 * (variance / noise).ln()).max(0.0), 5),
            digits(dimension.rate, 5),
            digits(dimension.cosine(exact.axes().column(i)), 5),
        ]);
    }
    table.print()
}

/// A latent dimension.
struct Dimension {
    /// ‖w‖² + s², the variance of x along w, if the rows of W are orthogonal.
    variance: f64,
    /// Its part of the rate, in nats.
    rate: f64,
    /// Its row of W.
    w: ndarray::Array1<f64>,
}

impl Dimension {
    /// That of the angle between w and an axis, without its sign; the sign of an axis is arbitrary.
    fn cosine(&self, axis: ArrayView1<f64>) -> f64 {
        (self.w.dot(&axis) / self.w.dot(&self.w).sqrt()).abs()
    }
}

/// All of them, the largest variance first.
fn dimensions(vae: &LinearVae, elbo: &ExpectedElbo) -> Vec<Dimension> {
    let noise = log_noise(vae).item().exp();
    let w = parameter(vae, "decoder.weight").value();
    let w = w.into_dimensionality::<Ix2>().expect("W is a matrix");
    let rows = w.rows().into_iter().zip(elbo.rates.to_vec());
    let dimension = |(w, rate): (ArrayView1<f64>, f64)| Dimension {
        variance: w.dot(&w) + noise,
        rate,
        w: w.to_owned(),
    };
    let mut dimensions: Vec<Dimension> = rows.map(dimension).collect();
    dimensions.sort_by(|a, b| b.variance.total_cmp(&a.variance));
    dimensions
}

/// A figure with so many decimals. A minus that only rounding has left is dropped.
fn digits(figure: f64, decimals: usize) -> String {
    let text = format!("{figure:.decimals$}");
    let zero = text.trim_start_matches('-').chars().all(|digit| "0.".contains(digit));
    if zero { text.trim_start_matches('-').to_owned() } else { text.replace('-', "−") }
}
