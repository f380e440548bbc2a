//! The operators for every mix of values, references and numbers.
//!
//! The rules live in [`arithmetic`](super::arithmetic), on references. A number is an `f64` in tensors of either
//! precision, so that generic code reads like the formula: `(x.square() + 1.0) * 0.5`. It becomes a constant scalar.

use std::ops::{Add, Div, Mul, Neg, Sub};

use crate::{Float, Tensor};

macro_rules! forward_operator {
    ($Operator:ident $operator:ident) => {
        forward_operator!($Operator $operator: |x: Tensor<T>, y: Tensor<T>| &x, &y);
        forward_operator!($Operator $operator: |x: Tensor<T>, y: &Tensor<T>| &x, y);
        forward_operator!($Operator $operator: |x: &Tensor<T>, y: Tensor<T>| x, &y);
        forward_operator!($Operator $operator: |x: Tensor<T>, y: f64| &x, &Tensor::from(y));
        forward_operator!($Operator $operator: |x: &Tensor<T>, y: f64| x, &Tensor::from(y));
        forward_operator!($Operator $operator: |x: f64, y: Tensor<T>| &Tensor::from(x), &y);
        forward_operator!($Operator $operator: |x: f64, y: &Tensor<T>| &Tensor::from(x), y);
    };
    ($Operator:ident $operator:ident: |$x:ident: $X:ty, $y:ident: $Y:ty| $left:expr, $right:expr) => {
        impl<T: Float> $Operator<$Y> for $X {
            type Output = Tensor<T>;

            #[track_caller]
            fn $operator(self, $y: $Y) -> Tensor<T> {
                let $x = self;
                <&Tensor<T> as $Operator<&Tensor<T>>>::$operator($left, $right)
            }
        }
    };
}

forward_operator!(Add add);
forward_operator!(Sub sub);
forward_operator!(Mul mul);
forward_operator!(Div div);

impl<T: Float> Neg for Tensor<T> {
    type Output = Tensor<T>;

    #[track_caller]
    fn neg(self) -> Tensor<T> {
        -&self
    }
}
