//! Planar flows: determinants, inverses, and what they do to densities.

use autograd::functional::jacobian;
use autograd::{Tensor, check_grads};
use ndarray::{Array2, array};
use vae::{PlanarFlow, standard_normal};

use crate::support::{assert_close, log_integral, log_standard_normal, plane, rng};

fn flow(seed: u64, batch: usize, latent: usize, scale: f64) -> PlanarFlow<f64> {
    let mut rng = rng(seed);
    let mut draw = |shape: &[usize]| standard_normal::<f64>(&mut rng, shape) * scale;
    PlanarFlow { u: draw(&[batch, latent]), w: draw(&[batch, latent]), b: draw(&[batch]) }
}

/// û, by the formula of the documentation.
fn moved_u(u: &[f64], w: &[f64]) -> Vec<f64> {
    let dot = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
    let a = dot(u, w);
    let m = (a + (1f64.exp() - 1.0).ln()).exp().ln_1p() - 1.0;
    u.iter().zip(w).map(|(u, w_i)| u + (m - a) * w_i / dot(w, w)).collect()
}

/// Determinant of a small matrix, by expansion.
fn determinant(x: &Array2<f64>) -> f64 {
    if x.is_empty() {
        return 1.0;
    }
    let minor = |j: usize| {
        let n = x.nrows() - 1;
        Array2::from_shape_fn((n, n), |(row, column)| {
            x[[row + 1, column + usize::from(column >= j)]]
        })
    };
    let sign = |j| if j % 2 == 0 { 1.0 } else { -1.0 };
    (0..x.ncols()).map(|j| sign(j) * x[[0, j]] * determinant(&minor(j))).sum()
}

/// By reverse sweeps, in one to four dimensions, for flows weak and strong; and both forms of the equation.
#[test]
fn the_determinant_is_that_of_the_jacobian() {
    for (seed, latent) in (1..=4).cycle().take(24).enumerate() {
        let flow = flow(seed as u64, 1, latent, [0.3, 1.0, 2.5][seed % 3]);
        let z = standard_normal::<f64>(&mut rng(100), [1, latent]);
        let (moved, log_det) = flow.forward(&z);
        let j = jacobian(|z| flow.forward(z).0, &z).reshape([latent, latent]);
        let j = j.value().to_owned().into_dimensionality().unwrap();
        let expected = Tensor::from(array![determinant(&j).ln()]);
        assert_close(&log_det, &expected, 1e-11, "log |det|");

        let (u, w, z) = (flow.u.to_vec(), flow.w.to_vec(), z.to_vec());
        let dot = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
        let (u, t) = (moved_u(&u, &w), (dot(&w, &z) + flow.b.item()).tanh());
        let f: Vec<_> = z.iter().zip(&u).map(|(z, u)| z + u * t).collect();
        assert_close(&moved.reshape([latent]), &array_of(&f), 1e-13, "f(z)");
        for (i, k) in (0..latent).flat_map(|i| (0..latent).map(move |k| (i, k))) {
            let identity = if i == k { 1.0 } else { 0.0 };
            let entry = identity + (1.0 - t * t) * u[i] * w[k];
            assert!((j[[i, k]] - entry).abs() < 1e-12, "∂f{i}/∂z{k}");
        }
        let by_formula = 1.0 + (1.0 - t * t) * dot(&w, &u);
        assert_close(&log_det.exp(), &Tensor::from(array![by_formula]), 1e-12, "det");
    }
}

fn array_of(x: &[f64]) -> Tensor<f64> {
    ndarray::Array1::from_vec(x.to_vec()).into()
}

/// t² + (1 − t²)(1 + wᵀû) is 1 + (1 − t²) wᵀû; where the latter has lost all its digits, it is still right.
#[test]
fn the_determinant_is_a_mean_of_1_and_s() {
    for a in [-60.0, -30.0, -3.0, 0.0, 2.0] {
        // One dimension with w = 1, so that wᵀu = a.
        for at in [0.0, 1e-9, 0.3, -2.0, 5.0] {
            let flow = PlanarFlow::<f64> {
                u: array![[a]].into(),
                w: array![[1.0]].into(),
                b: array![0.0].into(),
            };
            let s = ((a + (1f64.exp() - 1.0).ln()).exp()).ln_1p();
            let t = f64::tanh(at);
            let expected = t * t + (1.0 - t * t) * s;
            let (_, log_det) = flow.forward(&array![[at]].into());
            assert!((log_det.item() - expected.ln()).abs() < 1e-13, "a = {a}, at {at}");
            if a > -5.0 {
                assert!((expected - (1.0 + (1.0 - t * t) * (s - 1.0))).abs() < 1e-14);
            }
        }
    }
}

