//! Noise, drawn outside the graph: sampling is deterministic in it, and so differentiable.

use autograd::{Float, Tensor};
use ndarray::{ArrayD, IxDyn};
use rand::Rng;
use rand_distr::{Distribution, StandardNormal};

/// ε ~ N(0, I), a constant.
///
/// Drawn in `f64` and rounded, so that the same generator gives the same noise in either precision.
pub fn standard_normal<T: Float>(
    rng: &mut (impl Rng + ?Sized),
    shape: impl AsRef<[usize]>,
) -> Tensor<T> {
    let draw = || T::from_f64(StandardNormal.sample(&mut *rng));
    ArrayD::from_shape_simple_fn(IxDyn(shape.as_ref()), draw).into()
}

/// u, uniform on the open interval (0, 1), a constant: noise for quantile functions.
///
/// An odd multiple of 2⁻²⁴, which either precision holds exactly, and so does 1 − u.
pub fn uniform<T: Float>(rng: &mut (impl Rng + ?Sized), shape: impl AsRef<[usize]>) -> Tensor<T> {
    let draw = || T::from_f64(between_zero_and_one(rng));
    ArrayD::from_shape_simple_fn(IxDyn(shape.as_ref()), draw).into()
}

/// An odd multiple of 2⁻²⁴.
pub(crate) fn between_zero_and_one(rng: &mut (impl Rng + ?Sized)) -> f64 {
    (f64::from(rng.next_u32() >> 9) + 0.5) / f64::from(1 << 23)
}
