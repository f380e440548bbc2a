//! Learning rates written out.

use std::f64::consts::PI;

use nn::schedule::OneCycle;

/// a = α / d, b = a / D, p = r T − 1; up to p half a cosine from a to α, from there to T − 1 one from α to b, then b.
#[test]
fn one_cycle() {
    for (steps, rise) in [(21, 11.0 / 21.0), (100, 0.3), (7, 0.5)] {
        let mut cycle = OneCycle::new(0.5, steps);
        (cycle.rise, cycle.start_divisor, cycle.end_divisor) = (rise, 20.0, 1e3);
        let (alpha, last) = (0.5, steps as f64 - 1.0);
        let (a, b, p) = (alpha / 20.0, alpha / 20.0 / 1e3, rise * steps as f64 - 1.0);
        for step in 0..steps + 5 {
            let t = step as f64;
            let expected = if t <= p {
                alpha + 0.5 * (a - alpha) * (1.0 + (PI * t / p).cos())
            } else if t <= last {
                b + 0.5 * (alpha - b) * (1.0 + (PI * (t - p) / (last - p)).cos())
            } else {
                b
            };
            assert!((cycle.rate(step) - expected).abs() < 1e-15, "{steps} steps, step {step}");
        }
    }
}
