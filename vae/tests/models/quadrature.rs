//! Bounds and evidences as integrals over noise and over codes.

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

/// Checks that E_q log w of these cases is −E[rate + distortion], and below log p(x) by quadrature over the prior.
fn check_bounds(names: &[&str]) {
    let x = pictures()[0].narrow(0, 0..1);
    let (points, area) = plane(10.0, 0.25);
    let n = points.shape()[0];
    let density = log_standard_normal(&points).exp() * area;
    for case in cases(2).iter().filter(|case| names.contains(&case.name)) {
        let elbo = (case.model)(&vec![0; n]).elbo(&x.broadcast_to([n, 4]), &points);
        let bound = -((elbo.rate + elbo.distortion) * &density).sum();
        let log_weights = (case.model)(&[0]).log_weights(&x, &points.insert_axis(1));
        let mean = (log_weights.reshape([n]) * &density).sum();
        assert_close(&bound, &mean, 1e-11, case.name);

        let log_joint = (case.log_likelihood)(&points) + (case.log_prior)(&points);
        let gap = log_integral(&log_joint, area) - bound.item();
        assert!(gap > 1e-4, "{}: a gap of {gap}", case.name);
    }
}

#[test]
fn the_bound_is_the_mean_log_weight() {
    check_bounds(&["dense", "linear", "vamp", "flow"]);
}

/// log p(x|y) and E_q[log p(x|z, y)] − KL(q(z|x, y) ‖ p(z)).
#[test]
fn the_conditional_bound() {
    check_bounds(&["conditional"]);
}
