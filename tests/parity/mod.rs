//! Reads the fixtures: numbers by PyTorch, and the formula for the inputs that led to them. See fixtures/README.md.
#![allow(dead_code, reason = "each test uses a part of it")]

use std::fs;
use std::path::Path;

use autograd::{Float, Tensor};
use ndarray::{Array, IxDyn};
use nn::Module;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde_json::Value;
use vae::{Likelihood, Sizes, Vae};

/// The content of `fixtures/<name>`.
pub fn fixture(name: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let text = fs::read_to_string(folder.join(name)).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// An array of numbers.
pub fn numbers(record: &Value) -> Vec<f64> {
    let numbers = record.as_array().expect("an array").iter();
    numbers.map(|x| x.as_f64().expect("a number")).collect()
}

/// An array of counts: a shape, or classes.
pub fn counts(record: &Value) -> Vec<usize> {
    let counts = record.as_array().expect("an array").iter();
    counts.map(|n| n.as_u64().expect("a count") as usize).collect()
}

/// A constant from a record of shape and values.
pub fn tensor(record: &Value) -> Tensor<f64> {
    from_vec(&counts(&record["shape"]), numbers(&record["values"]))
}

fn from_vec(shape: &[usize], values: Vec<f64>) -> Tensor<f64> {
    Array::from_shape_vec(IxDyn(shape), values).unwrap().into()
}

/// u(seed, i): output i of SplitMix64, in [0, 1).
pub fn uniform(seed: u64, i: u64) -> f64 {
    let mut s = seed.wrapping_add((i + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    s = (s ^ (s >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    s = (s ^ (s >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((s ^ (s >> 31)) >> 11) as f64 / (1u64 << 53) as f64
}

/// What a case of `vae_parity.json` starts from.
pub struct Inputs {
    /// Names and values, in the order of the model's definition.
    pub parameters: Vec<(String, Tensor<f64>)>,
    /// ε, [batch, latent].
    pub noise: Tensor<f64>,
    /// The batch of the small case, [batch, pixels]; the full one has digits instead.
    pub x: Tensor<f64>,
}

/// The inputs of one case (`small` or `full`) of `vae_parity.json`, from its seed and its shapes.
pub fn inputs(fixture: &Value, case: &str) -> Inputs {
    let seed = fixture["hash"]["seed"].as_u64().unwrap();
    let case = &fixture[case];
    let size = |name: &str| case["sizes"][name].as_u64().unwrap() as usize;
    let mut draws = (0..).map(|i| uniform(seed, i));
    let mut fan_in = 0;
    let mut parameter = |name: &Value| {
        let name = name.as_str().unwrap().to_owned();
        let shape = counts(&case["shapes"][&name]);
        // A bias follows its weight, and is drawn as wide.
        if let [inputs, _] = shape[..] {
            fan_in = inputs;
        }
        let bound = (fan_in as f64).sqrt();
        let draws = draws.by_ref().take(shape.iter().product());
        let values = draws.map(|u| (u - 0.5) * 2.0 / bound).collect();
        (name, from_vec(&shape, values))
    };
    let names = fixture["names"].as_array().unwrap();
    let parameters = names.iter().map(&mut parameter).collect();
    let (batch, latent, pixels) = (size("batch"), size("latent"), size("pixels"));
    let mut draw = || draws.next().unwrap();
    let noise = (0..batch * latent).map(|_| 2.0 * (((draw() + draw()) + draw()) - 1.5)).collect();
    let x = draws.take(batch * pixels).collect();
    Inputs {
        parameters,
        noise: from_vec(&[batch, latent], noise),
        x: from_vec(&[batch, pixels], x),
    }
}

/// The same numbers in another precision.
pub fn cast<T: Float, U: Float>(x: &Tensor<T>) -> Tensor<U> {
    x.value().mapv(|x| U::from_f64(x.as_f64())).into()
}

/// The recorded VAE, before training.
pub fn vae<T: Float>(case: &Value, inputs: &Inputs) -> Vae<T> {
    let size = |name: &str| case["sizes"][name].as_u64().unwrap() as usize;
    let sizes = Sizes { pixels: size("pixels"), hidden: size("hidden"), latent: size("latent") };
    let mut vae = Vae::new(sizes, Likelihood::Bernoulli, &mut ChaCha8Rng::seed_from_u64(0));
    for ((name, parameter), (recorded, x)) in
        vae.parameters_mut().into_iter().zip(&inputs.parameters)
    {
        assert_eq!(name, *recorded);
        assert_eq!(parameter.shape(), x.shape(), "{name}");
        *parameter = Tensor::leaf(cast(x));
    }
    vae
}

/// Asserts |found − expected| ≤ tolerance · scale.
#[track_caller]
pub fn assert_close(what: &str, found: f64, expected: f64, tolerance: f64, scale: f64) {
    assert!(
        (found - expected).abs() <= tolerance * scale,
        "{what} is {found:?}; by PyTorch it is {expected:?}, and may differ by {:.1e}",
        tolerance * scale
    );
}

/// Asserts that an array is the recorded one: entry by entry, or by a digest of it.
///
/// The tolerance is relative to the largest entry or, of a digest, to the norm.
#[track_caller]
pub fn assert_record(what: &str, found: &Tensor<f64>, record: &Value, tolerance: f64) {
    let found = found.to_vec();
    let close = |what: String, found: &[f64], expected: Vec<f64>, scale: f64| {
        assert_eq!(found.len(), expected.len(), "the number of entries of {what}");
        for (i, (&found, expected)) in found.iter().zip(expected).enumerate() {
            assert_close(&format!("{what}[{i}]"), found, expected, tolerance, scale);
        }
    };
    if record.is_array() {
        let expected = numbers(record);
        let largest = expected.iter().fold(0.0, |max: f64, x| max.max(x.abs()));
        return close(what.to_owned(), &found, expected, largest);
    }
    let size = found.len();
    assert_eq!(Some(size as u64), record["size"].as_u64(), "the size of {what}");
    let norm = record["norm"].as_f64().unwrap();
    let digest = [
        ("norm", vec![found.iter().map(|x| x * x).sum::<f64>().sqrt()]),
        ("projections", (1..=16).map(|seed| project(&found, seed)).collect()),
        ("first", found[..8].to_vec()),
        ("spread", (0..8).map(|j| found[(2 * j + 1) * size / 16]).collect()),
    ];
    for (part, found) in digest {
        let expected = match part {
            "norm" => vec![norm],
            _ => numbers(&record[part]),
        };
        close(format!("{what}.{part}"), &found, expected, norm);
    }
}

/// Σ aⱼ (2 u(seed, j) − 1).
fn project(a: &[f64], seed: u64) -> f64 {
    let direction = (0..).map(|j| 2.0 * uniform(seed, j) - 1.0);
    a.iter().zip(direction).map(|(x, d)| x * d).sum()
}
