//! What can be wrong with the bytes of a `.npy` file.

/// Bytes that are not a `.npy` file of the wanted kind.
#[derive(Debug, PartialEq, thiserror::Error)]
#[error("{file}: {problem}")]
pub struct NpyError {
    /// The source of the bytes, as the caller named it.
    pub file: String,
    /// What is wrong with them.
    pub problem: NpyProblem,
}

/// What can be wrong with a `.npy` file.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum NpyProblem {
    /// The file does not begin as a `.npy` file does.
    #[error(
        "byte 0: found no 93 \"NUMPY\" and version 1 to 3; this is not a .npy file, \
         save the array by numpy.save (of an .npz file, each of its arrays)"
    )]
    Magic,
    /// The header lacks a key, or says something about it that is not known here.
    #[error(
        "the header: found no valid {key} in {found:?}, \
         expected a dictionary as numpy.save writes it; save the array anew"
    )]
    Header {
        /// The key.
        key: &'static str,
        /// The header.
        found: String,
    },
    /// The elements are of another type.
    #[error("found elements of type {found}, expected {expected}; convert the array by astype")]
    Element {
        /// The type in NumPy's notation.
        found: String,
        /// What is read here.
        expected: &'static str,
    },
    /// The array has another shape.
    #[error("found an array of shape {found:?}, expected {expected}; reshape the array")]
    Shape {
        /// The shape.
        found: Vec<usize>,
        /// What is read here.
        expected: &'static str,
    },
    /// The data is longer or shorter than the header says, or no array could be as long.
    #[error(
        "found {found} bytes of data, expected {expected}; the file is incomplete or damaged, fetch it again"
    )]
    Length {
        /// The bytes after the header.
        found: usize,
        /// Those of an array of the shape there, or why there are none.
        expected: String,
    },
    /// An element is out of range.
    #[error("element {index}: found {found}, expected {expected}")]
    Value {
        /// Its number in the order of the file.
        index: usize,
        /// The value.
        found: f64,
        /// What it must be, and what to do.
        expected: &'static str,
    },
}
