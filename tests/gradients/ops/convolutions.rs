//! Convolutions and pooling.

use autograd::Window;
use ndarray::{ArrayD, IxDyn};

use super::Case;
use super::case::{Shapes, case};
use super::naive::at_each;
use crate::support::REAL;

const UNIT: Window = Window { stride: [1, 1], padding: [0, 0] };
const UNEVEN: Window = Window { stride: [2, 1], padding: [1, 2] };
/// Places with gaps between them, and a last row and column that none of them reaches.
const SPARSE: Window = Window { stride: [3, 2], padding: [0, 0] };

/// Images and kernels.
const IMAGES: &[Shapes] = &[
    &[&[2, 3, 4, 2], &[2, 3, 2, 3]],
    &[&[1, 4, 3, 1], &[2, 2, 1, 1]],
    &[&[2, 2, 2, 2], &[2, 2, 2, 2]],
    &[&[0, 3, 3, 2], &[2, 2, 2, 1]],
    &[&[1, 3, 3, 0], &[2, 2, 0, 2]],
    &[&[1, 3, 3, 1], &[2, 2, 1, 0]],
];
/// Images and kernels for [`SPARSE`].
const SPARSE_IMAGES: &[Shapes] = &[&[&[1, 6, 4, 2], &[2, 1, 2, 2]]];
/// Outputs of a kernel and kernels: 3 places down, 2 across.
const PLACES: &[Shapes] = &[
    &[&[2, 3, 2, 2], &[2, 2, 3, 2]],
    &[&[1, 3, 2, 1], &[2, 2, 1, 1]],
    &[&[0, 3, 2, 2], &[2, 2, 1, 2]],
    &[&[1, 3, 2, 0], &[2, 2, 1, 0]],
    &[&[2, 3, 2, 2], &[2, 2, 9, 2]],
];
/// Images, kernels and biases.
const BIASED: &[Shapes] = &[
    &[&[2, 3, 4, 2], &[2, 3, 2, 3], &[3]],
    &[&[1, 4, 3, 1], &[2, 2, 1, 1], &[1]],
    &[&[0, 3, 3, 2], &[2, 2, 2, 1], &[1]],
    &[&[1, 3, 3, 0], &[2, 2, 0, 2], &[2]],
    &[&[1, 3, 3, 1], &[2, 2, 1, 0], &[0]],
];
/// Outputs at [`PLACES`], kernels and biases; with channels few and many, for which there are two ways.
const BIASED_PLACES: &[Shapes] = &[
    &[&[2, 3, 2, 2], &[2, 2, 3, 2], &[3]],
    &[&[1, 3, 2, 1], &[2, 2, 9, 1], &[9]],
    &[&[1, 3, 2, 0], &[2, 2, 1, 0], &[1]],
    &[&[0, 3, 2, 2], &[2, 2, 1, 2], &[1]],
];
/// Images of [5, 3] and outputs at 3 places down, 6 across.
const PAIRS: &[Shapes] = &[
    &[&[2, 5, 3, 2], &[2, 3, 6, 3]],
    &[&[1, 5, 3, 1], &[1, 3, 6, 1]],
    &[&[0, 5, 3, 1], &[0, 3, 6, 1]],
];
const POOLED: &[Shapes] = &[&[&[2, 5, 6, 3]], &[&[1, 2, 3, 1]], &[&[0, 4, 3, 2]]];

