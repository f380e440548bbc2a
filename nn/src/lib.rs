//! Layers, losses, initializers, optimizers and checkpoints, on the tensors of [`autograd`].
//!
//! A [`Module`] is a list of named tensors, and nothing more: what it computes is its own business, what trains or
//! stores it sees the names and the tensors. A [`Layer`] is a module that maps one tensor to one tensor. Parameters are
//! leaves, [`Tensor::backward`](autograd::Tensor::backward) returns their gradients, and an [`Optimizer`] brings the two
//! together. There is no hidden state: no global mode, no gradient stored in a parameter, no generator of random numbers
//! but the one handed in.
//!
//! | file | what it holds |
//! |---|---|
//! | `module.rs` | [`Module`], [`Layer`], and the [`State`] they list: parameters and buffers |
//! | `conv.rs` | the layers [`Conv2d`], [`ConvTranspose2d`], of images with the channels last |
//! | `linear.rs`, `activation.rs`, `sequential.rs` | the layers [`Linear`], [`Activation`], [`Sequential`] |
//! | `norm/`, `dropout.rs`, `flatten.rs` | the layers [`LayerNorm`] and [`BatchNorm`], [`Dropout`], [`Flatten`] |
//! | `initialize.rs` | [`initialize`]: how wide to draw a weight, and why |
//! | `loss.rs` | [`loss`]: binary cross-entropy on logits, squared error, cross-entropy |
//! | `optim/` | [`Sgd`], [`Adagrad`], [`RmsProp`], [`Adam`], [`AdamW`] |
//! | `schedule.rs` | [`schedule`]: the learning rate as a function of the step |
//! | `clip.rs` | [`clip_norm`], [`clip_value`] |
//! | `checkpoint.rs` | [`checkpoint`]: a model in a `safetensors` file |
//!
//! # A training loop
//! The exclusive or of two bits, which no single linear layer computes:
//! ```
//! use autograd::Tensor;
//! use ndarray::array;
//! use nn::loss::bce_with_logits;
//! use nn::{Activation, Adam, Layer, Linear, Optimizer, Sequential};
//! use rand::SeedableRng;
//!
//! let x: Tensor = array![[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]].into();
//! let target: Tensor = array![[0.0], [1.0], [1.0], [0.0]].into();
//!
//! let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(0);
//! let mut model = Sequential::new()
//!     .then(Linear::new(2, 8, &mut rng))
//!     .then(Activation::Tanh)
//!     .then(Linear::new(8, 1, &mut rng));
//! let mut adam = Adam::new(0.05);
//!
//! for _ in 0..200 {
//!     let loss = bce_with_logits(&model.forward(&x), &target).mean();
//!     let gradients = loss.backward();
//!     adam.step(&mut model, &gradients);
//! }
//!
//! let probability = model.forward(&x).sigmoid();
//! let bits: Vec<_> = probability.to_vec().into_iter().map(f32::round).collect();
//! assert_eq!(bits, [0.0, 1.0, 1.0, 0.0]);
//! ```
//!
//! # Conventions
//! - Batch first: x is [batch, in].
//! - Weights are [in, out] and y = x W + b. PyTorch stores [out, in]: transpose a weight that comes from there or goes
//!   there. Names are PyTorch's, `encoder.hidden.weight`.
//! - Losses are in nats. A loss on elements is not reduced; an evidence lower bound sums over dimensions and averages
//!   over the batch.
//! - Training and evaluation are two calls, [`forward_train`](Layer::forward_train) and [`forward`](Layer::forward);
//!   they differ for [`BatchNorm`], [`Dropout`], and what contains them.
//! - To keep gradients from a model, pass a [frozen](Module::frozen) copy of it.
//! - `f32` unless said otherwise; all of it runs in `f64` too, where derivatives are checked.
#![forbid(unsafe_code)]

mod activation;
pub mod checkpoint;
mod clip;
mod conv;
mod dropout;
mod flatten;
pub mod initialize;
mod linear;
pub mod loss;
mod module;
mod norm;
mod optim;
pub mod schedule;
mod sequential;

pub use activation::Activation;
pub use clip::{clip_norm, clip_value};
pub use conv::{Conv2d, ConvTranspose2d};
pub use dropout::Dropout;
pub use flatten::Flatten;
pub use linear::Linear;
pub use module::{Layer, Module, Named, State};
pub use norm::{BatchNorm, LayerNorm};
pub use optim::{Adagrad, Adam, AdamW, Optimizer, RmsProp, Sgd};
pub use sequential::Sequential;
