//! Random expressions of up to 30 ops: reverse sweeps against finite differences, to second order.

use autograd::{GradientCheck, Tensor};
use ndarray::s;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, RngSeed};

use crate::support::random;

/// Shapes that broadcast with one another.
const SHAPES: [&[usize]; 6] = [&[], &[1], &[3], &[2, 1], &[1, 3], &[2, 3]];

/// One op: which, and which two of the tensors there are so far.
type Step = (u8, usize, usize);

/// A tensor of the shape of x or y, or of both. Each op keeps values and slopes near 1, so that finite differences
/// stay exact through 30 of them.
fn apply(op: u8, x: &Tensor<f64>, y: &Tensor<f64>) -> Tensor<f64> {
    match op {
        0 => (x + y) * 0.5,
        1 => (x - y) * 0.5,
        2 => x.tanh() * y.tanh(),
        3 => x / (y.square() + 1.0),
        4 => x.sigmoid(),
        5 => x.softplus() - 0.5,
        6 => x.tanh().exp() * 0.4,
        7 => (x.square() + 1.0).ln(),
        8 => (x.tanh().square() + 0.5).sqrt(),
        9 => (x.tanh() + 2.0).powf(-1.5),
        10 => x - x.mean(),
        11 => x.sum_to(vec![1; x.rank()]) * 0.2,
        12 if x.rank() > 0 => x.softmax(x.rank() - 1),
        13 if x.rank() > 0 => x.log_softmax(0) * 0.3,
        14 if x.rank() > 0 => x - x.log_sum_exp([0]) * 0.5,
        15 if x.rank() == 2 => x.matmul(&x.t()).matmul(x).tanh(),
        16 if x.rank() == 2 => x.slice(s![..;-1, ..]),
        17 if x.rank() == 2 => {
            Tensor::concatenate(&[&x.slice(s![.., ..1]), &x.slice(s![.., 1..])], 1)
        }
        18 => Tensor::stack(&[x, &x.tanh()], 0).mean_axes([0]),
        _ => -x,
    }
}

/// The sum of all tensors of the program, so that every op counts.
fn run(steps: &[Step], leaves: &[Tensor<f64>]) -> Tensor<f64> {
    let mut tensors = leaves.to_vec();
    for &(op, x, y) in steps {
        let z = apply(op, &tensors[x % tensors.len()], &tensors[y % tensors.len()]);
        tensors.push(z);
    }
    let sums = tensors.iter().skip(leaves.len()).map(Tensor::mean);
    sums.fold(tensors[0].mean(), |sum, z| sum + z)
}

const SEED: u64 = 90;

proptest! {
    #![proptest_config(Config {
        cases: 64,
        rng_seed: RngSeed::Fixed(SEED),
        rng_algorithm: RngAlgorithm::ChaCha,
        failure_persistence: None,
        ..Config::default()
    })]

    #[test]
    fn reverse_sweeps_match_finite_differences(
        steps in prop::collection::vec((0..20u8, 0..64usize, 0..64usize), 1..30),
        shapes in prop::collection::vec(0..SHAPES.len(), 1..4),
    ) {
        let leaf = |(k, &shape): (u64, &usize)| random(SHAPES[shape], SEED + k);
        let leaves: Vec<_> = (0..).zip(&shapes).map(leaf).collect();
        // A program need not use all of its leaves.
        let check = GradientCheck { allow_unused: true, ..Default::default() };
        let found = check.run(|x| run(&steps, x), &leaves);
        prop_assert!(found.is_ok(), "seed {SEED}: {}", found.unwrap_err());
    }
}
