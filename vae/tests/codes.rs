//! Walks through the space of codes, against numbers of 20 digits and their defining properties.

use autograd::Tensor;
use ndarray::array;
use vae::{arc, grid, normal_quantile, normal_quantiles, straight_path};

/// p and Φ⁻¹(p), by mpmath with 40 digits.
const QUANTILES: [(f64, f64); 9] = [
    (1e-300, -37.047_096_299_361_2),
    (1e-100, -21.273_453_560_965_324),
    (1e-12, -7.034_483_825_301_132),
    (1e-3, -3.090_232_306_167_813_5),
    (0.02, -2.053_748_910_631_823),
    (0.3, -0.524_400_512_708_040_8),
    (0.4999, -2.506_628_300_880_075e-4),
    (0.75, 0.674_489_750_196_081_7),
    (0.999, 3.090_232_306_167_813),
];

#[test]
fn the_quantile_inverts_the_distribution() {
    for (p, expected) in QUANTILES {
        let z = normal_quantile(p);
        assert!((z / expected - 1.0).abs() < 1e-11, "{p}: {z} is not {expected}");
        assert!((z - expected).abs() < 1e-14 * expected.abs().max(1.0), "{p}: {z}, {expected}");
    }
    assert_eq!(normal_quantile(0.5), 0.0);
}

/// From a start below, every step ascends and none goes beyond.
#[test]
fn steps_to_the_quantile_ascend() {
    for (p, quantile) in QUANTILES.into_iter().filter(|&(p, _)| p < 0.5) {
        let distribution = |z: f64| 0.5 * libm::erfc(-z / 2f64.sqrt());
        let density = |z: f64| (-0.5 * z * z).exp() / (2.0 * std::f64::consts::PI).sqrt();
        let mut z = -(-2.0 * (2.0 * p).ln()).sqrt();
        assert!(z < quantile && distribution(z) < p);
        for _ in 0..8 {
            let next = z + (p.ln() - distribution(z).ln()) * distribution(z) / density(z);
            let rounding = 1e-14 * quantile.abs().max(1.0);
            assert!(next > z - rounding && next < quantile + rounding, "{p}: {z}, {next}");
            z = next;
        }
        assert!((z - quantile).abs() < 1e-13 * quantile.abs().max(1.0), "{p}: {z}");
    }
}

#[test]
fn quantiles_have_equal_shares() {
    let z = normal_quantiles(5);
    let expected = [0.1, 0.3, 0.5, 0.7, 0.9].map(normal_quantile);
    assert!(z.iter().zip(expected).all(|(z, expected)| (z - expected).abs() < 1e-15), "{z:?}");
    assert!((z[0] + z[4]).abs() < 1e-15, "symmetric");
    assert!(normal_quantiles(0).is_empty());
}

#[test]
#[should_panic(expected = "normal_quantile: p is 1; it must be between 0 and 1")]
fn a_quantile_of_all_is_refused() {
    normal_quantile(1.0);
}

#[test]
fn a_grid_goes_row_by_row() {
    let z = grid::<f32>(&[1.0, 2.0, 3.0], &[5.0, 4.0]);
    assert_eq!(z.shape(), [6, 2]);
    assert_eq!(z.to_vec(), [1.0, 5.0, 2.0, 5.0, 3.0, 5.0, 1.0, 4.0, 2.0, 4.0, 3.0, 4.0]);
    assert_eq!(grid::<f32>(&[], &[1.0]).shape(), [0, 2]);
}

fn ends() -> (Tensor<f64>, Tensor<f64>) {
    (array![0.3, -1.2, 0.8, 0.1].into(), array![-2.0, 0.4, 1.1, 0.6].into())
}

/// The rows of a path.
fn rows(path: &Tensor<f64>) -> Vec<Vec<f64>> {
    path.to_vec().chunks(path.shape()[1]).map(<[_]>::to_vec).collect()
}

fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(x, y)| x * y).sum()
}

fn distance(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(x, y)| (x - y).powi(2)).sum::<f64>().sqrt()
}

#[test]
fn a_straight_path_has_equal_steps() {
    let (from, to) = ends();
    let path = rows(&straight_path(&from, &to, 5));
    assert_eq!((&path[0], &path[4]), (&from.to_vec(), &to.to_vec()));
    let whole = distance(&path[0], &path[4]);
    assert!(path.windows(2).all(|z| (distance(&z[0], &z[1]) - whole / 4.0).abs() < 1e-15));
}

/// The formula of the documentation, lengths that go linearly, and equal angles.
#[test]
fn an_arc_turns_and_keeps_its_length() {
    let (from, to) = ends();
    let path = rows(&arc(&from, &to, 9));
    let length = |z: &[f64]| dot(z, z).sqrt();
    let (first, last) = (length(&from.to_vec()), length(&to.to_vec()));
    let angle = (dot(&from.to_vec(), &to.to_vec()) / (first * last)).acos();
    for (step, z) in path.iter().enumerate() {
        let t = step as f64 / 8.0;
        let expected_length = (1.0 - t) * first + t * last;
        assert!((length(z) - expected_length).abs() < 1e-14, "at {t}");
        let parts = [((1.0 - t) * angle).sin() / first, (t * angle).sin() / last];
        let formula = (&from * parts[0] + &to * parts[1]) * (expected_length / angle.sin());
        assert!(distance(z, &formula.to_vec()) < 1e-14, "at {t}");
    }
    for z in path.windows(2) {
        let turned = (dot(&z[0], &z[1]) / (length(&z[0]) * length(&z[1]))).acos();
        assert!((turned - angle / 8.0).abs() < 1e-7, "{turned}");
    }
}

#[test]
fn an_arc_of_parallel_codes_is_a_straight_line() {
    let (from, _) = ends();
    for factor in [2.5, 1.0, -1.0, 0.0] {
        let to = &from * factor;
        let (bent, straight) = (arc(&from, &to, 4), straight_path(&from, &to, 4));
        let ends = |path: &Tensor<f64>| [path.narrow(0, 0..1), path.narrow(0, 3..4)];
        let error = if factor < 0.0 {
            // Opposite ones: both ends are right, and all is on the line through the origin.
            let across =
                rows(&bent).iter().map(|z| (z[0] / 0.3 - z[1] / -1.2).abs()).fold(0.0, f64::max);
            let [[a, b], [c, d]] = [ends(&bent), ends(&straight)];
            across.max((a - c).abs().max().item()).max((b - d).abs().max().item())
        } else {
            (bent - straight).abs().max().item()
        };
        assert!(error < 1e-15 * 4.0, "{factor}: off by {error:e}");
    }
}

#[test]
#[should_panic(expected = "arc: from is [4] and to is [3]; both must be [latent]")]
fn codes_of_different_models_are_refused() {
    arc(&ends().0, &array![1.0, 2.0, 3.0].into(), 3);
}

#[test]
#[should_panic(expected = "straight_path: there are 1 steps; both ends take two")]
fn a_path_has_two_ends() {
    let (from, to) = ends();
    straight_path(&from, &to, 1);
}
