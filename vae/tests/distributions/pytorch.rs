//! PyTorch's numbers: values and gradients of torch.distributions, recorded by tests/fixtures/distributions_parity.py.

use std::collections::BTreeMap;

use autograd::Tensor;
use ndarray::{Array, IxDyn};
use serde_json::Value;
use vae::{
    Bernoulli, Categorical, ContinuousBernoulli, DiagonalNormal, Distribution, FullNormal,
    KullbackLeibler,
};

use super::assert_close;

/// The inputs of a case, by their names.
type Inputs = BTreeMap<String, Tensor<f64>>;

/// The distribution whose parameters have this prefix; with a mean of 0 where none is recorded.
fn diagonal(x: &Inputs, prefix: &str) -> DiagonalNormal<f64> {
    DiagonalNormal::new(mean(x, prefix), x[&format!("{prefix}log_var")].clone())
}

fn full(x: &Inputs, prefix: &str) -> FullNormal<f64> {
    FullNormal::from_covariance(mean(x, prefix), &x[&format!("{prefix}covariance")])
}

fn mean(x: &Inputs, prefix: &str) -> Tensor<f64> {
    x.get(&format!("{prefix}mean")).cloned().unwrap_or_else(|| Tensor::zeros([2, 2]))
}

fn bits(x: &Inputs, prefix: &str) -> Bernoulli<f64> {
    Bernoulli { logits: x[&format!("{prefix}logits")].clone() }
}

fn gray(x: &Inputs, prefix: &str) -> ContinuousBernoulli<f64> {
    ContinuousBernoulli { logits: x[&format!("{prefix}logits")].clone() }
}

fn classes(x: &Inputs, prefix: &str) -> Categorical<f64> {
    Categorical { logits: x[&format!("{prefix}logits")].clone() }
}

/// A quantity as a function of its inputs.
type Quantity = fn(&Inputs) -> Tensor<f64>;

/// Every case of the record, by its name.
#[rustfmt::skip] // a table
const CASES: [(&str, Quantity); 26] = [
    ("diagonal_normal_log_prob",       |x| diagonal(x, "").log_prob(&x["x"])),
    ("diagonal_normal_entropy",        |x| diagonal(x, "").entropy()),
    ("diagonal_normal_variance",       |x| diagonal(x, "").variance()),
    ("diagonal_normal_kl",             |x| diagonal(x, "").kl(&diagonal(x, "other_"))),
    ("diagonal_normal_kl_full_normal", |x| diagonal(x, "").kl(&full(x, "other_"))),
    ("full_normal_log_prob",           |x| full(x, "").log_prob(&x["x"])),
    ("full_normal_entropy",            |x| full(x, "").entropy()),
    ("full_normal_variance",           |x| full(x, "").variance()),
    ("full_normal_kl",                 |x| full(x, "").kl(&full(x, "other_"))),
    ("full_normal_kl_diagonal_normal", |x| full(x, "").kl(&diagonal(x, "other_"))),
    ("bernoulli_log_prob",             |x| bits(x, "").log_prob(&x["x"])),
    ("bernoulli_entropy",              |x| bits(x, "").entropy()),
    ("bernoulli_mean",                 |x| bits(x, "").mean()),
    ("bernoulli_variance",             |x| bits(x, "").variance()),
    ("bernoulli_kl",                   |x| bits(x, "").kl(&bits(x, "other_"))),
    ("continuous_bernoulli_log_prob",  |x| gray(x, "").log_prob(&x["x"])),
    ("continuous_bernoulli_entropy",   |x| gray(x, "").entropy()),
    ("continuous_bernoulli_mean",      |x| gray(x, "").mean()),
    ("continuous_bernoulli_variance",  |x| gray(x, "").variance()),
    ("continuous_bernoulli_kl",        |x| gray(x, "").kl(&gray(x, "other_"))),
    ("continuous_bernoulli_quantile",  |x| gray(x, "").rsample(&x["noise"])),
    ("categorical_log_prob",           |x| classes(x, "").log_prob(&x["x"])),
    ("categorical_entropy",            |x| classes(x, "").entropy()),
    ("categorical_mean",               |x| classes(x, "").mean()),
    ("categorical_variance",           |x| classes(x, "").variance()),
    ("categorical_kl",                 |x| classes(x, "").kl(&classes(x, "other_"))),
];

fn tensor(record: &Value) -> Tensor<f64> {
    let shape: Vec<usize> = serde_json::from_value(record["shape"].clone()).unwrap();
    let values: Vec<f64> = serde_json::from_value(record["values"].clone()).unwrap();
    Array::from_shape_vec(IxDyn(&shape), values).unwrap().into()
}

#[test]
fn values_and_gradients_are_pytorchs() {
    let text = include_str!("../../../tests/fixtures/distributions_parity.json");
    let fixture: Value = serde_json::from_str(text).unwrap();
    let cases = fixture["cases"].as_object().unwrap();
    for name in cases.keys() {
        assert!(CASES.iter().any(|(case, _)| case == name), "{name} is not compared");
    }
    for (name, quantity) in CASES {
        println!("{name}");
        let case = &cases[name];
        let inputs = case["inputs"].as_object().unwrap().iter();
        let x: Inputs = inputs.map(|(name, x)| (name.clone(), Tensor::leaf(tensor(x)))).collect();
        let z = quantity(&x);
        assert_close(&z, &tensor(&case["output"]), 1e-12);
        let gradients = (z * tensor(&case["cotangent"])).sum().backward();
        for (name, gradient) in case["gradients"].as_object().unwrap() {
            println!("    {name}");
            assert_close(&gradients[&x[name]], &tensor(gradient), 1e-12);
        }
    }
}
