//! The diagonal normal, and its divergence from N(0, I).

use approx::assert_relative_eq;
use autograd::Tensor;
use ndarray::{Array1, array};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use vae::{DiagonalNormal, Distribution, KullbackLeibler, standard_normal};

use super::assert_close;
use super::quadrature::line;

pub fn normal(mean: f64, log_var: f64) -> DiagonalNormal<f64> {
    DiagonalNormal::new(Tensor::from(array![mean]), Tensor::from(array![log_var]))
}

pub const CASES: [(f64, f64); 4] = [(0.0, 0.0), (0.3, -0.45), (-1.2, 1.1), (2.0, -2.0)];

#[test]
fn densities_integrate_to_one() {
    for (mean, log_var) in CASES {
        let p = normal(mean, log_var);
        assert_relative_eq!(line(|x| p.log_prob(x).exp()), 1.0, max_relative = 1e-13);
    }
}

#[test]
fn log_prob_is_the_textbook_formula() {
    let p = DiagonalNormal::new(
        Tensor::<f64>::from(array![[0.5, -1.0]]),
        Tensor::from(array![[0.2, -0.7]]),
    );
    let x = Tensor::from(array![[1.0, 2.0]]);
    let term = |x: f64, m: f64, v: f64| {
        -0.5 * (2.0 * std::f64::consts::PI * v).ln() - (x - m) * (x - m) / (2.0 * v)
    };
    let expected = term(1.0, 0.5, 0.2f64.exp()) + term(2.0, -1.0, (-0.7f64).exp());
    assert_relative_eq!(p.log_prob(&x).item(), expected, max_relative = 1e-14);
}

#[test]
fn entropy_is_minus_the_expected_log_density() {
    for (mean, log_var) in CASES {
        let p = normal(mean, log_var);
        let expected = line(|x| -(p.log_prob(x).exp() * p.log_prob(x)));
        assert_relative_eq!(p.entropy().item(), expected, epsilon = 1e-12);
    }
}

/// The fused divergence is the general one, in total and by dimension.
#[test]
fn kl_to_standard_is_kl_to_n_0_i() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut draw = || standard_normal::<f64>(&mut rng, [50, 7]);
    let p = DiagonalNormal::new(draw(), draw());
    let (fused, general) = (p.kl_to_standard(), p.kl(&DiagonalNormal::standard([50, 7])));
    assert_close(&fused, &general, 1e-14);
    let rates = p.kl_to_standard_by_dimension();
    assert_eq!((rates.shape(), fused.shape()), (&[50, 7][..], &[50][..]));
    assert_close(&rates.sum_axes([1]), &general, 1e-14);
    for dimension in 0..7 {
        let part = |x: &Tensor<f64>| x.narrow(1, dimension..dimension + 1);
        let one = DiagonalNormal::new(part(p.mean()), part(p.log_var()));
        assert_close(
            &part(&rates),
            &one.kl(&DiagonalNormal::standard([1])).reshape([50, 1]),
            1e-14,
        );
    }
}

/// μ̄ = z̄ μ, v̄ = ½ z̄ (e^v − 1), for a cotangent of each dimension of its own; where z̄ is 0, so are they.
#[test]
fn gaussian_kl_rule() {
    let (mean, v) = (array![[0.5, -2.0, f64::INFINITY]], array![[-1.0, 1e-9, f64::INFINITY]]);
    let dz = array![[2.0, -3.0, 0.0]];
    let (mean, v) = (Tensor::leaf(mean), Tensor::leaf(v));
    let rates = DiagonalNormal::new(mean.clone(), v.clone()).kl_to_standard_by_dimension();
    let picked = Tensor::select(&Tensor::from(dz.clone()), &rates, &Tensor::from(0.0));
    let gradients = (picked * Tensor::from(dz)).sum().backward();
    assert_close(&gradients[&mean], &array![[1.0, 6.0, 0.0]].into(), 1e-15);
    let slopes = [-1.0_f64, 1e-9].map(f64::exp_m1);
    let expected = array![[slopes[0], -1.5 * slopes[1], 0.0]];
    for (found, expected) in gradients[&v].to_vec().into_iter().zip(expected) {
        assert_relative_eq!(found, expected, max_relative = 1e-14);
    }
}

#[test]
fn kl_to_standard_is_zero_at_n_0_i_and_positive_elsewhere() {
    let log_vars = Array1::from_iter((-400..=400).map(|i| f64::from(i) * 1e-3));
    let column = log_vars.clone().into_shape_with_order((801, 1)).unwrap();
    let p = DiagonalNormal::new(Tensor::zeros([801, 1]), Tensor::from(column.clone()));
    for (log_var, kl) in log_vars.iter().zip(p.kl_to_standard().to_vec()) {
        assert_eq!(kl == 0.0, *log_var == 0.0, "log_var {log_var}: {kl}");
        assert!(kl >= 0.0, "log_var {log_var}: {kl}");
    }
    // In f32 rounding is coarser than the divergence near zero: it must still not be negative.
    let scales = [1e-3, 1e-5, 1e-7, 1e-9];
    for scale in scales {
        let log_var = Tensor::<f32>::from(column.mapv(|v| v as f32 * scale));
        let p = DiagonalNormal::new(Tensor::zeros([801, 1]), log_var);
        assert!(p.kl_to_standard().to_vec().iter().all(|&kl| kl >= 0.0), "{scale}");
        let q = DiagonalNormal::standard([801, 1]);
        assert!(p.kl(&q).to_vec().iter().all(|&kl| kl >= 0.0), "{scale}");
    }
    assert!(normal(f64::NAN, 0.0).kl_to_standard().item().is_nan());
    assert!(normal(0.0, f64::NAN).kl_to_standard().item().is_nan());
}
