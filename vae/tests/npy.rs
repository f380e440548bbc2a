//! The `.npy` format: what is read and written, and each way in which the reader refuses.

use std::fs;
use std::path::Path;

use ndarray::{Array2, Array3, ArrayView2, array};
use proptest::prelude::*;
use vae::data::Dataset;
use vae::data::npy::{self, NpyProblem};

fn npy(descr: &str, shape: &str, data: &[u8]) -> Vec<u8> {
    let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.bytes());
    bytes.extend(data);
    bytes
}

#[test]
fn each_problem_of_an_npy_file() {
    let images = |descr, shape, data: &[u8]| {
        npy::parse_images("file", &npy(descr, shape, data)).unwrap_err().problem
    };
    let magic = npy::parse_images("file", b"\x93NUMPY\x04\x00").unwrap_err();
    assert_eq!(magic.problem, NpyProblem::Magic);
    assert!(matches!(images("<U4", "(1, 1)", &[0; 16]), NpyProblem::Element { .. }));
    assert!(matches!(images("<i4", "(1, 1)", &[0; 4]), NpyProblem::Element { .. }));
    assert!(matches!(images("|u1", "(1, 2)", &[0; 2]), NpyProblem::Shape { .. }));
    assert!(matches!(images("|u1", "(1, x)", &[0; 2]), NpyProblem::Header { key: "shape", .. }));
    assert!(matches!(images("|u1", "(2, 4)", &[0; 7]), NpyProblem::Length { found: 7, .. }));
    assert!(matches!(images("|u1", "(2, 4)", &[0; 9]), NpyProblem::Length { found: 9, .. }));
    let huge = "(4294967296, 4294967296, 0)";
    assert!(matches!(images("|u1", huge, &[]), NpyProblem::Length { found: 0, .. }));
    for x in [-0.1_f32, 1.5, f32::NAN] {
        let problem = images("<f4", "(1, 1)", &x.to_le_bytes());
        assert!(matches!(problem, NpyProblem::Value { index: 0, .. }), "{problem}");
    }
    let labels = |descr, shape, data: &[u8]| {
        npy::parse_labels("file", &npy(descr, shape, data)).unwrap_err().problem
    };
    assert!(matches!(labels("<f4", "(1,)", &[0; 4]), NpyProblem::Element { .. }));
    assert!(matches!(labels("|u1", "(1, 1)", &[0]), NpyProblem::Shape { .. }));
    assert!(matches!(labels(">i2", "(1,)", &[1, 0]), NpyProblem::Value { found: 256.0, .. }));
    assert!(matches!(labels("|i1", "(1,)", &[255]), NpyProblem::Value { found: -1.0, .. }));
}

/// A header of a few bytes: as many labels would take all memory.
#[test]
fn any_number_of_images_without_pixels_is_refused() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("no pixels.npy");
    fs::write(&path, npy("|u1", "(888888888888888, 0)", &[])).unwrap();
    let message = Dataset::from_npy(&path).unwrap_err().to_string();
    assert!(message.contains("found 888888888888888 images of 0 × 0 pixels"), "{message}");
}

/// In Fortran's order the first dimension is the fastest.
#[test]
fn fortran_order() {
    let bytes = npy("|u1", "(2, 1, 2)", &[1, 2, 3, 4]);
    let text = String::from_utf8_lossy(&bytes[10..]).replace("False", "True ");
    let bytes = [&bytes[..10], text.as_bytes()].concat();
    assert_eq!(npy::parse_images("file", &bytes).unwrap(), array![[[1, 3]], [[2, 4]]]);
}

/// What `numpy.save` wrote for the same arrays, by `python fixtures/npy.py`.
#[test]
fn numpy_writes_the_same_bytes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let codes = Array2::from_shape_fn((3, 2), |(i, j)| i as f64 - 0.25 * j as f64);
    let is =
        |name, bytes: Vec<u8>| assert_eq!(bytes, fs::read(folder.join(name)).unwrap(), "{name}");
    is("float64.npy", npy::to_bytes(codes.view()));
    is("transposed.npy", npy::to_bytes(codes.t().as_standard_layout().view()));
    is("float32.npy", npy::to_bytes(codes.mapv(|x| x as f32).view()));
    is("empty.npy", npy::to_bytes(ArrayView2::<f32>::from_shape((0, 20), &[]).unwrap()));
}

proptest! {
    /// Any images of bytes come back, also as floats p/255.
    #[test]
    fn images_come_back(n in 0..4_usize, side in 0..5_usize, seed: u8) {
        let images = Array3::from_shape_fn((n, side, side), |(i, j, k)| {
            seed.wrapping_mul(31).wrapping_add((97 * i + 13 * j + k) as u8)
        });
        let shape = format!("({n}, {side}, {side})");
        let bytes = npy("|u1", &shape, images.as_slice().unwrap());
        prop_assert_eq!(npy::parse_images("bytes", &bytes).unwrap(), &images);
        let flat = images.to_shape((n, side * side)).unwrap().mapv(|p| f32::from(p) / 255.0);
        prop_assert_eq!(npy::parse_images("floats", &npy::to_bytes(flat.view())).unwrap(), &images);
    }

    #[test]
    fn no_bytes_panic(bytes: Vec<u8>, shape in "[(0-9, )]{0,24}") {
        _ = npy::parse_images("any", &bytes);
        _ = npy::parse_labels("any", &npy("<i4", &shape, &bytes));
    }
}
