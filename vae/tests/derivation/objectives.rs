//! The terms of the loss: the rate, expectations and their gradients, interpolation.

use autograd::Tensor;
use ndarray::{Array2, array};
use vae::{DiagonalNormal, Distribution};

use super::support::{assert_equal, line, plane};

#[test]
fn the_rate_in_closed_form() {
    let mean = Tensor::leaf(array![[0.7, -1.2], [0.0, 2.0]]);
    let log_var = Tensor::leaf(array![[-0.5, 0.8], [0.0, -2.0]]);
    let q = DiagonalNormal::new(mean.clone(), log_var.clone());
    let rate = q.kl_to_standard();
    let (mu, lv) = (mean.detach(), log_var.detach());
    let closed = (&lv + 1.0 - mu.square() - lv.exp()).sum_axes([1]) * -0.5;
    assert_equal(&rate, &closed, 1e-14);
    let (noise, weights) = plane();
    let z = q.rsample(&noise);
    let prior = DiagonalNormal::standard([2, 2]);
    let sampled = ((q.log_prob(&z) - prior.log_prob(&z)) * weights).sum_axes([0]);
    assert_equal(&rate, &sampled, 1e-13);

    let gradients = rate.sum().backward();
    assert_equal(&gradients[&mean], &mu, 1e-15);
    assert_equal(&gradients[&log_var], &((lv.exp() - 1.0) * 0.5), 1e-15);
    let zero = DiagonalNormal::<f64>::standard([3]).kl_to_standard();
    assert_eq!(zero.item(), 0.0);
}

/// For f = sin z e^(az), of which E f = e^(aμ + ½(a² − 1)v) sin(μ + av) under N(μ, v).
#[test]
fn bonnet_and_price() {
    let a = 0.3;
    let (noise, weights) = line(0.05);
    let (noise, weights) = (column(noise), column(weights));
    for (mean, variance) in [(0.3, 0.7), (-1.0, 1.8), (2.0, 0.04)] {
        let f = |z: &Tensor<f64>| z.sin() * (z * a).exp();
        let z = Tensor::leaf(&noise * f64::sqrt(variance) + mean);
        let first = f(&z).sum().grad(&[&z]).remove(0).unwrap();
        let second = first.sum().grad(&[&z]).remove(0).unwrap();

        let (mu, v) = (Tensor::leaf(Tensor::from(mean)), Tensor::leaf(Tensor::from(variance)));
        let closed = (&mu * a + &v * (0.5 * (a * a - 1.0))).exp() * (&mu + &v * a).sin();
        assert_equal(&(f(&z) * &weights).sum(), &closed, 1e-13);
        let gradients = closed.backward();
        assert_equal(&gradients[&mu], &(first * &weights).sum(), 1e-13);
        assert_equal(&gradients[&v], &((second * &weights).sum() * 0.5), 1e-13);
    }
}

fn column(x: Vec<f64>) -> Tensor<f64> {
    Array2::from_shape_vec((x.len(), 1), x).unwrap().into()
}

/// Half way between two independent codes the square of the length is half as large.
#[test]
fn a_straight_line_cuts_through_the_shell() {
    let (pairs, weights) = plane();
    for t in [0.0, 0.25, 0.5, 1.0] {
        let mixture = Tensor::from(array![1.0 - t, t]);
        let squares = (&pairs * mixture).sum_axes([2]).square();
        let expected = (1.0 - t) * (1.0 - t) + t * t;
        assert_equal(&(squares * &weights).sum(), &expected.into(), 1e-13);
    }
}
