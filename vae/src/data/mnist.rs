//! The whole of MNIST, compiled in: 11 MB gzipped. See `vae/data/mnist/README.md` for authors and license.

use super::{Dataset, idx};

/// The bytes of an embedded file.
macro_rules! embedded {
    ($name:literal) => {
        include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/mnist/", $name))
    };
}

impl Dataset {
    /// The 60,000 training images of MNIST, 28 × 28 pixels, with their digits.
    ///
    /// Decompressed on each call, in a fraction of a second.
    pub fn mnist_train() -> Self {
        unpack(embedded!("train-images-idx3-ubyte.gz"), embedded!("train-labels-idx1-ubyte.gz"))
    }

    /// The 10,000 test images of MNIST, 28 × 28 pixels, with their digits.
    pub fn mnist_test() -> Self {
        unpack(embedded!("t10k-images-idx3-ubyte.gz"), embedded!("t10k-labels-idx1-ubyte.gz"))
    }
}

fn unpack(images: &[u8], labels: &[u8]) -> Dataset {
    // The files are part of the program, and the tests read them: they cannot be wrong at run time.
    let images = idx::parse_images("embedded images", images).expect("embedded images are intact");
    let labels = idx::parse_labels("embedded labels", labels).expect("embedded labels are intact");
    Dataset::new(images, labels.to_vec()).expect("embedded images and labels belong together")
}
