//! Tensors and gradients: values that remember how they were made, and what follows from it.
//!
//! A tensor is an array and, if it was computed from a leaf, the op that made it. Going through these ops backward gives
//! the gradient of a number with respect to everything before it. The rules are written in tensor ops themselves, so a
//! gradient has gradients in turn; and a rule is not believed but compared with finite differences.
//!
//! ```text
//! cargo run --release --example 01-tensors-and-gradients
//! ```
//!
//! Draws `01-tensors-and-gradients.png`: tanh and two derivatives of it, each the reverse sweep of the one before.
#![forbid(unsafe_code)]

use anyhow::{Context, Result, ensure};
use autograd::{Tensor, check_grads};
use figures::{Curves, Example};
use ndarray::{Array1, array};

fn main() -> Result<()> {
    let example = Example::from_args();
    one_sweep();
    let picture = derivatives()?;
    checks()?;
    example.save("01-tensors-and-gradients.png", &picture)?;
    Ok(())
}

/// y = x w + b, whose b is one row for all: z̄ of shape [3, 1] comes back to it as a sum.
fn one_sweep() {
    let x = Tensor::constant(array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]);
    let w = Tensor::leaf(array![[0.5], [-1.0]]);
    let b = Tensor::<f64>::leaf(array![0.25]);
    let y = x.matmul(&w) + &b;
    let loss = y.square().mean();
    println!("y = x w + b            {:?} {:?}", y.shape(), y.to_vec());
    println!("L = mean y²            {:.4}", loss.item());

    let gradients = loss.backward();
    println!("∂L/∂w = xᵀ (2y/3)      {:?} {:.4?}", w.shape(), gradients[&w].to_vec());
    println!("∂L/∂b = Σ 2y/3         {:?} {:.4?}", b.shape(), gradients[&b].to_vec());
}

/// f = tanh x at many places at once: each element depends on its own x alone, so the gradient of the sum is f′.
fn derivatives() -> Result<Curves> {
    let places = Array1::linspace(-4.0, 4.0, 161);
    let x = Tensor::<f64>::leaf(places.clone());
    let f = x.tanh();
    let first = derivative(&f, &x)?;
    let second = derivative(&first, &x)?;

    let closed = |f: fn(f64) -> f64| Tensor::constant(places.mapv(f));
    let errors = [
        &first - closed(|x| x.cosh().powi(-2)),
        &second - closed(|x| -2.0 * x.tanh() * x.cosh().powi(-2)),
    ];
    let [first_error, second_error] = errors.map(|error| error.abs().max().item());
    println!(
        "\ntanh′ x = 1 / cosh² x             to {first_error:.0e}, at {} places",
        places.len()
    );
    println!("tanh″ x = −2 tanh x / cosh² x     to {second_error:.0e}");
    ensure!(first_error.max(second_error) < 1e-14, "a derivative is not its closed form");

    let curve = |y: &Tensor<f64>| places.iter().copied().zip(y.to_vec()).collect::<Vec<_>>();
    Ok(Curves::new("x", "")
        .line("tanh x", curve(&f))
        .line("first derivative", curve(&first))
        .line("second derivative", curve(&second)))
}

/// A sweep whose result is tracked, so that the next one can go through it.
fn derivative(y: &Tensor<f64>, x: &Tensor<f64>) -> Result<Tensor<f64>> {
    y.sum().grad(&[x]).remove(0).context("y does not depend on x")
}

/// ⟨z̄, J ẋ⟩ by finite differences is ⟨x̄, ẋ⟩ by the rules, and so it is for the gradient's own gradient.
fn checks() -> Result<()> {
    let x = Tensor::from(array![[0.5, -1.0], [2.0, 0.1]]);
    check_grads(|x| x[0].matmul(&x[0].t()).tanh(), std::slice::from_ref(&x), 2)?;
    println!("\ntanh(x xᵀ): the rules agree with finite differences, to second order");

    // A detached x is a constant to the rules, but not to finite differences: half of the derivative is missing.
    let wrong = check_grads(|x| x[0].detach() * &x[0], &[x], 1);
    let report = wrong.err().context("a wrong gradient was not found")?;
    println!("x² with one of its two factors detached:\n{report}");
    Ok(())
}