pub fn cases() -> Vec<Case> {
    vec![
        case!("conv2d", IMAGES, REAL, |x| x[0].conv2d(&x[1], UNIT), |x| {
            convolution(&x[0], &x[1], UNIT)
        }),
        case!("conv2d", IMAGES, REAL, |x| x[0].conv2d(&x[1], UNEVEN), |x| {
            convolution(&x[0], &x[1], UNEVEN)
        }),
        case!("conv2d", SPARSE_IMAGES, REAL, |x| x[0].conv2d(&x[1], SPARSE), |x| {
            convolution(&x[0], &x[1], SPARSE)
        }),
        case!(
            "conv_transpose2d",
            PLACES,
            REAL,
            |x| x[0].conv_transpose2d(&x[1], UNIT, [4, 3]),
            |x| transposed(&x[0], &x[1], UNIT, [4, 3])
        ),
        case!(
            "conv_transpose2d",
            PLACES,
            REAL,
            |x| x[0].conv_transpose2d(&x[1], SPARSE, [10, 5]),
            |x| transposed(&x[0], &x[1], SPARSE, [10, 5])
        ),
        case!("conv2d_bias", BIASED, REAL, |x| x[0].conv2d_bias(&x[1], &x[2], UNEVEN), |x| {
            convolution(&x[0], &x[1], UNEVEN) + &x[2]
        }),
        case!(
            "conv_transpose2d_bias",
            BIASED_PLACES,
            REAL,
            |x| x[0].conv_transpose2d_bias(&x[1], &x[2], UNIT, [4, 3]),
            |x| transposed(&x[0], &x[1], UNIT, [4, 3]) + &x[2]
        ),
        case!("conv2d_weight", PAIRS, REAL, |x| x[0].conv2d_weight(&x[1], UNEVEN, [2, 2]), |x| {
            weight(&x[0], &x[1], UNEVEN, [2, 2])
        }),
        case!("avg_pool2d", POOLED, REAL, |x| x[0].avg_pool2d([2, 3]), |x| {
            let n = x[0].shape();
            at_each(&[n[0], n[1] / 2, n[2] / 3, n[3]], |i| {
                let tile = ndarray::indices((2, 3)).into_iter();
                let numbers = tile.map(|(k, l)| x[0][[i[0], 2 * i[1] + k, 3 * i[2] + l, i[3]]]);
                numbers.sum::<f64>() / 6.0
            })
        }),
    ]
}

/// z[n, i, j, o] = Σ x[n, s i + k − p, s j + l − p, c] w[k, l, c, o].
fn convolution(x: &ArrayD<f64>, w: &ArrayD<f64>, window: Window) -> ArrayD<f64> {
    let places = |axis: usize| {
        let room = x.shape()[axis + 1] + 2 * window.padding[axis] - w.shape()[axis];
        room / window.stride[axis] + 1
    };
    let mut z = zeros([x.shape()[0], places(0), places(1), w.shape()[3]]);
    each_term(window, x.shape(), w.shape(), z.shape().to_vec().as_slice(), |i, k, p| {
        z[IxDyn(&p)] += x[IxDyn(&i)] * w[IxDyn(&k)];
    });
    z
}

/// x[n, s i + k − p, s j + l − p, c] = Σ z[n, i, j, o] w[k, l, c, o].
fn transposed(z: &ArrayD<f64>, w: &ArrayD<f64>, window: Window, size: [usize; 2]) -> ArrayD<f64> {
    let mut x = zeros([z.shape()[0], size[0], size[1], w.shape()[2]]);
    each_term(window, x.shape().to_vec().as_slice(), w.shape(), z.shape(), |i, k, p| {
        x[IxDyn(&i)] += z[IxDyn(&p)] * w[IxDyn(&k)];
    });
    x
}

/// w[k, l, c, o] = Σ x[n, s i + k − p, s j + l − p, c] z[n, i, j, o].
fn weight(x: &ArrayD<f64>, z: &ArrayD<f64>, window: Window, kernel: [usize; 2]) -> ArrayD<f64> {
    let mut w = zeros([kernel[0], kernel[1], x.shape()[3], z.shape()[3]]);
    each_term(window, x.shape(), w.shape().to_vec().as_slice(), z.shape(), |i, k, p| {
        w[IxDyn(&k)] += x[IxDyn(&i)] * z[IxDyn(&p)];
    });
    w
}

fn zeros(shape: [usize; 4]) -> ArrayD<f64> {
    ArrayD::zeros(IxDyn(&shape))
}

/// Calls `visit` with the indices in x, w and z of each term of the sums.
fn each_term(
    window: Window,
    x: &[usize],
    w: &[usize],
    z: &[usize],
    mut visit: impl FnMut([usize; 4], [usize; 4], [usize; 4]),
) {
    for p in ndarray::indices(z) {
        for k in ndarray::indices(&w[..3]) {
            let at = |axis: usize| {
                (p[axis + 1] * window.stride[axis] + k[axis]).checked_sub(window.padding[axis])
            };
            if let (Some(i), Some(j)) = (at(0), at(1))
                && i < x[1]
                && j < x[2]
            {
                visit([p[0], i, j, k[2]], [k[0], k[1], k[2], p[3]], [p[0], p[1], p[2], p[3]]);
            }
        }
    }
}
