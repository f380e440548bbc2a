//! One seed, and from it a generator for each purpose.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use serde::{Deserialize, Serialize};

/// Independent generators, so that no use of one disturbs another: how often the model is tested, say, leaves
/// its training as it is.
///
/// ChaCha gives every seed 2⁶⁴ independent streams; each generator here is one of them.
#[derive(Clone, Debug)]
pub struct Randomness {
    /// The parameters at the start.
    pub initialization: ChaCha8Rng,
    /// The order of the training images.
    pub order: ChaCha8Rng,
    /// The noise ε of z = μ + σ ⊙ ε in training.
    pub noise: ChaCha8Rng,
    /// The bits of the training images.
    pub bits: ChaCha8Rng,
    /// The noise in tests. Clones of it, and so all tests of a run, draw the same.
    pub test_noise: ChaCha8Rng,
    /// The bits of the test images. Clones of it draw the same.
    pub test_bits: ChaCha8Rng,
    /// The codes of the sampled images. Clones of it draw the same.
    pub samples: ChaCha8Rng,
}

/// How many words were drawn from each generator that moves in training. With the seed, that is all of its state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Positions {
    order: u64,
    noise: u64,
    bits: u64,
}

impl Randomness {
    /// All of them, from one seed.
    pub fn new(seed: u64) -> Self {
        let stream = |number| {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            rng.set_stream(number);
            rng
        };
        Self {
            initialization: stream(0),
            order: stream(1),
            noise: stream(2),
            bits: stream(3),
            test_noise: stream(4),
            test_bits: stream(5),
            samples: stream(6),
        }
    }

    /// Those of a training that has come so far.
    pub fn at(seed: u64, positions: Positions) -> Self {
        let mut randomness = Self::new(seed);
        let Positions { order, noise, bits } = positions;
        randomness.order.set_word_pos(order.into());
        randomness.noise.set_word_pos(noise.into());
        randomness.bits.set_word_pos(bits.into());
        randomness
    }

    /// How far training has come.
    pub fn positions(&self) -> Positions {
        let words = |rng: &ChaCha8Rng| {
            u64::try_from(rng.get_word_pos()).expect("no run draws as many as 2⁶⁴ words")
        };
        Positions { order: words(&self.order), noise: words(&self.noise), bits: words(&self.bits) }
    }
}
