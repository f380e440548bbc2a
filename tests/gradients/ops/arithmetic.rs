//! Arithmetic and elementary functions, element by element.

use super::Case;
use super::case::{BINARY, UNARY, case};
use super::naive::{exp, map, zip};
use crate::support::{Domain, REAL};

const POSITIVE: Domain = Domain { low: 0.3, high: 2.3, kinks: &[] };
const NONZERO: Domain = Domain { low: -2.0, high: -0.4, kinks: &[] };
/// Where the tangent is not steep.
const ACUTE: Domain = Domain { low: -1.2, high: 1.2, kinks: &[] };

/// Arithmetic, and what compares two inputs.
pub fn cases() -> Vec<Case> {
    vec![
        case!("add", BINARY, REAL, |x| &x[0] + &x[1], |x| zip(x, |x, y| x - (-y))),
        case!("sub", BINARY, REAL, |x| &x[0] - &x[1], |x| zip(x, |x, y| -(y - x))),
        case!("mul", BINARY, REAL, |x| &x[0] * &x[1], |x| zip(x, |x, y| {
            ((x + y).powi(2) - (x - y).powi(2)) / 4.0
        })),
        case!("div", BINARY, NONZERO, |x| &x[0] / &x[1], |x| zip(x, |x, y| x * y.recip())),
        case!("times", BINARY, REAL, |x| x[0].times(&x[1]), |x| zip(x, |x, y| {
            ((x + y).powi(2) - (x - y).powi(2)) / 4.0
        })),
        case!("over", BINARY, NONZERO, |x| x[0].over(&x[1]), |x| zip(x, |x, y| x * y.recip())),
        case!("neg", UNARY, REAL, |x| -&x[0], |x| map(&x[0], |x| 0.0 - x)),
        case!("x + c", UNARY, REAL, |x| &x[0] + 1.5, |x| map(&x[0], |x| x - (-1.5))),
        case!("c + x", UNARY, REAL, |x| 1.5 + &x[0], |x| map(&x[0], |x| x - (-1.5))),
        case!("x - c", UNARY, REAL, |x| &x[0] - 1.5, |x| map(&x[0], |x| x + (-1.5))),
        case!("c - x", UNARY, REAL, |x| 1.5 - &x[0], |x| map(&x[0], |x| { -(x - 1.5) })),
        case!("x * c", UNARY, REAL, |x| &x[0] * 1.5, |x| map(&x[0], |x| x + x / 2.0)),
        case!("c * x", UNARY, REAL, |x| 1.5 * &x[0], |x| map(&x[0], |x| x + x / 2.0)),
        case!("x / c", UNARY, REAL, |x| &x[0] / 1.5, |x| map(&x[0], |x| x * 2.0 / 3.0)),
        case!("c / x", UNARY, NONZERO, |x| 1.5 / &x[0], |x| map(&x[0], |x| 1.5 * x.recip())),
        case!("maximum", BINARY, REAL, |x| x[0].maximum(&x[1]), |x| zip(x, |x, y| {
            (x + y + (x - y).abs()) / 2.0
        })),
        case!("minimum", BINARY, REAL, |x| x[0].minimum(&x[1]), |x| zip(x, |x, y| {
            (x + y - (x - y).abs()) / 2.0
        })),
    ]
}

/// Functions of one variable.
pub fn functions() -> Vec<Case> {
    vec![
        case!("exp", UNARY, REAL, |x| x[0].exp(), |x| map(&x[0], exp)),
        case!("ln", UNARY, POSITIVE, |x| x[0].ln(), |x| map(&x[0], |x| {
            2.0 * ((x - 1.0) / (x + 1.0)).atanh()
        })),
        case!("exp_m1", UNARY, REAL, |x| x[0].exp_m1(), |x| map(&x[0], f64::exp_m1)),
        case!("ln_1p", UNARY, POSITIVE, |x| x[0].ln_1p(), |x| map(&x[0], f64::ln_1p)),
        case!("sqrt", UNARY, POSITIVE, |x| x[0].sqrt(), |x| map(&x[0], |x| x.ln().exp().powf(0.5))),
        case!("square", UNARY, REAL, |x| x[0].square(), |x| map(&x[0], |x| x.abs().powf(2.0))),
        case!("powi", UNARY, REAL, |x| x[0].powi(3), |x| map(&x[0], |x| x * x * x)),
        case!("powi", UNARY, NONZERO, |x| x[0].powi(-2), |x| map(&x[0], |x| 1.0 / (x * x))),
        case!("powi", UNARY, REAL, |x| x[0].powi(1), |x| map(&x[0], |x| x)),
        case!("powi", UNARY, REAL, |x| x[0].powi(0), |x| map(&x[0], |_| 1.0)),
        case!("powf", UNARY, POSITIVE, |x| x[0].powf(1.7), |x| map(&x[0], |x| (1.7 * x.ln())
            .exp())),
        case!("powf", UNARY, POSITIVE, |x| x[0].powf(-0.5), |x| map(&x[0], |x| 1.0 / x.sqrt())),
        case!("powf", UNARY, POSITIVE, |x| x[0].powf(0.0), |x| map(&x[0], |_| 1.0)),
        case!("reciprocal", UNARY, NONZERO, |x| x[0].reciprocal(), |x| map(&x[0], |x| x / (x * x))),
        case!("rsqrt", UNARY, POSITIVE, |x| x[0].rsqrt(), |x| map(&x[0], |x| (-0.5 * x.ln())
            .exp())),
        case!("sin", UNARY, REAL, |x| x[0].sin(), |x| map(&x[0], |x| {
            let t = (x / 2.0).tan();
            2.0 * t / (1.0 + t * t)
        })),
        case!("cos", UNARY, REAL, |x| x[0].cos(), |x| map(&x[0], |x| {
            let t = (x / 2.0).tan();
            (1.0 - t * t) / (1.0 + t * t)
        })),
        case!("tan", UNARY, ACUTE, |x| x[0].tan(), |x| map(&x[0], |x| x.sin() / x.cos())),
    ]
}