/// However large u is, and whatever its direction: the determinant stays positive, and from f(z) there is a way back, by
/// bisection of wᵀz + wᵀû tanh(wᵀz + b) = wᵀf(z), which rises with wᵀz.
#[test]
fn planar_flows_are_invertible() {
    for seed in 0..50 {
        let flow = flow(seed, 1, 2, 3.0);
        let (u, w, b) = (flow.u.to_vec(), flow.w.to_vec(), flow.b.item());
        let u = moved_u(&u, &w);
        let slope = u[0] * w[0] + u[1] * w[1];
        assert!(slope > -1.0, "seed {seed}: {slope}");
        let z = standard_normal::<f64>(&mut rng(seed + 1000), [30, 1, 2]) * 2.0;
        let (moved, log_det) = flow.forward(&z);
        assert!(log_det.to_vec().iter().all(|x| x.is_finite()));
        let back: Vec<_> = moved.to_vec().chunks(2).flat_map(|y| inverse(y, &u, &w, b)).collect();
        assert_close(&array_of(&back).reshape([30, 1, 2]), &z, 1e-7, "z");
    }
}

/// z with f(z) = y.
fn inverse(y: &[f64], u: &[f64], w: &[f64], b: f64) -> [f64; 2] {
    let slope = u[0] * w[0] + u[1] * w[1];
    let target = w[0] * y[0] + w[1] * y[1];
    let (mut low, mut high) = (target - slope.abs() - 1.0, target + slope.abs() + 1.0);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        match middle + slope * (middle + b).tanh() < target {
            true => low = middle,
            false => high = middle,
        }
    }
    let t = (low + b).tanh();
    [y[0] - u[0] * t, y[1] - u[1] * t]
}

/// Both forms of the equation, at what the search has found; and the way back leads to where f came from, with its
/// determinant.
#[test]
fn the_way_back_is_one_equation() {
    for seed in 0..30 {
        let flow = flow(seed, 4, 3, [0.3, 1.0, 2.0][seed as usize % 3]);
        let z = standard_normal::<f64>(&mut rng(seed + 2000), [20, 4, 3]) * 2.0;
        let (y, log_det) = flow.forward(&z);
        let (back, log_det_back) = flow.inverse(&y);
        assert_close(&back, &z, 1e-9, "z");
        assert_close(&log_det_back, &log_det, 1e-8, "log |det|");
        assert!(!back.is_tracked() && !log_det_back.is_tracked());
        let rows = [&y, &back].map(|x| x.narrow(1, 2..3).to_vec());
        let parameter = |x: &Tensor<f64>| x.narrow(0, 2..3).to_vec();
        let (w, b) = (parameter(&flow.w), parameter(&flow.b)[0]);
        let u = moved_u(&parameter(&flow.u), &w);
        let dot = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
        for (y, z) in rows[0].chunks(3).zip(rows[1].chunks(3)) {
            let t = (dot(&w, z) + b).tanh();
            assert!((dot(&w, y) - dot(&w, z) - dot(&w, &u) * t).abs() < 1e-9, "seed {seed}");
            assert!((0..3).all(|i| (y[i] - z[i] - u[i] * t).abs() < 1e-9), "seed {seed}");
        }
    }
    // u = 0: the interval is one point.
    let identity = PlanarFlow { u: Tensor::zeros([3, 2]), ..flow(1, 3, 2, 0.5) };
    let z = standard_normal::<f64>(&mut rng(2), [3, 2]);
    assert_close(&identity.inverse(&z).0, &z, 1e-14, "z");
}

/// The density N(f⁻¹(y) | 0, I) / det of a moved normal, on a grid of y, with the inverse from here and the determinant
/// from there.
#[test]
fn moved_densities_integrate_to_one() {
    let (points, area) = plane(12.0, 0.1);
    for seed in 0..4 {
        let flow = flow(seed, 1, 2, 1.0);
        let (u, w, b) = (flow.u.to_vec(), flow.w.to_vec(), flow.b.item());
        let u = moved_u(&u, &w);
        let n = points.shape()[0];
        let back: Vec<_> = points.to_vec().chunks(2).flat_map(|y| inverse(y, &u, &w, b)).collect();
        let z = array_of(&back).reshape([n, 2]);
        let (_, log_det) = flow.forward(&z.insert_axis(1));
        let log_density = log_standard_normal(&z) - log_det.reshape([n]);
        let integral = log_integral(&log_density, area);
        assert!(integral.abs() < 1e-8, "seed {seed}: {integral:e}");
    }
}

/// u = 0 is the identity, whatever w and b are.
#[test]
fn no_u_is_the_identity() {
    let flow = PlanarFlow { u: Tensor::zeros([3, 2]), ..flow(1, 3, 2, 1e-3) };
    let z = standard_normal::<f64>(&mut rng(2), [4, 3, 2]);
    let (moved, log_det) = flow.forward(&z);
    assert_close(&moved, &z, 1e-12, "f(z)");
    assert_close(&log_det, &Tensor::zeros([4, 3]), 1e-15, "log |det|");
}

#[test]
fn all_derivatives_to_second_order() {
    let flow = flow(3, 2, 3, 1.0);
    let z = standard_normal(&mut rng(4), [2, 2, 3]);
    let with = |x: &[Tensor<f64>]| {
        let flow = PlanarFlow { u: x[0].clone(), w: x[1].clone(), b: x[2].clone() };
        flow.forward(&x[3])
    };
    let inputs = [flow.u, flow.w, flow.b, z];
    check_grads(|x| with(x).0, &inputs, 2).unwrap();
    check_grads(|x| with(x).1, &inputs, 2).unwrap();
}
