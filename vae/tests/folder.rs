//! Datasets from folders: what is read, and what the errors say.

use std::fs;
use std::path::PathBuf;

use vae::data::{Dataset, LoadError};

const TRAIN_IMAGES: &str = "train-images-idx3-ubyte";
const TRAIN_LABELS: &str = "train-labels-idx1-ubyte";
const TEST_IMAGES: &str = "t10k-images-idx3-ubyte";
const TEST_LABELS: &str = "t10k-labels-idx1-ubyte";

/// A folder of its own for each test.
fn folder(test: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(test);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn images(n: u8, rows: u8, cols: u8) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, 3, 0, 0, 0, n, 0, 0, 0, rows, 0, 0, 0, cols];
    bytes.extend(0..n * rows * cols);
    bytes
}

fn labels(n: u8) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, 1, 0, 0, 0, n];
    bytes.extend(0..n);
    bytes
}

/// A folder of 3 training and 2 test images.
fn whole_folder(test: &str) -> PathBuf {
    let folder = folder(test);
    fs::write(folder.join(TRAIN_IMAGES), images(3, 4, 5)).unwrap();
    fs::write(folder.join(TRAIN_LABELS), labels(3)).unwrap();
    fs::write(folder.join(TEST_IMAGES), images(2, 4, 5)).unwrap();
    fs::write(folder.join(TEST_LABELS), labels(2)).unwrap();
    folder
}

#[test]
fn plain_files() {
    let (train, test) = Dataset::from_idx_folder(whole_folder("plain")).unwrap();
    assert_eq!((train.len(), test.len()), (3, 2));
    assert_eq!((train.rows(), train.cols()), (4, 5));
    assert_eq!(train.image(1), Vec::from_iter(20..40));
    assert_eq!(test.labels(), [0, 1]);
}

#[test]
fn gzipped_files() {
    let mnist = concat!(env!("CARGO_MANIFEST_DIR"), "/data/mnist");
    let (train, test) = Dataset::from_idx_folder(mnist).unwrap();
    assert_eq!(train, Dataset::mnist_train());
    assert_eq!(test, Dataset::mnist_test());
}

#[test]
fn missing_file() {
    let folder = whole_folder("missing");
    fs::remove_file(folder.join(TEST_LABELS)).unwrap();
    let error = Dataset::from_idx_folder(&folder).unwrap_err();
    assert!(matches!(&error, LoadError::Missing { name, .. } if name == TEST_LABELS));
    assert_eq!(
        error.to_string(),
        format!(
            "{}: found neither t10k-labels-idx1-ubyte nor t10k-labels-idx1-ubyte.gz; \
             expected the four files of MNIST under their usual names",
            folder.display()
        )
    );
}

#[test]
fn unreadable_file() {
    let folder = whole_folder("unreadable");
    fs::remove_file(folder.join(TRAIN_LABELS)).unwrap();
    fs::create_dir(folder.join(TRAIN_LABELS)).unwrap();
    let error = Dataset::from_idx_folder(&folder).unwrap_err();
    assert!(matches!(&error, LoadError::Unreadable { path, .. } if path.ends_with(TRAIN_LABELS)));
}

#[test]
fn damaged_file() {
    let folder = whole_folder("damaged");
    fs::write(folder.join(TRAIN_IMAGES), &images(3, 4, 5)[..50]).unwrap();
    let error = Dataset::from_idx_folder(&folder).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "{}: ends after 50 bytes, expected 76; the file is incomplete, fetch it again",
            folder.join(TRAIN_IMAGES).display()
        )
    );
}

#[test]
fn images_and_labels_of_different_numbers() {
    let folder = whole_folder("counts");
    fs::write(folder.join(TEST_LABELS), labels(3)).unwrap();
    let error = Dataset::from_idx_folder(&folder).unwrap_err();
    assert!(matches!(&error, LoadError::Dataset { files, .. } if files.contains("t10k")));
    assert!(error.to_string().contains("found 3 labels for 2 images"), "{error}");
}

#[test]
fn no_images() {
    let folder = whole_folder("empty");
    fs::write(folder.join(TRAIN_IMAGES), images(0, 4, 5)).unwrap();
    fs::write(folder.join(TRAIN_LABELS), labels(0)).unwrap();
    let error = Dataset::from_idx_folder(&folder).unwrap_err();
    assert!(matches!(&error, LoadError::Dataset { files, .. } if files.contains("train")));
    assert!(error.to_string().contains("found 0 images of 4 × 5 pixels"), "{error}");
}

#[test]
fn training_and_test_images_of_different_sizes() {
    let folder = whole_folder("sizes");
    fs::write(folder.join(TEST_IMAGES), images(2, 5, 4)).unwrap();
    let error = Dataset::from_idx_folder(&folder).unwrap_err();
    assert!(matches!(error, LoadError::Sizes { expected: [4, 5], found: [5, 4], .. }));
}
