//! Reverse-mode differentiation, written by hand and to be read.
//!
//! # The idea on one page
//!
//! Let z = f(x) be one step of a computation and L, a scalar, its end. Three values belong to x:
//!
//! | | written | is |
//! |---|---|---|
//! | primal | x | the value |
//! | tangent | ẋ | a direction in which x is moved: z moves by ż = J ẋ, with J = ∂f/∂x |
//! | cotangent | x̄ | ∂L/∂x, of the shape of x (`dx` in code) |
//!
//! Moving x by ẋ changes L by ⟨x̄, ẋ⟩. The change passes through z, so it is also ⟨z̄, ż⟩ = ⟨z̄, J ẋ⟩. For every ẋ,
//!
//! ```text
//!     ⟨x̄, ẋ⟩ = ⟨z̄, ż⟩ = ⟨Jᵀ z̄, ẋ⟩,   hence   x̄ = Jᵀ z̄.
//! ```
//!
//! That product is the op's *rule*, its vector-Jacobian product. Every rule in this crate is derived from this identity
//! in two lines above its code: write ż, move everything but ẋ to the other side of ⟨·,·⟩. [`check_grads`] evaluates
//! the same identity numerically.
//!
//! Reverse mode starts from L̄ = 1 and applies the rules from the last op to the first. Where a value was used several
//! times, its cotangents add up. One sweep costs about as much as a few forward evaluations and yields the gradient with
//! respect to everything.
//!
//! ```
//! use autograd::Tensor;
//! use ndarray::array;
//!
//! let w = Tensor::leaf(array![[1.0], [-2.0]]);
//! let x = Tensor::constant(array![[3.0, 1.0], [0.0, 1.0]]);
//! let loss = x.matmul(&w).square().mean(); // (1² + (−2)²) / 2
//! assert_eq!(loss.item(), 2.5);
//! assert_eq!(loss.backward()[&w].to_vec(), [3.0, -1.0]); // xᵀ (2 x w / 2)
//! ```
//!
//! Short examples, one idea each, are in `examples/`: Newton's method, a loss that contains a gradient, and the gradient
//! of an expectation by three routes.
//!
//! # What to know
//!
//! - **Every order.** Rules are written in tensor operations. [`Tensor::backward`] feeds them detached tensors and is
//!   first order; [`Tensor::grad`] feeds them tracked ones, and its results can be differentiated again.
//! - **Functions have derivatives too:** [`functional`] makes Jacobians, Hessians and products with them of sweeps.
//! - **Gradients are returned**, not stored: there is nothing to reset between steps.
//! - **Not differentiating is a value, not a mode:** [`Tensor::detach`] and [`Tensor::constant`].
//! - **Values are shared and copied on write.** Clones are cheap, nothing changes behind the graph's back.
//! - **Your own ops** are written like those of the crate, with [`Tensor::from_op`], and proved with [`check_grads`]:
//!   the [guide] does so, step by step.
//! - **A cotangent of 0 pulls back to 0**, whatever the slope: what [`Tensor::select`] leaves out cannot spoil a gradient.
//! - **Shape mistakes panic** at the line that made them, with both shapes.
//! - **A backward pass can be read:** [`graph::trace`] prints it step by step, [`graph::dot`] and [`graph::mermaid`] draw
//!   the graph.
//! - **The first NaN or infinity** panics where it is made, forward or backward, within [`detect_anomalies`].
//! - **The same input gives the same bits** on any number of threads.
//!
#![doc = include_str!("ops/README.md")]
#![deny(unsafe_code)]

mod anomaly;
pub mod check;
mod compare;
mod conv;
mod elementwise;
mod float;
pub mod functional;
#[allow(unsafe_code)]
pub mod gemm;
pub mod graph;
#[doc = include_str!("guide.md")]
pub mod guide {}
mod ops;
mod reverse;
mod shape;
#[allow(unsafe_code)]
pub mod simd;
mod storage;
mod tensor;
mod threads;

pub use anomaly::{AnomalyGuard, detect_anomalies};
pub use check::{GradientCheck, GradientError, GradientMismatch, check_grads};
pub use conv::Window;
pub use elementwise::{elementwise, elementwise_sum};
pub use float::Float;
pub use ops::Triangle;
pub use reverse::{Cotangent, Gradients};
pub use tensor::{Tensor, Value};
