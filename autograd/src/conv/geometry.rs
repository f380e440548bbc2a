//! Where a kernel is put, and which numbers of the image it covers there.

use std::ops::Range;

use super::padded::{Grid, Padded};
use crate::Float;

/// How a kernel moves over an image, along its height and its width.
///
/// A kernel of k numbers finds ⌊(n + 2 padding − k) / stride⌋ + 1 places along an axis of n.
///
/// # Examples
/// Half the extent, for an even one and a kernel of 4:
/// ```
/// use autograd::{Tensor, Window};
///
/// let halving = Window { stride: [2, 2], padding: [1, 1] };
/// let (x, w) = (Tensor::<f32>::ones([8, 28, 28, 1]), Tensor::ones([4, 4, 1, 32]));
/// assert_eq!(x.conv2d(&w, halving).shape(), [8, 14, 14, 32]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// From one place to the next; at least 1.
    pub stride: [usize; 2],
    /// Rows and columns of zeros around the image, on each side.
    pub padding: [usize; 2],
}

/// Every place, within the image.
impl Default for Window {
    fn default() -> Self {
        Self { stride: [1, 1], padding: [0, 0] }
    }
}

impl Window {
    /// How many places a kernel of `kernel` finds along the axes of an image; `None` if it is larger than the image and
    /// its padding.
    pub fn places(&self, image: [usize; 2], kernel: [usize; 2]) -> Option<[usize; 2]> {
        let along = |axis: usize| {
            let room = (image[axis] + 2 * self.padding[axis]).checked_sub(kernel[axis])?;
            Some(room / self.stride[axis] + 1)
        };
        Some([along(0)?, along(1)?])
    }
}

/// The extents of a convolution.
#[derive(Clone, Copy, Debug)]
pub struct Geometry {
    /// Images.
    pub batch: usize,
    /// Height and width of each.
    pub image: [usize; 2],
    /// Numbers at each point of an image.
    pub channels: usize,
    /// Height and width of the kernel.
    pub kernel: [usize; 2],
    /// Places down and across.
    pub places: [usize; 2],
    /// Numbers at each place.
    pub outputs: usize,
    pub window: Window,
}

impl Geometry {
    /// The numbers of an image.
    pub fn image_len(&self) -> usize {
        self.image[0] * self.image[1] * self.channels
    }

    /// The numbers of a patch: the columns of P, and the rows of W.
    pub fn patch_len(&self) -> usize {
        self.kernel[0] * self.kernel[1] * self.channels
    }

    /// The images with as many zeros around them as the window has.
    pub fn padded(&self) -> Padded {
        let margins = self.window.padding.map(|zeros| [zeros; 2]);
        Padded { image: self.image, channels: self.channels, margins }
    }

    /// Where the kernel is put on the padded images.
    pub fn grid(&self) -> Grid {
        let (stride, places, kernel) = (self.window.stride, self.places, self.kernel);
        Grid { first: [0, 0], stride, places, kernel }
    }

    /// Adds the patches of some lines of places to the images, counted from the first of `images`.
    pub fn scatter<T: Float>(&self, patches: &[T], lines: Range<usize>, images: &mut [T]) {
        let Self { image: [height, width], channels, kernel, places, window, .. } = *self;
        let ([down, _], [above, _]) = (window.stride, window.padding);
        // Neighbors overlap: a number that was just stored is not yet to be loaded.
        let apart = kernel[1].div_ceil(window.stride[1]);
        let order = (0..apart).flat_map(|first| (first..places[1]).step_by(apart));
        let columns: Vec<_> = order.map(|place| (place, self.columns(place))).collect();
        let len = kernel[1] * channels;
        for (line, patches) in lines.zip(patches.chunks(places[1] * kernel[0] * len)) {
            let (image, top) = (line / places[0] * height, line % places[0] * down);
            for row in (top.max(above)..top + kernel[0]).take_while(|row| *row < above + height) {
                let start = (image + row - above) * width * channels;
                let to = &mut images[start..][..width * channels];
                for (place, (covered, start)) in &columns {
                    let run = &patches[(place * kernel[0] + row - top) * len..][covered.clone()];
                    add(&mut to[*start..][..run.len()], run);
                }
            }
        }
    }

    /// Which numbers of a line of the kernel lie inside of the image at a place in its line, and where the first of them
    /// does.
    fn columns(&self, place: usize) -> (Range<usize>, usize) {
        let (left, first) = (self.window.padding[1], place * self.window.stride[1]);
        let start = left.saturating_sub(first).min(self.kernel[1]);
        let end = (left + self.image[1]).saturating_sub(first).clamp(start, self.kernel[1]);
        let to = (first + start).saturating_sub(left).min(self.image[1]);
        (start * self.channels..end * self.channels, to * self.channels)
    }
}

/// Adds `x` to `sums`, which is as long; four at a time, as most runs are that short.
fn add<T: Float>(sums: &mut [T], x: &[T]) {
    let ((sums, last_sums), (x, last_x)) = (sums.as_chunks_mut::<4>(), x.as_chunks::<4>());
    for (sums, x) in sums.iter_mut().zip(x) {
        for (sum, &x) in sums.iter_mut().zip(x) {
            *sum += x;
        }
    }
    for (sum, &x) in last_sums.iter_mut().zip(last_x) {
        *sum += x;
    }
}
