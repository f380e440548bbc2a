//! Plain arrays of 16 bytes, which every compiler knows how to keep in a register: runs anywhere.

use super::Routine;
use crate::Float;

/// Runs `routine` on plain arrays.
///
/// # Safety
/// None is needed; `unsafe` only to look like the other instruction sets.
pub unsafe fn run<T: Float, R: Routine<T>>(routine: R) -> R::Output {
    // SAFETY: arrays need no instruction set.
    unsafe { routine.run::<T::Portable>() }
}

vector! {
    /// Four `f32`.
    F32x4(f32s::Register): [f32; 4], registers 16, mask [bool; 4];
    splat f32s::splat;
    load f32s::load;
    load_partial f32s::load_partial;
    store f32s::store;
    store_partial f32s::store_partial;
    transpose f32s::transpose;
    add_pairs f32s::add_pairs;
    mul_add f32s::mul_add;
    neg f32s::neg;
    operators {
        Add add f32s::add;
        Sub sub f32s::sub;
        Mul mul f32s::mul;
        Div div f32s::div;
        BitAnd bitand f32s::and;
        BitOr bitor f32s::or;
        BitXor bitxor f32s::xor;
    }
    binary {
        max f32s::max;
        min f32s::min;
        add_bits f32s::add_bits;
        sub_bits f32s::sub_bits;
    }
    unary {
        sqrt f32s::sqrt;
        abs f32s::abs;
        round f32s::round;
        mantissa_to_exponent f32s::shift_up;
        exponent_to_mantissa f32s::shift_down;
    }
    compare {
        lt f32s::lt;
        le f32s::le;
        eq f32s::eq;
    }
    select f32s::select;
    fused_mul_add f32s::fused_mul_add;
}

vector! {
    /// Two `f64`.
    F64x2(f64s::Register): [f64; 2], registers 16, mask [bool; 2];
    splat f64s::splat;
    load f64s::load;
    load_partial f64s::load_partial;
    store f64s::store;
    store_partial f64s::store_partial;
    transpose f64s::transpose;
    add_pairs f64s::add_pairs;
    mul_add f64s::mul_add;
    neg f64s::neg;
    operators {
        Add add f64s::add;
        Sub sub f64s::sub;
        Mul mul f64s::mul;
        Div div f64s::div;
        BitAnd bitand f64s::and;
        BitOr bitor f64s::or;
        BitXor bitxor f64s::xor;
    }
    binary {
        max f64s::max;
        min f64s::min;
        add_bits f64s::add_bits;
        sub_bits f64s::sub_bits;
    }
    unary {
        sqrt f64s::sqrt;
        abs f64s::abs;
        round f64s::round;
        mantissa_to_exponent f64s::shift_up;
        exponent_to_mantissa f64s::shift_down;
    }
    compare {
        lt f64s::lt;
        le f64s::le;
        eq f64s::eq;
    }
    select f64s::select;
    fused_mul_add f64s::fused_mul_add;
}

