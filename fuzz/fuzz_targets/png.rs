//! PNG bytes as a gray image.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vae::data::png;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(image) = png::parse_image("fuzz", bytes) {
        assert!(!image.is_empty());
    }
});
