//! Convolutions: three ops that are each other's derivatives.
//!
//! With a kernel w at each place p of an image x, and an output z for each place, let
//!
//! ```text
//! T(x, w, z) = Σₚ Σₖ x[s p + k − padding] w[k] z[p]        (and over images, channels, outputs)
//! ```
//!
//! T is linear in each of the three. Its gradients are the ops: `conv2d` is ∂T/∂z, `conv_transpose2d` is ∂T/∂x and
//! `conv2d_weight` is ∂T/∂w. Each is linear in both of its inputs, so that a cotangent, put in the place of the third,
//! gives the rules: those of one op are the other two.

use std::borrow::Cow;

use ndarray::{ArrayD, IxDyn};

use crate::conv::{Geometry, Window, convolve, transposed, weight};
use crate::storage::Storage;
use crate::{Float, Tensor};

impl<T: Float> Tensor<T> {
    /// Convolution, z\[p\] = Σₖ x[s p + k − padding] w\[k\], channels last.
    ///
    /// Shapes: x [batch, height, width, in], w [kernel height, kernel width, in, out]
    ///     -> [batch, places down, places across, out]
    ///
    /// The kernel is not flipped: in signal processing this is a cross-correlation. PyTorch has x [batch, in, height,
    /// width] and w [out, in, kernel height, kernel width].
    ///
    /// # Derivation
    /// ⟨z̄, ż⟩ = T(ẋ, w, z̄) + T(x, ẇ, z̄), so
    ///     x̄ = conv_transpose2d(z̄, w),   w̄ = conv2d_weight(x, z̄).
    ///
    /// # Panics
    /// If x or w does not have four axes, their channels differ, the stride is 0, or the kernel is larger than the
    /// image with its padding.
    ///
    /// # Examples
    /// The sum of each 2 × 2 patch:
    /// ```
    /// use autograd::{Tensor, Window};
    ///
    /// let x = Tensor::leaf(ndarray::array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
    /// let z = x.reshape([1, 2, 3, 1]).conv2d(&Tensor::ones([2, 2, 1, 1]), Window::default());
    /// assert_eq!(z.to_vec(), [1.0 + 2.0 + 4.0 + 5.0, 2.0 + 3.0 + 5.0 + 6.0]);
    /// assert_eq!(z.sum().backward()[&x].to_vec(), [1.0, 2.0, 1.0, 1.0, 2.0, 1.0]);
    /// ```
    #[track_caller]
    pub fn conv2d(&self, w: &Self, window: Window) -> Self {
        let (image, kernel) = (extents("conv2d", "x", self), extents("conv2d", "w", w));
        let geometry = geometry("conv2d", image, kernel, window);
        let Geometry { batch, places: [down, across], outputs, .. } = geometry;
        let z = pooled(
            [batch, down, across, outputs],
            convolve(&geometry, &row_major(self), &row_major(w), None),
        );
        Self::from_op("conv2d", z, [self, w], move |[x, w], _z, dz, [dx, dw]| {
            dx.add(|| dz.conv_transpose2d(w, window, [image[1], image[2]]));
            dw.add(|| x.conv2d_weight(dz, window, [kernel[0], kernel[1]]));
        })
    }

    /// Transposed convolution, x\[s p + k − padding\] = Σ z\[p\] w\[k\]: what is at a place is spread over the patch that it
    /// covers.
    ///
    /// Shapes: z [batch, places down, places across, in], w [kernel height, kernel width, out, in]
    ///     -> [batch, height, width, out] with `size` = [height, width]
    ///
    /// The window and w are those of the convolution from `size` to z, whose adjoint this is. Several sizes lead to the
    /// same places if the stride is above 1; the smallest is (places − 1) stride + kernel − 2 padding. PyTorch has
    /// z [batch, in, height, width], w [in, out, kernel height, kernel width], and calls what is above the smallest
    /// size `output_padding`.
    ///
    /// # Derivation
    /// ⟨x̄, ẋ⟩ = T(x̄, w, ż) + T(x̄, ẇ, z), so
    ///     z̄ = conv2d(x̄, w),   w̄ = conv2d_weight(x̄, z).
    ///
    /// # Panics
    /// If z or w does not have four axes, their channels differ, the stride is 0, or the convolution of an image of this
    /// size has other places than z.
    ///
    /// # Examples
    /// Twice the extent, each number four times:
    /// ```
    /// use autograd::{Tensor, Window};
    ///
    /// let z = Tensor::<f64>::from(ndarray::array![1.0, 2.0]).reshape([1, 1, 2, 1]);
    /// let doubling = Window { stride: [2, 2], padding: [0, 0] };
    /// let x = z.conv_transpose2d(&Tensor::ones([2, 2, 1, 1]), doubling, [2, 4]);
    /// assert_eq!(x.to_vec(), [1.0, 1.0, 2.0, 2.0, 1.0, 1.0, 2.0, 2.0]);
    /// ```
    #[track_caller]
    pub fn conv_transpose2d(&self, w: &Self, window: Window, size: [usize; 2]) -> Self {
        let (places, kernel) =
            (extents("conv_transpose2d", "z", self), extents("conv_transpose2d", "w", w));
        let image = [places[0], size[0], size[1], kernel[2]];
        let geometry = geometry("conv_transpose2d", image, kernel, window);
        check_places("conv_transpose2d", &geometry, places);
        let x = transposed(&geometry, &row_major(self), &row_major(w), None);
        Self::from_op(
            "conv_transpose2d",
            pooled(image, x),
            [self, w],
            move |[z, w], _x, dx, [dz, dw]| {
                dz.add(|| dx.conv2d(w, window));
                dw.add(|| dx.conv2d_weight(z, window, [kernel[0], kernel[1]]));
            },
        )
    }

