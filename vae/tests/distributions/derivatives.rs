//! Every quantity of every distribution, differentiated twice with respect to everything it depends on.

use autograd::{GradientCheck, Tensor, check_grads};
use ndarray::array;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use vae::{
    Bernoulli, Categorical, ContinuousBernoulli, DiagonalNormal, Distribution, FullNormal,
    KullbackLeibler, Likelihood, standard_normal,
};

use super::column;

type Inputs<'a> = &'a [Tensor<f64>];

/// n standard normal tensors of one shape.
fn draw<const N: usize>(seed: u64, shape: &[usize]) -> [Tensor<f64>; N] {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    [(); N].map(|()| standard_normal(&mut rng, shape))
}

#[test]
fn of_the_diagonal_normal() {
    let inputs = draw::<4>(40, &[3, 2]);
    let p = |x: Inputs| DiagonalNormal::new(x[0].clone(), x[1].clone());
    let q = |x: Inputs| DiagonalNormal::new(x[2].clone(), x[3].clone());
    check_grads(|x| p(x).rsample(&x[2]), &inputs[..3], 2).unwrap();
    check_grads(|x| p(x).log_prob(&x[2]), &inputs[..3], 2).unwrap();
    check_grads(|x| p(x).kl(&q(x)), &inputs, 2).unwrap();
    check_grads(|x| p(x).kl_to_standard(), &inputs[..2], 2).unwrap();
    check_grads(|x| p(x).kl_to_standard_by_dimension(), &inputs[..2], 2).unwrap();
    // These do not depend on the mean.
    let centered = |x: Inputs| DiagonalNormal::new(inputs[0].clone(), x[0].clone());
    check_grads(|x| centered(x).entropy(), &inputs[1..2], 2).unwrap();
    check_grads(|x| centered(x).variance(), &inputs[1..2], 2).unwrap();
    // An isotropic normal: the scalar log σ² collects the gradient of all dimensions.
    let scalar = [inputs[0].clone(), Tensor::from(-0.4), inputs[2].clone()];
    check_grads(|x| p(x).log_prob(&x[2]), &scalar, 2).unwrap();
    check_grads(|x| p(x).kl_to_standard(), &scalar[..2], 2).unwrap();
    // At equality, where the divergence is 0.
    let equal = [&inputs[..2], &inputs[..2]].concat();
    check_grads(|x| p(x).kl(&q(x)), &equal, 2).unwrap();
}

/// By the factor and by the covariance.
#[test]
fn of_the_full_normal() {
    let [mean, other_mean, x] = draw(41, &[3, 2]);
    let covariances = draw::<2>(42, &[3, 2, 2]).map(|x| {
        let eye = Tensor::ones([2]).diagonal_matrix();
        x.matmul(&x.t()) + eye
    });
    let [covariance, other] = covariances;
    let p = |mean: &Tensor<f64>, x: &Tensor<f64>| FullNormal::from_covariance(mean.clone(), x);
    let inputs = [mean.clone(), covariance.clone(), other_mean, other];
    check_grads(|x| p(&x[0], &x[1]).kl(&p(&x[2], &x[3])), &inputs, 2).unwrap();
    let inputs = [mean.clone(), covariance.clone(), x];
    check_grads(|x| p(&x[0], &x[1]).log_prob(&x[2]), &inputs, 2).unwrap();
    check_grads(|x| p(&x[0], &x[1]).rsample(&x[2]), &inputs, 2).unwrap();
    check_grads(|x| p(&mean, &x[0]).entropy(), &inputs[1..2], 2).unwrap();
    check_grads(|x| p(&mean, &x[0]).variance(), &inputs[1..2], 2).unwrap();

    let diagonal = DiagonalNormal::new(mean.clone(), Tensor::from(array![0.3, -0.5]));
    check_grads(|x| diagonal.kl(&p(&x[0], &x[1])), &inputs[..2], 2).unwrap();
    check_grads(|x| p(&x[0], &x[1]).kl(&diagonal), &inputs[..2], 2).unwrap();
    // One factor for the batch: its cotangents are summed.
    let inputs = [mean, array![[1.2, 0.0], [-0.4, 0.3]].into()];
    let shared = |x: Inputs| FullNormal::new(x[0].clone(), x[1].clone());
    check_grads(|x| shared(x).log_prob(&inputs[0].flip([1])), &inputs, 2).unwrap();
    check_grads(|x| shared(x).kl(&diagonal), &inputs, 2).unwrap();
}

