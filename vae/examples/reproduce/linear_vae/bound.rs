//! The ELBO of a linear VAE in closed form: its expectation over all images and over all noise.

use std::f64::consts::PI;

use autograd::Tensor;
use nn::{Linear, Module};
use vae::{Likelihood, LinearEncoder, Vae};

/// A linear VAE in the precision in which four digits and more can be compared.
pub type LinearVae = Vae<f64, LinearEncoder<f64>, Linear<f64>>;

/// The mean over images of rate and distortion, in nats.
pub struct ExpectedElbo {
    /// Of each latent dimension, `[latent]`.
    pub rates: Tensor<f64>,
    /// −E log p(x|z), of shape [].
    pub distortion: Tensor<f64>,
}

impl ExpectedElbo {
    /// Of images with the mean that encoder and decoder start from and the covariance S, [pixels, pixels].
    ///
    /// With c = x − μ of covariance S and z = c V + D^½ ε, of which ε has mean 0 and is independent of x,
    /// E ‖c − z W‖² = tr S − 2 tr(S V W) + tr(Wᵀ G W) + Σⱼ Dⱼ ‖wⱼ‖², where G = Vᵀ S V is the covariance of the means and
    /// wⱼ is a row of W. The rate is ½ Σⱼ (Gⱼⱼ + Dⱼ − 1 − ln Dⱼ). No product is larger than that of S and V.
    pub fn of(vae: &LinearVae, covariance: &Tensor<f64>) -> Self {
        let [v, log_d, w] = ["encoder.weight", "encoder.log_var", "decoder.weight"]
            .map(|name| parameter(vae, name));
        let sv = covariance.matmul(v);
        let g = v.t().matmul(&sv);
        let d = log_d.exp();

        let explained = (sv.t() * w).sum() * 2.0;
        let spread = (g.matmul(w) * w).sum() + (d.insert_axis(1) * w.square()).sum();
        let squares = covariance.diagonal().sum() - explained + spread;
        let log_noise = log_noise(vae);
        let pixels = covariance.shape()[0] as f64;
        let normalizer = (&log_noise + (2.0 * PI).ln()) * pixels;
        Self {
            rates: (g.diagonal() + &d - 1.0 - log_d) * 0.5,
            distortion: (normalizer + squares * (-log_noise).exp()) * 0.5,
        }
    }

    /// −ELBO.
    pub fn loss(&self) -> Tensor<f64> {
        &self.distortion + self.rates.sum()
    }
}

/// log s², of shape [].
pub fn log_noise(vae: &LinearVae) -> Tensor<f64> {
    match vae.likelihood() {
        Likelihood::LearnedGaussian { log_var } => log_var.clone(),
        Likelihood::Gaussian { variance } => Tensor::from(variance.ln()),
        other => panic!("log_noise: the likelihood is {other:?}; it must be Gaussian"),
    }
}

/// The parameter of this name.
pub fn parameter<'a>(vae: &'a LinearVae, name: &str) -> &'a Tensor<f64> {
    let found = vae.parameters().into_iter().find(|(found, _)| found == name);
    found.unwrap_or_else(|| panic!("parameter: there is no {name}")).1
}
