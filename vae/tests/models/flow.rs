//! The posterior of the VAE with flows.

use autograd::Tensor;
use autograd::functional::jacobian;
use nn::{Layer, Linear};
use vae::{
    DiagonalNormal, EvidenceBound, FlowPosterior, FlowVae, LatentModel, Likelihood, Vae,
    standard_normal,
};

use crate::support::{
    amplified, assert_close, layers, log_integral, log_standard_normal, parameters, plane, rng,
    set_parameters,
};

fn model(flows: usize) -> FlowVae<f64> {
    amplified(FlowVae::new(layers(4), flows, Likelihood::Bernoulli, &mut rng(1)))
}

fn picture() -> Tensor<f64> {
    standard_normal::<f64>(&mut rng(2), [1, 4]).sigmoid()
}

/// With z = g(ε), log q(z) = log N(ε | 0, I) − log |det ∂g/∂ε|: the whole way, from noise to code, by the Jacobian of the
/// sample.
#[test]
fn a_flow_transports_the_density() {
    for flows in [0, 1, 4] {
        let posterior: FlowPosterior<f64> = model(flows).encode(&picture());
        assert_eq!(posterior.flows.len(), flows);
        for seed in 0..5 {
            let noise = standard_normal::<f64>(&mut rng(10 + seed), [1, 2]);
            let (_, log_prob) = posterior.rsample(&noise);
            let j = jacobian(|noise| posterior.rsample(noise).0, &noise).to_vec();
            let det = j[0] * j[3] - j[1] * j[2];
            let expected = log_standard_normal(&noise) - det.ln();
            assert_close(&log_prob, &expected, 1e-12, "log q(z|x)");
        }
    }
}

/// It is that of the samples where there is one, and it integrates to 1.
#[test]
fn the_density_is_known_everywhere() {
    let x = standard_normal::<f64>(&mut rng(4), [2, 4]);
    for flows in [0, 1, 3] {
        let posterior = model(flows).encode(&x);
        let noise = standard_normal::<f64>(&mut rng(5), [20, 2, 2]);
        let (z, log_prob) = posterior.rsample(&noise);
        assert_close(&posterior.log_prob(&z), &log_prob, 1e-9, "log q(z|x)");
        let (points, area) = plane(20.0, 0.1);
        let density = model(flows).encode(&x.narrow(0, 0..1)).log_prob(&points.insert_axis(1));
        assert!(!density.is_tracked());
        let integral = log_integral(&density, area);
        assert!(integral.abs() < 1e-7, "{flows} flows: {integral:e}");
    }
}

/// The flows differ from image to image: that is what bends a posterior of its own.
#[test]
fn flows_are_amortized() {
    let vae = model(2);
    let x = standard_normal::<f64>(&mut rng(3), [2, 4]);
    for flow in vae.encode(&x).flows {
        for parameter in [flow.u, flow.w, flow.b.reshape([2, 1])] {
            let [one, other] = [0, 1].map(|i| parameter.narrow(0, i..i + 1).to_vec());
            assert!(one.iter().zip(other).all(|(one, other)| (one - other).abs() > 1e-3));
        }
    }
}

/// Without flows it is a VAE; only its rate is estimated.
#[test]
fn no_flows_are_a_normal_posterior() {
    let flow = model(0);
    let mut vae = Vae::<f64>::new(layers(4), Likelihood::Bernoulli, &mut rng(4));
    set_parameters(&mut vae, &parameters(&flow));
    let (x, noise) = (picture(), standard_normal::<f64>(&mut rng(5), [3, 1, 2]));
    assert_close(&flow.log_weights(&x, &noise), &vae.log_weights(&x, &noise), 1e-14, "log w");
    let noise = noise.narrow(0, 0..1).reshape([1, 2]);
    let distortion = vae.elbo(&x, &noise).distortion;
    assert_close(&flow.elbo(&x, &noise).distortion, &distortion, 1e-14, "distortion");
    let normal: DiagonalNormal<f64> = flow.encode(&x).base;
    assert_eq!(normal.mean().to_vec(), vae.encode(&x).mean().to_vec());
}

/// The columns of the head are μ, log σ², and w, u, b of each flow.
#[test]
fn the_head_is_cut_into_parameters() {
    let encoder = Linear::<f64>::new(4, 4 + 2 * 5, &mut rng(6));
    let decoder = Linear::new(2, 4, &mut rng(7));
    let x = picture();
    let head = encoder.forward(&x).to_vec();
    let posterior = FlowVae::of(encoder, decoder, Likelihood::Bernoulli, 2, 2).encode(&x);
    assert_eq!(posterior.base.mean().to_vec(), head[0..2]);
    assert_eq!(posterior.base.log_var().to_vec(), head[2..4]);
    for (flow, head) in posterior.flows.iter().zip(head[4..].chunks(5)) {
        assert_eq!(flow.w.to_vec(), head[0..2]);
        assert_eq!(flow.u.to_vec(), head[2..4]);
        assert_eq!(flow.b.to_vec(), head[4..5]);
    }
}

/// Sample by sample, rate = log q(z|x) − log p(z) with the density by the Jacobian; and the mean is no less than 0.
#[test]
fn the_flow_rate_is_a_divergence() {
    let (vae, x) = (model(3), picture());
    let posterior = vae.encode(&x);
    for seed in 0..5 {
        let noise = standard_normal::<f64>(&mut rng(20 + seed), [1, 2]);
        let (z, j) = {
            let sample = |noise: &Tensor<f64>| posterior.rsample(noise).0;
            (sample(&noise), jacobian(sample, &noise).to_vec())
        };
        let log_q = log_standard_normal(&noise) - (j[0] * j[3] - j[1] * j[2]).ln();
        let rate = vae.elbo(&x, &noise).rate;
        assert_close(&rate, &(log_q - log_standard_normal(&z)), 1e-12, "rate");
    }
    let (points, area) = plane(10.0, 0.1);
    let rate = vae.elbo(&x.broadcast_to([points.shape()[0], 4]), &points).rate;
    let mean = ((rate * log_standard_normal(&points).exp()).sum() * area).item();
    assert!(mean > 0.01, "{mean}");
}
