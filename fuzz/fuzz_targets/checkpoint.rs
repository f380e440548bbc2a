//! Checkpoints: metadata alone, and all of one into a small model, which a refused file leaves as it was.
#![no_main]

use std::fs;

use libfuzzer_sys::fuzz_target;
use nn::{Linear, Module, checkpoint};
use rand::SeedableRng;

fuzz_target!(|bytes: &[u8]| {
    // One file for each process, as there may be several at work.
    let path = std::env::temp_dir().join(format!("elbo-fuzz-{}.safetensors", std::process::id()));
    fs::write(&path, bytes).unwrap();
    _ = checkpoint::read_metadata(&path);
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(0);
    let mut model = Linear::<f32>::new(2, 1, &mut rng);
    let before = model.clone();
    if checkpoint::load(&path, &mut model).is_err() {
        for ((_, old), (_, new)) in before.state().into_iter().zip(model.state()) {
            assert_eq!(old.to_vec(), new.to_vec());
        }
    }
    fs::remove_file(&path).unwrap();
});
