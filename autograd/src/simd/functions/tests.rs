//! Error bounds over a dense sweep, special values, and the same bits wherever an element lies.

use ndarray::ArrayView1;

use super::super::loops::apply;
use super::super::{Isa, Kernel};
use crate::Float;
use crate::elementwise::kernels::*;

/// Units in the last place that a function may be off.
const BOUND: f64 = 2.0;

fn evaluate<T: Float>(kernel: impl Kernel<T, 1>, x: &[T]) -> Vec<T> {
    apply(kernel, [ArrayView1::from(x).into_dyn()])
}

/// |z − exact| in units of the last place that an `f32` near `exact` has; ∞ counts as 2¹²⁸.
fn ulps(z: f32, exact: f64) -> f64 {
    let finite = |x: f64| x.clamp(-2f64.powi(128), 2f64.powi(128));
    if z.is_nan() || exact.is_nan() {
        return if z.is_nan() && exact.is_nan() { 0.0 } else { f64::INFINITY };
    }
    let exponent = (finite(exact).abs().to_bits() >> 52) as i32 - 1023;
    let ulp = 2f64.powi(exponent.clamp(-126, 127) - 23);
    (finite(z.into()) - finite(exact)).abs() / ulp
}

/// Every `step`-th number of all `f32`, and the 64 next to each power of two.
fn sweep(step: usize) -> impl Iterator<Item = f32> {
    let all = (0..=u32::MAX).step_by(step);
    let near_powers = (0..512).flat_map(|k| {
        let power = (k as u32) << 23;
        (0..64).map(move |i| power.wrapping_add(i).wrapping_sub(32))
    });
    all.chain(near_powers).map(f32::from_bits)
}

/// |z − exact| in units of the last place of `exact`, which is the nearest `f64`.
fn ulps_double(z: f64, exact: f64) -> f64 {
    if z == exact {
        return 0.0;
    }
    let ulp = f64::from_bits(exact.abs().to_bits() + 1) - exact.abs();
    (z - exact).abs() / ulp
}

fn check(name: &str, kernel: impl Kernel<f32, 1>, exact: fn(f64) -> f64, step: usize) {
    for isa in Isa::available() {
        let (mut worst, mut at) = (0.0, 0.0);
        let mut numbers = sweep(step).peekable();
        while numbers.peek().is_some() {
            let x: Vec<f32> = numbers.by_ref().take(1 << 14).collect();
            for (&x, z) in x.iter().zip(isa.force(|| evaluate(kernel, &x))) {
                let error = ulps(z, exact(x.into()));
                if error > worst {
                    (worst, at) = (error, x);
                }
            }
        }
        println!("{name} {isa}: {worst:.3} ulp at {at:e}");
        assert!(worst <= BOUND, "{name} on {isa}: {worst} ulp at {at:e}");
    }
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

fn gelu(x: f64) -> f64 {
    if x < -40.0 { 0.0 } else { 0.5 * x * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2) }
}

#[test]
fn single_precision_is_within_the_bound() {
    let step = 199;
    check("exp", Exp {}, f64::exp, step);
    check("exp_m1", ExpM1 {}, f64::exp_m1, step);
    check("ln", Ln {}, f64::ln, step);
    check("ln_1p", Ln1p {}, f64::ln_1p, step);
    check("tanh", Tanh {}, f64::tanh, step);
    check("sigmoid", Sigmoid {}, sigmoid, step);
    check("softplus", Softplus {}, softplus, step);
    check("erf", Erf {}, libm::erf, step);
    check("gelu", Gelu {}, gelu, step);
}

