//! Every op equals PyTorch's: values, first and second derivatives. The fixture's script states what is recorded.

mod cases;
#[path = "../op_table/mod.rs"]
mod op_table;
#[path = "../parity/mod.rs"]
mod parity;

use std::collections::BTreeSet;

use autograd::Tensor;
use ndarray::{Array, IxDyn};
use serde_json::Value;

use cases::{CASES, Function};
use op_table::documented;
use parity::{assert_close, counts, fixture, numbers, uniform};

const TOLERANCE: f64 = 1e-10;

/// The names of the cases recorded.
fn recorded(fixture: &Value) -> BTreeSet<&str> {
    fixture["cases"].as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn every_op_has_a_case_and_every_case_an_op() {
    let op = |&(name, _): &(&str, Function)| name.split(": ").next().unwrap().to_string();
    assert_eq!(CASES.iter().map(op).collect::<BTreeSet<_>>(), documented());
    let fixture = fixture("ops_parity.json");
    assert_eq!(CASES.iter().map(|case| case.0).collect::<BTreeSet<_>>(), recorded(&fixture));
}

#[test]
fn values_and_derivatives_to_second_order_are_those_of_pytorch() {
    let fixture = fixture("ops_parity.json");
    for (name, function) in CASES {
        let case = &fixture["cases"][name];
        let applications = case["applications"].as_array().unwrap();
        assert!(!applications.is_empty(), "{name} has no application");
        for application in applications {
            check(name, *function, &numbers(&case["interval"]), application);
        }
    }
}

/// A leaf with the elements low + (high − low) u(seed, i).
fn draw(seed: usize, shape: &[usize], low: f64, high: f64) -> Tensor<f64> {
    let element = |i| low + (high - low) * uniform(seed as u64, i);
    let elements = (0..).map(element).take(shape.iter().product()).collect();
    Tensor::leaf(Array::from_shape_vec(IxDyn(shape), elements).unwrap())
}

/// The gradients of y, zeros where it does not depend on a tensor.
fn gradients(y: &Tensor<f64>, wrt: &[&Tensor<f64>]) -> Vec<Tensor<f64>> {
    let gradients = y.grad(wrt).into_iter().zip(wrt);
    gradients.map(|(dx, x)| dx.unwrap_or_else(|| Tensor::zeros(x.shape()))).collect()
}

fn check(name: &str, function: Function, interval: &[f64], application: &Value) {
    let shapes: Vec<_> = application["shapes"].as_array().unwrap().iter().map(counts).collect();
    let label = format!("{name} of {shapes:?}");
    let numbered = || shapes.iter().enumerate();
    let x: Vec<_> = numbered().map(|(k, n)| draw(k, n, interval[0], interval[1])).collect();
    let v: Vec<_> = numbered().map(|(k, n)| draw(200 + k, n, -1.0, 1.0)).collect();

    let z = function(&x);
    assert_eq!(z.shape(), counts(&application["z_shape"]), "{label}: the shape of z");
    let cotangent = draw(100, z.shape(), -1.0, 1.0);
    let dx = gradients(&(&z * &cotangent).sum(), &x.iter().collect::<Vec<_>>());
    let directional = dx.iter().zip(&v).map(|(dx, v)| (dx * v).sum());
    let directional = directional.reduce(|sum, term| sum + term).expect("an input");
    let mut ddx = gradients(&directional, &x.iter().chain([&cotangent]).collect::<Vec<_>>());
    let ddz = ddx.pop().expect("the cotangent's");

    assert_record(&format!("{label}: z"), &z, &application["z"]);
    assert_record(&format!("{label}: ddz"), &ddz, &application["ddz"]);
    for k in 0..x.len() {
        assert_record(&format!("{label}: dx[{k}]"), &dx[k], &application["dx"][k]);
        assert_record(&format!("{label}: ddx[{k}]"), &ddx[k], &application["ddx"][k]);
    }
}

fn assert_record(what: &str, found: &Tensor<f64>, record: &Value) {
    let expected = numbers(record);
    assert_eq!(found.len(), expected.len(), "the number of entries of {what}");
    for (i, (found, expected)) in found.to_vec().into_iter().zip(expected).enumerate() {
        let scale = 1.0 + expected.abs();
        assert_close(&format!("{what}[{i}]"), found, expected, TOLERANCE, scale);
    }
}