#[test]
fn of_bits_and_classes() {
    let [l, other, x] = draw(43, &[3, 4]);
    let inputs = [l.clone(), other, x.sigmoid()];
    let bits = |l: &Tensor<f64>| Bernoulli { logits: l.clone() };
    check_grads(|x| bits(&x[0]).log_prob(&x[1]), &[l.clone(), x.sigmoid()], 2).unwrap();
    check_grads(|x| bits(&x[0]).kl(&bits(&x[1])), &inputs[..2], 2).unwrap();
    let classes = |l: &Tensor<f64>| Categorical { logits: l.clone() };
    check_grads(|x| classes(&x[0]).log_prob(&x[1]), &[l.clone(), x.softmax(1)], 2).unwrap();
    check_grads(|x| classes(&x[0]).kl(&classes(&x[1])), &inputs[..2], 2).unwrap();
    for quantity in [Tensor::clone, Tensor::square] {
        let l = [quantity(&l)];
        check_grads(|x| bits(&x[0]).entropy(), &l, 2).unwrap();
        check_grads(|x| bits(&x[0]).mean(), &l, 2).unwrap();
        check_grads(|x| bits(&x[0]).variance(), &l, 2).unwrap();
        check_grads(|x| classes(&x[0]).entropy(), &l, 2).unwrap();
        check_grads(|x| classes(&x[0]).mean(), &l, 2).unwrap();
        check_grads(|x| classes(&x[0]).variance(), &l, 2).unwrap();
    }
}

/// At l = 0, near it, at the joint of the two formulas, and far away.
#[test]
fn of_gray_pixels() {
    let logits = column(&[0.0, 1e-12, -1e-6, 0.3, -1.0, 1.0, 1.0 + 1e-6, -2.0, 7.0, -30.0]);
    let x = column(&[0.5, 0.0, 1.0, 0.2, 0.7, 0.1, 0.9, 0.4, 0.99, 0.03]);
    let other = column(&[0.0, 0.2, 1.3, -0.4, 0.0, -2.0, 5.0, -2.0, 0.5, 1.0]);
    let gray = |l: &Tensor<f64>| ContinuousBernoulli { logits: l.clone() };
    let one = std::slice::from_ref(&logits);
    check_grads(|x| gray(&x[0]).entropy(), one, 2).unwrap();
    check_grads(|x| gray(&x[0]).mean(), one, 2).unwrap();
    check_grads(|x| gray(&x[0]).variance(), one, 2).unwrap();
    check_grads(|x| gray(&x[0]).log_prob(&x[1]), &[logits.clone(), x.clone()], 2).unwrap();
    check_grads(|x| gray(&x[0]).kl(&gray(&x[1])), &[logits.clone(), other], 2).unwrap();
    let noise = x * 0.9 + 0.05;
    check_grads(|x| gray(&x[0]).rsample(&x[1]), &[logits, noise], 2).unwrap();
}

#[test]
fn of_the_likelihoods() {
    let [output, x] = draw(44, &[3, 2]);
    let inputs = [output, x.sigmoid()];
    let learned = Likelihood::LearnedGaussian { log_var: Tensor::from(array![0.2, -0.7]) };
    let likelihoods = [
        Likelihood::Bernoulli,
        Likelihood::ContinuousBernoulli,
        Likelihood::Gaussian { variance: 0.3 },
        learned,
        Likelihood::OptimalGaussian,
    ];
    for likelihood in likelihoods {
        check_grads(|x| likelihood.log_prob(&x[0], &x[1]), &inputs, 2).unwrap();
        check_grads(|x| likelihood.mean(&x[0]), &inputs[..1], 2).unwrap();
    }
    let learned = |x: Inputs| Likelihood::LearnedGaussian { log_var: x[2].clone() };
    let inputs = [&inputs[..], &[Tensor::from(-0.3)]].concat();
    check_grads(|x| learned(x).log_prob(&x[0], &x[1]), &inputs, 2).unwrap();
}

/// In single precision, around λ = ½.
#[test]
fn of_gray_pixels_in_single_precision() {
    let check = GradientCheck::<f32> { order: 1, ..Default::default() };
    let logits = Tensor::<f32>::from(array![[-2.0], [-1.02], [0.0], [1e-3], [0.97], [3.0]]);
    let gray = |l: &Tensor<f32>| ContinuousBernoulli { logits: l.clone() };
    let one = std::slice::from_ref(&logits);
    check.run(|x| gray(&x[0]).entropy(), one).unwrap();
    check.run(|x| gray(&x[0]).mean(), one).unwrap();
    check.run(|x| gray(&x[0]).variance(), one).unwrap();
    check.run(|x| gray(&x[0]).rsample(&(x[0].sigmoid() * 0.0 + 0.3)), one).unwrap();
}
