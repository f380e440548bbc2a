//! The linear-Gaussian model: its densities, and what a diagonal code costs in it.

use autograd::Tensor;
use ndarray::array;
use vae::{Distribution, FullNormal, KullbackLeibler, LinearGaussian};

use super::support::{assert_equal, expectation, images, log_likelihood, model, plane, proposals};

/// p(x) p(z|x) = p(x|z) p(z) at every z: as both factors on the left are densities, they are these.
#[test]
fn the_joint_density_is_one_normal() {
    let (model, x) = (model(), images());
    let z = plane().0.broadcast_to([plane().0.shape()[0], 4, 2]) * 0.3;
    let left = model.evidence().log_prob(&x) + model.posterior(&x).log_prob(&z);
    let right = log_likelihood(&model, &x, &z) + model.prior().log_prob(&z);
    assert_equal(&left, &right, 1e-13);
}

#[test]
fn the_square_is_completed() {
    let (model, x) = (model(), images());
    let z = Tensor::from(array![[0.4, -1.0], [0.0, 2.0], [-0.7, 0.1], [1.0, 1.0]]);
    let s2 = model.variance();
    let deviation = &x - model.mean();
    let rest = &deviation - z.matmul(&model.weight().t());
    let left = rest.square().sum_axes([1]) / s2 + z.square().sum_axes([1]);

    let form = |v: &Tensor<f64>, m: &Tensor<f64>| (v.matmul(m) * v).sum_axes([1]);
    let m = model.weight().t().matmul(model.weight()) + Tensor::from(ndarray::Array2::eye(2)) * s2;
    let from_code = &z - deviation.matmul(&model.encoder().t());
    let covariance = model.evidence().covariance();
    let inverse = inverse(&covariance);
    let right = form(&from_code, &m) / s2 + form(&deviation, &inverse);
    assert_equal(&left, &right, 1e-13);
}

fn inverse(x: &Tensor<f64>) -> Tensor<f64> {
    use autograd::Triangle::{Lower, Upper};
    let l = x.cholesky();
    let identity = ndarray::Array2::eye(x.shape()[0]).into();
    l.t().solve_triangular(&l.solve_triangular(&identity, Lower), Upper)
}

#[test]
fn the_distortion_is_exact() {
    let (model, x) = (model(), images());
    for q in proposals(&model, &x) {
        let sampled = expectation(&q, |z| log_likelihood(&model, &x, z));
        assert_equal(&model.expected_log_likelihood(&x, &q), &sampled, 1e-13);
        let center = q.mean().broadcast_to([4, 2]).matmul(&model.weight().t()) + model.mean();
        let w = model.weight();
        let spread = w.matmul(&q.covariance()).matmul(&w.t()).diagonal();
        let spread = spread.sum_axes([spread.rank() - 1]);
        let squares = (&x - center).square().sum_axes([1]) + spread;
        let normalizer = 3.0 * (2.0 * std::f64::consts::PI * model.variance().item()).ln();
        let closed = (squares / model.variance() + normalizer) * -0.5;
        assert_equal(&model.expected_log_likelihood(&x, &q), &closed, 1e-13);
    }
}

/// By the trace, the distance and the determinants; and as it must be under an affine map of both.
#[test]
fn the_divergence_of_two_normals() {
    let (model, x) = (model(), images());
    let proposals = proposals(&model, &x);
    let map = Tensor::from(array![[1.5, -0.4], [0.3, 0.8]]);
    let moved = |q: &FullNormal<f64>| {
        let covariance = map.matmul(&q.covariance()).matmul(&map.t());
        FullNormal::from_covariance(
            q.mean().broadcast_to([4, 2]).matmul(&map.t()) - 3.0,
            &covariance,
        )
    };
    for q in &proposals {
        for p in &proposals {
            if p.covariance().rank() > 2 {
                continue;
            }
            let precision = inverse(&p.covariance());
            let product = precision.matmul(&q.covariance()).diagonal();
            let trace = product.sum_axes([product.rank() - 1]);
            let delta = (q.mean() - p.mean()).broadcast_to([4, 2]);
            let distance = (delta.matmul(&precision) * &delta).sum_axes([1]);
            let log_dets = p.covariance().log_det() - q.covariance().log_det();
            let closed = (trace + distance - 2.0 + log_dets) * 0.5;
            assert_equal(&q.kl(p), &closed, 1e-13);
            assert_equal(&moved(q).kl(&moved(p)), &closed, 1e-12);
        }
    }
}

#[test]
#[should_panic(expected = "LinearGaussian: the weight is [3, 2], the mean [2] and the variance []")]
fn shapes_of_a_model_must_fit() {
    LinearGaussian::new(Tensor::zeros([3, 2]), Tensor::zeros([2]), 1.0.into());
}
