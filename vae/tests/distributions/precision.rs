//! Single precision is double precision, rounded.

use autograd::{Float, Tensor};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use vae::{
    Bernoulli, Categorical, ContinuousBernoulli, DiagonalNormal, Distribution, FullNormal,
    KullbackLeibler, standard_normal, uniform,
};

fn cast<T: Float>(x: &Tensor<f64>) -> Tensor<T> {
    x.value().mapv(T::from_f64).into()
}

/// All quantities of two distributions of a family, at a value.
fn quantities<T: Float, P: Distribution<T> + KullbackLeibler<T>>(
    [p, q]: [P; 2],
    x: &Tensor<T>,
) -> Vec<Tensor<T>> {
    vec![p.log_prob(x), p.entropy(), p.mean(), p.variance(), p.kl(&q)]
}

/// Compares what is computed in `f32` with what is computed in `f64` from the same numbers.
fn compare(what: &str, single: Vec<Tensor<f32>>, double: Vec<Tensor<f64>>) {
    for (i, (single, double)) in single.iter().zip(&double).enumerate() {
        assert_eq!(single.shape(), double.shape());
        for (s, d) in single.to_vec().into_iter().zip(double.to_vec()) {
            let difference = (f64::from(s) - d).abs();
            assert!(difference <= 1e-5 * d.abs().max(1.0), "{what}, quantity {i}: {s} for {d}");
        }
    }
}

/// Logits of all sizes, as numbers that both precisions hold.
fn logits() -> Tensor<f64> {
    let l = [0.0, 1e-30, 1e-6, 1e-3, 0.3, 0.5, 0.999, 1.0, 1.001, 1.5, 3.0, 9.0, 30.0, 800.0];
    let both = l.iter().chain(&l).enumerate().map(|(i, l)| if i % 2 == 0 { *l } else { -l });
    let l: Vec<_> = both.map(|l| f64::from(l as f32)).collect();
    super::column(&l)
}

fn on_logits<T: Float>() -> [Vec<Tensor<T>>; 2] {
    let l = cast::<T>(&logits());
    let (other, x) = (&l * 0.5 + 0.25, uniform(&mut ChaCha8Rng::seed_from_u64(60), l.shape()));
    let bits = [l.clone(), other.clone()].map(|logits| Bernoulli { logits });
    let gray = [l, other].map(|logits| ContinuousBernoulli { logits });
    let sample = gray[0].rsample(&x);
    let mut of_gray = quantities(gray, &x);
    of_gray.push(sample);
    [quantities(bits, &x), of_gray]
}

fn on_vectors<T: Float>() -> [Vec<Tensor<T>>; 3] {
    let mut rng = ChaCha8Rng::seed_from_u64(61);
    let mut draw = |shape: &[usize]| {
        let x = standard_normal::<f64>(&mut rng, shape);
        cast::<T>(&x.value().mapv(|x| f64::from(x as f32)).into())
    };
    let x = draw(&[20, 3]);
    let classes = [(); 2].map(|()| Categorical { logits: draw(&[20, 3]) });
    let normals = [(); 2].map(|()| DiagonalNormal::new(draw(&[20, 3]), draw(&[20, 3])));
    let full = [(); 2].map(|()| {
        let factor = draw(&[20, 3, 3]) * 0.3;
        FullNormal::new(draw(&[20, 3]), factor + Tensor::full([3], 1.5).diagonal_matrix())
    });
    [quantities(classes, &x.softmax(1)), quantities(normals, &x), quantities(full, &x)]
}

#[test]
fn single_precision_is_double_precision_rounded() {
    let (single, double) = (on_logits(), on_logits());
    for (what, (single, double)) in ["bits", "gray"].into_iter().zip(single.into_iter().zip(double))
    {
        compare(what, single, double);
    }
    let (single, double) = (on_vectors(), on_vectors());
    for (what, (single, double)) in
        ["classes", "diagonal", "full"].into_iter().zip(single.into_iter().zip(double))
    {
        compare(what, single, double);
    }
}
