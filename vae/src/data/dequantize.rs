//! Gray images as numbers on a continuum.

use autograd::Float;
use ndarray::Array2;
use rand::Rng;

use crate::noise::between_zero_and_one;

/// Uniform dequantization, x = (p + u)/256 with u uniform on (0, 1), each pixel p by itself.
///
/// Shapes: pixels [batch, pixels] -> [batch, pixels] between 0 and 1
///
/// The density of an intensity p/255 says nothing of a model: there are 256 of them, and with a spike at each it is as
/// large as one likes. Spread over an interval, pixels are data that densities can be compared by.
///
/// # Derivation
/// The byte p stands for the interval from p/256 to (p + 1)/256. A density f of d pixels gives the bytes the probability
/// P(p) = 256⁻ᵈ E_u f((p + u)/256), and the logarithm is concave, so
/// ```text
///     E_u log f((p + u)/256) − d ln 256 ≤ log P(p).                     (dequantized_densities_bound_probabilities)
/// ```
/// Whatever f is, the left side is nats of one and the same thing, the bytes; divided by −d ln 2, it is bits per pixel. The
/// uniform density has 8 of them.
///
/// Drawn in `f64` and rounded, so that the same generator gives the same images in either precision.
///
/// Sources: Uria, Murray & Larochelle 2013, *RNADE*, §5; Theis, van den Oord & Bethge 2016, *A note on the evaluation of
/// generative models*, §3.1.
pub fn dequantize<T: Float>(pixels: &Array2<u8>, rng: &mut (impl Rng + ?Sized)) -> Array2<T> {
    Array2::from_shape_fn(pixels.raw_dim(), |place| {
        T::from_f64((f64::from(pixels[place]) + between_zero_and_one(rng)) / 256.0)
    })
}
