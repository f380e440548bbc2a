//! What can be done to an element: a table of every function that the ops apply.
//!
//! A kernel is written on vectors, with the methods of [`Lanes`], and compiled for each instruction
//! set and both element types: once, and here. The ops, which are generic and compiled in the crates
//! that use them, reach it through [`Elementwise`], by its name in [`Map`], [`Zip`] or [`Fold`].

use crate::Float;
use crate::simd::{self, Elements, Kernel, Lanes, Operand, functions};

/// An element type for which the kernels are compiled.
pub trait Elementwise: Sized {
    /// f(x), element by element and in row-major order, for x of this shape.
    fn map(f: Map, shape: &[usize], x: Operand<'_, Self>) -> Elements<Self>;
    /// f(x, y) of two operands, broadcast to `shape`.
    fn zip(f: Zip, shape: &[usize], x: [Operand<'_, Self>; 2]) -> Elements<Self>;
    /// x where the condition is not 0, y elsewhere, of [condition, x, y] broadcast to `shape`.
    fn select(shape: &[usize], x: [Operand<'_, Self>; 3]) -> Elements<Self>;
    /// The middle one of three axes reduced to one number.
    fn fold(f: Fold, x: &[Self], axes: [usize; 3]) -> Vec<Self>;
}

macro_rules! impl_elementwise {
    ($($float:ident)*) => {$(
        impl Elementwise for $float {
            fn map(f: Map, shape: &[usize], x: Operand<'_, Self>) -> Elements<Self> {
                f.apply(shape, [x])
            }
            fn zip(f: Zip, shape: &[usize], x: [Operand<'_, Self>; 2]) -> Elements<Self> {
                f.apply(shape, x)
            }
            fn select(shape: &[usize], x: [Operand<'_, Self>; 3]) -> Elements<Self> {
                simd::apply(Select, shape, x)
            }
            fn fold(f: Fold, x: &[Self], axes: [usize; 3]) -> Vec<Self> {
                match f {
                    Fold::Sum => simd::reduce(Add {}, 0.0, x, axes),
                    Fold::Max => simd::reduce(Maximum {}, $float::NEG_INFINITY, x, axes),
                    Fold::Min => simd::reduce(Minimum {}, $float::INFINITY, x, axes),
                }
            }
        }
    )*};
}

impl_elementwise!(f32 f64);

/// `Name(x, y) = expression;` or, with numbers of its own, `Name { n: i32 }(x) = expression;`
macro_rules! kernels {
    ($(#[$about:meta])* $Table:ident of $N:literal: $(
        $(#[$doc:meta])*
        $Name:ident $({ $($field:ident: $Field:ty),* })? ($($x:ident),*) = $value:expr;
    )*) => {
        $(#[$about])*
        #[derive(Clone, Copy)]
        #[allow(missing_docs)]
        pub enum $Table {
            $($(#[$doc])* $Name $({ $($field: $Field),* })?,)*
        }

        impl $Table {
            fn apply<T: Float>(self, shape: &[usize], x: [Operand<'_, T>; $N]) -> Elements<T> {
                match self {
                    $(Self::$Name $({ $($field),* })? => {
                        simd::apply($Name { $($($field),*)? }, shape, x)
                    })*
                }
            }
        }

        $(
            $(#[$doc])*
            #[derive(Clone, Copy)]
            pub(crate) struct $Name { $($(pub $field: $Field),*)? }

            impl<T: Float> Kernel<T, $N> for $Name {
                #[inline(always)]
                fn lanes<V: Lanes<Element = T>>(self, [$($x),*]: [V; $N]) -> V {
                    let Self { $($($field),*)? } = self;
                    $value
                }
            }
        )*
    };
}

kernels! {
    /// Functions of one number.
    Map of 1:
    Neg(x) = -x;
    Identity(x) = x;
    Square(x) = x * x;
    Sqrt(x) = x.sqrt();
    Reciprocal(x) = x.number(1.0) / x;
    Rsqrt(x) = x.number(1.0) / x.sqrt();
    Exp(x) = functions::exp(x);
    ExpM1(x) = functions::exp_m1(x);
    Ln(x) = functions::ln(x);
    Ln1p(x) = functions::ln_1p(x);
    /// By the standard library.
    Sin(x) = x.each(|x| x.sin());
    /// By the standard library.
    Cos(x) = x.each(|x| x.cos());
    /// By the standard library.
    Tan(x) = x.each(|x| x.tan());
    Tanh(x) = functions::tanh(x);
    Sigmoid(x) = functions::sigmoid(x);
    Softplus(x) = functions::softplus(x);
    Erf(x) = functions::erf(x);
    Gelu(x) = functions::gelu(x);
    /// x σ(x); 0 where σ is, also at −∞.
    Silu(x) = {
        let (zero, sigmoid) = (x.number(0.0), functions::sigmoid(x));
        zero.select(sigmoid.eq(zero), x * sigmoid)
    };
    Relu(x) = x.number(0.0).max(x);
    LeakyRelu { slope: f64 }(x) = x.select(x.number(0.0).lt(x), x.number(slope) * x);
    Elu { alpha: f64 }(x) = {
        x.select(x.number(0.0).lt(x), x.number(alpha) * functions::exp_m1(x))
    };
    Abs(x) = x.abs();
    /// NaN stays NaN.
    Clamp { low: f64, high: f64 }(x) = x.number(high).min(x.number(low).max(x));
    /// 1 where x > 0, `below` where x ≤ 0; NaN for NaN.
    Step { below: f64 }(x) = {
        let zero = x.number(0.0);
        x.number(1.0).select(zero.lt(x), x.number(below).select(x.le(zero), x))
    };
    /// −1, 0 or 1; NaN for NaN.
    Sign(x) = (x.number(1.0) | x.sign()).select(x.number(0.0).lt(x.abs()), x);
    /// ⟦low ≤ x ≤ high⟧; NaN for NaN.
    Inside { low: f64, high: f64 }(x) = {
        let (zero, one) = (x.number(0.0), x.number(1.0));
        let above = one.select(x.le(x.number(high)), zero.select(x.eq(x), x));
        zero.select(x.lt(x.number(low)), above)
    };
    /// x, or 0 where it is infinite.
    FiniteOrZero(x) = x.number(0.0).select(x.abs().eq(x.number(f64::INFINITY)), x);
    /// The largest power of two that is at most |x|, or the smallest normal number; 1 for ∞ and NaN.
    PowerOfTwo(x) = {
        let infinity = x.number(f64::INFINITY);
        let power = x & infinity;
        x.number(1.0).select(power.eq(infinity), x.like(T::MIN_POSITIVE).max(power))
    };
    /// xⁿ.
    Powi { n: i64 }(x) = power(x, n);
    /// xᵖ, by the standard library.
    Powf { p: f64 }(x) = x.each(|x| x.powf(T::from_f64(p)));
}

kernels! {
    /// Functions of two numbers.
    Zip of 2:
    Add(x, y) = x + y;
    Sub(x, y) = x - y;
    Mul(x, y) = x * y;
    Div(x, y) = x / y;
    /// e^(x − y).
    ExpOfDifference(x, y) = functions::exp(x - y);
    /// x y, and 0 where either is 0.
    Times(x, y) = {
        let zero = x.number(0.0);
        zero.select(x.eq(zero), zero.select(y.eq(zero), x * y))
    };
    /// x / y, and 0 where x is 0.
    Over(x, y) = {
        let zero = x.number(0.0);
        zero.select(x.eq(zero), x / y)
    };
    /// NaN if either is.
    Maximum(x, y) = x.max(y).select(x.eq(x), x);
    /// NaN if either is.
    Minimum(x, y) = x.min(y).select(x.eq(x), x);
    /// ⟦x = y⟧.
    Equal(x, y) = x.number(1.0).select(x.eq(y), x.number(0.0));
    /// ⟦x < y⟧.
    Less(x, y) = x.number(1.0).select(x.lt(y), x.number(0.0));
    /// ⟦x ≤ y⟧.
    LessEqual(x, y) = x.number(1.0).select(x.le(y), x.number(0.0));
    /// ⟦x > y⟧.
    Greater(x, y) = x.number(1.0).select(y.lt(x), x.number(0.0));
    /// ⟦x ≥ y⟧.
    GreaterEqual(x, y) = x.number(1.0).select(y.le(x), x.number(0.0));
    /// ⟦x > y⟧, one half where they are equal; NaN if either is.
    Share(x, y) = {
        let less = x.number(0.0).select(x.lt(y), x.number(f64::NAN));
        x.number(1.0).select(y.lt(x), x.number(0.5).select(x.eq(y), less))
    };
}

/// Reductions of many numbers.
#[derive(Clone, Copy)]
pub enum Fold {
    /// 0 if there are none.
    Sum,
    /// NaN if any is; −∞ if there are none.
    Max,
    /// NaN if any is; ∞ if there are none.
    Min,
}

/// x where the condition is not 0, y elsewhere.
#[derive(Clone, Copy)]
struct Select;

impl<T: Float> Kernel<T, 3> for Select {
    #[inline(always)]
    fn lanes<V: Lanes<Element = T>>(self, [condition, x, y]: [V; 3]) -> V {
        y.select(condition.eq(condition.number(0.0)), x)
    }
}

/// The product of those x^(2ᵏ) whose bit is set in |n|.
#[inline(always)]
fn power<V: Lanes>(x: V, n: i64) -> V {
    let (mut power, mut product, mut rest) = (x, x.number(1.0), n.unsigned_abs());
    while rest > 0 {
        if rest & 1 == 1 {
            product = product * power;
        }
        power = power * power;
        rest >>= 1;
    }
    if n < 0 { x.number(1.0) / product } else { product }
}
