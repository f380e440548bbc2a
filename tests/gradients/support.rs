//! What the modules share: seeded inputs, comparisons that name what they compared.

use autograd::{Float, Tensor, check_grads};
use ndarray::{Array, ArrayD, IxDyn};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Where the inputs of an op are drawn from: uniform on an interval, at least `MARGIN` away from the kinks.
#[derive(Clone, Copy)]
pub struct Domain {
    pub low: f64,
    pub high: f64,
    pub kinks: &'static [f64],
}

/// Far more than a finite difference moves.
const MARGIN: f64 = 0.01;

pub const REAL: Domain = Domain { low: -2.0, high: 2.0, kinks: &[] };

/// Values from `domain`, always the same for one seed.
pub fn draw(domain: Domain, shapes: &[&[usize]], seed: u64) -> Vec<ArrayD<f64>> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut smooth = || loop {
        let x: f64 = rng.random_range(domain.low..domain.high);
        if domain.kinks.iter().all(|kink| (x - kink).abs() > MARGIN) {
            return x;
        }
    };
    let mut array = |shape: &&[usize]| Array::from_shape_simple_fn(IxDyn(shape), &mut smooth);
    shapes.iter().map(&mut array).collect()
}

/// One tensor of the real domain.
pub fn random(shape: &[usize], seed: u64) -> Tensor<f64> {
    Tensor::from(draw(REAL, &[shape], seed).remove(0))
}

/// [`check_grads`] to second order, failing with the name of the case.
pub fn check_second_order(
    label: &str,
    f: impl Fn(&[Tensor<f64>]) -> Tensor<f64>,
    inputs: &[Tensor<f64>],
) {
    if let Err(mismatch) = check_grads(f, inputs, 2) {
        panic!("{label}: {mismatch}");
    }
}

/// Equal shapes, and elements that differ by at most `tolerance`, relative to 1 + |x|.
pub fn assert_close<T: Float>(
    label: &str,
    found: &Tensor<T>,
    expected: &ArrayD<f64>,
    tolerance: f64,
) {
    assert_eq!(found.shape(), expected.shape(), "{label}: shape");
    for ((index, &expected), found) in expected.indexed_iter().zip(found.to_vec()) {
        let error = (found.as_f64() - expected).abs();
        assert!(
            error <= tolerance * (1.0 + expected.abs()),
            "{label}: at {:?} found {found}, expected {expected}",
            ndarray::Dimension::slice(&index)
        );
    }
}

/// The bits of the elements: NaN equals NaN, −0 differs from 0.
pub fn bits(x: &Tensor<f64>) -> (Vec<usize>, Vec<u64>) {
    let bits = x.to_vec().into_iter().map(f64::to_bits).collect();
    (x.shape().to_vec(), bits)
}
