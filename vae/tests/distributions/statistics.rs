//! Whether samples are those of a distribution. Each test errs once in a thousand seeds, and seeds are fixed.

use autograd::Tensor;

/// Kolmogorov-Smirnov: the largest distance between the distribution function F and that of the n samples, which jumps
/// by 1/n at each of them. With the right F it exceeds 1.95/√n once in a thousand times.
#[track_caller]
pub fn kolmogorov_smirnov(samples: &Tensor<f64>, cdf: impl Fn(&Tensor<f64>) -> Tensor<f64>) {
    let distance = distance(samples, cdf);
    let allowed = 1.95 / (samples.len() as f64).sqrt();
    assert!(distance < allowed, "the distance is {distance}, more than {allowed}");
}

fn distance(samples: &Tensor<f64>, cdf: impl Fn(&Tensor<f64>) -> Tensor<f64>) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len() as f64;
    let at_samples = cdf(&super::column(&sorted)).to_vec();
    let both_sides = at_samples.into_iter().enumerate().flat_map(|(i, cdf)| {
        let (before, after) = (i as f64 / n, (i + 1) as f64 / n);
        [(cdf - before).abs(), (after - cdf).abs()]
    });
    both_sides.fold(0.0, f64::max)
}

/// Pearson's χ² = Σ (count − n p)² / n p over the classes with p > 0; the others must not occur. With the right p it
/// exceeds its 0.999 quantile once in a thousand times: by Wilson & Hilferty 1931 about d (1 − t + 3.09 √t)³ with
/// t = 2/9d, for d degrees of freedom.
#[track_caller]
pub fn chi_square(counts: &[f64], p: &[f64]) {
    let n: f64 = counts.iter().sum();
    let (mut statistic, mut freedom) = (0.0, -1.0_f64);
    for (&count, &p) in counts.iter().zip(p) {
        if p == 0.0 {
            assert_eq!(count, 0.0, "what is impossible happened");
            continue;
        }
        assert!(n * p > 10.0, "{n} samples are too few for a class of probability {p}");
        statistic += (count - n * p).powi(2) / (n * p);
        freedom += 1.0;
    }
    if freedom == 0.0 {
        return; // a single class, which all samples are
    }
    let t = 2.0 / (9.0 * freedom);
    let allowed = freedom * (1.0 - t + 3.09 * t.sqrt()).powi(3);
    assert!(statistic < allowed, "χ² is {statistic}, more than {allowed}: {counts:?}");
}

/// Asserts that the means of n samples, [n, ..], are what is expected, [..], within four standard errors.
#[track_caller]
pub fn within_four_errors(samples: &Tensor<f64>, expected: &Tensor<f64>) {
    let (mean, n) = (samples.mean_axes([0]), samples.shape()[0] as f64);
    let error = samples.std_axes([0], 1) / n.sqrt();
    let found = mean.to_vec().into_iter().zip(error.to_vec());
    assert_eq!(mean.shape(), expected.shape());
    for ((mean, error), expected) in found.zip(expected.to_vec()) {
        assert!((mean - expected).abs() <= 4.0 * error, "{mean} ± {error}, not {expected}");
    }
}

/// The quantiles (i + ½)/n have the distance 1/2n, and 3% of a shift are found in 100 000 samples.
#[test]
fn distances_with_a_known_value() {
    let n = 1000;
    let samples: Vec<_> = (0..n).map(|i| (i as f64 + 0.5) / n as f64).collect();
    let uniform = super::column(&samples);
    assert!((distance(&uniform, Tensor::clone) - 0.5 / n as f64).abs() < 1e-15);
    assert!((distance(&uniform, |x| x + 0.03) - 0.0305).abs() < 1e-15);
}

#[test]
#[should_panic(expected = "χ²")]
fn a_wrong_die_is_found() {
    chi_square(&[1150.0, 980.0, 950.0, 920.0], &[0.25; 4]);
}
