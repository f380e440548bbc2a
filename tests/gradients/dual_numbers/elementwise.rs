//! Every op that acts element by element.

use std::collections::BTreeSet;

use autograd::Tensor;
use num_dual::DualNum;

use super::{Dual, check};
use crate::op_table::documented_under;

/// The sections of the op table that hold such ops.
const SECTIONS: [&str; 5] = ["Arithmetic", "Powers", "Trigonometry", "Activations", "Order"];

/// Name, the op as a function of a vector [2], the same of two numbers, the sign of the numbers where that matters.
type Entry = (&'static str, fn(&Tensor<f64>) -> Tensor<f64>, fn(Dual, Dual) -> Dual, Sign);

#[derive(Clone, Copy, PartialEq)]
enum Sign {
    Any,
    Positive,
}

use Sign::*;

/// The elements of a vector [2].
fn both(x: &Tensor<f64>, op: fn(&Tensor<f64>, &Tensor<f64>) -> Tensor<f64>) -> Tensor<f64> {
    op(&x.narrow(0, 0..1), &x.narrow(0, 1..2))
}

/// f(x) + 2 f(y): no element counts as another.
fn each(x: Dual, y: Dual, f: impl Fn(Dual) -> Dual) -> Dual {
    f(x) + f(y) * 2.0
}

#[rustfmt::skip] // a line each
const ENTRIES: &[Entry] = &[
    ("add",   |x| both(x, |x, y| x + y), |x, y| x + y, Any),
    ("sub",   |x| both(x, |x, y| x - y), |x, y| x - y, Any),
    ("mul",   |x| both(x, |x, y| x * y), |x, y| x * y, Any),
    ("div",   |x| both(x, |x, y| x / y), |x, y| x / y, Any),
    ("neg",   |x| -x,       |x, y| each(x, y, |x| -x), Any),
    ("times", |x| both(x, |x, y| x.times(y)), |x, y| x * y, Any),
    ("over",  |x| both(x, |x, y| x.over(y)),  |x, y| x / y, Any),
    ("x + c", |x| x + 1.5,  |x, y| each(x, y, |x| x + 1.5), Any),
    ("x - c", |x| x - 1.5,  |x, y| each(x, y, |x| x - 1.5), Any),
    ("x * c", |x| x * 1.5,  |x, y| each(x, y, |x| x * 1.5), Any),
    ("x / c", |x| x / 1.5,  |x, y| each(x, y, |x| x / 1.5), Any),
    ("c + x", |x| 1.5 + x,  |x, y| each(x, y, |x| x + 1.5), Any),
    ("c - x", |x| 1.5 - x,  |x, y| each(x, y, |x| -(x - 1.5)), Any),
    ("c * x", |x| 1.5 * x,  |x, y| each(x, y, |x| x * 1.5), Any),
    ("c / x", |x| 1.5 / x,  |x, y| each(x, y, |x| x.recip() * 1.5), Any),
    ("exp",    |x| x.exp(),       |x, y| each(x, y, |x| x.exp()), Any),
    ("exp_m1", |x| x.exp_m1(),    |x, y| each(x, y, |x| x.exp_m1()), Any),
    ("ln",     |x| x.ln(),        |x, y| each(x, y, |x| x.ln()), Positive),
    ("ln_1p",  |x| x.ln_1p(),     |x, y| each(x, y, |x| x.ln_1p()), Positive),
    ("sqrt",   |x| x.sqrt(),      |x, y| each(x, y, |x| x.sqrt()), Positive),
    ("reciprocal", |x| x.reciprocal(), |x, y| each(x, y, |x| x.recip()), Any),
    ("rsqrt",  |x| x.rsqrt(),     |x, y| each(x, y, |x| x.sqrt().recip()), Positive),
    ("square", |x| x.square(),    |x, y| each(x, y, |x| x * x), Any),
    ("powi",   |x| x.powi(5),     |x, y| each(x, y, |x| x.powi(5)), Any),
    ("powi",   |x| x.powi(-2),    |x, y| each(x, y, |x| (x * x).recip()), Any),
    ("powf",   |x| x.powf(2.7),   |x, y| each(x, y, |x| x.powf(2.7)), Positive),
    ("powf",   |x| x.powf(-0.5),  |x, y| each(x, y, |x| x.sqrt().recip()), Positive),
    ("sin", |x| x.sin(), |x, y| each(x, y, |x| x.sin()), Any),
    ("cos", |x| x.cos(), |x, y| each(x, y, |x| x.cos()), Any),
    ("tan", |x| x.tan() * 0.01, |x, y| each(x, y, |x| x.tan() * 0.01), Any),
    ("tanh",     |x| x.tanh(),     |x, y| each(x, y, |x| x.tanh()), Any),
    ("sigmoid",  |x| x.sigmoid(),  |x, y| each(x, y, |x| ((-x).exp() + 1.0).recip()), Any),
    ("softplus", |x| x.softplus(), |x, y| each(x, y, |x| (x.exp() + 1.0).ln()), Any),
    ("erf",      |x| x.erf(),      |x, y| each(x, y, erf), Any),
    ("gelu",     |x| x.gelu(),     |x, y| each(x, y, |x| x * (erf(x * 0.5f64.sqrt()) + 1.0) * 0.5), Any),
    ("silu",     |x| x.silu(),     |x, y| each(x, y, |x| x / ((-x).exp() + 1.0)), Any),
    ("relu",     |x| x.relu(),     |x, y| each(x, y, |x| if x.re > 0.0 { x } else { x * 0.0 }), Any),
    ("leaky_relu", |x| x.leaky_relu(0.1), |x, y| each(x, y, |x| if x.re > 0.0 { x } else { x * 0.1 }), Any),
    ("elu",      |x| x.elu(0.7),   |x, y| each(x, y, |x| if x.re > 0.0 { x } else { (x.exp() - 1.0) * 0.7 }), Any),
    ("abs",      |x| x.abs(),      |x, y| each(x, y, |x| if x.re > 0.0 { x } else { -x }), Any),
    ("maximum",  |x| both(x, |x, y| x.maximum(y)), |x, y| if x.re > y.re { x } else { y }, Any),
    ("minimum",  |x| both(x, |x, y| x.minimum(y)), |x, y| if x.re > y.re { y } else { x }, Any),
    ("select",   |x| Tensor::select(&x.greater(&0.0.into()), &x.exp(), &x.square()),
        |x, y| each(x, y, |x| if x.re > 0.0 { x.exp() } else { x * x }), Any),
    ("clamp",    |x| x.clamp(-0.7, 0.9), |x, y| each(x, y, |x| match x.re {
        ..-0.7 => Dual::from(-0.7),
        0.9.. => Dual::from(0.9),
        _ => x,
    }), Any),
];

/// erf x = 2/√π Σ (−1)ᵏ x²ᵏ⁺¹ / (k! (2k + 1)).
fn erf(x: Dual) -> Dual {
    let (mut power, mut sum) = (x, x);
    for k in 1..60 {
        let k = f64::from(k);
        power = power * x * x * (-1.0 / k);
        sum += power * (1.0 / (2.0 * k + 1.0));
    }
    sum * (2.0 / std::f64::consts::PI.sqrt())
}

#[test]
fn elementwise_ops_to_third_order() {
    let weights = Tensor::from(ndarray::array![1.0, 2.0]);
    for &(op, tensors, numbers, sign) in ENTRIES {
        for x in [[0.3, 1.7], [1.2, 0.4], [-0.5, 0.8], [1.9, -1.1], [-1.6, -0.2]] {
            if sign == Positive && x.iter().any(|&x| x < 0.0) {
                continue;
            }
            // An op of two numbers is one number, without weights.
            let summed = |x: &Tensor<f64>| {
                let z = tensors(x);
                if z.len() == 1 { z.sum() } else { (z * &weights).sum() }
            };
            check(&format!("{op} at {x:?}"), summed, |x| numbers(x[0], x[1]), &x);
        }
    }
}

#[test]
fn every_elementwise_op_has_an_entry() {
    let entries: BTreeSet<_> = ENTRIES.iter().map(|entry| entry.0.to_string()).collect();
    assert_eq!(entries, documented_under(&SECTIONS));
}
