//! The trait [`Vector`], and the macro that turns a table of intrinsics into an implementation.

use std::ops::{Add, BitAnd, BitOr, BitXor, Div, Mul, Neg, Sub};

use super::{Coefficients, Simd};
use crate::Float;

/// `LANES` numbers in one register, on which every operation acts lane by lane.
///
/// `&`, `|` and `^` act on the bits of the numbers.
pub trait Vector:
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
    /// How many lanes there are.
    const LANES: usize;
    /// How many registers the instruction set has for such vectors.
    const REGISTERS: usize;

    /// `x` in every lane.
    ///
    /// # Safety
    /// The machine has this vector's instruction set.
    unsafe fn splat(x: Self::Element) -> Self;

    /// The `LANES` numbers at `from`, which need not be aligned.
    ///
    /// # Safety
    /// The machine has this vector's instruction set; `from` is readable for `LANES` numbers.
    unsafe fn load(from: *const Self::Element) -> Self;

    /// The `count` ≤ `LANES` numbers at `from`, then zeros.
    ///
    /// # Safety
    /// The machine has this vector's instruction set; `from` is readable for `count` numbers.
    unsafe fn load_partial(from: *const Self::Element, count: usize) -> Self;

    /// Writes all lanes to `to`, which need not be aligned.
    ///
    /// # Safety
    /// `to` is writable for `LANES` numbers.
    unsafe fn store(self, to: *mut Self::Element);

    /// Writes the first `count` ≤ `LANES` lanes to `to`, and nothing beyond.
    ///
    /// # Safety
    /// `to` is writable for `count` numbers.
    unsafe fn store_partial(self, to: *mut Self::Element, count: usize);

    /// Copies a `LANES` × `LANES` block so that its columns become rows: number i of the column at
    /// `from` + j · `from_step` becomes number j of the row at `to` + i · `to_step`.
    ///
    /// # Safety
    /// The machine has this vector's instruction set; `LANES` numbers are readable at each of the
    /// `LANES` columns, and as many writable at each row, where no column overlaps a row.
    unsafe fn transpose(
        from: *const Self::Element,
        from_step: isize,
        to: *mut Self::Element,
        to_step: isize,
    );

    /// self · b + c, rounded once where the instruction set can (everywhere but in `portable`).
    fn mul_add(self, b: Self, c: Self) -> Self;
    /// self if self > other, else other: `other` if either is not a number.
    fn max(self, other: Self) -> Self;
    /// self if self < other, else other: `other` if either is not a number.
    fn min(self, other: Self) -> Self;
    /// The sums of two lanes each: those of self, then those of other.
    fn add_pairs(self, other: Self) -> Self;
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

    /// A vector like this one with `x` in every lane: `splat`, with `self` as the proof.
    #[inline(always)]
    fn like(self, x: Self::Element) -> Self {
        // SAFETY: `self` exists, so the machine has its instruction set.
        unsafe { Self::splat(x) }
    }

    /// The number nearest to `x` in every lane.
    #[inline(always)]
    fn number(self, x: f64) -> Self {
        self.like(Self::Element::from_f64(x))
    }

    /// True in the first `count` ≤ `LANES` lanes.
    #[inline(always)]
    fn first(self, count: usize) -> Self::Mask {
        let ones = [Self::Element::from_f64(1.0); 16];
        // SAFETY: no vector has more than 16 lanes; `self` exists, so the machine has its instruction set.
        unsafe { Self::load_partial(ones.as_ptr(), count) }.eq(self.number(1.0))
    }

    /// The sign bit alone: 0 or −0.
    #[inline(always)]
    fn sign(self) -> Self {
        self & self.number(-0.0)
    }

    /// f of every lane, one after the other, for want of anything faster.
    #[inline(always)]
    fn each(self, f: impl Fn(Self::Element) -> Self::Element) -> Self {
        let mut lanes = [Self::Element::NAN; 16];
        // SAFETY: no vector has more than 16 lanes; `self` exists, so the machine has its
        // instruction set.
        unsafe {
            self.store(lanes.as_mut_ptr());
            for lane in &mut lanes[..Self::LANES] {
                *lane = f(*lane);
            }
            Self::load(lanes.as_ptr())
        }
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

/// Implements [`Vector`] for a new type around `$register`, given one function per operation.
macro_rules! vector {
    (
        $(#[$doc:meta])*
        $name:ident($register:ty): [$element:ident; $lanes:literal], registers $registers:literal, mask $mask:ty;
        splat $splat:path;
        load $load:path;
        load_partial $load_partial:path;
        store $store:path;
        store_partial $store_partial:path;
        transpose $transpose:path;
        mul_add $mul_add:path;
        neg $neg:path;
        operators { $($operator:ident $method:ident $binary:path;)* }
        binary { $($binary_name:ident $binary_fn:path;)* }
        unary { $($unary_name:ident $unary_fn:path;)* }
        compare { $($compare_name:ident $compare_fn:path;)* }
        select $select:path;
        $(split $split:path;)?
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        #[repr(transparent)]
        pub struct $name($register);

        // SAFETY (of every block below): the functions of the table need the instruction set of
        // this type and, where they take a pointer, what `Vector` asks of it. The callers of the
        // unsafe methods vouch for both; the safe methods have `self`, which could not have been
        // made without the instruction set.
        #[allow(unused_unsafe, clippy::undocumented_unsafe_blocks)]
        impl $crate::simd::Vector for $name {
            type Element = $element;
            type Mask = $mask;
            const LANES: usize = $lanes;
            const REGISTERS: usize = $registers;

            #[inline(always)]
            unsafe fn splat(x: $element) -> Self {
                Self(unsafe { $splat(x) })
            }
            #[inline(always)]
            unsafe fn load(from: *const $element) -> Self {
                Self(unsafe { $load(from) })
            }
            #[inline(always)]
            unsafe fn load_partial(from: *const $element, count: usize) -> Self {
                debug_assert!(count <= $lanes);
                Self(unsafe { $load_partial(from, count) })
            }
            #[inline(always)]
            unsafe fn store(self, to: *mut $element) {
                unsafe { $store(to, self.0) }
            }
            #[inline(always)]
            unsafe fn store_partial(self, to: *mut $element, count: usize) {
                debug_assert!(count <= $lanes);
                unsafe { $store_partial(to, count, self.0) }
            }
            #[inline(always)]
            unsafe fn transpose(
                from: *const $element,
                from_step: isize,
                to: *mut $element,
                to_step: isize,
            ) {
                unsafe { $transpose(from, from_step, to, to_step) }
            }
            #[inline(always)]
            fn mul_add(self, b: Self, c: Self) -> Self {
                Self(unsafe { $mul_add(self.0, b.0, c.0) })
            }
            #[inline(always)]
            fn select(self, mask: $mask, other: Self) -> Self {
                Self(unsafe { $select(mask, self.0, other.0) })
            }
            $(
                #[inline(always)]
                fn split(self) -> (Self, Self) {
                    let (e, m) = unsafe { $split(self.0) };
                    (Self(e), Self(m))
                }
            )?
            $(
                #[inline(always)]
                fn $binary_name(self, other: Self) -> Self {
                    Self(unsafe { $binary_fn(self.0, other.0) })
                }
            )*
            $(
                #[inline(always)]
                fn $unary_name(self) -> Self {
                    Self(unsafe { $unary_fn(self.0) })
                }
            )*
            $(
                #[inline(always)]
                fn $compare_name(self, other: Self) -> $mask {
                    unsafe { $compare_fn(self.0, other.0) }
                }
            )*
        }
        $(
            impl std::ops::$operator for $name {
                type Output = Self;
                #[inline(always)]
                #[allow(unused_unsafe)]
                fn $method(self, other: Self) -> Self {
                    // SAFETY: `self` exists, so the machine has its instruction set.
                    Self(unsafe { $binary(self.0, other.0) })
                }
            }
        )*
        impl std::ops::Neg for $name {
            type Output = Self;
            #[inline(always)]
            #[allow(unused_unsafe)]
            fn neg(self) -> Self {
                // SAFETY: `self` exists, so the machine has its instruction set.
                Self(unsafe { $neg(self.0) })
            }
        }
    };
}
