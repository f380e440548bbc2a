//! Blocks, combined in pairs, in pairs of pairs, and so on.

use crate::simd::{Kernel, Vector};

/// More levels than a cascade can reach: it gets at most 256 blocks, of HEIGHT rows or CHUNK numbers.
const LEVELS: usize = 9;

/// Results of blocks, combined in pairs: `levels[k]` holds one of 2ᵏ blocks if bit k of `count` is set.
pub struct Cascade<V, const W: usize> {
    levels: [[V; W]; LEVELS],
    count: usize,
}

impl<V: Vector, const W: usize> Cascade<V, W> {
    /// No block yet; `start` takes the place of what is not there.
    #[inline(always)]
    pub fn new(start: V) -> Self {
        Self { levels: [[start; W]; LEVELS], count: 0 }
    }

    /// Adds the result of a block.
    #[inline(always)]
    pub fn push(&mut self, kernel: impl Kernel<V::Element, 2>, mut block: [V; W]) {
        let mut level = 0;
        while self.count >> level & 1 == 1 {
            block = combine(kernel, self.levels[level], block);
            level += 1;
        }
        self.levels[level] = block;
        self.count += 1;
    }

    /// All blocks and `last`, which may be the result of a shorter one.
    #[inline(always)]
    pub fn finish(self, kernel: impl Kernel<V::Element, 2>, mut last: [V; W]) -> [V; W] {
        let mut level = 0;
        while self.count >> level > 0 {
            if self.count >> level & 1 == 1 {
                last = combine(kernel, self.levels[level], last);
            }
            level += 1;
        }
        last
    }
}

#[inline(always)]
fn combine<V: Vector, const W: usize>(
    kernel: impl Kernel<V::Element, 2>,
    x: [V; W],
    mut y: [V; W],
) -> [V; W] {
    for j in 0..W {
        y[j] = kernel.lanes([x[j], y[j]]);
    }
    y
}
