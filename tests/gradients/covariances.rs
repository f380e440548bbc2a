//! Full covariances of 60 dimensions: residuals of ill-conditioned factors, and a family with known inverse.

use autograd::{Tensor, Triangle};
use ndarray::Array2;

use crate::support::random;

const N: usize = 60;

/// max |x|.
fn largest(x: &Tensor<f64>) -> f64 {
    x.abs().max().item()
}

/// A squared exponential kernel, whose eigenvalues fall as fast as those of any covariance, plus 10⁻¹⁰ of noise.
/// Its condition number is about 10¹¹.
fn kernel() -> Tensor<f64> {
    let distance = |(i, j): (usize, usize)| (i as f64 - j as f64) / 5.0;
    let noise = |(i, j)| if i == j { 1e-10 } else { 0.0 };
    Array2::from_shape_fn((N, N), |at| (-distance(at).powi(2) / 2.0).exp() + noise(at)).into()
}

/// L Lᵀ = x and L z = b hold to the last digits, however ill-conditioned x is: only L and z themselves are then far
/// from exact.
#[test]
fn residuals_of_an_ill_conditioned_covariance_are_small() {
    let (x, b) = (kernel(), random(&[N, 3], 60));
    let l = x.cholesky();
    let eye = Tensor::ones([N]).diagonal_matrix();
    let inverse = l.solve_triangular(&eye, Triangle::Lower).square().sum_axes([0]);
    // The eigenvalues are 1 on average, and one is no larger than 1 / (x⁻¹)ᵢᵢ.
    assert!(inverse.max().item() > 1e9, "{inverse:?}");
    assert!(largest(&(l.matmul(&l.t()) - &x)) < 1e-15 * N as f64);

    for (l, triangle) in [(l.clone(), Triangle::Lower), (l.t(), Triangle::Upper)] {
        let z = l.solve_triangular(&b, triangle);
        let residual = (l.matmul(&z) - &b).abs();
        let scale = l.abs().matmul(&z.abs());
        assert!((residual / scale).max().item() < N as f64 * f64::EPSILON, "{triangle:?}");
    }
}

/// xᵢⱼ = ρ^|i−j|, the covariance of a stationary process with correlation ρ from one step to the next.
fn process(correlation: f64) -> Tensor<f64> {
    let power = |(i, j): (usize, usize)| correlation.powi(i.abs_diff(j) as i32);
    Array2::from_shape_fn((N, N), power).into()
}

/// det x = (1 − ρ²)ⁿ⁻¹, and ∂ ln det x = x⁻¹, which has three diagonals: (1 + ρ²) inside, 1 at both ends and −ρ beside
/// them, over 1 − ρ².
#[test]
fn gradient_of_log_det_is_the_inverse() {
    for rho in [0.5, 0.99, 0.999_99] {
        let x = Tensor::leaf(process(rho));
        let z = x.log_det();
        let expected = (N - 1) as f64 * (-rho * rho).ln_1p();
        // Rounding moves x by ε, and so ln det x by ε tr x⁻¹.
        let scale = f64::EPSILON * N as f64 * 2.0 / (1.0 - rho * rho);
        assert!((z.item() - expected).abs() < scale, "ρ = {rho}: {} {expected}", z.item());

        let inverse = Array2::from_shape_fn((N, N), |(i, j)| match i.abs_diff(j) {
            0 if i % (N - 1) == 0 => 1.0,
            0 => 1.0 + rho * rho,
            1 => -rho,
            _ => 0.0,
        });
        let inverse = Tensor::from(inverse) / (1.0 - rho * rho);
        let gradient = &z.backward()[&x];
        let error = largest(&(gradient - &inverse)) / largest(&inverse);
        assert!(error < scale, "ρ = {rho}: {error:e}");
    }
}

/// The factor of that covariance is how the process is made: L = ρⁱ in column 0, ρⁱ⁻ʲ √(1 − ρ²) in the others.
#[test]
fn factor_of_a_process_is_its_recursion() {
    let rho: f64 = 0.9;
    let expected = Array2::from_shape_fn((N, N), |(i, j)| match (i, j) {
        (i, 0) => rho.powi(i as i32),
        (i, j) if j <= i => rho.powi((i - j) as i32) * (1.0 - rho * rho).sqrt(),
        _ => 0.0,
    });
    assert!(largest(&(process(rho).cholesky() - Tensor::from(expected))) < 1e-14);
}

/// The entropy of N(0, x) is ½ ln det 2πe x; a reparameterized sample L ε has the covariance x, so that
/// the Mahalanobis norm |L⁻¹ (L ε)|² is |ε|² and does not depend on x.
#[test]
fn samples_are_whitened_by_their_factor() {
    let x = Tensor::leaf(process(0.9));
    let noise = random(&[N, 1], 61);
    let l = x.cholesky();
    let norm = l.solve_triangular(&l.matmul(&noise), Triangle::Lower).square().sum();
    assert!((norm.item() / noise.square().sum().item() - 1.0).abs() < 1e-12);
    assert!(largest(&norm.backward()[&x]) < 1e-10);
}

/// What stands in the other triangle is not read, not even NaN, and has no share of the gradient.
#[test]
fn the_other_triangle_is_not_read() {
    let nan = f64::NAN;
    let (lower, upper) =
        (ndarray::array![[2.0, nan], [1.0, 4.0]], ndarray::array![[4.0, 1.0], [nan, 2.0]]);
    let b = Tensor::from(ndarray::array![[2.0], [5.0]]);
    for (x, triangle, z, dx) in [
        (lower, Triangle::Lower, [1.0, 1.0], [-0.375, 0.0, -0.25, -0.25]),
        (upper, Triangle::Upper, [-0.125, 2.5], [0.03125, -0.625, 0.0, -0.9375]),
    ] {
        let x = Tensor::leaf(x);
        let solution = x.solve_triangular(&b, triangle);
        assert_eq!(solution.to_vec(), z, "{triangle:?}");
        assert_eq!(solution.sum().backward()[&x].to_vec(), dx, "{triangle:?}");
        assert!(!x.triangle(triangle).sum().item().is_nan(), "{triangle:?}");
    }
}

/// A zero on the diagonal is divided by, as elsewhere.
#[test]
fn a_singular_triangle_gives_infinities() {
    let x = Tensor::from(ndarray::array![[0.0, 0.0], [1.0, 1.0]]);
    let solve = |b| x.solve_triangular(&Tensor::from(b), Triangle::Lower).to_vec();
    assert_eq!(solve(ndarray::array![[1.0], [1.0]]), [f64::INFINITY, -f64::INFINITY]);
    assert!(solve(ndarray::array![[0.0], [1.0]]).iter().all(|z| z.is_nan()));
}

/// Only ½(x + xᵀ) counts: two matrices with the same one have the same factor, and x̄ is symmetric.
#[test]
fn the_symmetric_part_is_factored() {
    let skew = random(&[N, N], 62);
    let x = Tensor::leaf(process(0.9) + (&skew - skew.t()));
    let l = x.cholesky();
    assert!(largest(&(&l - process(0.9).cholesky())) < 1e-13);
    let gradient = &(l * random(&[N, N], 63)).sum().backward()[&x];
    assert_eq!(gradient.to_vec(), gradient.t().to_vec());
}
