//! Error bounds over a dense sweep, special values, and the same bits wherever an element lies.

use ndarray::ArrayView1;

use super::super::{Isa, Kernel, apply};
use crate::Float;
use crate::elementwise::kernels::*;

/// What all functions keep to.
const BOUND: f64 = 2.0;

fn evaluate<T: Float>(kernel: impl Kernel<T, 1>, x: &[T]) -> Vec<T> {
    apply(kernel, [ArrayView1::from(x).into_dyn()])
}

/// |z − exact| in units of the last place that an `f32` near `exact` has; ∞ counts as 2¹²⁸.
fn ulps(z: f32, exact: f64) -> f64 {
    let finite = |x: f64| x.clamp(-2f64.powi(128), 2f64.powi(128));
    if z.is_nan() || exact.is_nan() {
        return if z.is_nan() && exact.is_nan() { 0.0 } else { f64::INFINITY };
    }
    let exponent = (finite(exact).abs().to_bits() >> 52) as i32 - 1023;
    let ulp = 2f64.powi(exponent.clamp(-126, 127) - 23);
    (finite(z.into()) - finite(exact)).abs() / ulp
}

/// Every `step`-th number of all `f32`, and the 64 next to each power of two.
fn sweep(step: usize) -> impl Iterator<Item = f32> {
    let all = (0..=u32::MAX).step_by(step);
    let near_powers = (0..512).flat_map(|k| {
        let power = (k as u32) << 23;
        (0..64).map(move |i| power.wrapping_add(i).wrapping_sub(32))
    });
    all.chain(near_powers).map(f32::from_bits)
}

fn check(name: &str, kernel: impl Kernel<f32, 1>, exact: fn(f64) -> f64, step: usize) {
    for isa in Isa::available() {
        let (mut worst, mut at) = (0.0, 0.0);
        let mut numbers = sweep(step).peekable();
        while numbers.peek().is_some() {
            let x: Vec<f32> = numbers.by_ref().take(1 << 14).collect();
            for (&x, z) in x.iter().zip(isa.force(|| evaluate(kernel, &x))) {
                let error = ulps(z, exact(x.into()));
                if error > worst {
                    (worst, at) = (error, x);
                }
            }
        }
        println!("{name} {isa}: {worst:.3} ulp at {at:e}");
        assert!(worst <= BOUND, "{name} on {isa}: {worst} ulp at {at:e}");
    }
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

fn check_all(step: usize) {
    check("exp", Exp, f64::exp, step);
    check("exp_m1", ExpM1, f64::exp_m1, step);
    check("ln", Ln, f64::ln, step);
    check("ln_1p", Ln1p, f64::ln_1p, step);
    check("tanh", Tanh, f64::tanh, step);
    check("sigmoid", Sigmoid, sigmoid, step);
    check("softplus", Softplus, softplus, step);
}

#[test]
fn single_precision_is_within_the_bound() {
    check_all(5003);
}

/// Minutes: `cargo test --release -p autograd every_single -- --ignored --nocapture`.
#[test]
#[ignore = "4 billion numbers"]
fn every_single_is_within_the_bound() {
    check_all(1);
}
