//! The trait [`Lanes`]: what can be computed with numbers side by side.

use std::ops::{Add, BitAnd, BitOr, BitXor, Div, Mul, Neg, Sub};

use super::{Coefficients, Simd};
use crate::Float;

/// Numbers side by side, each in its lane, on which every operation acts lane by lane: one register of them, a
/// [`Vector`](super::Vector), or [two](super::Pair).
///
/// `&`, `|` and `^` act on the bits of the numbers.
pub trait Lanes:
    Copy
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + BitAnd<Output = Self>
    + BitOr<Output = Self>
    + BitXor<Output = Self>
{
    /// What a lane holds.
    type Element: Float;
    /// One truth value per lane.
    type Mask: Copy;

    /// `x` in every lane: `self` is the proof that the machine can do it.
    fn like(self, x: Self::Element) -> Self;

    /// self · b + c, rounded once where the instruction set can (everywhere but in `portable`).
    fn mul_add(self, b: Self, c: Self) -> Self;
    /// self · b + c, rounded once by all of them, though `portable` takes long for it.
    #[inline(always)]
    fn fused_mul_add(self, b: Self, c: Self) -> Self {
        self.mul_add(b, c)
    }
    /// self if self > other, else other: `other` if either is not a number.
    fn max(self, other: Self) -> Self;
    /// self if self < other, else other: `other` if either is not a number.
    fn min(self, other: Self) -> Self;
    /// √self.
    fn sqrt(self) -> Self;
    /// |self|.
    fn abs(self) -> Self;
    /// The nearest integer, ties to even.
    fn round(self) -> Self;

    /// self < other.
    fn lt(self, other: Self) -> Self::Mask;
    /// self ≤ other.
    fn le(self, other: Self) -> Self::Mask;
    /// self = other: false for NaN, also with itself.
    fn eq(self, other: Self) -> Self::Mask;
    /// `self` where the mask is true, `other` elsewhere.
    fn select(self, mask: Self::Mask, other: Self) -> Self;

    /// The bits, moved up by the width of the mantissa: an integer becomes an exponent.
    fn mantissa_to_exponent(self) -> Self;
    /// The bits, moved down by the width of the mantissa: an exponent becomes an integer.
    fn exponent_to_mantissa(self) -> Self;

    /// The sum of the bits, read as integers.
    fn add_bits(self, other: Self) -> Self;
    /// The difference of the bits, read as integers.
    fn sub_bits(self, other: Self) -> Self;

    /// f of every lane, one after the other, for want of anything faster.
    fn each(self, f: impl Fn(Self::Element) -> Self::Element) -> Self;

    /// The number nearest to `x` in every lane.
    #[inline(always)]
    fn number(self, x: f64) -> Self {
        self.like(Self::Element::from_f64(x))
    }

    /// The sign bit alone: 0 or −0.
    #[inline(always)]
    fn sign(self) -> Self {
        self & self.number(-0.0)
    }

    /// 2ⁿ for integers n whose result is a normal number (or n = −BIAS, which gives 0).
    ///
    /// n + 1.5 · 2^MANTISSA_BITS + BIAS has n + BIAS in its last bits, which is how the exponent
    /// n is stored; moving it up pushes out everything else. No conversion to integers is needed.
    #[inline(always)]
    fn pow2(self) -> Self {
        let one_per_bit = Self::Element::ONE_PER_BIT;
        let half = Self::Element::from_f64(0.5);
        let magic = one_per_bit + one_per_bit * half + Self::Element::BIAS;
        (self + self.like(magic)).mantissa_to_exponent()
    }

    /// (e, m) with self = 2ᵉ m and √½ ≤ m < √2, for positive numbers. For ±0, e is −∞, for ∞ it is ∞, and m finite; for
    /// negative numbers and NaN, e or m is NaN.
    ///
    /// The bits of 1 / √½, added to those of self as integers, multiply it by about √2, so that the exponent steps at
    /// √½ 2ᵉ. The stored exponent e + BIAS, moved down to the mantissa of 2^MANTISSA_BITS, reads as 2^MANTISSA_BITS + e + BIAS;
    /// the bits of 2ᵉ, subtracted from those of self, divide it exactly. A subnormal number is made normal first.
    #[inline(always)]
    fn split(self) -> (Self, Self) {
        let (zero, one) = (self.number(0.0), self.number(1.0));
        let one_per_bit = self.like(Self::Element::ONE_PER_BIT);
        let subnormal = self.lt(self.like(Self::Element::MIN_POSITIVE));
        let x = (self * one_per_bit).select(subnormal, self);
        let lift = self.number(Self::Element::MANTISSA_BITS.into()).select(subnormal, zero);
        let shifted = x.add_bits(one).sub_bits(self.like(Self::Element::ROOT_HALF));
        let infinity = self.like(-Self::Element::NEG_INFINITY);
        let m = x.add_bits(one).sub_bits(shifted & infinity);
        let stored = shifted.exponent_to_mantissa() | one_per_bit;
        let e = stored - self.like(Self::Element::ONE_PER_BIT + Self::Element::BIAS) - lift;
        let below = (-infinity).select(self.eq(zero), self.like(Self::Element::NAN));
        (e.select(self.lt(infinity), self).select(zero.lt(self), below), m)
    }
}
