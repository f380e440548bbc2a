//! Vectors: one register's worth of numbers, and the instruction sets that work on them.
//!
//! A modern core multiplies and adds 4 to 16 numbers with one instruction, but *which* instructions
//! it has is known only where the program runs, not where it is compiled. So every hot loop of this
//! crate is written once, over the trait [`Vector`], and compiled once per instruction set:
//!
//! ```text
//!     a loop over V: Vector  ─┬─►  V = avx512::F32x16     #[target_feature(enable = "avx512f")]
//!                             ├─►  V = avx2::F32x8        #[target_feature(enable = "avx2,fma")]
//!                             ├─►  V = neon::F32x4
//!                             └─►  V = portable::F32x4    no feature at all: runs anywhere
//!     Isa::current()  picks one of them when the program runs.
//! ```
//!
//! What is computed *with* vectors, a [`Kernel`], needs neither loads nor stores: it is written over the trait [`Lanes`], so
//! that a loop can give it two vectors at a time, a [`Pair`].
//!
//! Three rules make this both safe and fast.
//!
//! 1. **A value is a proof.** An [`Isa`] is only handed out where the machine has it, and a vector
//!    can only be made (`splat`, `load`) by `unsafe` code that vouches for the instruction set. From
//!    then on arithmetic is safe: whoever holds a vector is on a machine that can add it.
//! 2. **Everything between a `#[target_feature]` function and an intrinsic is
//!    `#[inline(always)]`**, with no closure and no iterator of the standard library in between.
//!    An intrinsic that is not inlined is a function call for one addition: 100 GFLOP/s become 2.
//! 3. **An instruction set is chosen once, outside the loop** (and outside of any parallel split).
//!
//! The environment variable `ELBO_ISA` (`avx512`, `avx2`, `neon`, `portable`) overrides the choice,
//! and so does [`Isa::force`] for the length of a closure. Different instruction sets may round
//! differently: one adds 8 lanes where another adds 4, one fuses a·b + c and another does not.

#[macro_use]
mod vector;
#[cfg(target_arch = "x86_64")]
pub mod avx2;
#[cfg(target_arch = "x86_64")]
pub mod avx512;
mod elementwise;
pub mod functions;
mod isa;
mod lanes;
#[cfg(test)]
mod loops;
#[cfg(target_arch = "aarch64")]
pub mod neon;
mod pair;
mod peak;
pub mod portable;
mod reduce;
#[cfg(test)]
mod tests;
mod update;
mod walk;

pub use elementwise::{Elements, Kernel, Operand, apply};
pub use functions::Coefficients;
pub use isa::{Isa, Routine};
pub use lanes::Lanes;
pub use pair::Pair;
pub use peak::peak;
pub use reduce::{reduce, reduce_rows};
pub use update::{Update, update};
pub use vector::Vector;

/// The vector types of an element type, one per instruction set, and its bits.
///
/// Layout of an IEEE number: sign, exponent + `BIAS`, then `MANTISSA_BITS` bits of mantissa.
pub trait Simd: Coefficients {
    /// Width of the mantissa: 23 or 52.
    const MANTISSA_BITS: u32;
    /// What is added to an exponent in storage: 127 or 1023.
    const BIAS: Self;
    /// 2^`MANTISSA_BITS`, the smallest number whose last bit counts ones.
    const ONE_PER_BIT: Self;
    /// The smallest positive normal number.
    const MIN_POSITIVE: Self;

    /// The vector of plain arrays.
    type Portable: Vector<Element = Self>;
    /// The 256-bit vector.
    #[cfg(target_arch = "x86_64")]
    type Avx2: Vector<Element = Self>;
    /// The 512-bit vector.
    #[cfg(target_arch = "x86_64")]
    type Avx512: Vector<Element = Self>;
    /// The 128-bit vector.
    #[cfg(target_arch = "aarch64")]
    type Neon: Vector<Element = Self>;
}

/// Asks for the line of memory that `at` is in, which need not be a valid address.
#[inline(always)]
pub fn prefetch<T>(at: *const T) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: every x86-64 has the instruction, and a prefetch never faults.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(at.cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = at;
}

/// The same, but the line goes to the second level cache and no nearer.
#[inline(always)]
pub fn prefetch_to_second<T>(at: *const T) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: as above.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T1, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T1>(at.cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = at;
}

/// The same, for a line that will be written: other cores are to forget it at once, not when it is.
#[inline(always)]
pub fn prefetch_to_write<T>(at: *const T) {
    // Not by the intrinsic, which is a prefetch to read where the compiler does not know that the processor has this
    // instruction. Those that have not do nothing.
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    // SAFETY: a prefetch never faults.
    unsafe {
        std::arch::asm!("prefetchw [{}]", in(reg) at, options(nostack, preserves_flags));
    }
    #[cfg(not(all(target_arch = "x86_64", not(miri))))]
    let _ = at;
}

impl Simd for f32 {
    const MANTISSA_BITS: u32 = 23;
    const BIAS: f32 = 127.0;
    const ONE_PER_BIT: f32 = 8_388_608.0;
    const MIN_POSITIVE: f32 = f32::MIN_POSITIVE;

    type Portable = portable::F32x4;
    #[cfg(target_arch = "x86_64")]
    type Avx2 = avx2::F32x8;
    #[cfg(target_arch = "x86_64")]
    type Avx512 = avx512::F32x16;
    #[cfg(target_arch = "aarch64")]
    type Neon = neon::F32x4;
}

impl Simd for f64 {
    const MANTISSA_BITS: u32 = 52;
    const BIAS: f64 = 1023.0;
    const ONE_PER_BIT: f64 = 4_503_599_627_370_496.0;
    const MIN_POSITIVE: f64 = f64::MIN_POSITIVE;

    type Portable = portable::F64x2;
    #[cfg(target_arch = "x86_64")]
    type Avx2 = avx2::F64x4;
    #[cfg(target_arch = "x86_64")]
    type Avx512 = avx512::F64x8;
    #[cfg(target_arch = "aarch64")]
    type Neon = neon::F64x2;
}
