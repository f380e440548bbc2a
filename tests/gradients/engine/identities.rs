//! What derivatives of every order must satisfy, whatever the function.

use autograd::Tensor;
use ndarray::array;

use crate::support::{assert_close, random};

/// A function with curvature in all directions and a mixed derivative between any two elements.
fn f(x: &Tensor<f64>) -> Tensor<f64> {
    let product = x.matmul(&x.t()).tanh();
    product.log_sum_exp([1]).square().sum() + (x.sigmoid() * x.exp()).mean() / x.square().sum()
}

/// A function with several results.
fn vector(x: &Tensor<f64>) -> Tensor<f64> {
    x.matmul(&x.t()).tanh().softmax(1) / (x.square().sum_axes([1]) + 1.0)
}

fn gradient(z: &Tensor<f64>, x: &Tensor<f64>) -> Tensor<f64> {
    z.grad(&[x]).remove(0).expect("z depends on x")
}

fn inner(x: &Tensor<f64>, y: &Tensor<f64>) -> Tensor<f64> {
    (x * y).sum()
}

/// H v = ∇⟨∇f, v⟩.
fn hessian_vector(x: &Tensor<f64>, v: &Tensor<f64>) -> Tensor<f64> {
    gradient(&inner(&gradient(&f(x), x), v), x)
}

/// J ẋ: Jᵀ z̄ is linear in z̄, and the transpose of that map is J.
fn jacobian_vector(x: &Tensor<f64>, tangent: &Tensor<f64>) -> Tensor<f64> {
    let z = vector(x);
    let cotangent = Tensor::leaf(Tensor::zeros(z.shape()));
    let pulled_back = gradient(&inner(&z, &cotangent), x);
    gradient(&inner(&pulled_back, tangent), &cotangent)
}

/// ⟨z̄, J ẋ⟩ = ⟨Jᵀ z̄, ẋ⟩, with J ẋ by finite differences too.
#[test]
fn jacobian_and_its_transpose_are_adjoint() {
    for seed in 40..45 {
        let x = Tensor::leaf(random(&[3, 2], seed));
        let (tangent, cotangent) = (random(&[3, 2], seed + 10), random(&[3, 3], seed + 20));
        let pushed = jacobian_vector(&x, &tangent);
        let pulled = gradient(&inner(&vector(&x), &cotangent), &x);
        let (left, right) = (inner(&cotangent, &pushed), inner(&pulled, &tangent));
        approx::assert_relative_eq!(left.item(), right.item(), max_relative = 1e-12);

        let step = 1e-5;
        let ahead = vector(&(&x + &tangent * step)) - vector(&(&x - &tangent * step));
        let numeric = (ahead / (2.0 * step)).value().to_owned();
        assert_close(&format!("J ẋ, seed {seed}"), &pushed, &numeric, 1e-8);
    }
}

/// ⟨u, H v⟩ = ⟨H u, v⟩.
#[test]
fn hessian_is_symmetric() {
    for seed in 50..55 {
        let x = Tensor::leaf(random(&[3, 2], seed));
        let (u, v) = (random(&[3, 2], seed + 10), random(&[3, 2], seed + 20));
        let left = inner(&u, &hessian_vector(&x, &v)).item();
        let right = inner(&v, &hessian_vector(&x, &u)).item();
        assert!(left.abs() > 1e-3, "the test needs curvature, seed {seed}");
        approx::assert_relative_eq!(left, right, max_relative = 1e-11);
    }
}

/// H v = (∇f(x + εv) − ∇f(x − εv)) / 2ε + O(ε²).
#[test]
fn hessian_vector_product_equals_difference_of_gradients() {
    for seed in 60..65 {
        let x = Tensor::leaf(random(&[3, 2], seed));
        let v = random(&[3, 2], seed + 10);
        let step = 1e-5;
        let at = |step: f64| {
            let x = Tensor::leaf(x.detach() + &v * step);
            let gradients = f(&x).backward();
            gradients[&x].clone()
        };
        let numeric = (at(step) - at(-step)) / (2.0 * step);
        let label = format!("H v, seed {seed}");
        assert_close(&label, &hessian_vector(&x, &v), &numeric.value().to_owned(), 1e-7);
    }
}

/// Broadcasting repeats, so its transpose sums.
#[test]
fn gradient_of_a_broadcast_is_the_sum() {
    let shapes: [(&[usize], &[usize]); 6] = [
        (&[], &[2, 3]),
        (&[1], &[2, 3]),
        (&[3], &[2, 3]),
        (&[2, 1], &[2, 3]),
        (&[1, 3], &[4, 2, 3]),
        (&[3], &[0, 3]),
    ];
    for (from, to) in shapes {
        let (x, weights) = (Tensor::leaf(random(from, 70)), random(to, 71));
        let expected = weights.sum_to(from).value().to_owned();
        for z in [x.broadcast_to(to), &x + Tensor::zeros(to)] {
            let found = inner(&z, &weights).backward();
            assert_close(&format!("{from:?} to {to:?}"), &found[&x], &expected, 1e-14);
        }
    }
}

/// Derivatives of tanh by hand: with t = tanh x, t′ = 1 − t², t″ = −2t t′, t‴ = (6t² − 2) t′, t⁗ = (16t − 24t³) t′.
#[test]
fn derivatives_of_tanh_to_fourth_order() {
    let x = Tensor::leaf(0.7);
    let t = 0.7f64.tanh();
    let slope = 1.0 - t * t;
    let expected = [
        slope,
        -2.0 * t * slope,
        (6.0 * t * t - 2.0) * slope,
        (16.0 * t - 24.0 * t.powi(3)) * slope,
    ];
    let mut z = x.tanh();
    for (order, expected) in (1..).zip(expected) {
        z = gradient(&z, &x);
        let error = (z.item() - expected).abs();
        assert!(error < 1e-14, "order {order}: {} not {expected}", z.item());
    }
}

/// ∂³/∂x²∂y of x³y² = 12xy, in any order of differentiation.
#[test]
fn mixed_third_derivatives_commute() {
    let (x, y) = (Tensor::leaf(2.0), Tensor::leaf(5.0));
    let z = x.powi(3) * y.square();
    for wrt in [[&x, &x, &y], [&x, &y, &x], [&y, &x, &x]] {
        let third = wrt.into_iter().fold(z.clone(), |z, x| gradient(&z, x));
        assert_eq!(third.item(), 120.0);
    }
}

/// The derivative of a step of gradient descent with respect to its step size: optimization can be differentiated.
#[test]
fn gradients_are_differentiable_in_further_computation() {
    let (x, rate) = (Tensor::leaf(array![1.0, -2.0]), Tensor::leaf(0.1));
    let next = &x - &rate * gradient(&x.square().sum(), &x);
    // next = x (1 − 2 rate), so its squared norm is |x|² (1 − 2 rate)²
    let loss = next.square().sum();
    approx::assert_relative_eq!(loss.item(), 5.0 * 0.64, max_relative = 1e-14);
    let gradients = loss.backward();
    approx::assert_relative_eq!(gradients[&rate].item(), -4.0 * 5.0 * 0.8, max_relative = 1e-14);
    approx::assert_relative_eq!(gradients[&x].to_vec()[..], [1.28, -2.56], max_relative = 1e-14);
}
