//! IDX bytes, plain and gzipped, as images and as labels: what is read is as large as its shape says.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vae::data::{Dataset, idx};

fuzz_target!(|bytes: &[u8]| {
    // Of images without pixels a header may claim more than there are labels in the world.
    if let Ok(images) = idx::parse_images("fuzz", bytes)
        && !images.is_empty()
    {
        let labels = vec![0; images.dim().0];
        _ = Dataset::new(images, labels);
    }
    _ = idx::parse_labels("fuzz", bytes);
});
