use autograd::Tensor;
use ndarray::array;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use vae::{Elbo, Evaluation, Moments, WeightSum, standard_normal};

use super::support::assert_close;

#[test]
fn moments_are_those_of_two_passes() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    // An offset of 10⁷ deviations costs 7 of 16 digits; Σx² − n m² would lose 14.
    let numbers = (standard_normal::<f64>(&mut rng, [1000]) + 1e7).to_vec();
    let n = numbers.len() as f64;
    let mean = numbers.iter().sum::<f64>() / n;
    let squares: f64 = numbers.iter().map(|x| (x - mean).powi(2)).sum();
    let found = Moments::of(numbers);
    assert_close(&[found.mean()], &[mean], 1e-14);
    assert_close(&[found.variance()], &[squares / (n - 1.0)], 1e-8);
    assert_close(&[found.standard_error()], &[(squares / (n - 1.0) / n).sqrt()], 1e-8);
}

#[test]
fn of_too_few_numbers_nothing_is_said() {
    let none = Moments::default();
    assert!(none.mean().is_nan() && none.variance().is_nan());
    let one = Moments::of([3.0]);
    assert_eq!(one.mean(), 3.0);
    assert!(one.variance().is_nan() && one.standard_error().is_nan());
    let columns = Moments::of_columns(&Tensor::<f32>::from(array![[1.0, 5.0], [3.0, 5.0]]));
    assert_eq!(columns.iter().map(Moments::mean).collect::<Vec<_>>(), [2.0, 5.0]);
    assert_eq!(columns.iter().map(Moments::variance).collect::<Vec<_>>(), [2.0, 0.0]);
}

/// Whoever computes them from means of a hundred normal numbers finds that they scatter as they say.
#[test]
fn a_standard_error_is_the_deviation_of_means() {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let samples: Vec<Moments> = (0..4000)
        .map(|_| Moments::of((standard_normal::<f64>(&mut rng, [100]) * 3.0 - 7.0).to_vec()))
        .collect();
    let means = Moments::of(samples.iter().map(Moments::mean));
    assert!((means.mean() + 7.0).abs() < 4.0 * means.standard_error());
    // The variance of a mean of 100 is 9/100; that of 4,000 such is known to √(2/4000) = 2.2 %.
    assert!((means.variance() / 0.09 - 1.0).abs() < 4.0 * 0.0224);
    let said = Moments::of(samples.iter().map(|sample| sample.standard_error().powi(2)));
    assert!((said.mean() - 0.09).abs() < 4.0 * said.standard_error());
}

#[test]
fn an_evaluation_has_the_error_of_the_sum() {
    let mut evaluation = Evaluation::default();
    // Anticorrelated: the sum has no variance at all.
    let (rate, distortion) = (array![1.0, 2.0, 3.0], array![9.0, 8.0, 7.0]);
    evaluation.add(&Elbo::<f64> { rate: rate.into(), distortion: distortion.into() });
    let [rate, distortion, loss] = evaluation.moments();
    assert_eq!([rate.mean(), distortion.mean(), loss.mean()], [2.0, 8.0, 10.0]);
    assert_eq!([rate.variance(), distortion.variance(), loss.variance()], [1.0, 1.0, 0.0]);
}

fn weight_sum(log_weights: &[f64]) -> WeightSum {
    let mut sum = WeightSum::default();
    log_weights.iter().for_each(|&log_weight| sum.add(log_weight));
    sum
}

#[test]
fn streamed_sums_are_sums_in_one_piece() {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let log_weights = standard_normal::<f64>(&mut rng, [500]) * 30.0 - 2000.0;
    let found = weight_sum(&log_weights.to_vec());
    let expected = log_weights.log_sum_exp([0]).item() - 500f64.ln();
    assert_close(&[found.log_mean()], &[expected], 1e-15);
    assert_close(&[found.mean_log()], &[log_weights.mean().item()], 1e-14);
    // Relative weights of 0: none at all, at first, in between.
    let with_zeros = weight_sum(&[f64::NEG_INFINITY, 0.5, f64::NEG_INFINITY, 0.5]);
    assert_close(&[with_zeros.log_mean()], &[0.5 - 2f64.ln()], 1e-15);
    assert_eq!(weight_sum(&[f64::NEG_INFINITY]).log_mean(), f64::NEG_INFINITY);
    assert!(weight_sum(&[0.0, f64::NAN, 0.0]).log_mean().is_nan());
}

#[test]
fn effective_samples_of_known_weights() {
    // Weights 1, 2 and 5, whatever their scale: 8²/30.
    let logs = [1f64, 2.0, 5.0].map(|w| w.ln() - 1000.0);
    assert_close(&[weight_sum(&logs).effective_samples()], &[64.0 / 30.0], 1e-12);
    assert_eq!(weight_sum(&[-3.0; 7]).effective_samples(), 7.0);
    assert_close(&[weight_sum(&[0.0, -900.0]).effective_samples()], &[1.0], 1e-15);
}

#[test]
fn the_error_of_a_log_mean() {
    let weights = [1.0, 2.0, 5.0, 0.25];
    let moments = Moments::of(weights);
    let found = weight_sum(&weights.map(f64::ln)).standard_error();
    assert_close(&[found], &[moments.standard_error() / moments.mean()], 1e-15);
}
