//! The two element types: `f32` for training, `f64` for proofs.

use std::fmt::{Debug, Display};
use std::iter::Sum;
use std::ops::{AddAssign, MulAssign, Neg, SubAssign};

use ndarray::LinalgScalar;

use crate::elementwise::Elementwise;
use crate::gemm::Multiply;
use crate::simd::Simd;
use crate::storage::Pool;

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}

/// A real number a [`Tensor`](crate::Tensor) can hold: `f32` or `f64`.
///
/// The same code runs in both: gradients are checked in `f64`, models are trained in `f32`.
/// Constants in generic code are written as `f64` and converted by [`Float::from_f64`].
pub trait Float:
    sealed::Sealed
    + Simd
    + Elementwise
    + Multiply
    + LinalgScalar
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
    + PartialOrd
    + Sum
    + Debug
    + Display
    + Default
    + Send
    + Sync
{
    /// −∞, the identity of the maximum.
    const NEG_INFINITY: Self;
    /// Not a number.
    const NAN: Self;

    /// Blocks of memory to be used again.
    #[doc(hidden)]
    fn pool() -> &'static Pool<Self>;

    /// The nearest value to `x`.
    fn from_f64(x: f64) -> Self;
    /// This value, exactly.
    fn as_f64(self) -> f64;

    /// eˣ.
    fn exp(self) -> Self;
    /// eˣ − 1, accurate near 0.
    fn exp_m1(self) -> Self;
    /// ln x.
    fn ln(self) -> Self;
    /// ln(1 + x), accurate near 0.
    fn ln_1p(self) -> Self;
    /// tanh x.
    fn tanh(self) -> Self;
    /// sin x.
    fn sin(self) -> Self;
    /// cos x.
    fn cos(self) -> Self;
    /// tan x.
    fn tan(self) -> Self;
    /// √x.
    fn sqrt(self) -> Self;
    /// |x|.
    fn abs(self) -> Self;
    /// xⁿ for an integer n.
    fn powi(self, n: i32) -> Self;
    /// xᵖ for a real p.
    fn powf(self, p: Self) -> Self;
    /// Whether this is not a number.
    fn is_nan(self) -> bool;
}

macro_rules! impl_float {
    ($($float:ident)*) => {$(
        impl Float for $float {
            const NEG_INFINITY: Self = $float::NEG_INFINITY;
            const NAN: Self = $float::NAN;

            fn pool() -> &'static Pool<Self> {
                static POOL: Pool<$float> = Pool::new();
                &POOL
            }
            #[inline]
            fn from_f64(x: f64) -> Self { x as $float }
            #[inline]
            fn as_f64(self) -> f64 { self as f64 }
            #[inline]
            fn exp(self) -> Self { self.exp() }
            #[inline]
            fn exp_m1(self) -> Self { self.exp_m1() }
            #[inline]
            fn ln(self) -> Self { self.ln() }
            #[inline]
            fn ln_1p(self) -> Self { self.ln_1p() }
            #[inline]
            fn tanh(self) -> Self { self.tanh() }
            #[inline]
            fn sin(self) -> Self { self.sin() }
            #[inline]
            fn cos(self) -> Self { self.cos() }
            #[inline]
            fn tan(self) -> Self { self.tan() }
            #[inline]
            fn sqrt(self) -> Self { self.sqrt() }
            #[inline]
            fn abs(self) -> Self { self.abs() }
            #[inline]
            fn powi(self, n: i32) -> Self { self.powi(n) }
            #[inline]
            fn powf(self, p: Self) -> Self { self.powf(p) }
            #[inline]
            fn is_nan(self) -> bool { self.is_nan() }
        }
    )*};
}

impl_float!(f32 f64);