#[test]
fn double_precision_is_within_the_bound() {
    let mut worst = std::collections::BTreeMap::new();
    for line in include_str!("reference.csv").lines() {
        let [name, x, exact] = line.split(',').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let number = |hex| f64::from_bits(u64::from_str_radix(hex, 16).unwrap());
        let (x, exact) = (number(x), number(exact));
        for isa in Isa::available() {
            let z = isa.force(|| match name {
                "exp" => evaluate(Exp {}, &[x]),
                "exp_m1" => evaluate(ExpM1 {}, &[x]),
                "ln" => evaluate(Ln {}, &[x]),
                "ln_1p" => evaluate(Ln1p {}, &[x]),
                "tanh" => evaluate(Tanh {}, &[x]),
                "sigmoid" => evaluate(Sigmoid {}, &[x]),
                "erf" => evaluate(Erf {}, &[x]),
                "gelu" => evaluate(Gelu {}, &[x]),
                "softplus" => evaluate(Softplus {}, &[x]),
                _ => panic!("{line}"),
            })[0];
            let error = ulps_double(z, exact);
            assert!(error <= BOUND, "{name}({x:e}) on {isa} is {z:e}, not {exact:e}: {error} ulp");
            let entry = worst.entry((name, isa.name())).or_insert(0.0);
            *entry = f64::max(*entry, error);
        }
    }
    println!("{worst:.2?}");
}

/// Asserts f(x) = z for each pair, with the sign of zeros, in both precisions and on every instruction set.
fn special<K: Kernel<f32, 1> + Kernel<f64, 1>>(name: &str, kernel: K, cases: &[(f64, f64)]) {
    let same = |z: f64, expected: f64| {
        z.to_bits() == expected.to_bits() || (z.is_nan() && expected.is_nan())
    };
    for isa in Isa::available() {
        for &(x, expected) in cases {
            let single = isa.force(|| evaluate(kernel, &[x as f32]))[0];
            assert!(same(single.into(), expected), "{name}({x}) on {isa} is {single} in f32");
            let double = isa.force(|| evaluate(kernel, &[x]))[0];
            assert!(same(double, expected), "{name}({x}) on {isa} is {double} in f64");
        }
        let nan = isa.force(|| evaluate::<f32>(kernel, &[f32::NAN]))[0];
        assert!(nan.is_nan(), "{name}(NaN) on {isa} is {nan}");
    }
}

#[test]
fn limits_and_zeros_are_exact() {
    const INF: f64 = f64::INFINITY;
    const NAN: f64 = f64::NAN;
    special(
        "exp",
        Exp {},
        &[(0.0, 1.0), (-0.0, 1.0), (INF, INF), (-INF, 0.0), (1e5, INF), (-1e5, 0.0)],
    );
    special(
        "exp_m1",
        ExpM1 {},
        &[(0.0, 0.0), (-0.0, -0.0), (INF, INF), (-INF, -1.0), (-1e5, -1.0)],
    );
    special(
        "ln",
        Ln {},
        &[(1.0, 0.0), (0.0, -INF), (-0.0, -INF), (INF, INF), (-1.0, NAN), (-INF, NAN)],
    );
    special(
        "ln_1p",
        Ln1p {},
        &[(0.0, 0.0), (-0.0, -0.0), (-1.0, -INF), (INF, INF), (-2.0, NAN), (-INF, NAN)],
    );
    special("tanh", Tanh {}, &[(0.0, 0.0), (-0.0, -0.0), (INF, 1.0), (-INF, -1.0), (30.0, 1.0)]);
    special("sigmoid", Sigmoid {}, &[(0.0, 0.5), (-0.0, 0.5), (INF, 1.0), (-INF, 0.0), (1e5, 1.0)]);
    special("softplus", Softplus {}, &[(INF, INF), (-INF, 0.0), (1e5, 1e5), (-1e5, 0.0)]);
    special("erf", Erf {}, &[(0.0, 0.0), (-0.0, -0.0), (INF, 1.0), (-INF, -1.0), (7.0, 1.0)]);
    special("gelu", Gelu {}, &[(0.0, 0.0), (-0.0, -0.0), (INF, INF), (-INF, 0.0), (50.0, 50.0)]);
    special("relu", Relu {}, &[(0.0, 0.0), (1.5, 1.5), (-1.5, 0.0), (INF, INF), (-INF, 0.0)]);
    special("sign", Sign {}, &[(0.0, 0.0), (-2.0, -1.0), (3.0, 1.0), (-INF, -1.0)]);
}

#[test]
fn tanh_and_sigmoid_stay_between_their_limits() {
    for x in sweep(4099).filter(|x| !x.is_nan()) {
        assert!(evaluate(Tanh {}, &[x])[0].abs() <= 1.0, "tanh({x:e})");
        assert!((0.0..=1.0).contains(&evaluate(Sigmoid {}, &[x])[0]), "sigmoid({x:e})");
    }
}
