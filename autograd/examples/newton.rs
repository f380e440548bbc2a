//! Newton's method, x ← x − H⁻¹ ∇f, on Rosenbrock's valley f = (1 − x₀)² + 100 (x₁ − x₀²)², whose minimum is at (1, 1).
//!
//! Near a minimum x* the error is squared with each step: ∇f(x) = H (x − x*) + O(|x − x*|²), so what is left of it after
//! the step is the quadratic term. The number of right digits doubles.
//!
//! ```text
//! cargo run --release --example newton
//! ```

use autograd::Tensor;
use autograd::functional::hessian;
use ndarray::{array, s};

fn rosenbrock(x: &Tensor<f64>) -> Tensor<f64> {
    let (x0, x1) = (x.slice(s![0]), x.slice(s![1]));
    (1.0 - &x0).square() + (x1 - x0.square()).square() * 100.0
}

/// The solution of H p = g, by Cramer's rule.
fn solve(h: &Tensor<f64>, g: &Tensor<f64>) -> Tensor<f64> {
    let (h, g) = (h.value(), g.value());
    let determinant = h[[0, 0]] * h[[1, 1]] - h[[0, 1]] * h[[1, 0]];
    let p0 = g[0] * h[[1, 1]] - h[[0, 1]] * g[1];
    let p1 = h[[0, 0]] * g[1] - g[0] * h[[1, 0]];
    array![p0 / determinant, p1 / determinant].into()
}

/// x and f(x) before each step, and after the last.
fn minimize(start: [f64; 2], steps: usize) -> Vec<([f64; 2], f64)> {
    let mut x = Tensor::leaf(array![start[0], start[1]]);
    let mut path = Vec::new();
    for _ in 0..=steps {
        let f = rosenbrock(&x);
        path.push(([x.value()[0], x.value()[1]], f.item()));
        let step = solve(&hessian(rosenbrock, &x), &f.backward()[&x]);
        x = Tensor::leaf(x.detach() - step);
    }
    path
}

fn distance([x0, x1]: [f64; 2]) -> f64 {
    (x0 - 1.0).hypot(x1 - 1.0)
}

fn main() {
    println!("step          x0          x1         f(x)     |x - x*|");
    for (step, (x, f)) in minimize([-1.2, 1.0], 6).into_iter().enumerate() {
        println!("{step:4}  {:10.6}  {:10.6}  {f:11.3e}  {:11.3e}", x[0], x[1], distance(x));
    }
}

#[test]
fn the_error_is_squared_with_each_step() {
    let path = minimize([1.1, 1.2], 6);
    let errors: Vec<_> = path.iter().map(|(x, _)| distance(*x)).collect();
    assert!(errors[0] > 0.1 && errors[6] < 1e-12, "{errors:?}");
    for pair in errors.windows(2).take_while(|pair| pair[0] > 1e-7) {
        assert!(pair[1] < 100.0 * pair[0].powi(2), "{errors:?}");
    }
}

#[test]
fn the_usual_start_takes_six_steps() {
    let path = minimize([-1.2, 1.0], 6);
    assert!((path[0].1 - 24.2).abs() < 1e-12, "{path:?}");
    assert!(distance(path[6].0) < 1e-9, "{path:?}");
}
