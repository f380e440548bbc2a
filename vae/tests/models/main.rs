//! The models: each is what its equations say, and all are evaluated, differentiated, trained and stored alike.

mod autoencoder;
mod conditional;
mod dense;
mod every_model;
mod flow;
mod linear;
mod local;
mod names;
mod planar;
mod quadrature;
mod shapes;
mod support;
mod training;
mod vamp;
