//! How k samples tighten the bound, where everything is normal and one-dimensional.

use std::f64::consts::PI;

/// A proposal q(z|x) = N(m, s²) for a posterior p(z|x) = N(m*, s*²), z a number.
///
/// All that matters of an importance weight is its ratio to the evidence, W = w/p(x) = p(z|x)/q(z|x), which has the mean 1
/// under q. Here its law is known, and with it everything about the bound.
///
/// # Examples
/// ```
/// use vae::NormalProposal;
///
/// let q = NormalProposal { mean: 0.3, deviation: 1.0, posterior_mean: 0.0, posterior_deviation: 0.8 };
/// assert!((q.second_moment() - 1.1452).abs() < 5e-5);
/// let gaps = [1, 2, 5, 10].map(|k| q.gap(k));
/// for (gap, expected) in gaps.into_iter().zip([0.128419, 0.046803, 0.015865, 0.007575]) {
///     assert!((gap - expected).abs() < 5e-7);
/// }
/// ```
///
/// Source: Burda, Grosse & Salakhutdinov 2016, Theorem 1; Maddison et al. 2017, Proposition 1 (the rate 1/k).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NormalProposal {
    /// m.
    pub mean: f64,
    /// s.
    pub deviation: f64,
    /// m*.
    pub posterior_mean: f64,
    /// s*.
    pub posterior_deviation: f64,
}

impl NormalProposal {
    /// log W for the sample z = m + s ε, where W = w/p(x),
    /// ```text
    ///     log W = log p(z|x) − log q(z|x) = ln(s/s*) − ½ ((m − m* + s ε)/s*)² + ½ ε².       (relative_weights_are_ratios)
    /// ```
    pub fn log_relative_weight(&self, noise: f64) -> f64 {
        let Self { mean, deviation, posterior_mean, posterior_deviation } = self;
        let z = (mean - posterior_mean + deviation * noise) / posterior_deviation;
        (deviation / posterior_deviation).ln() + 0.5 * (noise * noise - z * z)
    }

    /// E\[W²\], which is 1 plus the variance of W,
    /// ```text
    ///     E[W²] = s²/(s* √(2s² − s*²)) e^((m − m*)²/(2s² − s*²)),              (second_moment_of_the_relative_weight)
    /// ```
    /// infinite unless 2s² > s*²: a proposal must not be narrower than the posterior. Of independent dimensions it is the
    /// product, so it grows exponentially with their number. k samples are worth about k/E\[W²\] of the posterior's own.
    ///
    /// # Derivation
    /// E\[W²\] = ∫ p(z|x)²/q(z|x) dz, and the exponent is a parabola in z. Its curvature is 2/s*² − 1/s² = (2s² − s*²)/(s s*)²,
    /// its minimum −(m − m*)²/(2s² − s*²).
    pub fn second_moment(&self) -> f64 {
        let (variance, posterior) = (self.deviation.powi(2), self.posterior_deviation.powi(2));
        let rest = 2.0 * variance - posterior;
        if rest <= 0.0 {
            return f64::INFINITY;
        }
        let distance = self.mean - self.posterior_mean;
        variance / (self.posterior_deviation * rest.sqrt()) * (distance * distance / rest).exp()
    }

    /// The gap of the bound of k samples, log p(x) − L_k = −E log 1/k Σ Wᵢ, in nats, to nearly all digits of an `f64`.
    ///
    /// For k = 1 it is KL(q ‖ p(z|x)). The logarithm of a mean of nearly 1 is log(1 + δ) ≈ δ − ½ δ², so for large k
    /// ```text
    ///     log p(x) − L_k ≈ (E[W²] − 1)/2k.                                        (the_gap_closes_like_one_over_k)
    /// ```
    ///
    /// # Derivation
    /// An expectation over k samples is an integral of k dimensions. The logarithm makes it one of two, whatever k is:
    /// ln S = ∫₀^∞ (e^(−t) − e^(−tS))/t dt, and E e^(−t Σ Wᵢ/k) = φ(t/k)^k with φ(t) = E e^(−tW). With t = e^u,
    /// ```text
    ///     log p(x) − L_k = ∫ [φ(e^u/k)^k − e^(−e^u)] du.                           (gaps_of_the_tightening_bound)
    /// ```
    /// Both integrands are analytic and decay, so sums over equidistant points converge exponentially.
    ///
    /// # Panics
    /// If k = 0.
    #[track_caller]
    pub fn gap(&self, k: usize) -> f64 {
        assert!(k > 0, "gap: k is 0; the bound needs at least one sample");
        let weights = self.weights();
        let (k, step) = (k as f64, 0.25);
        let integrand = |u: f64| {
            let (t, log_laplace) = (u.exp(), k * log_laplace(&weights, u.exp() / k));
            // Where both are close to 1, their distances from it are subtracted.
            if u < 0.0 {
                log_laplace.exp_m1() - (-t).exp_m1()
            } else {
                log_laplace.exp() - (-t).exp()
            }
        };
        // Below −20 the integrand is of the order e^(2u), above 4 it falls.
        let left = (-80..16).map(|i| integrand(f64::from(i) * step));
        let right = (16..).map(|i| integrand(f64::from(i) * step)).take_while(|&f| f > 1e-18);
        left.chain(right).sum::<f64>() * step
    }

    /// W at equidistant ε, with the probability of each.
    fn weights(&self) -> Vec<(f64, f64)> {
        let step = (self.posterior_deviation / self.deviation).min(1.0) / 64.0;
        let steps = (12.0 / step).ceil() as i32;
        let noise = (-steps..=steps).map(|i| f64::from(i) * step);
        let probability = |noise: f64| step * (-0.5 * noise * noise).exp() / (2.0 * PI).sqrt();
        noise.map(|noise| (probability(noise), self.log_relative_weight(noise).exp())).collect()
    }
}

/// ln φ(t) = ln E e^(−tW), accurate relative to its size also for small t, since the power k enlarges its error.
fn log_laplace(weights: &[(f64, f64)], t: f64) -> f64 {
    let mean = |f: fn(f64) -> f64| weights.iter().map(|(p, w)| p * f(-t * w)).sum::<f64>();
    if t < 1.0 { mean(f64::exp_m1).ln_1p() } else { mean(f64::exp).ln() }
}
