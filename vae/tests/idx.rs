//! The IDX reader: what it reads, and each way in which it refuses.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use ndarray::{Array3, array};
use proptest::prelude::*;
use vae::data::idx::{IdxProblem, parse_images, parse_labels};

/// An IDX file of unsigned bytes.
fn idx(dimensions: &[u32], elements: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, dimensions.len() as u8];
    bytes.extend(dimensions.iter().flat_map(|d| d.to_be_bytes()));
    bytes.extend(elements);
    bytes
}

/// Two images of 2 × 3 pixels.
fn two_images() -> Vec<u8> {
    idx(&[2, 2, 3], &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The problem with `bytes` as images, plain and gzipped alike.
fn problem(bytes: &[u8]) -> IdxProblem {
    let plain = parse_images("plain", bytes).unwrap_err();
    let zipped = parse_images("zipped", &gzip(bytes)).unwrap_err();
    assert_eq!(plain.problem.to_string(), zipped.problem.to_string());
    assert!(plain.to_string().starts_with("plain: "));
    plain.problem
}

#[test]
fn images_are_read_row_by_row() {
    let images = parse_images("two images", &two_images()).unwrap();
    assert_eq!(images, array![[[0, 1, 2], [3, 4, 5]], [[6, 7, 8], [9, 10, 11]]]);
}

#[test]
fn labels_are_read() {
    assert_eq!(parse_labels("labels", &idx(&[3], &[7, 0, 9])).unwrap(), array![7, 0, 9]);
}

#[test]
fn arrays_without_elements_are_read() {
    let images = parse_images("no images", &idx(&[0, 28, 28], &[])).unwrap();
    assert_eq!(images, Array3::<u8>::zeros([0, 28, 28]));
}

#[test]
fn gzip_reads_as_plain() {
    let plain = parse_images("plain", &two_images()).unwrap();
    assert_eq!(parse_images("zipped", &gzip(&two_images())).unwrap(), plain);

    // RFC 1952: a gzip file is a series of members, and stands for what they hold one after the other.
    let bytes = two_images();
    let members = [gzip(&bytes[..9]), gzip(&bytes[9..])].concat();
    assert_eq!(parse_images("two members", &members).unwrap(), plain);
}

#[test]
fn empty_and_truncated_headers() {
    for len in 0..4 {
        assert!(matches!(problem(&two_images()[..len]),
            IdxProblem::Short { found, expected: 4 } if found == len));
    }
    for len in 4..16 {
        assert!(matches!(problem(&two_images()[..len]),
            IdxProblem::Short { found, expected } if found == len && expected == (len / 4 + 1) * 4));
    }
}

#[test]
fn truncated_elements() {
    for len in 16..28 {
        assert!(matches!(problem(&two_images()[..len]),
            IdxProblem::Short { found, expected: 28 } if found == len));
    }
}

#[test]
fn surplus_bytes() {
    let mut bytes = two_images();
    bytes.push(0);
    assert!(matches!(problem(&bytes), IdxProblem::Surplus { expected: 28 }));
}

#[test]
fn wrong_magic() {
    let bytes = b"<!DOCTYPE html><title>404</title>";
    assert!(matches!(problem(bytes), IdxProblem::Magic { found: [b'<', b'!'] }));
}

#[test]
fn wrong_element_type() {
    let mut bytes = two_images();
    bytes[2] = 0x0d;
    assert!(matches!(problem(&bytes), IdxProblem::ElementType { found: 0x0d }));
}

#[test]
fn wrong_rank() {
    let labels = idx(&[3], &[7, 0, 9]);
    assert!(matches!(problem(&labels), IdxProblem::Rank { found: 1, expected: 3 }));

    let error = parse_labels("swapped", &two_images()).unwrap_err();
    assert!(matches!(error.problem, IdxProblem::Rank { found: 3, expected: 1 }));
}

/// A header can promise anything: no memory may be set aside for a promise.
#[test]
fn absurd_dimensions() {
    const MAX: u32 = u32::MAX;
    // More elements than there are addresses, also behind a dimension of 0, which ndarray counts as 1.
    for dimensions in [[MAX, MAX, MAX], [MAX, MAX, 1], [0, MAX, MAX]] {
        assert!(matches!(problem(&idx(&dimensions, &[])), IdxProblem::Dimensions { .. }));
    }
    // 2⁶² elements could be addressed, but are not there.
    assert!(matches!(problem(&idx(&[1 << 31, 1 << 31, 1], &[])),
        IdxProblem::Short { found: 16, expected } if expected == (1 << 62) + 16));
}

#[test]
fn truncated_gzip() {
    let zipped = gzip(&two_images());
    for len in 2..zipped.len() {
        let error = parse_images("cut", &zipped[..len]).unwrap_err();
        assert!(matches!(error.problem, IdxProblem::Gzip { .. }), "{len}: {error}");
    }
}

#[test]
fn corrupt_gzip_checksum() {
    let mut zipped = gzip(&two_images());
    // The last 8 bytes are the CRC-32 and the length of what was compressed.
    for back in 1..=8 {
        let byte = zipped.len() - back;
        zipped[byte] ^= 1;
        let error = parse_images("flipped", &zipped).unwrap_err();
        assert!(matches!(error.problem, IdxProblem::Gzip { offset: 28, .. }), "{back}: {error}");
        zipped[byte] ^= 1;
    }
}

#[test]
fn bytes_after_gzip() {
    let mut zipped = gzip(&two_images());
    zipped.push(0);
    let error = parse_images("trailing", &zipped).unwrap_err();
    assert!(matches!(error.problem, IdxProblem::Gzip { offset: 28, .. }), "{error}");
}

#[test]
fn errors_say_where_what_and_what_to_do() {
    let error = parse_labels("data/train-labels-idx1-ubyte", &two_images()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "data/train-labels-idx1-ubyte: byte 3: found 3 dimensions, expected 1; \
         images have 3 and labels 1, check that they are not swapped"
    );
}

proptest! {
    /// Arbitrary bytes are refused or read, and never panic; neither do they behind a valid start, nor gzipped.
    #[test]
    fn no_bytes_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..64),
        start in prop::sample::select(vec![&[][..], &[0, 0, 8, 3], &[0, 0, 8, 1], &[0x1f, 0x8b, 8, 0]]),
    ) {
        let bytes = [start, &bytes].concat();
        let _ = parse_images("any", &bytes);
        let _ = parse_labels("any", &bytes);
        let _ = parse_images("any, gzipped", &gzip(&bytes));
    }

    /// Every dimension is checked, large or small, however few elements follow.
    #[test]
    fn no_dimensions_panic(dimensions: [u32; 3], small in 0..=3u32, place in 0..3usize) {
        let mut dimensions = dimensions;
        dimensions[place] = small;
        let _ = parse_images("any shape", &idx(&dimensions, &[0; 16]));
    }

    /// What was written is what is read.
    #[test]
    fn round_trip(n in 0..5usize, rows in 0..5usize, cols in 0..5usize, seed: u8) {
        let images = Array3::from_shape_fn([n, rows, cols], |(i, j, k)| {
            seed.wrapping_add((25 * i + 5 * j + k) as u8)
        });
        let bytes = idx(&[n, rows, cols].map(|d| d as u32), images.as_slice().unwrap());
        prop_assert_eq!(parse_images("round trip", &bytes).unwrap(), images);
    }
}
