//! `.npy` bytes as images and as labels.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vae::data::{Dataset, npy};

fuzz_target!(|bytes: &[u8]| {
    // Of images without pixels a header may claim more than there are labels in the world.
    if let Ok(images) = npy::parse_images("fuzz", bytes)
        && !images.is_empty()
    {
        let labels = vec![0; images.dim().0];
        _ = Dataset::new(images, labels);
    }
    _ = npy::parse_labels("fuzz", bytes);
});
