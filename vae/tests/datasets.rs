//! Datasets at a path: PNG folders, .npy files, IDX files of other names; what each error says.

use std::fs;
use std::path::{Path, PathBuf};

use ndarray::Array3;
use png::{BitDepth, ColorType};
use proptest::prelude::*;
use vae::data::png::{PngError, parse_image};
use vae::data::{Dataset, LoadError};

/// A folder of its own for each test, with these files.
fn folder(test: &str, files: &[(&str, Vec<u8>)]) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("datasets").join(test);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    for (name, bytes) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

fn encode(color: ColorType, depth: BitDepth, size: [u32; 2], data: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, size[0], size[1]);
    encoder.set_color(color);
    encoder.set_depth(depth);
    if color == ColorType::Indexed {
        encoder.set_palette(vec![255, 0, 0, 0, 255, 0]);
    }
    encoder.write_header().unwrap().write_image_data(data).unwrap();
    bytes
}

/// A gray image of 2 × 1 pixels.
fn gray(value: u8) -> Vec<u8> {
    encode(ColorType::Grayscale, BitDepth::Eight, [1, 2], &[value, 255 - value])
}

fn idx(kind: u8, dimensions: &[u8], elements: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, kind];
    bytes.extend(dimensions.iter().flat_map(|&d| [0, 0, 0, d]));
    bytes.extend(elements);
    bytes
}

fn npy(descr: &str, shape: &str, data: &[u8]) -> Vec<u8> {
    let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.bytes());
    bytes.extend(data);
    bytes
}

fn message(path: &Path) -> String {
    Dataset::from_path(path).unwrap_err().to_string()
}

#[test]
fn emnist_has_its_own_names_and_letters() {
    let files = [
        ("emnist-letters-train-images-idx3-ubyte", idx(3, &[1, 1, 2], &[7, 8])),
        ("emnist-letters-train-labels-idx1-ubyte", idx(1, &[1], &[26])),
        ("emnist-letters-test-images-idx3-ubyte", idx(3, &[1, 1, 2], &[9, 10])),
        ("emnist-letters-test-labels-idx1-ubyte", idx(1, &[1], &[11])),
    ];
    let (train, test) = Dataset::from_path(folder("emnist", &files)).unwrap();
    assert_eq!((train.image(0), train.labels()), (&[7, 8][..], &[26][..]));
    assert_eq!((test.image(0), test.labels()), (&[9, 10][..], &[11][..]));
}

#[test]
fn two_datasets_in_a_folder() {
    let image = idx(3, &[1, 1, 1], &[1]);
    let names = ["train-images.idx3-ubyte", "kuzushiji-train-images-idx3-ubyte"];
    let path = folder("two", &names.map(|name| (name, image.clone())));
    let found = "found train-images-idx3-ubyte and kuzushiji-train-images-idx3-ubyte, \
                 expected one dataset; move one of them into a folder of its own";
    assert_eq!(message(&path), format!("{}: {found}", path.display()));

    let path = folder("kinds", &[("a.png", gray(0)), (names[0], image)]);
    let found = "found IDX files and PNG images, expected one dataset";
    assert!(message(&path).contains(found), "{}", message(&path));
}

#[test]
fn nothing_at_a_path() {
    let path = folder("nothing", &[("notes.txt", Vec::new())]);
    assert!(matches!(Dataset::from_path(&path), Err(LoadError::Unknown { .. })));
    assert!(matches!(Dataset::from_path(path.join("notes.txt")), Err(LoadError::Unknown { .. })));
    let absent = Dataset::from_path(path.join("absent"));
    assert!(matches!(absent, Err(LoadError::Unreadable { .. })));
}

#[test]
fn images_side_by_side_have_label_0_and_each_tenth_is_for_testing() {
    let names: Vec<_> = (0..20).map(|i| format!("{i:02}.PNG")).collect();
    let files: Vec<_> = (0..20).map(|i| (names[i].as_str(), gray(i as u8))).collect();
    let (train, test) = Dataset::from_path(folder("flat", &files)).unwrap();
    assert_eq!((train.len(), train.rows(), train.cols()), (18, 2, 1));
    assert_eq!([test.image(0), test.image(1)], [[9, 246], [19, 236]]);
    assert_eq!(test.labels(), [0, 0]);
}

#[test]
fn one_image_is_both_sets() {
    let (train, test) = Dataset::from_path(folder("one", &[("a.png", gray(3))])).unwrap();
    assert_eq!(train, test);
    assert_eq!(train.image(0), [3, 252]);
}

#[test]
fn classes_are_numbers_or_numbered() {
    let classes = |test, names: [&str; 2]| {
        let paths =
            names.map(|name| ["train/", "test/"].map(|split| format!("{split}{name}/a.png")));
        let files: Vec<_> = paths.iter().flatten().map(|path| (path.as_str(), gray(0))).collect();
        let (train, test) = Dataset::from_path(folder(test, &files)).unwrap();
        assert_eq!(train, test);
        train.labels().to_vec()
    };
    assert_eq!(classes("numbers", ["9", "10"]), [10, 9]);
    assert_eq!(classes("names", ["dog", "cat"]), [0, 1]);
}

