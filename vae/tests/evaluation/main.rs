//! Objectives, estimators and evaluation, against closed forms of the linear-Gaussian model and quadrature.

mod codes;
mod doubly_reparameterized;
mod elbo;
mod gradients;
mod importance;
mod log_likelihood;
mod moments;
mod objectives;
mod support;
mod tightening;
