//! The derivation, line by line, for the posterior and for wrong q.

use autograd::Tensor;
use vae::{Distribution, FullNormal, KullbackLeibler, LinearGaussian};

use super::support::{assert_equal, expectation, images, log_likelihood, model, proposals};

/// For each q: the model, the images and the q.
fn for_each_q(check: impl Fn(&LinearGaussian, &Tensor<f64>, &FullNormal<f64>)) {
    let (model, x) = (model(), images());
    for q in proposals(&model, &x) {
        check(&model, &x, &q);
    }
}

#[test]
fn the_evidence_is_an_integral() {
    let (model, x) = (model(), images());
    let integral = expectation(&model.prior(), |z| log_likelihood(&model, &x, z).exp());
    assert_equal(&integral.ln(), &model.log_evidence(&x), 1e-10);
}

#[test]
fn bayes_rule() {
    for_each_q(|model, x, q| {
        // At some codes of every image; the posterior of each has its own mean.
        let z = q.rsample(&Tensor::from(ndarray::array![[0.4, -1.3]]).broadcast_to([4, 2]));
        let posterior = model.posterior(x).log_prob(&z);
        let joint = log_likelihood(model, x, &z) + model.prior().log_prob(&z);
        assert_equal(&posterior, &(joint - model.log_evidence(x)), 1e-12);
    });
}

#[test]
fn the_divergence_of_two_densities() {
    for_each_q(|model, x, q| {
        for p in [model.prior(), model.posterior(x)] {
            let divergence = expectation(q, |z| q.log_prob(z) - p.log_prob(z));
            assert_equal(&q.kl(&p).broadcast_to([4]), &divergence, 1e-12);
        }
    });
}

#[test]
fn the_divergence_is_not_negative() {
    let (model, x) = (model(), images());
    let posterior = model.posterior(&x);
    assert_equal(&posterior.kl(&posterior), &Tensor::zeros([4]), 1e-14);
    for q in proposals(&model, &x).into_iter().skip(1) {
        let (gap, back) = (q.kl(&posterior), posterior.kl(&q));
        assert!(gap.min().item() > 1e-3 && back.min().item() > 1e-3, "{gap:?} {back:?}");
        assert!((gap - back).abs().max().item() > 1e-3, "it is not symmetric");
    }
}

#[test]
fn the_bound_by_the_joint_density() {
    for_each_q(|model, x, q| {
        let bound = expectation(q, |z| {
            log_likelihood(model, x, z) + model.prior().log_prob(z) - q.log_prob(z)
        });
        let elbo = model.elbo(x, q);
        assert_equal(&-(elbo.rate + elbo.distortion), &bound, 1e-12);
    });
}

#[test]
fn the_divergence_from_the_posterior() {
    for_each_q(|model, x, q| {
        let posterior = model.posterior(x);
        let expected = expectation(q, |z| q.log_prob(z) - posterior.log_prob(z));
        assert_equal(&model.gap(x, q), &expected, 1e-12);
    });
}

#[test]
fn bayes_rule_in_the_divergence() {
    for_each_q(|model, x, q| {
        let expected = expectation(q, |z| {
            q.log_prob(z) - log_likelihood(model, x, z) - model.prior().log_prob(z)
        });
        assert_equal(&model.gap(x, q), &(expected + model.log_evidence(x)), 1e-12);
    });
}

/// Every term in closed form: this one knows no sampling.
#[test]
fn the_evidence_minus_the_gap_is_the_bound() {
    for_each_q(|model, x, q| {
        let left = model.log_evidence(x) - model.gap(x, q);
        let right = model.expected_log_likelihood(x, q) - q.kl(&model.prior());
        assert_equal(&left, &right, 1e-13);
    });
}

/// Both sides as functions: the same gradients in the model and in q, to second order.
#[test]
fn the_derivatives_of_both_sides_agree() {
    let (truth, x) = (model(), images());
    for q in proposals(&truth, &x) {
        let leaves = [
            Tensor::leaf(truth.weight().clone()),
            Tensor::leaf(truth.mean().clone()),
            Tensor::leaf(truth.variance().clone()),
            Tensor::leaf(q.mean().clone()),
            Tensor::leaf(q.covariance()),
        ];
        let [weight, mean, variance, center, covariance] = leaves.clone();
        let model = LinearGaussian::new(weight, mean, variance);
        let q = FullNormal::from_covariance(center, &covariance);
        let elbo = model.elbo(&x, &q);
        let sides = [model.log_evidence(&x) - model.gap(&x, &q), -(elbo.rate + elbo.distortion)];
        let [left, right] = sides.map(|side| {
            let gradients = side.sum().grad(&leaves.each_ref());
            gradients.into_iter().map(Option::unwrap).collect::<Vec<_>>()
        });
        for (left, right) in left.iter().zip(&right) {
            assert_equal(left, right, 1e-11);
            let second = |x: &Tensor<f64>| x.square().sum().grad(&[&leaves[0]]).remove(0).unwrap();
            assert_equal(&second(left), &second(right), 1e-10);
        }
    }
}

/// The second moment of p(x|z)/p(x) under the prior: 1 plus the variance of plain Monte Carlo with one sample.
#[test]
fn what_the_prior_wastes() {
    let (model, x) = (model(), images());
    let evidence = model.log_evidence(&x);
    let moment =
        expectation(&model.prior(), |z| ((log_likelihood(&model, &x, z) - &evidence) * 2.0).exp());
    let halved =
        LinearGaussian::new(model.weight().clone(), model.mean().clone(), model.variance() * 0.5);
    let constant = -1.5 * (4.0 * std::f64::consts::PI * model.variance().item()).ln();
    let closed = halved.log_evidence(&x) + constant - evidence * 2.0;
    assert_equal(&moment.ln(), &closed, 1e-10);
    assert!(closed.min().item() > 0.0);
}