    /// Correlation of images with outputs, w\[k\] = Σₚ x[s p + k − padding] z\[p\], summed over the batch: the gradient of a
    /// convolution with respect to its kernel.
    ///
    /// Shapes: x [batch, height, width, in], z [batch, places down, places across, out]
    ///     -> [kernel height, kernel width, in, out] with `kernel` = [kernel height, kernel width]
    ///
    /// # Derivation
    /// ⟨w̄, ẇ⟩ = T(ẋ, w̄, z) + T(x, w̄, ż), so
    ///     x̄ = conv_transpose2d(z, w̄),   z̄ = conv2d(x, w̄).
    ///
    /// # Panics
    /// If x or z does not have four axes, the stride is 0, the kernel is larger than the image with its padding, or
    /// batch and places of z are not those of the convolution.
    #[track_caller]
    pub fn conv2d_weight(&self, z: &Self, window: Window, kernel: [usize; 2]) -> Self {
        let (image, places) =
            (extents("conv2d_weight", "x", self), extents("conv2d_weight", "z", z));
        let kernel = [kernel[0], kernel[1], image[3], places[3]];
        let geometry = geometry("conv2d_weight", image, kernel, window);
        check_places("conv2d_weight", &geometry, places);
        let w = weight(&geometry, &row_major(self), &row_major(z));
        Self::from_op(
            "conv2d_weight",
            pooled(kernel, w),
            [self, z],
            move |[x, z], _w, dw, [dx, dz]| {
                dx.add(|| z.conv_transpose2d(dw, window, [image[1], image[2]]));
                dz.add(|| x.conv2d(dw, window));
            },
        )
    }

    /// Average pooling, the mean of each tile of `size` = [height, width], channels last. Rows and columns beyond the
    /// last whole tile are left out.
    ///
    /// Shapes: x [batch, height, width, channels] -> [batch, tiles down, tiles across, channels]
    ///
    /// The tiles become axes, and the pooling is their [mean](Tensor::mean_axes).
    ///
    /// # Panics
    /// If x does not have four axes or no tile fits into it.
    ///
    /// # Examples
    /// ```
    /// use autograd::Tensor;
    ///
    /// let x = Tensor::<f64>::from(ndarray::array![[1.0, 2.0, 9.0], [3.0, 6.0, 9.0]]);
    /// assert_eq!(x.reshape([1, 2, 3, 1]).avg_pool2d([2, 2]).to_vec(), [3.0]);
    /// ```
    #[track_caller]
    pub fn avg_pool2d(&self, size: [usize; 2]) -> Self {
        let [batch, height, width, channels] = extents("avg_pool2d", "x", self);
        let [tall, wide] = size;
        assert!(
            (1..=height).contains(&tall) && (1..=width).contains(&wide),
            "avg_pool2d: x is {:?} but the tile is {size:?}; it must have an extent and fit into x",
            self.shape()
        );
        let (down, across) = (height / tall, width / wide);
        let whole = self.narrow(1, 0..down * tall).narrow(2, 0..across * wide);
        whole.reshape([batch, down, tall, across, wide, channels]).mean_axes([2, 4])
    }
}

/// The extents of `x`, which is called `name` in the message.
#[track_caller]
pub(super) fn extents<T: Float>(op: &str, name: &str, x: &Tensor<T>) -> [usize; 4] {
    let shape = x.shape();
    let &[n, down, across, channels] = shape else {
        panic!("{op}: {name} is {shape:?}; it must have four axes");
    };
    [n, down, across, channels]
}

#[track_caller]
pub(super) fn geometry(
    op: &str,
    image: [usize; 4],
    kernel: [usize; 4],
    window: Window,
) -> Geometry {
    assert!(
        image[3] == kernel[2],
        "{op}: x is {image:?} but w is {kernel:?}; x's last axis and w's third are the channels and must be equal"
    );
    assert!(
        !window.stride.contains(&0) && !kernel[..2].contains(&0),
        "{op}: w is {kernel:?} and the stride {:?}; a kernel and its stride must have an extent",
        window.stride
    );
    let places = window.places([image[1], image[2]], [kernel[0], kernel[1]]);
    let Some(places) = places else {
        panic!(
            "{op}: x is {image:?} but w is {kernel:?}; with a padding of {:?} the kernel must fit into x",
            window.padding
        );
    };
    Geometry {
        batch: image[0],
        image: [image[1], image[2]],
        channels: image[3],
        kernel: [kernel[0], kernel[1]],
        places,
        outputs: kernel[3],
        window,
    }
}

#[track_caller]
pub(super) fn check_places(op: &str, geometry: &Geometry, z: [usize; 4]) {
    let Geometry { batch, image: [height, width], channels, places, outputs, .. } = *geometry;
    let expected = [batch, places[0], places[1], outputs];
    assert!(
        z == expected,
        "{op}: z is {z:?} but x is {:?}; z must be {expected:?}",
        [batch, height, width, channels]
    );
}

/// The elements in row-major order.
pub(super) fn row_major<T: Float>(x: &Tensor<T>) -> Cow<'_, [T]> {
    match x.storage().as_slice() {
        Some(elements) => elements.into(),
        None => x.to_vec().into(),
    }
}

/// A constant of elements in a block from the pool, which gets it back.
pub(super) fn pooled<T: Float>(shape: [usize; 4], elements: Vec<T>) -> Tensor<T> {
    let x = ArrayD::from_shape_vec(IxDyn(&shape), elements).expect("as many as the shape holds");
    Storage::pooled(x.into_shared()).into()
}
