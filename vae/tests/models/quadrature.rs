//! Bounds and evidences as integrals over noise and over codes.

use autograd::Tensor;

use crate::support::{assert_close, cases, log_integral, log_standard_normal, pictures, plane};

/// E_q[w] = ∫ N(ε | 0, I) w(z(ε)) dε must be p(x) = ∫ p(x|z) p(z) dz, whatever the prior and the proposal. The right side
/// is computed from decoded pictures and the formulas of the densities; the proposal has no part in it.
#[test]
fn the_mean_weight_is_the_evidence() {
    let x = pictures()[0].narrow(0, 0..1);
    let (points, area) = plane(14.0, 0.1);
    for case in cases(1) {
        let model = (case.model)(&[0]);
        let log_weights = model.log_weights(&x, &points.insert_axis(1));
        let density = log_standard_normal(&points);
        let by_proposal = log_integral(&(density + log_weights.reshape([points.shape()[0]])), area);
        let log_joint = (case.log_likelihood)(&points) + (case.log_prior)(&points);
        let evidence = log_integral(&log_joint, area);
        let error = (by_proposal - evidence).abs();
        assert!(error < 1e-11, "{}: {by_proposal} but log p(x) is {evidence}", case.name);
    }
}

/// Checks that E_q log w of this case is −E[rate + distortion], and not above log p(x); that the conditional model is the
/// one of its condition is part of the case.
fn check_bound(name: &str) {
    let x = pictures()[0].narrow(0, 0..1);
    let (points, area) = plane(10.0, 0.25);
    let n = points.shape()[0];
    let density = log_standard_normal(&points).exp() * area;
    let case = cases(2).into_iter().find(|case| case.name == name).unwrap();
    let rows = vec![0; n];
    let elbo = (case.model)(&rows).elbo(&x.broadcast_to([n, 4]), &points);
    let bound = -((elbo.rate + elbo.distortion) * &density).sum();
    let log_weights = (case.model)(&[0]).log_weights(&x, &points.insert_axis(1)).reshape([n]);
    assert_close(&bound, &(&log_weights * &density).sum(), 1e-11, name);

    let evidence =
        log_integral(&((case.log_likelihood)(&points) + (case.log_prior)(&points)), area);
    let gap = evidence - bound.item();
    assert!(gap > 1e-6, "{name}: a gap of {gap}");

    // The gap is the divergence from the posterior: with w = p(x) p(z|x)/q(z|x), it is E_q[log p(x) − log w].
    let divergence = ((Tensor::from(evidence) - &log_weights) * &density).sum().item();
    assert!((gap - divergence).abs() < 1e-11, "{name}: {gap} is not {divergence}");
}

#[test]
fn the_bound_is_the_mean_log_weight() {
    check_bound("dense");
    check_bound("linear");
}

/// log p(x|y) by quadrature over the prior, and the bound by quadrature over q(z|x, y).
#[test]
fn the_conditional_bound() {
    check_bound("conditional");
}

#[test]
fn the_vamp_rate_is_a_divergence() {
    check_bound("vamp");
}

#[test]
fn the_flow_rate_is_a_divergence() {
    check_bound("flow");
}
