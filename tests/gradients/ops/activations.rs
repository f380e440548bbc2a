//! Nonlinearities, element by element.

use super::Case;
use super::case::{UNARY, case};
use super::naive::{erf, exp, map};
use crate::support::{Domain, REAL};

const KINK_AT_ZERO: Domain = Domain { kinks: &[0.0], ..REAL };
const KINKS_AT_BOUNDS: Domain = Domain { kinks: &[-0.7, 0.9], ..REAL };

pub fn cases() -> Vec<Case> {
    vec![
        case!("tanh", UNARY, REAL, |x| x[0].tanh(), |x| map(&x[0], |x| {
            (exp(x) - exp(-x)) / (exp(x) + exp(-x))
        })),
        case!("sigmoid", UNARY, REAL, |x| x[0].sigmoid(), |x| map(&x[0], |x| {
            exp(x) / (1.0 + exp(x))
        })),
        case!("erf", UNARY, REAL, |x| x[0].erf(), |x| map(&x[0], erf)),
        case!("gelu", UNARY, REAL, |x| x[0].gelu(), |x| map(&x[0], |x| {
            x * (1.0 + erf(x / 2f64.sqrt())) / 2.0
        })),
        case!("softplus", UNARY, REAL, |x| x[0].softplus(), |x| map(&x[0], |x| {
            (1.0 + exp(x)).ln()
        })),
        case!("relu", UNARY, KINK_AT_ZERO, |x| x[0].relu(), |x| map(&x[0], |x| (x + x.abs())
            / 2.0)),
        case!("abs", UNARY, KINK_AT_ZERO, |x| x[0].abs(), |x| map(&x[0], |x| (x * x).sqrt())),
        case!("clamp", UNARY, KINKS_AT_BOUNDS, |x| x[0].clamp(-0.7, 0.9), |x| map(&x[0], |x| {
            let mut sorted = [-0.7, x, 0.9];
            sorted.sort_by(f64::total_cmp);
            sorted[1]
        })),
        case!("silu", UNARY, REAL, |x| x[0].silu(), |x| map(&x[0], |x| x / (1.0 + exp(-x)))),
        case!("leaky_relu", UNARY, KINK_AT_ZERO, |x| x[0].leaky_relu(0.1), |x| map(&x[0], |x| {
            x.max(0.1 * x)
        })),
        case!("elu", UNARY, KINK_AT_ZERO, |x| x[0].elu(1.5), |x| map(&x[0], |x| {
            x.max(0.0) + 1.5 * (exp(x.min(0.0)) - 1.0)
        })),
    ]
}
