//! Convolutions as products of matrices.
//!
//! An image is [height, width, channels], a kernel [kernel height, kernel width, channels, outputs]. At each place where
//! the kernel is put it covers a *patch* of the image, kernel height · kernel width · channels numbers. The patches of all
//! places, one a row, make a matrix; the kernel, its first three axes joined, is another; and the three convolutions are
//! their three products:
//!
//! ```text
//!                     patch →               outputs →              outputs →
//!                  ┌───────────┐          ┌──────────┐           ┌──────────┐
//!   place ↓   P =  │           │     W =  │          │      Z =  │          │
//!                  └───────────┘          └──────────┘           └──────────┘
//!
//!   convolve     Z = P W
//!   transposed   P = Z Wᵀ       scattered to the image: where patches overlap, they add up
//!   weight       W = Pᵀ Z
//! ```
//!
//! P is several times the image, and it need not exist. Channels are the last axis, so that a line of a patch is a
//! contiguous run of the image, once zeros are around it; and the product of matrices takes a left operand that lies
//! where tables say: row `place` starts at the corner of its patch, and each line of the kernel is a run. Nor is anything
//! scattered, if there are channels enough to fill vectors: the points of an image that the same numbers of the kernel
//! reach are an ordinary convolution of Z (`phase.rs`). With few channels the patches do exist, a few lines of places at
//! a time.
//!
//! A thread takes a few images at a time, pads them and multiplies: all that it touches stays in its second level cache.
//! With two threads and AVX-512 that made a step of the convolutional VAE a fifth faster than products of whole batches.
//!
//! No number of the results depends on the threads: products do not, and how images are put together, and so the order in
//! which their shares of W are summed, depends on the shape alone.
//!
//! Source: Chellapilla, Puri and Simard, "High performance convolutional neural networks for document processing", 2006;
//! V. Dumoulin and F. Visin, "A guide to convolution arithmetic for deep learning", 2016.

mod geometry;
mod padded;
mod phase;
mod products;
#[cfg(test)]
mod tests;

pub(crate) use geometry::Geometry;
pub use geometry::Window;
pub(crate) use products::{convolve, transposed, weight};
