//! The inverse of the normal distribution function.

use std::f64::consts::{PI, SQRT_2};

/// The quantile of N(0, 1): the number below which a share p of all samples is,
/// ```text
///     Φ(z) = p,   Φ(z) = ∫_{−∞}^z (2π)^(−½) e^(−t²/2) dt = ½ erfc(−z/√2).               (the_quantile_inverts_the_distribution)
/// ```
///
/// # Derivation
/// Newton's method on ln Φ(z) = ln p, of which the slope is φ/Φ with the density φ:
/// ```text
///     z ← z + (ln p − ln Φ(z)) Φ(z)/φ(z).                                                   (steps_to_the_quantile_ascend)
/// ```
/// ln Φ is concave, so from below no step goes too far, and the quantile is where they end. A start below is
/// −√(−2 ln 2p), for p ≤ ½, since Φ(z) ≤ ½ e^(−z²/2) where z ≤ 0. A larger p has the negative quantile of 1 − p.
///
/// # Panics
/// Unless 0 < p < 1.
///
/// # Examples
/// ```
/// use vae::normal_quantile;
///
/// assert_eq!(normal_quantile(0.5), 0.0);
/// assert!((normal_quantile(0.975) - 1.959963984540054).abs() < 1e-14);
/// ```
#[track_caller]
pub fn normal_quantile(p: f64) -> f64 {
    assert!(0.0 < p && p < 1.0, "normal_quantile: p is {p}; it must be between 0 and 1");
    if p > 0.5 {
        return -normal_quantile(1.0 - p);
    }
    let mut z = -(-2.0 * (2.0 * p).ln()).sqrt();
    loop {
        let distribution = 0.5 * libm::erfc(-z / SQRT_2);
        let density = (-0.5 * z * z).exp() / (2.0 * PI).sqrt();
        let next = z + (p.ln() - distribution.ln()) * distribution / density;
        // At the end rounding stops the ascent.
        if next.is_nan() || next <= z {
            return z;
        }
        z = next;
    }
}
