//! A transposed convolution as convolutions: which points of an image the same numbers of a kernel reach.
//!
//! x\[r\] = Σ z\[p\] w\[k\] over all p and k with s p + k = r + padding. Let r + padding = s q + a with a < s, the *phase*
//! of r. Then k leaves the rest a too: k = s t + a, and p = q − t:
//!
//! ```text
//! x[r] = Σₜ z[q − t] w[s t + a]                                    (a_phase_is_a_convolution_of_every_sth_number)
//! ```
//!
//! So the points of one phase, q = 0, 1, …, are the convolution of z, with zeros around it, with every s-th number of
//! the kernel from the a-th on, in reverse. The same holds along the other axis; there are s · s phases.
//!
//! Source: W. Shi et al., "Is the deconvolution layer the same as a convolutional layer?", 2016.

use ndarray::{Array2, ArrayView4, Axis, Slice};

use super::padded::{Grid, Padded};
use super::{Geometry, Window};
use crate::Float;
use crate::gemm::Rows;

/// A phase of the images of a transposed convolution.
pub struct Phase {
    /// Down and across.
    along: [Along; 2],
}

/// A phase along one axis.
struct Along {
    /// a, the first number of the kernel that reaches these points.
    rest: usize,
    /// The first of these points, and how many there are.
    point: usize,
    points: usize,
    /// How many numbers of the kernel reach each of them, a, s + a, 2 s + a, …
    taps: usize,
    /// The first of as many padded outputs that reach the first point.
    output: usize,
}

/// The outputs with the zeros that all phases need, and the phases.
pub fn phases(geometry: &Geometry) -> (Padded, Vec<Phase>) {
    let Geometry { image, places, outputs, window: Window { stride, padding }, .. } = *geometry;
    let margins = [0, 1].map(|axis| {
        let last = (image[axis] - 1 + padding[axis]) / stride[axis];
        [geometry.zeros_before(axis), last.saturating_sub(places[axis] - 1)]
    });
    let padded = Padded { image: places, channels: outputs, margins };
    let rests = (0..stride[0]).flat_map(|a| (0..stride[1]).map(move |b| [a, b]));
    let along = |[a, b]: [usize; 2]| [Along::new(geometry, 0, a), Along::new(geometry, 1, b)];
    (padded, rests.map(|rests| Phase { along: along(rests) }).collect())
}

impl Geometry {
    /// How far q − t may lie before the first output: the most taps less one.
    fn zeros_before(&self, axis: usize) -> usize {
        self.kernel[axis].div_ceil(self.window.stride[axis]) - 1
    }
}

impl Along {
    fn new(geometry: &Geometry, axis: usize, rest: usize) -> Self {
        let Window { stride, padding } = geometry.window;
        let (stride, padding) = (stride[axis], padding[axis]);
        let point = (rest + stride - padding % stride) % stride;
        let taps = geometry.kernel[axis].saturating_sub(rest).div_ceil(stride);
        Self {
            rest,
            point,
            points: geometry.image[axis].saturating_sub(point).div_ceil(stride),
            taps,
            output: (point + padding) / stride + geometry.zeros_before(axis) + 1 - taps,
        }
    }
}

impl Phase {
    /// The patches of the padded outputs.
    pub fn grid(&self) -> Grid {
        let along = |number: fn(&Along) -> usize| [number(&self.along[0]), number(&self.along[1])];
        Grid {
            first: along(|axis| axis.output),
            stride: [1, 1],
            places: along(|axis| axis.points),
            kernel: along(|axis| axis.taps),
        }
    }

    /// Where the points are in some images.
    pub fn rows(&self, geometry: &Geometry, images: usize) -> Rows {
        let Geometry { image: [_, width], channels, window: Window { stride, .. }, .. } = *geometry;
        let points = |axis: usize| {
            let Along { point, points, .. } = self.along[axis];
            (0..points).map(move |i| point + i * stride[axis])
        };
        let image = |n: usize| {
            let place =
                move |row, column| n * geometry.image_len() + (row * width + column) * channels;
            points(0).flat_map(move |row| points(1).map(move |column| place(row, column)))
        };
        Rows::new((0..images).flat_map(image), channels)
    }

    /// This part of the kernel, in reverse: a row for each number of a patch of outputs, a column for each channel.
    pub fn kernel<T: Float>(&self, geometry: &Geometry, w: &[T]) -> Array2<T> {
        let Geometry { kernel: [tall, wide], channels, outputs, window, .. } = *geometry;
        let mut w = ArrayView4::from_shape([tall, wide, channels, outputs], w)
            .expect("as many as the kernel has");
        for (axis, Along { rest, .. }) in self.along.iter().enumerate() {
            let part = Slice::new(
                (*rest).min(w.len_of(Axis(axis))) as isize,
                None,
                window.stride[axis] as isize,
            );
            w.slice_axis_inplace(Axis(axis), part);
            w.invert_axis(Axis(axis));
        }
        let (tall, wide) = (self.along[0].taps, self.along[1].taps);
        w.permuted_axes([0, 1, 3, 2])
            .as_standard_layout()
            .into_owned()
            .into_shape_with_order([tall * wide * outputs, channels])
            .expect("as many as rows and columns")
    }
}
