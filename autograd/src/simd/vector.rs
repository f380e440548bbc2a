//! The trait [`Vector`], and the macro that turns a table of intrinsics into an implementation.

use super::Lanes;
use crate::Float;

/// Lanes of numbers in one register: they can be loaded and stored, and change their places.
pub trait Vector: Lanes {
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
    /// `from` + j · `from_step` becomes number j of the row at `to` + i · `to_step`. Rows are written in order: where one
    /// reaches into the next, the next one's numbers stay.
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

    /// The sums of two lanes each: those of self, then those of other.
    fn add_pairs(self, other: Self) -> Self;

    /// True in the first `count` ≤ `LANES` lanes.
    #[inline(always)]
    fn first(self, count: usize) -> Self::Mask {
        let ones = [Self::Element::from_f64(1.0); 16];
        // SAFETY: no vector has more than 16 lanes; `self` exists, so the machine has its instruction set.
        unsafe { Self::load_partial(ones.as_ptr(), count) }.eq(self.number(1.0))
    }
}

/// f of every lane of `x`, in memory.
#[inline(always)]
pub fn each<V: Vector>(x: V, f: impl Fn(V::Element) -> V::Element) -> V {
    let mut lanes = [V::Element::NAN; 16];
    // SAFETY: no vector has more than 16 lanes; `x` exists, so the machine has its instruction set.
    unsafe {
        x.store(lanes.as_mut_ptr());
        for lane in &mut lanes[..V::LANES] {
            *lane = f(*lane);
        }
        V::load(lanes.as_ptr())
    }
}

/// Implements [`Lanes`] and [`Vector`] for a new type around `$register`, given one function per operation.
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
        add_pairs $add_pairs:path;
        mul_add $mul_add:path;
        neg $neg:path;
        operators { $($operator:ident $method:ident $binary:path;)* }
        binary { $($binary_name:ident $binary_fn:path;)* }
        unary { $($unary_name:ident $unary_fn:path;)* }
        compare { $($compare_name:ident $compare_fn:path;)* }
        select $select:path;
        $(split $split:path;)?
        $(fused_mul_add $fused_mul_add:path;)?
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
            fn add_pairs(self, other: Self) -> Self {
                Self(unsafe { $add_pairs(self.0, other.0) })
            }
        }
        #[allow(unused_unsafe, clippy::undocumented_unsafe_blocks)]
        impl $crate::simd::Lanes for $name {
            type Element = $element;
            type Mask = $mask;

            #[inline(always)]
            fn like(self, x: $element) -> Self {
                Self(unsafe { $splat(x) })
            }
            #[inline(always)]
            fn each(self, f: impl Fn($element) -> $element) -> Self {
                $crate::simd::vector::each(self, f)
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
                fn fused_mul_add(self, b: Self, c: Self) -> Self {
                    Self(unsafe { $fused_mul_add(self.0, b.0, c.0) })
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
