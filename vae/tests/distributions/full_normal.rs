//! The full normal: quadrature in the plane, and what it has in common with the diagonal one.

use approx::assert_relative_eq;
use autograd::{Tensor, Triangle};
use ndarray::{Array2, array};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use vae::{DiagonalNormal, Distribution, FullNormal, KullbackLeibler, standard_normal};

use super::assert_close;
use super::quadrature::plane;

pub fn cases() -> [FullNormal<f64>; 3] {
    let normal = |mean: [f64; 2], covariance: Array2<f64>| {
        FullNormal::from_covariance(Tensor::from(ndarray::arr1(&mean)), &covariance.into())
    };
    [
        normal([0.0, 0.0], array![[1.0, 0.0], [0.0, 1.0]]),
        normal([0.3, -0.7], array![[2.0, -0.9], [-0.9, 0.6]]),
        normal([-1.0, 0.2], array![[0.3, 0.2], [0.2, 0.5]]),
    ]
}

#[test]
fn full_normal_density_integrates_to_one() {
    for p in cases() {
        assert_relative_eq!(plane(|x| p.log_prob(x).exp()), 1.0, max_relative = 1e-12);
    }
}

/// ∬ p(x) xᵢ, ∬ p(x) (xᵢ − μᵢ)(xⱼ − μⱼ), −∬ p(x) log p(x).
#[test]
fn full_normal_moments_and_entropy_are_integrals() {
    for p in cases() {
        let expected =
            |f: &dyn Fn(&Tensor<f64>) -> Tensor<f64>| plane(|x| p.log_prob(x).exp() * f(x));
        let coordinate = |x: &Tensor<f64>, i: usize| x.narrow(1, i..i + 1).sum_axes([1]);
        for i in 0..2 {
            let mean = p.mean().to_vec()[i];
            assert_relative_eq!(expected(&|x| coordinate(x, i)), mean, epsilon = 1e-11);
            for j in 0..2 {
                let centered = |x: &Tensor<f64>| x - p.mean();
                let covariance =
                    expected(&|x| coordinate(&centered(x), i) * coordinate(&centered(x), j));
                let found = p.covariance().value()[[i, j]];
                assert_relative_eq!(found, covariance, epsilon = 1e-11);
                assert!(i != j || (p.variance().to_vec()[i] - found).abs() < 1e-15);
            }
        }
        assert_relative_eq!(p.entropy().item(), expected(&|x| -p.log_prob(x)), epsilon = 1e-11);
    }
}

/// A diagonal covariance, in all quantities, with one variance for all dimensions too.
#[test]
fn a_diagonal_normal_is_a_full_one() {
    let mut rng = ChaCha8Rng::seed_from_u64(20);
    let mut draw = |shape: &[usize]| standard_normal::<f64>(&mut rng, shape);
    let q = DiagonalNormal::new(draw(&[4, 3]), draw(&[4, 3]));
    let x = draw(&[5, 4, 3]);
    for log_var in [draw(&[4, 3]), draw(&[3]), draw(&[])] {
        let p = DiagonalNormal::new(draw(&[4, 3]), log_var);
        let full = FullNormal::from(&p);
        assert_close(&full.log_prob(&x), &p.log_prob(&x), 1e-13);
        assert_close(&full.entropy(), &p.entropy(), 1e-14);
        assert_close(&full.variance(), &p.variance(), 1e-14);
        assert_close(&full.rsample(&x), &p.rsample(&x), 1e-14);
        let expected = p.kl(&q);
        assert_close(&full.kl(&FullNormal::from(&q)), &expected, 1e-13);
        assert_close(&p.kl(&FullNormal::from(&q)), &expected, 1e-13);
        assert_close(&full.kl(&q), &expected, 1e-13);
    }
}

/// One factor for a whole batch of means; the triangle that is not read may hold anything.
#[test]
fn a_factor_is_shared_and_lower() {
    let means = array![[0.5, -1.0], [2.0, 0.0], [0.0, 0.0]];
    let factor = array![[1.5, f64::NAN], [-0.4, 0.2]];
    let p = FullNormal::<f64>::new(means.clone().into(), factor.into());
    assert_eq!(p.factor().to_vec(), [1.5, 0.0, -0.4, 0.2]);
    assert_eq!((p.entropy().shape(), p.variance().shape()), (&[3][..], &[3, 2][..]));
    let same = FullNormal::from_covariance(means.into(), &p.covariance());
    assert_close(same.factor(), p.factor(), 1e-14);
    let x = Tensor::from(array![[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]]);
    assert_close(&same.log_prob(&x), &p.log_prob(&x), 1e-12);
    assert_close(&p.kl(&same), &Tensor::zeros([3]), 1e-14);
    // L⁻¹ undoes what makes a sample of noise.
    let noise = (p.rsample(&x) - p.mean()).insert_axis(2);
    let noise = p.factor().solve_triangular(&noise, Triangle::Lower);
    assert_close(&noise.reshape([3, 2]), &x, 1e-14);
}
