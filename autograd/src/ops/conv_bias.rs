//! Convolutions that start from a bias, as `linear` does: the sum is written once, not read again to be added to.

use super::conv::{check_places, extents, geometry, pooled, row_major};
use crate::conv::{Geometry, Window, convolve, transposed};
use crate::{Float, Tensor};

impl<T: Float> Tensor<T> {
    /// Convolution and a bias, z = conv2d(x, w) + b.
    ///
    /// Shapes: x [batch, height, width, in], w [kernel height, kernel width, in, out], b `[out]`
    ///     -> [batch, places down, places across, out]
    ///
    /// Window and kernel are those of [`conv2d`](Tensor::conv2d).
    ///
    /// # Derivation
    /// ż = conv2d(ẋ, w) + conv2d(x, ẇ) + 1 ḃᵀ, so
    ///     x̄ = conv_transpose2d(z̄, w),   w̄ = conv2d_weight(x, z̄),   b̄ = z̄ᵀ 1, a sum over images and places.
    ///
    /// # Panics
    /// As [`conv2d`](Tensor::conv2d), or if b is not `[out]`.
    #[track_caller]
    pub fn conv2d_bias(&self, w: &Self, b: &Self, window: Window) -> Self {
        let (image, kernel) = (extents("conv2d_bias", "x", self), extents("conv2d_bias", "w", w));
        let geometry = geometry("conv2d_bias", image, kernel, window);
        check_bias("conv2d_bias", b, w, kernel[3]);
        let Geometry { batch, places: [down, across], outputs, .. } = geometry;
        let z = convolve(&geometry, &row_major(self), &row_major(w), Some(&row_major(b)));
        Self::from_op(
            "conv2d_bias",
            pooled([batch, down, across, outputs], z),
            [self, w, b],
            move |[x, w, b], _z, dz, [dx, dw, db]| {
                dx.add(|| dz.conv_transpose2d(w, window, [image[1], image[2]]));
                db.add(|| dz.sum_to(b.shape()));
                dw.add(|| x.conv2d_weight(dz, window, [kernel[0], kernel[1]]));
            },
        )
    }

    /// Transposed convolution and a bias, x = conv_transpose2d(z, w) + b.
    ///
    /// Shapes: z [batch, places down, places across, in], w [kernel height, kernel width, out, in], b `[out]`
    ///     -> [batch, height, width, out] with `size` = [height, width]
    ///
    /// Window, kernel and size are those of [`conv_transpose2d`](Tensor::conv_transpose2d).
    ///
    /// # Derivation
    /// ẋ = conv_transpose2d(ż, w) + conv_transpose2d(z, ẇ) + 1 ḃᵀ, so
    ///     z̄ = conv2d(x̄, w),   w̄ = conv2d_weight(x̄, z),   b̄ = x̄ᵀ 1, a sum over images and points.
    ///
    /// # Panics
    /// As [`conv_transpose2d`](Tensor::conv_transpose2d), or if b is not `[out]`.
    #[track_caller]
    pub fn conv_transpose2d_bias(
        &self,
        w: &Self,
        b: &Self,
        window: Window,
        size: [usize; 2],
    ) -> Self {
        let op = "conv_transpose2d_bias";
        let (places, kernel) = (extents(op, "z", self), extents(op, "w", w));
        let image = [places[0], size[0], size[1], kernel[2]];
        let geometry = geometry(op, image, kernel, window);
        check_places(op, &geometry, places);
        check_bias(op, b, w, kernel[2]);
        let x = transposed(&geometry, &row_major(self), &row_major(w), Some(&row_major(b)));
        Self::from_op(
            "conv_transpose2d_bias",
            pooled(image, x),
            [self, w, b],
            move |[z, w, b], _x, dx, [dz, dw, db]| {
                dz.add(|| dx.conv2d(w, window));
                db.add(|| dx.sum_to(b.shape()));
                dw.add(|| dx.conv2d_weight(z, window, [kernel[0], kernel[1]]));
            },
        )
    }
}

#[track_caller]
fn check_bias<T: Float>(op: &str, b: &Tensor<T>, w: &Tensor<T>, out: usize) {
    let shape = b.shape();
    assert!(shape == [out], "{op}: b is {shape:?} but w is {:?}; b must be [{out}]", w.shape());
}
