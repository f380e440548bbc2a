//! Updates in place of several arrays at once: a parameter, and what an optimizer remembers of it.

use super::elementwise::{CHUNK, PARALLEL};
use super::{Isa, Lanes, Pair, Routine, Simd, Vector};
use crate::{Float, threads};

/// A rule that updates a number x, and N that are remembered of it, by a given one.
pub trait Update<T: Float, const N: usize>: Copy + Send + Sync {
    /// The rule, lane by lane. **Mark the implementation `#[inline(always)]`.**
    fn lanes<V: Lanes<Element = T>>(self, x: V, memory: [V; N], g: V) -> (V, [V; N]);
}

/// (x, y₁, …, y_N) ← f(x, y₁, …, y_N, g), element by element, where the y are the memory.
///
/// A memory too small for a normal number is forgotten: 0 instead. A mean that decays while there is nothing to add to
/// it would become subnormal and, since 0.9 of so small a number is rounded to the number itself, remain so; and
/// processors take a hundred times as long for it.
///
/// # Panics
/// If the lengths differ.
#[track_caller]
pub fn update<T: Float, const N: usize>(
    rule: impl Update<T, N>,
    x: &mut [T],
    memory: [&mut [T]; N],
    g: &[T],
) {
    for len in memory.iter().map(|y| y.len()).chain([x.len()]) {
        assert_eq!(len, g.len(), "update: all slices must have one length");
    }
    let isa = Isa::current();
    if g.len() < PARALLEL {
        return isa.run(Chunk { rule, x, memory, g });
    }
    let piece = threads::piece(g.len(), CHUNK);
    let mut memory = memory.map(|y| y.chunks_mut(piece));
    let chunks = x.chunks_mut(piece).zip(g.chunks(piece)).map(|(x, g)| {
        let memory = memory.each_mut().map(|y| y.next().expect("as many chunks as of g"));
        Chunk { rule, x, memory, g }
    });
    threads::for_each(chunks, |chunk| isa.run(chunk));
}

/// Slices of one length.
struct Chunk<'a, T, U, const N: usize> {
    rule: U,
    x: &'a mut [T],
    memory: [&'a mut [T]; N],
    g: &'a [T],
}

impl<T: Float, U: Update<T, N>, const N: usize> Routine<T> for Chunk<'_, T, U, N> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vector<Element = T>>(self) {
        let (len, g, x) = (self.g.len(), self.g.as_ptr(), self.x.as_mut_ptr());
        let memory = self.memory.map(|y| y.as_mut_ptr());
        let mut i = 0;
        // SAFETY: the machine has the instruction set; all slices are `len` long, two vectors end at or before `len`, and
        // a partial one has at most what is left.
        unsafe {
            while i + 2 * V::LANES <= len {
                let load = |from: *const T| Pair::<V>::load(from.add(i));
                let (new, y) = self.rule.lanes(load(x), memory.map(|y| load(y)), load(g));
                new.store(x.add(i));
                for k in 0..N {
                    without_subnormals(y[k]).store(memory[k].add(i));
                }
                i += 2 * V::LANES;
            }
            while i < len {
                let count = V::LANES.min(len - i);
                let load = |from: *const T| V::load_partial(from.add(i), count);
                let (new, y) = self.rule.lanes(load(x), memory.map(|y| load(y)), load(g));
                new.store_partial(x.add(i), count);
                for k in 0..N {
                    without_subnormals(y[k]).store_partial(memory[k].add(i), count);
                }
                i += count;
            }
        }
    }
}

/// The numbers of `y`, but 0 for those that are subnormal.
#[inline(always)]
fn without_subnormals<V: Lanes>(y: V) -> V {
    let subnormal = y.abs().lt(y.like(V::Element::MIN_POSITIVE));
    y.number(0.0).select(subnormal, y)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// x ← x + y g, y ← g.
    #[derive(Clone, Copy)]
    struct Rule;

    impl Update<f32, 1> for Rule {
        #[inline(always)]
        fn lanes<V: Lanes<Element = f32>>(self, x: V, [y]: [V; 1], g: V) -> (V, [V; 1]) {
            (x + y * g, [g])
        }
    }

    #[test]
    fn all_elements_are_updated_whatever_the_length() {
        for isa in Isa::available() {
            for len in [0, 1, 7, 8, 70, PARALLEL, 3 * PARALLEL + 5] {
                let g: Vec<_> = (0..len).map(|i| (i % 100) as f32).collect();
                let (mut x, mut y) = (vec![1.0; len], vec![2.0; len]);
                isa.force(|| update(Rule, &mut x, [&mut y], &g));
                assert_eq!(y, g, "{len} on {isa}");
                assert!(x.iter().zip(&g).all(|(x, g)| *x == 1.0 + 2.0 * g), "{len} on {isa}");
            }
        }
    }

    /// y ← ½ y.
    #[derive(Clone, Copy)]
    struct Decay;

    impl Update<f32, 1> for Decay {
        #[inline(always)]
        fn lanes<V: Lanes<Element = f32>>(self, x: V, [y]: [V; 1], _: V) -> (V, [V; 1]) {
            (x, [y * y.number(0.5)])
        }
    }

    #[test]
    fn a_memory_that_would_be_subnormal_is_forgotten() {
        let least = f32::MIN_POSITIVE;
        for isa in Isa::available() {
            for len in [3, 64] {
                let mut y =
                    [2.0 * least, -2.0 * least, least, -least, f32::NAN, 0.0, 1.0, -1.0].repeat(8);
                let y = &mut y[..len];
                isa.force(|| update(Decay, &mut vec![0.0; len], [&mut *y], &vec![0.0; len]));
                let expected = [least, -least, 0.0, 0.0, f32::NAN, 0.0, 0.5, -0.5].repeat(8);
                let bits = |y: &[f32]| y.iter().map(|y| y.to_bits()).collect::<Vec<_>>();
                assert_eq!(bits(y), bits(&expected[..len]), "{len} on {isa}");
            }
        }
    }

    #[test]
    #[should_panic(expected = "update: all slices must have one length")]
    fn lengths_must_agree() {
        update(Rule, &mut [1.0], [&mut [1.0, 2.0]], &[1.0]);
    }
}
