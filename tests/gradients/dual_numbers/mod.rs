//! Derivatives to third order against numbers that carry them.
//!
//! With ε₁² = ε₂² = ε₃² = 0, f(x + ε₁ eᵢ + ε₂ eⱼ + ε₃ eₖ) is
//!
//! ```text
//!     f + ε₁ ∂ᵢf + ε₂ ∂ⱼf + ε₃ ∂ₖf + ε₁ε₂ ∂ᵢⱼf + ε₁ε₃ ∂ᵢₖf + ε₂ε₃ ∂ⱼₖf + ε₁ε₂ε₃ ∂ᵢⱼₖf:
//! ```
//!
//! forward differentiation by the arithmetic of such numbers, exact to rounding, which shares nothing with the rules
//! under test. The functions here are written twice: in tensors, and in loops over numbers.

mod composites;
mod elementwise;

use autograd::Tensor;
use ndarray::{Array1, s};
use num_dual::{HyperHyperDual64, third_partial_derivative_vec};

/// A number with derivatives.
type Dual = HyperHyperDual64;

const TOLERANCE: f64 = 1e-12;

/// Compares value, gradient, Hessian and third derivatives of f: ℝⁿ → ℝ at x, entry by entry.
fn check(
    label: &str,
    tensors: impl Fn(&Tensor<f64>) -> Tensor<f64>,
    numbers: impl Fn(&[Dual]) -> Dual,
    x: &[f64],
) {
    let leaf = Tensor::leaf(Array1::from(x.to_vec()));
    let partial = |y: &Tensor<f64>, i: usize| gradient(y, &leaf).slice(s![i]);
    let f = tensors(&leaf);
    for i in 0..x.len() {
        let f_i = partial(&f, i);
        for j in i..x.len() {
            let f_ij = partial(&f_i, j);
            let thirds = gradient(&f_ij, &leaf);
            for k in j..x.len() {
                let (value, first, _, _, second, _, _, third) =
                    third_partial_derivative_vec(&numbers, x, i, j, k);
                close(&format!("f of {label}"), f.item(), value);
                close(&format!("∂{i} of {label}"), f_i.item(), first);
                close(&format!("∂{i}{j} of {label}"), f_ij.item(), second);
                close(&format!("∂{i}{j}{k} of {label}"), thirds.slice(s![k]).item(), third);
            }
        }
    }
}

/// The gradient of y, zeros where it is constant.
fn gradient(y: &Tensor<f64>, x: &Tensor<f64>) -> Tensor<f64> {
    y.grad(&[x]).remove(0).unwrap_or_else(|| Tensor::zeros(x.shape()))
}

fn close(what: &str, found: f64, expected: f64) {
    assert!(
        (found - expected).abs() <= TOLERANCE * (1.0 + expected.abs()),
        "{what} is {found:?}; by dual numbers it is {expected:?}"
    );
}
