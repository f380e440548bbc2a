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
//!   convolve     Z = P W        P gathered from the image
//!   transposed   P = Z Wᵀ       P scattered to the image: where patches overlap, they add up
//!   weight       W = Pᵀ Z       P gathered from the image
//! ```
//!
//! P is several times the image, so it never exists as a whole. A few lines of places are gathered at a time, into a
//! block that stays in the second level cache while the product reads it: gathering takes the place of the product's own
//! packing. Channels are the last axis, for then a line of a patch is a contiguous run of the image, and the outputs of a
//! place are a row of Z.
//!
//! Images are divided among threads by shape alone, and sums over them are of a fixed number of parts, in order: the
//! bits do not depend on the threads.
//!
//! Source: Chellapilla, Puri and Simard, "High performance convolutional neural networks for document processing", 2006;
//! V. Dumoulin and F. Visin, "A guide to convolution arithmetic for deep learning", 2016.

mod geometry;
mod products;
#[cfg(test)]
mod tests;

pub(crate) use geometry::Geometry;
pub use geometry::Window;
pub(crate) use products::{convolve, transposed, weight};
