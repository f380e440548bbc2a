//! What holds for every graph, on random ones of up to 30 ops: reverse sweeps against finite differences, and the
//! identities between derivatives.

mod program;

use std::slice;

use autograd::{Tensor, check_grads};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, RngSeed};

use crate::support::{bits, random};
use program::{Program, programs};

/// Of the programs and their leaves. No element of theirs comes within a finite difference of a kink.
const SEED: u64 = 90;

fn config(cases: u32) -> Config {
    Config {
        cases,
        rng_seed: RngSeed::Fixed(SEED),
        rng_algorithm: RngAlgorithm::ChaCha,
        failure_persistence: None,
        ..Config::default()
    }
}

fn leaves(values: &[Tensor<f64>]) -> Vec<Tensor<f64>> {
    values.iter().map(|x| Tensor::leaf(x.clone())).collect()
}

/// A direction for each of x.
fn directions(x: &[Tensor<f64>], seed: u64) -> Vec<Tensor<f64>> {
    x.iter().zip(seed..).map(|(x, seed)| random(x.shape(), seed)).collect()
}

/// ⟨x, y⟩ = Σᵢ ⟨xᵢ, yᵢ⟩.
fn inner(x: &[Tensor<f64>], y: &[Tensor<f64>]) -> Tensor<f64> {
    x.iter().zip(y).fold(0.0.into(), |sum: Tensor<f64>, (x, y)| sum + (x * y).sum())
}

/// The gradient of y with respect to each of x, zeros where it is constant.
fn gradient(y: &Tensor<f64>, x: &[Tensor<f64>]) -> Vec<Tensor<f64>> {
    let gradients = y.grad(&x.iter().collect::<Vec<_>>()).into_iter().zip(x);
    gradients.map(|(dx, x)| dx.unwrap_or_else(|| Tensor::zeros(x.shape()))).collect()
}

/// Equal up to rounding, relative to the terms that were summed.
fn agree(what: &str, x: f64, y: f64, scale: f64) -> Result<(), TestCaseError> {
    prop_assert!((x - y).abs() <= 1e-11 * (1.0 + scale), "{what}: {x:?} and {y:?}, seed {SEED}");
    Ok(())
}

fn scale(x: &[Tensor<f64>], y: &[Tensor<f64>]) -> f64 {
    let absolute = |x: &[Tensor<f64>]| x.iter().map(Tensor::abs).collect::<Vec<_>>();
    inner(&absolute(x), &absolute(y)).item()
}

/// ⟨z̄, J ẋ⟩ = ⟨Jᵀ z̄, ẋ⟩, with J ẋ by two reverse sweeps: Jᵀ u is linear in u, and ∂⟨Jᵀ u, ẋ⟩/∂u = J ẋ for every u.
fn adjoint(program: &Program) -> Result<(), TestCaseError> {
    let x = leaves(&program.values(SEED));
    let tangent = directions(&x, SEED + 10);
    let z = program.run(&x);
    let [u, cotangent] = [20, 21].map(|k| Tensor::leaf(random(z.shape(), SEED + k)));
    let pulled = |u: &Tensor<f64>| gradient(&(&z * u).sum(), &x);
    let pushed = gradient(&inner(&pulled(&u), &tangent), &[u]);
    let left = inner(&pushed, slice::from_ref(&cotangent)).item();
    let pulled = pulled(&cotangent);
    agree("⟨z̄, J ẋ⟩ and ⟨Jᵀ z̄, ẋ⟩", left, inner(&pulled, &tangent).item(), scale(&pulled, &tangent))
}

/// ⟨u, H v⟩ = ⟨v, H u⟩ with H v = ∂⟨∂L/∂x, v⟩/∂x.
fn symmetry(program: &Program) -> Result<(), TestCaseError> {
    let x = leaves(&program.values(SEED));
    let (u, v) = (directions(&x, SEED + 30), directions(&x, SEED + 40));
    let first = gradient(&program.loss(&x), &x);
    let times = |v: &[Tensor<f64>]| gradient(&inner(&first, v), &x);
    let (hu, hv) = (times(&u), times(&v));
    agree("⟨u, H v⟩ and ⟨v, H u⟩", inner(&u, &hv).item(), inner(&v, &hu).item(), scale(&u, &hv))
}

/// `backward` twice and `grad` give the same bits, and so does the same graph built again.
fn repetition(program: &Program) -> Result<(), TestCaseError> {
    let x = leaves(&program.values(SEED));
    let loss = program.loss(&x);
    let by_grad = gradient(&loss, &x);
    let again = program.loss(&x).backward();
    let (first, second) = (loss.clone().backward(), loss.backward());
    for (x, by_grad) in x.iter().zip(&by_grad) {
        prop_assert_eq!(bits(&first[x]), bits(&second[x]), "backward twice, seed {}", SEED);
        prop_assert_eq!(bits(&first[x]), bits(&again[x]), "built twice, seed {}", SEED);
        prop_assert_eq!(bits(&first[x]), bits(by_grad), "backward and grad, seed {}", SEED);
    }
    Ok(())
}

/// A leaf that is used many times has the sum of the gradients of separate leaves, one for each use.
fn sharing(program: &Program) -> Result<(), TestCaseError> {
    let values = program.values(SEED);
    let weighted = |results: Vec<Tensor<f64>>| inner(&results, &directions(&results, SEED + 50));

    let shared = leaves(&values);
    let expected = gradient(&weighted(program.run_with(|k| shared[k].clone())), &shared);

    let mut separate: Vec<(usize, Tensor<f64>)> = Vec::new();
    let loss = weighted(program.run_with(|k| {
        separate.push((k, Tensor::leaf(values[k].clone())));
        separate[separate.len() - 1].1.clone()
    }));
    let gradients = loss.backward();
    for (k, expected) in expected.iter().enumerate() {
        let uses = separate.iter().filter(|of| of.0 == k).filter_map(|of| gradients.get(&of.1));
        let (mut sum, mut scale) = (vec![0.0; expected.len()], 0.0);
        for gradient in uses {
            sum.iter_mut().zip(gradient.to_vec()).for_each(|(sum, x)| *sum += x);
            scale += gradient.abs().max().item();
        }
        for (&sum, expected) in sum.iter().zip(expected.to_vec()) {
            agree(&format!("uses of leaf {k}"), sum, expected, scale)?;
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(96))]

    #[test]
    fn reverse_sweeps_match_finite_differences(program in programs()) {
        let found = check_grads(|x| program.loss(x), &program.values(SEED), 2);
        prop_assert!(found.is_ok(), "seed {SEED}: {}", found.unwrap_err());
    }
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn jacobians_are_adjoint(program in programs()) {
        adjoint(&program)?;
    }

    #[test]
    fn hessians_are_symmetric(program in programs()) {
        symmetry(&program)?;
    }

    #[test]
    fn sweeps_are_repeatable_to_the_bit(program in programs()) {
        repetition(&program)?;
    }

    #[test]
    fn uses_of_a_leaf_add_up(program in programs()) {
        sharing(&program)?;
    }
}
