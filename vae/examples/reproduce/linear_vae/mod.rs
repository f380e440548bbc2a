//! The linear VAE, which must find what is known of it: probabilistic principal component analysis.

mod bound;
mod moments;
mod principal_components;
mod report;

use anyhow::{Result, ensure};
use clap::Args;
use nn::schedule::Cosine;
use nn::{Adam, Optimizer};
use vae::{Likelihood, Vae};

use crate::log::{Progress, say};
use crate::randomness::{Purpose, generator};
use bound::{ExpectedElbo, LinearVae};
use moments::Moments;
use principal_components::principal_components;

/// The linear VAE against exact probabilistic PCA, with learned and with fixed noise [about 2 minutes]
///
/// Known (Tipping & Bishop 1999; Lucas et al. 2019): the maximum of the likelihood of
/// x = z W + μ + s ε, which the ELBO reaches where W has the principal axes for rows; with a
/// fixed s², dimensions for eigenvalues below it collapse.
///
/// Protocol: gray pixels of the 60,000 training images; the exact expectation of the ELBO,
/// which depends on the images through their mean and covariance alone; all parameters
/// from a random start by Adam, with a learning rate that falls to 0 by a cosine. No
/// parameter is set to what it should become, and no noise is left at the end.
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub struct Options {
    /// Dimensions of the code
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=100))]
    latent: u16,

    /// Steps of training
    #[arg(long, value_name = "N", default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(1..))]
    steps: u32,

    /// Learning rate of the first step
    #[arg(long, value_name = "RATE", default_value_t = 0.01, value_parser = learning_rate)]
    learning_rate: f64,

    /// Number from which all randomness is drawn
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

/// Two models and a report of each: noise that is learned, and noise that lies amid the eigenvalues.
pub fn run(options: &Options, quick: bool) -> Result<()> {
    let data = Moments::of_digits(quick);
    let exact = principal_components(&data);
    let latent = if quick { 4 } else { usize::from(options.latent) };
    let steps = if quick { 20 } else { options.steps as usize };

    let title = "s² learned";
    let learned = Likelihood::learned_gaussian();
    let vae = trained(options, &data, latent, steps, learned, title)?;
    report::print(title, &exact, exact.best_variance(latent), &vae, &data)?;

    // Half of the dimensions have something to say.
    let kept = latent.div_ceil(2);
    let variance = (exact.values()[kept - 1] * exact.values()[kept]).sqrt();
    let title = "s² fixed";
    let fixed = Likelihood::Gaussian { variance };
    let vae = trained(options, &data, latent, steps, fixed, title)?;
    report::print(title, &exact, variance, &vae, &data)
}

/// A model after all steps.
fn trained(
    options: &Options,
    data: &Moments,
    latent: usize,
    steps: usize,
    likelihood: Likelihood<f64>,
    title: &str,
) -> Result<LinearVae> {
    let mut rng = generator(options.seed, 0, Purpose::Initialization);
    let mut vae = Vae::linear(&data.mean, latent, likelihood, &mut rng);
    let schedule = Cosine::new(options.learning_rate, steps);
    let mut adam = Adam::new(options.learning_rate);
    let mut progress = Progress::new(title, "steps", steps);
    for step in 0..steps {
        let loss = ExpectedElbo::of(&vae, &data.covariance).loss();
        let figure = loss.item();
        ensure!(figure.is_finite(), "{title}: training diverged; choose a smaller --learning-rate");
        let gradients = loss.backward();
        adam.learning_rate = schedule.rate(step);
        adam.step(&mut vae, &gradients);
        progress.advance(1, "−ELBO", figure);
        if (step + 1) % 1000 == 0 {
            say(&format!("{title}, step {}: −ELBO {figure:.6}", step + 1));
        }
    }
    Ok(vae)
}

fn learning_rate(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(rate) if rate > 0.0 && rate <= 1.0 => Ok(rate),
        _ => Err("expected a number above 0 and at most 1".to_owned()),
    }
}
