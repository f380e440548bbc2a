//! What a core could do at best.

use std::hint::black_box;
use std::time::Instant;

use super::{Isa, Routine, Vector};
use crate::Float;

/// Twelve independent chains of multiply-adds, enough to keep every unit busy; nothing from memory.
struct Chains(usize);

const CHAINS: usize = 12;

impl<T: Float> Routine<T> for Chains {
    /// A number that depends on all chains, and the floating-point operations that it took.
    type Output = (T, usize);

    #[inline(always)]
    unsafe fn run<V: Vector<Element = T>>(self) -> (T, usize) {
        // SAFETY: the machine has this instruction set.
        let x = unsafe { V::splat(black_box(T::from_f64(0.5))) };
        let mut chains = [x; CHAINS];
        for _ in 0..self.0 {
            for chain in &mut chains {
                *chain = chain.mul_add(x, x);
            }
        }
        let mut lanes = [x.like(T::from_f64(0.0)); 16];
        for chain in chains {
            lanes[0] = lanes[0] + chain;
        }
        // SAFETY: sixteen vectors have room for one.
        let sum = unsafe {
            lanes[0].store(lanes.as_mut_ptr().cast());
            lanes.as_ptr().cast::<T>().read()
        };
        (sum, 2 * CHAINS * V::LANES * self.0)
    }
}

/// The most floating-point operations that one thread does in a nanosecond (GFLOP/s), measured for
/// some milliseconds: what every benchmark of this crate is compared with.
pub fn peak<T: Float>(isa: Isa) -> f64 {
    let measure = || {
        let start = Instant::now();
        let (sum, operations) = isa.run::<T, _>(Chains(10_000));
        black_box(sum);
        operations as f64 / start.elapsed().as_nanos() as f64
    };
    (0..200).map(|_| measure()).fold(0.0, f64::max)
}
