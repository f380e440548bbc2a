//! One seed, and from it a generator for each purpose.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// What randomness is drawn for. Each purpose has a stream of its own, so that no use disturbs another.
#[derive(Clone, Copy)]
pub enum Purpose {
    Initialization,
    Order,
    Noise,
    Bits,
    TestNoise,
    TestBits,
}

/// How many purposes there may be.
const PURPOSES: u64 = 8;

/// The generator of one purpose, in one part of a run: ChaCha gives every seed 2⁶⁴ independent streams.
pub fn generator(seed: u64, part: usize, purpose: Purpose) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(PURPOSES * part as u64 + purpose as u64);
    rng
}
