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
        self.each_run(lines, |run, covered, to| {
            let run = &patches[run][covered.clone()];
            for (sum, &x) in images[to..][..covered.len()].iter_mut().zip(run) {
                *sum += x;
            }
        });
    }

    /// Calls `visit` with each run of a patch that covers one line of an image: where it lies among the patches, which of
    /// its numbers are inside the image, and where the first of those lies there.
    #[inline(always)]
    fn each_run(
        &self,
        lines: Range<usize>,
        mut visit: impl FnMut(Range<usize>, Range<usize>, usize),
    ) {
        let Self { image: [height, width], channels, kernel, places, window, .. } = *self;
        let ([down, across], [above, left]) = (window.stride, window.padding);
        let len = kernel[1] * channels;
        let mut run = 0..len;
        for line in lines {
            let (image, top) = (line / places[0] * height, line % places[0] * down);
            for first in (0..places[1]).map(|place| place * across) {
                // Rows and columns are counted from the corner of the padding.
                let start = left.saturating_sub(first).min(kernel[1]);
                let end = (left + width).saturating_sub(first).clamp(start, kernel[1]);
                for row in top..top + kernel[0] {
                    if start < end && (above..above + height).contains(&row) {
                        let point = (image + row - above) * width + first + start - left;
                        visit(run.clone(), start * channels..end * channels, point * channels);
                    } else {
                        visit(run.clone(), 0..0, 0);
                    }
                    run = run.end..run.end + len;
                }
            }
        }
    }
}