/// The functions that an instruction set would have as intrinsics, lane by lane.
macro_rules! arrays {
    ($module:ident, $float:ident, $lanes:literal) => {
        mod $module {
            use crate::simd::Simd;

            #[derive(Clone, Copy)]
            #[repr(C, align(16))]
            pub struct Register([$float; $lanes]);

            #[inline(always)]
            pub fn splat(x: $float) -> Register {
                Register([x; $lanes])
            }
            #[inline(always)]
            pub unsafe fn load(from: *const $float) -> Register {
                // SAFETY: `from` is readable for all lanes; an array is aligned as its element.
                Register(unsafe { from.cast::<[$float; $lanes]>().read() })
            }
            #[inline(always)]
            pub unsafe fn store(to: *mut $float, x: Register) {
                // SAFETY: `to` is writable for all lanes.
                unsafe { to.cast::<[$float; $lanes]>().write(x.0) }
            }
            #[inline(always)]
            pub unsafe fn load_partial(from: *const $float, count: usize) -> Register {
                let mut x = [0.0; $lanes];
                for (i, lane) in x.iter_mut().enumerate() {
                    if i < count {
                        // SAFETY: `from` is readable for `count` numbers, and i < count.
                        *lane = unsafe { *from.add(i) };
                    }
                }
                Register(x)
            }
            #[inline(always)]
            pub unsafe fn store_partial(to: *mut $float, count: usize, x: Register) {
                for (i, &lane) in x.0.iter().enumerate() {
                    if i < count {
                        // SAFETY: `to` is writable for `count` numbers, and i < count.
                        unsafe { *to.add(i) = lane };
                    }
                }
            }
            #[inline(always)]
            pub unsafe fn transpose(
                from: *const $float,
                from_step: isize,
                to: *mut $float,
                to_step: isize,
            ) {
                for i in 0..$lanes {
                    for j in 0..$lanes {
                        // SAFETY: the callers vouch for every column and every row.
                        unsafe {
                            let x = *from.offset(j * from_step + i);
                            *to.offset(i * to_step + j) = x;
                        }
                    }
                }
            }
            #[inline(always)]
            pub fn add_pairs(x: Register, y: Register) -> Register {
                let mut z = x;
                for i in 0..$lanes / 2 {
                    z.0[i] = x.0[2 * i] + x.0[2 * i + 1];
                    z.0[$lanes / 2 + i] = y.0[2 * i] + y.0[2 * i + 1];
                }
                z
            }
            #[inline(always)]
            pub fn select(mask: [bool; $lanes], yes: Register, no: Register) -> Register {
                let mut z = no;
                for i in 0..$lanes {
                    z.0[i] = if mask[i] { yes.0[i] } else { no.0[i] };
                }
                z
            }
            #[inline(always)]
            pub fn mul_add(a: Register, b: Register, c: Register) -> Register {
                let mut z = c;
                for i in 0..$lanes {
                    z.0[i] += a.0[i] * b.0[i];
                }
                z
            }
            #[inline(always)]
            pub fn fused_mul_add(a: Register, b: Register, c: Register) -> Register {
                let mut z = c;
                for i in 0..$lanes {
                    z.0[i] = a.0[i].mul_add(b.0[i], c.0[i]);
                }
                z
            }
            #[inline(always)]
            fn round_one(x: $float) -> $float {
                // Adding 2^MANTISSA_BITS leaves no bits for a fraction: the hardware rounds it off.
                let magic = <$float>::ONE_PER_BIT.copysign(x);
                let rounded = ((x + magic) - magic).copysign(x);
                if x.abs() < <$float>::ONE_PER_BIT { rounded } else { x }
            }

            arrays! { @unary
                neg |x| -x;
                sqrt |x| x.sqrt();
                abs |x| x.abs();
                round |x| round_one(x);
                shift_up |x| $float::from_bits(x.to_bits() << <$float>::MANTISSA_BITS);
                shift_down |x| $float::from_bits(x.to_bits() >> <$float>::MANTISSA_BITS);
            }
            arrays! { @binary
                add |x, y| x + y;
                sub |x, y| x - y;
                mul |x, y| x * y;
                div |x, y| x / y;
                max |x, y| if x > y { x } else { y };
                min |x, y| if x < y { x } else { y };
                and |x, y| $float::from_bits(x.to_bits() & y.to_bits());
                or |x, y| $float::from_bits(x.to_bits() | y.to_bits());
                xor |x, y| $float::from_bits(x.to_bits() ^ y.to_bits());
                add_bits |x, y| $float::from_bits(x.to_bits().wrapping_add(y.to_bits()));
                sub_bits |x, y| $float::from_bits(x.to_bits().wrapping_sub(y.to_bits()));
            }
            arrays! { @compare $lanes
                lt |x, y| x < y;
                le |x, y| x <= y;
                eq |x, y| x == y;
            }
        }
    };
    (@unary $($name:ident |$x:ident| $value:expr;)*) => {$(
        #[inline(always)]
        pub fn $name(mut z: Register) -> Register {
            for lane in &mut z.0 {
                let $x = *lane;
                *lane = $value;
            }
            z
        }
    )*};
    (@binary $($name:ident |$x:ident, $y:ident| $value:expr;)*) => {$(
        #[inline(always)]
        pub fn $name(mut z: Register, y: Register) -> Register {
            for i in 0..z.0.len() {
                let ($x, $y) = (z.0[i], y.0[i]);
                z.0[i] = $value;
            }
            z
        }
    )*};
    (@compare $lanes:literal $($name:ident |$x:ident, $y:ident| $value:expr;)*) => {$(
        #[inline(always)]
        pub fn $name(x: Register, y: Register) -> [bool; $lanes] {
            let mut z = [false; $lanes];
            for i in 0..$lanes {
                let ($x, $y) = (x.0[i], y.0[i]);
                z[i] = $value;
            }
            z
        }
    )*};
}

arrays!(f32s, f32, 4);
arrays!(f64s, f64, 2);
