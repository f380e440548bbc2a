//! Datasets, batches, binarization and dequantization.

use std::array;
use std::ops::ControlFlow::{self, Break, Continue};

use ndarray::{Array2, Array3, Axis, ShapeBuilder};
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use rayon::ThreadPoolBuilder;
use vae::data::{Batch, Dataset, DatasetError, binarize, dequantize, for_each_ahead};

fn rng(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

/// `n` images of 2 × 3 pixels; image i is labeled i, and its pixels count up from i.
fn counting(n: usize) -> Dataset {
    let images = Array3::from_shape_fn([n, 2, 3], |(i, j, k)| (i + 3 * j + k) as u8);
    Dataset::new(images, (0..n as u8).collect()).unwrap()
}

fn label_counts(dataset: &Dataset) -> [usize; 10] {
    array::from_fn(|digit| dataset.labels().iter().filter(|&&l| usize::from(l) == digit).count())
}

/// The counts, and the mean gray value known as 0.1307, from an independent script.
#[test]
fn mnist_is_whole() {
    let train = Dataset::mnist_train();
    assert_eq!((train.len(), train.rows(), train.cols(), train.pixels()), (60_000, 28, 28, 784));
    assert_eq!(label_counts(&train), [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
    assert_eq!(train.labels()[..10], [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    let mean = train.mean_image();
    assert!((mean.mean().unwrap() - 0.130_660_476_273_842_9).abs() < 1e-14);
    assert_eq!(mean[14 * 28 + 14], 7_816_035.0 / (255.0 * 60_000.0));

    let test = Dataset::mnist_test();
    assert_eq!((test.len(), test.rows(), test.cols(), test.pixels()), (10_000, 28, 28, 784));
    assert_eq!(label_counts(&test), [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
    assert_eq!(test.labels()[..10], [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
    assert!((test.mean_image().mean().unwrap() - 0.132_514_605_842_336_93).abs() < 1e-14);
}

#[test]
fn images_are_kept_row_by_row() {
    assert_eq!(counting(3).image(2), [2, 3, 4, 5, 6, 7]);

    // The layout in memory does not show: here, columns first.
    let columns_first = Array3::from_shape_fn([2, 3, 2].f(), |(i, j, k)| (i + 2 * j + k) as u8);
    assert_eq!(Dataset::new(columns_first, vec![0; 2]).unwrap().image(1), [1, 2, 3, 4, 5, 6]);
}

/// m = 1/n Σᵢ imageᵢ / 255.
#[test]
fn mean_image_is_the_mean_of_intensities() {
    let dataset = counting(7);
    let all = dataset.batches(7).next().unwrap().intensities::<f64>();
    let mean = all.mean_axis(Axis(0)).unwrap();
    assert!(dataset.mean_image().iter().zip(&mean).all(|(a, b)| (a - b).abs() < 1e-15));
}

#[test]
fn arrays_that_make_no_dataset() {
    assert_eq!(
        Dataset::new(Array3::zeros([3, 2, 2]), vec![0; 4]).unwrap_err(),
        DatasetError::Counts { images: 3, labels: 4 }
    );
    for [images, rows, cols] in [[0, 28, 28], [5, 0, 28], [5, 28, 0]] {
        assert_eq!(
            Dataset::new(Array3::zeros([images, rows, cols]), vec![0; images]).unwrap_err(),
            DatasetError::Empty { images, rows, cols }
        );
    }
}

/// Each epoch is a partition of the dataset, in order or not, whatever the batch size.
#[test]
fn batches_visit_every_image_once() {
    for (n, batch_size) in [(1, 1), (1, 9), (7, 1), (7, 3), (7, 6), (7, 7), (7, 8), (250, 128)] {
        let dataset = counting(n);
        for (shuffled, batches) in [
            (false, dataset.batches(batch_size)),
            (true, dataset.shuffled_batches(batch_size, &mut rng(1))),
        ] {
            assert_eq!(batches.len(), n.div_ceil(batch_size));
            let mut seen = Vec::new();
            for batch in batches {
                assert_eq!(batch.labels.len(), batch_size.min(n - seen.len()));
                for (pixels, &label) in batch.pixels.rows().into_iter().zip(&batch.labels) {
                    assert_eq!(pixels.as_slice().unwrap(), dataset.image(label.into()));
                }
                seen.extend(batch.labels);
            }
            if shuffled {
                seen.sort();
            }
            assert_eq!(seen, dataset.labels(), "n = {n}, batch_size = {batch_size}");
        }
    }
}

/// The order is a function of the seed, and this one is pinned: a run repeats on every machine.
#[test]
fn the_seed_decides_the_order() {
    let dataset = counting(10);
    let order = |seed| dataset.shuffled_batches(10, &mut rng(seed)).next().unwrap().labels;
    assert_eq!(order(1), order(1));
    assert_ne!(order(1), order(2));
    assert_eq!(order(1), PINNED_ORDER);
}

const PINNED_ORDER: [u8; 10] = [3, 8, 5, 2, 7, 9, 6, 0, 4, 1];

#[test]
#[should_panic(expected = "batch_size is 0")]
fn empty_batches_panic() {
    counting(3).batches(0);
}

#[test]
fn items_prepared_ahead_are_those_of_a_loop() {
    for threads in [1, 2, 3] {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        for len in [0, 1, 2, 20] {
            let (mut prepared, mut seen) = (0, Vec::new());
            let items = (0..len).inspect(|_| prepared += 1);
            let done: ControlFlow<()> = pool.install(|| {
                for_each_ahead(items, |i| {
                    seen.push(i);
                    Continue(())
                })
            });
            assert_eq!((done, prepared), (Continue(()), len), "{threads} threads");
            assert!(seen.into_iter().eq(0..len), "{len} items on {threads} threads");
        }
    }
}

#[test]
fn a_break_ends_it_one_item_further() {
    let mut prepared = 0;
    let items = (0..20).inspect(|_| prepared += 1);
    let found = for_each_ahead(items, |i| if i == 7 { Break("seven") } else { Continue(()) });
    assert_eq!((found, prepared), (Break("seven"), 9));
}

#[test]
#[should_panic = "of the item"]
fn a_panic_in_an_item_comes_to_the_caller() {
    let items = (0..3).inspect(|&i| assert!(i < 2, "of the item"));
    let _: ControlFlow<()> = for_each_ahead(items, |_| Continue(()));
}

/// x = p/255, correctly rounded in both element types.
#[test]
fn intensities_are_exact() {
    let batch = Batch { pixels: every_pixel(1), labels: vec![0] };
    let (single, double) = (batch.intensities::<f32>(), batch.intensities::<f64>());
    for p in 0..=255u8 {
        assert_eq!(single[[0, p.into()]], (f64::from(p) / 255.0) as f32);
        assert_eq!(double[[0, p.into()]], f64::from(p) / 255.0);
    }
}

/// `rows` rows, each with the pixels 0 to 255.
fn every_pixel(rows: usize) -> Array2<u8> {
    Array2::from_shape_fn([rows, 256], |(_, p)| p as u8)
}

/// P(x = 1) = p/255: the frequency of each pixel value is within 4 standard errors, and exact at both ends.
#[test]
fn bits_have_the_probability_of_their_pixel() {
    let n = 40_000;
    let ones = binarize::<f64>(&every_pixel(n), &mut rng(3)).sum_axis(Axis(0));
    assert_eq!((ones[0], ones[255]), (0.0, n as f64));
    for p in 1..255 {
        let probability = p as f64 / 255.0;
        let error = ones[p] / n as f64 - probability;
        let standard_error = (probability * (1.0 - probability) / n as f64).sqrt();
        assert!(error.abs() < 4.0 * standard_error, "seed 3, pixel {p}: {error}");
    }
}

/// Bits in one image, and in images drawn one after the other, do not depend on each other.
#[test]
fn bits_are_uncorrelated() {
    let n = 100_000;
    let bits = binarize::<f64>(&Array2::from_elem([n, 2], 128), &mut rng(4));
    let bits = bits.as_slice().unwrap();
    let mean = 128.0 / 255.0;
    for lag in 1..=4 {
        let pairs = bits.windows(lag + 1).map(|w| (w[0] - mean) * (w[lag] - mean));
        let correlation = pairs.sum::<f64>() / (2 * n) as f64 / (mean * (1.0 - mean));
        assert!(correlation.abs() < 4.0 / (2.0 * n as f64).sqrt(), "lag {lag}: {correlation}");
    }
}

/// The same seed gives the same bits in both element types, and these are pinned.
#[test]
fn the_seed_decides_the_bits() {
    let pixels = every_pixel(64);
    let bits = binarize::<f32>(&pixels, &mut rng(5));
    assert_eq!(bits.mapv(f64::from), binarize::<f64>(&pixels, &mut rng(5)));
    assert_ne!(bits, binarize::<f32>(&pixels, &mut rng(6)));

    let batch = Batch { pixels, labels: vec![0; 64] };
    assert_eq!(batch.binarized::<f32>(&mut rng(5)), bits);
    // A polynomial hash, so that the place of each bit counts.
    let hash = bits.iter().fold(0u32, |hash, &bit| hash.wrapping_mul(31).wrapping_add(bit as u32));
    assert_eq!(hash, PINNED_HASH);
}

const PINNED_HASH: u32 = 351_034_478;

/// Each is in the interval of its byte, uniformly: the mean and the variance are within 4 standard errors of ½ and 1/12.
#[test]
fn dequantized_pixels_fill_their_intervals() {
    let (rows, n) = (400, 400.0 * 256.0);
    let x = dequantize::<f64>(&every_pixel(rows), &mut rng(7));
    let places: Vec<_> = x.indexed_iter().map(|((_, p), &x)| 256.0 * x - p as f64).collect();
    assert!(places.iter().all(|&u| 0.0 < u && u < 1.0));
    let mean = places.iter().sum::<f64>() / n;
    let variance = places.iter().map(|u| (u - 0.5).powi(2)).sum::<f64>() / n;
    assert!((mean - 0.5).abs() < 4.0 / (12.0 * n).sqrt(), "seed 7: {mean}");
    // E (u − ½)⁴ = 1/80, so one square has the variance 1/80 − 1/144 = 1/180.
    assert!((variance - 1.0 / 12.0).abs() < 4.0 / (180.0 * n).sqrt(), "seed 7: {variance}");
}

/// The same numbers in both element types, rounded; none beyond 1.
#[test]
fn the_seed_decides_the_dequantized_pixels() {
    let batch = Batch { pixels: every_pixel(64), labels: vec![0; 64] };
    let (single, double) =
        (batch.dequantized::<f32>(&mut rng(8)), batch.dequantized::<f64>(&mut rng(8)));
    assert_eq!(single, double.mapv(|x| x as f32));
    assert_eq!(double, dequantize::<f64>(&batch.pixels, &mut rng(8)));
    assert_ne!(double, batch.dequantized::<f64>(&mut rng(9)));
    assert!(single.iter().all(|&x| x <= 1.0));
}
