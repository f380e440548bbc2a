//! Random bits of gray images.

use autograd::Float;
use ndarray::{Array2, Zip};
use rand::Rng;

/// Random binarization, x ~ Bernoulli(p/255), each pixel p by itself.
///
/// Shapes: pixels [batch, pixels] -> [batch, pixels] of 0 and 1
///
/// A Bernoulli likelihood speaks of bits, and MNIST is gray: drawing the bits anew for each batch turns
/// intensities into data that the likelihood is a model of.
///
/// # Derivation
/// Let u be uniform on the 255 integers 0, 1, …, 254. Of these, exactly p are less than p, so
///     P(u < p) = p/255,                                             (bits_have_the_probability_of_their_pixel)
/// and x = 1 where u < p, else 0, has the probability wanted: not rounded, never 1 at p = 0, always at 255.
/// A random byte is uniform on 0, 1, …, 255; given that it is not 255 it is uniform on the rest, so 255 is
/// drawn again. All of this is integers: the same bits come out in `f32` and in `f64`, on every machine.
///
/// Source: Salakhutdinov & Murray 2008, *On the quantitative analysis of deep belief networks*;
/// drawn anew for each batch as in Burda, Grosse & Salakhutdinov 2016, *Importance weighted autoencoders*.
pub fn binarize<T: Float>(pixels: &Array2<u8>, rng: &mut (impl Rng + ?Sized)) -> Array2<T> {
    let mut uniform = Array2::zeros(pixels.raw_dim());
    fill_below_255(uniform.as_slice_mut().expect("a new array is contiguous"), rng);
    Zip::from(pixels).and(&uniform).map_collect(|&p, &u| if u < p { T::one() } else { T::zero() })
}

/// Fills `bytes` with uniform draws from 0, 1, …, 254.
///
/// A byte in 256 has to be drawn again. To find it, blocks are asked for their maximum: a vector instruction or two,
/// and a branch that goes the same way 7 times in 8.
fn fill_below_255(bytes: &mut [u8], rng: &mut (impl Rng + ?Sized)) {
    rng.fill_bytes(bytes);
    for block in bytes.chunks_mut(32) {
        if block.iter().copied().fold(0, u8::max) == 255 {
            for byte in block {
                while *byte == 255 {
                    *byte = rng.next_u32() as u8;
                }
            }
        }
    }
}
