//! Data: from bytes on disk to batches a model can be trained on.
//!
//! ```text
//! files             IDX, PNG or .npy, from a path; MNIST is embedded
//!    │ idx, png, npy
//! arrays of u8      images [n, rows, columns], labels [n]
//!    │ Dataset::new
//! Dataset
//!    │ batches, shuffled_batches
//! Batch             pixels [batch, pixels], still u8
//!    │ intensities, binarized, or dequantized
//! Array2 of floats  x: the intensity p/255, a bit drawn with that probability, or a number near it
//! ```
//!
//! Pixels stay bytes until the last moment: MNIST is 47 MB so, and would be 188 MB as `f32`. The float
//! type is chosen where a batch is made, and each epoch may binarize the images anew. [`for_each_ahead`] prepares
//! the next batch while the model learns from this one.
//!
//! ```
//! use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
//! use vae::data::Dataset;
//!
//! let test = Dataset::mnist_test();
//! let mut rng = ChaCha8Rng::seed_from_u64(1);
//! let mut images = 0;
//! for batch in test.shuffled_batches(128, &mut rng) {
//!     let x = batch.binarized::<f32>(&mut rng); // [128, 784] of 0 and 1; the last batch is smaller
//!     images += x.nrows();
//! }
//! assert_eq!(images, 10_000);
//! ```

mod ahead;
mod batches;
mod binarize;
mod dataset;
mod dequantize;
mod folder;
pub mod idx;
mod load_error;
mod mnist;
pub mod npy;
mod path;
pub mod png;

pub use ahead::for_each_ahead;
pub use batches::{Batch, Batches};
pub use binarize::binarize;
pub use dataset::{Dataset, DatasetError};
pub use dequantize::dequantize;
pub use load_error::LoadError;