#[test]
fn folders_that_are_no_classes() {
    let path = folder("mixed", &[("a.png", gray(0)), ("cat/b.png", gray(1))]);
    assert!(message(&path).contains("found images beside the folder cat"), "{}", message(&path));

    let path = folder("class", &[("train/cat/a.png", gray(0)), ("test/dog/a.png", gray(1))]);
    assert!(message(&path).contains("found the class dog"), "{}", message(&path));

    let names: Vec<_> = (0..257).map(|i| format!("{i}/a.png")).collect();
    let files: Vec<_> = names.iter().map(|name| (name.as_str(), gray(0))).collect();
    let path = folder("classes", &files);
    assert!(message(&path).contains("found 257 folders"), "{}", message(&path));
}

#[test]
fn images_of_two_sizes() {
    let wide = encode(ColorType::Grayscale, BitDepth::Eight, [2, 1], &[0, 0]);
    let path = folder("sizes", &[("a.png", gray(0)), ("b.png", wide.clone())]);
    assert!(message(&path).contains("b.png: found images of 1 × 2 pixels, expected 2 × 1"));
    let path = folder("splits", &[("train/a.png", gray(0)), ("test/a.png", wide)]);
    assert!(message(&path).contains("found images of 1 × 2 pixels, expected 2 × 1"));
}

/// By hand: white of each color has 0.299, 0.587 and 0.114 of 255, and half of it is seen on black.
#[test]
fn colors_become_gray() {
    let gray = |color, depth, data: &[u8]| {
        let image = parse_image("image", &encode(color, depth, [2, 1], data)).unwrap();
        image.into_raw_vec_and_offset().0
    };
    use BitDepth::*;
    assert_eq!(gray(ColorType::Grayscale, Eight, &[1, 2]), [1, 2]);
    assert_eq!(gray(ColorType::Grayscale, Two, &[0b0110_0000]), [85, 170]);
    assert_eq!(gray(ColorType::Grayscale, Sixteen, &[1, 255, 2, 0]), [1, 2]);
    assert_eq!(gray(ColorType::Rgb, Eight, &[255, 0, 0, 0, 0, 255]), [76, 29]);
    assert_eq!(gray(ColorType::Indexed, One, &[0b0100_0000]), [76, 150]);
    assert_eq!(gray(ColorType::GrayscaleAlpha, Eight, &[200, 255, 200, 128]), [200, 100]);
    assert_eq!(gray(ColorType::Rgba, Eight, &[0, 255, 0, 255, 9, 9, 9, 0]), [150, 0]);
}

#[test]
fn damaged_and_large_images() {
    let bytes = encode(ColorType::Grayscale, BitDepth::Eight, [2, 2], &[1, 2, 3, 4]);
    for len in 0..bytes.len() - 12 {
        let error = parse_image("cut", &bytes[..len]).unwrap_err();
        assert!(matches!(error, PngError::Decode { .. }), "{len}: {error}");
    }
    let mut bytes = encode(ColorType::Grayscale, BitDepth::One, [4097, 4096], &[0; 513 * 4096]);
    let error = parse_image("large", &bytes).unwrap_err().to_string();
    assert!(error.contains("found 4096 × 4097 pixels, expected at most 16777216"), "{error}");
    bytes[20] ^= 1;
    let error = parse_image("damaged", &bytes).unwrap_err();
    assert!(matches!(error, PngError::Decode { .. }), "{error}");
}

#[test]
fn npy_files_of_a_folder() {
    let labels = npy("<i8", "(1,)", &[47, 0, 0, 0, 0, 0, 0, 0]);
    let files = [
        ("train_images.npy", npy("|u1", "(1, 1, 2)", &[1, 2])),
        ("train_labels.npy", labels),
        ("test_images.npy", npy("|u1", "(1, 1, 2)", &[3, 4])),
    ];
    let path = folder("npy", &files);
    let (train, test) = Dataset::from_path(&path).unwrap();
    assert_eq!((train.image(0), train.labels()), (&[1, 2][..], &[47][..]));
    assert_eq!((test.image(0), test.labels()), (&[3, 4][..], &[0][..]));

    let (one, same) = Dataset::from_path(path.join("train_images.npy")).unwrap();
    assert_eq!((&one, &same), (&train, &train));
    fs::remove_file(path.join("test_images.npy")).unwrap();
    assert!(message(&path).contains("found neither test-images.npy nor test_images.npy"));
    fs::write(path.join("train_labels.npy"), npy("|u1", "(2,)", &[1, 2])).unwrap();
    assert!(message(&path.join("train_images.npy")).contains("found 2 labels for 1 images"));
}

proptest! {
    /// Of any number of images, each is in one set, and both keep the order.
    #[test]
    fn the_split_is_a_partition(n in 2..40_usize) {
        let images = Array3::from_shape_fn((n, 1, 1), |(i, ..)| i as u8);
        let (train, test) = Dataset::new(images, vec![0; n]).unwrap().split_off_test();
        let numbers = |set: &Dataset| Vec::from_iter((0..set.len()).map(|i| set.image(i)[0]));
        let [train, test] = [&train, &test].map(numbers);
        prop_assert!(train.is_sorted() && test.is_sorted() && !test.is_empty());
        let mut all = [train, test].concat();
        all.sort();
        prop_assert_eq!(all, Vec::from_iter(0..n as u8));

    }
}
