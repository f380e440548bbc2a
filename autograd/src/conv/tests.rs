use rayon::ThreadPoolBuilder;

use super::{Geometry, Window, convolve, transposed, weight};
use crate::simd::Isa;

/// Extents around those of blocks and vectors; kernels larger than their stride, smaller, and as large as the image;
/// padding on which a whole patch may lie; channels few and many, for which there are two ways.
fn geometries() -> impl Iterator<Item = Geometry> {
    let shapes = [
        // batch, image, channels, kernel, outputs, stride, padding
        (2, [5, 4], 3, [3, 2], 2, [1, 1], [0, 0]),
        (3, [6, 6], 1, [4, 4], 5, [2, 2], [1, 1]),
        (1, [7, 5], 2, [3, 3], 1, [2, 3], [2, 1]),
        (2, [4, 4], 3, [4, 4], 3, [1, 1], [0, 0]),
        (2, [5, 5], 2, [1, 1], 4, [3, 2], [0, 0]),
        (1, [2, 2], 1, [2, 2], 1, [1, 1], [3, 3]),
        (1, [3, 1], 2, [2, 3], 2, [1, 2], [1, 1]),
        (17, [9, 8], 4, [3, 3], 16, [1, 1], [1, 1]),
        (3, [40, 33], 7, [5, 4], 3, [1, 1], [2, 2]),
        (35, [12, 10], 8, [4, 4], 17, [2, 2], [1, 1]),
        (2, [7, 5], 9, [3, 3], 1, [2, 3], [2, 1]),
        (3, [8, 7], 16, [2, 1], 3, [3, 2], [0, 0]),
        (1, [2, 2], 8, [2, 2], 1, [1, 1], [3, 3]),
        (2, [3, 1], 8, [2, 3], 2, [1, 2], [1, 1]),
        (0, [3, 3], 2, [2, 2], 2, [1, 1], [0, 0]),
        (2, [3, 3], 0, [2, 2], 2, [1, 1], [0, 0]),
        (2, [3, 3], 2, [2, 2], 0, [1, 1], [0, 0]),
    ];
    let geometry = |(batch, image, channels, kernel, outputs, stride, padding)| {
        let window = Window { stride, padding };
        let places = window.places(image, kernel).unwrap();
        Geometry { batch, image, channels, kernel, places, outputs, window }
    };
    shapes.into_iter().map(geometry)
}

/// Small integers, whose products and sums are exact in any order.
fn integers(len: usize, seed: usize) -> Vec<f32> {
    (0..len).map(|i| ((i * 7 + i / 3 + seed) % 9) as f32 - 4.0).collect()
}

/// Calls `visit` with the indices in x, w and z of each term of the sum T(x, w, z).
fn each_term(geometry: &Geometry, mut visit: impl FnMut(usize, usize, usize)) {
    let &Geometry { batch, image, channels, kernel, places, outputs, window } = geometry;
    for [n, down, across, c, o] in
        ndarray::indices([batch, places[0], places[1], channels, outputs])
            .into_iter()
            .map(|(n, i, j, c, o)| [n, i, j, c, o])
    {
        for (k, l) in ndarray::indices((kernel[0], kernel[1])) {
            let row = (down * window.stride[0] + k).checked_sub(window.padding[0]);
            let column = (across * window.stride[1] + l).checked_sub(window.padding[1]);
            let (Some(row), Some(column)) = (row, column) else { continue };
            if row < image[0] && column < image[1] {
                let x = ((n * image[0] + row) * image[1] + column) * channels + c;
                let w = ((k * kernel[1] + l) * channels + c) * outputs + o;
                let z = ((n * places[0] + down) * places[1] + across) * outputs + o;
                visit(x, w, z);
            }
        }
    }
}

#[test]
fn the_three_products_agree_with_their_definition() {
    for (isa, geometry) in Isa::available().flat_map(|isa| geometries().map(move |g| (isa, g))) {
        let x = integers(geometry.batch * geometry.image_len(), 1);
        let w = integers(geometry.patch_len() * geometry.outputs, 2);
        let z = integers(geometry.batch * geometry.places_len(), 3);
        let (mut dx, mut dw, mut dz) = (vec![0.0; x.len()], vec![0.0; w.len()], vec![0.0; z.len()]);
        each_term(&geometry, |i, j, k| {
            dx[i] += w[j] * z[k];
            dw[j] += x[i] * z[k];
            dz[k] += x[i] * w[j];
        });
        isa.force(|| {
            assert_eq!(convolve(&geometry, &x, &w, None), dz, "{isa} convolve {geometry:?}");
            assert_eq!(transposed(&geometry, &z, &w, None), dx, "{isa} transposed {geometry:?}");
            assert_eq!(weight(&geometry, &x, &z), dw, "{isa} weight {geometry:?}");
        });
    }
}

/// x\[r\] = Σₜ z\[q − t\] w\[s t + a\] where r + padding = s q + a, along one axis, with the same numbers in each channel.
#[test]
fn a_phase_is_a_convolution_of_every_sth_number() {
    const CHANNELS: usize = 8;
    for (image, kernel, stride, padding) in
        [(14, 4, 2, 1), (9, 5, 3, 2), (7, 3, 1, 0), (8, 2, 3, 0)]
    {
        let window = Window { stride: [1, stride], padding: [0, padding] };
        let places = window.places([1, image], [1, kernel]).unwrap();
        let geometry = Geometry {
            batch: 1,
            image: [1, image],
            channels: CHANNELS,
            kernel: [1, kernel],
            places,
            outputs: 1,
            window,
        };
        let (z, w) = (integers(places[1], 1), integers(kernel, 2));
        let at = |q: usize, t: usize| q.checked_sub(t).and_then(|p| z.get(p)).unwrap_or(&0.0);
        let expected: Vec<f32> = (0..image)
            .flat_map(|r| {
                let (q, a) = ((r + padding) / stride, (r + padding) % stride);
                let taps = (0..kernel).take_while(|t| stride * t + a < kernel);
                let x: f32 = taps.map(|t| at(q, t) * w[stride * t + a]).sum();
                [x; CHANNELS]
            })
            .collect();
        let w_of_channels: Vec<f32> = w.iter().flat_map(|&w| [w; CHANNELS]).collect();
        assert_eq!(transposed(&geometry, &z, &w_of_channels, None), expected, "{geometry:?}");
    }
}

#[test]
fn the_bits_do_not_depend_on_the_threads() {
    for geometry in &geometries().skip(7).take(3).collect::<Vec<_>>() {
        let fractions =
            |len, seed| integers(len, seed).into_iter().map(f32::exp).collect::<Vec<_>>();
        let x = fractions(geometry.batch * geometry.image_len(), 1);
        let w = fractions(geometry.patch_len() * geometry.outputs, 2);
        let z = fractions(geometry.batch * geometry.places_len(), 3);
        let all = || {
            let products = [
                convolve(geometry, &x, &w, None),
                transposed(geometry, &z, &w, None),
                weight(geometry, &x, &z),
            ];
            products.map(|product| product.into_iter().map(f32::to_bits).collect::<Vec<_>>())
        };
        let on =
            |threads| ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(all);
        let once = on(1);
        for threads in [2, 3, 5] {
            assert!(on(threads) == once, "{threads} threads differ from one: {geometry:?}");
        }
    }
}
