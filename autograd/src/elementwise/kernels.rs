//! What can be done to an element: a table of every function that the ops apply.
//!
//! A kernel is written on vectors, with the methods of [`Vector`](crate::simd::Vector), and compiled
//! for each instruction set.

use crate::Float;
use crate::simd::{Kernel, Vector, functions};

/// `Name(x, y) = expression;` or, with numbers of its own, `Name { low, high }(x) = expression;`
macro_rules! kernels {
    ($(
        $(#[$doc:meta])*
        $Name:ident $({ $($field:ident),* })? ($($x:ident),*) = $value:expr;
    )*) => {$(
        kernels!(@struct $(#[$doc])* $Name $({ $($field),* })?);
        kernels!(@impl $Name $({ $($field),* })? ($($x),*) = $value);
    )*};
    (@struct $(#[$doc:meta])* $Name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub(crate) struct $Name;
    };
    (@struct $(#[$doc:meta])* $Name:ident { $($field:ident),* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub(crate) struct $Name<T> { $(pub $field: T),* }
    };
    (@impl $Name:ident ($($x:ident),*) = $value:expr) => {
        impl<T: Float> Kernel<T, { [$(stringify!($x)),*].len() }> for $Name {
            #[inline(always)]
            fn lanes<V: Vector<Element = T>>(self, [$($x),*]: [V; { [$(stringify!($x)),*].len() }]) -> V {
                $value
            }
        }
    };
    (@impl $Name:ident { $($field:ident),* } ($x:ident) = $value:expr) => {
        impl<T: Float> Kernel<T, 1> for $Name<T> {
            #[inline(always)]
            fn lanes<V: Vector<Element = T>>(self, [$x]: [V; 1]) -> V {
                $(let $field = $x.like(self.$field);)*
                $value
            }
        }
    };
}

kernels! {
    Add(x, y) = x + y;
    Sub(x, y) = x - y;
    Mul(x, y) = x * y;
    Div(x, y) = x / y;
    Neg(x) = -x;
    Identity(x) = x;

    Square(x) = x * x;
    Sqrt(x) = x.sqrt();
    Exp(x) = functions::exp(x);
    ExpM1(x) = functions::exp_m1(x);
    Ln(x) = functions::ln(x);
    Ln1p(x) = functions::ln_1p(x);
    Tanh(x) = functions::tanh(x);
    Sigmoid(x) = functions::sigmoid(x);
    Softplus(x) = functions::softplus(x);
    Relu(x) = x.number(0.0).max(x);
    Abs(x) = x.abs();

    /// NaN if either is.
    Maximum(x, y) = x.max(y).select(x.eq(x), x);
    /// NaN if either is.
    Minimum(x, y) = x.min(y).select(x.eq(x), x);
    /// NaN stays NaN.
    Clamp { low, high }(x) = high.min(low.max(x));

    /// ⟦x > 0⟧.
    Positive(x) = x.number(1.0).select(x.number(0.0).lt(x), x.number(0.0));
    /// −1, 0 or 1; NaN for NaN.
    Sign(x) = (x.number(1.0) | x.sign()).select(x.number(0.0).lt(x.abs()), x);
    /// ⟦low ≤ x ≤ high⟧; 1 for NaN.
    Inside { low, high }(x) = {
        let outside = x.number(0.0);
        outside.select(x.lt(low), outside.select(high.lt(x), x.number(1.0)))
    };
    /// ⟦x = y⟧.
    Equal(x, y) = x.number(1.0).select(x.eq(y), x.number(0.0));
    /// ⟦x > y⟧, one half where they are equal; NaN if either is.
    Greater(x, y) = {
        let less = x.number(0.0).select(x.lt(y), x.like(T::NAN));
        x.number(1.0).select(y.lt(x), x.number(0.5).select(x.eq(y), less))
    };
    /// x, or 0 where it is infinite.
    FiniteOrZero(x) = x.number(0.0).select(x.abs().eq(x.like(-T::NEG_INFINITY)), x);
}

/// xⁿ.
#[derive(Clone, Copy)]
pub(crate) struct Powi(pub i32);

impl<T: Float> Kernel<T, 1> for Powi {
    /// The product of those x^(2ᵏ) whose bit is set in |n|.
    #[inline(always)]
    fn lanes<V: Vector<Element = T>>(self, [x]: [V; 1]) -> V {
        let (mut power, mut product, mut n) = (x, x.number(1.0), self.0.unsigned_abs());
        while n > 0 {
            if n & 1 == 1 {
                product = product * power;
            }
            power = power * power;
            n >>= 1;
        }
        if self.0 < 0 { x.number(1.0) / product } else { product }
    }
}

/// xᵖ, by the standard library.
#[derive(Clone, Copy)]
pub(crate) struct Powf<T>(pub T);

impl<T: Float> Kernel<T, 1> for Powf<T> {
    #[inline(always)]
    fn lanes<V: Vector<Element = T>>(self, [x]: [V; 1]) -> V {
        x.each(|x| x.powf(self.0))
    }
}
