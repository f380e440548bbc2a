//! Checkpoints: the round trip to the bit, the format, and every way in which a file can be wrong.

mod bytes;
mod errors;
mod round_trip;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use autograd::{Float, Tensor};
use nn::{Activation, Linear, Module, Sequential};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use tempfile::TempDir;

/// 3 -> 2 -> 1, with relu between.
fn model<T: Float>(seed: u64) -> Sequential<T> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    Sequential::new()
        .then(Linear::new(3, 2, &mut rng))
        .then(Activation::Relu)
        .then(Linear::new(2, 1, &mut rng))
}

/// The parameters, so that NaN is equal to itself and 0 is not −0.
fn bits<T: Float>(module: &dyn Module<T>) -> Vec<(String, Vec<u64>)> {
    let bits = |x: &Tensor<T>| x.to_vec().into_iter().map(|x| x.as_f64().to_bits()).collect();
    module.parameters().into_iter().map(|(name, x)| (name, bits(x))).collect()
}

/// Metadata with characters to escape.
fn configuration() -> BTreeMap<String, String> {
    let entry = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    BTreeMap::from([entry("latent", "20"), entry("naïve \"quoted\"\n", "σ²"), entry("", "")])
}

/// A folder of its own for each test, gone at its end, and the path of a file in it.
fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    (folder, path)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}
