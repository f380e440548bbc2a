//! The `.npy` format, in which NumPy keeps one array.
//!
//! ```text
//! offset  bytes   value
//!      0      6   93 "NUMPY"
//!      6      2   version, major and minor: 1.0, 2.0 or 3.0
//!      8   2, 4   the length n of the header, little-endian; 2 bytes in version 1
//!   10, 12      n   {'descr': '|u1', 'fortran_order': False, 'shape': (60000, 28, 28), }
//!      …      …   the elements, last dimension fastest (in Fortran's order, first); then nothing more
//! ```
//!
//! Images are [n, rows, columns], or [n, pixels] where these make a square; they are bytes, or floats in [0, 1], read as
//! ⌊255 x + ½⌋. Labels are an array of rank 1, of integers from 0 to 255. A header is believed only when as many bytes
//! follow as it describes.
//!
//! Source: NumPy's documentation, *numpy.lib.format*. Its header is any literal of Python; this reader knows the three
//! keys, in any order, and so cannot be led into recursion by a hostile file.

mod error;
mod files;
mod header;
mod writer;

use ndarray::{Array1, Array3, ArrayD, IxDyn, ShapeBuilder};

pub use error::{NpyError, NpyProblem};
pub(super) use files::holds_images;
use header::{Element, Header};
pub use writer::to_bytes;

/// Reads images [n, rows, columns] from the bytes of a `.npy` file.
///
/// `file` names the source in errors.
///
/// # Errors
/// Whatever [`NpyProblem`] lists.
///
/// # Examples
/// ```
/// use ndarray::array;
/// use vae::data::npy;
///
/// let bytes = npy::to_bytes(array![[0.0_f32, 0.2, 0.4, 1.0]].view());
/// assert_eq!(npy::parse_images("one image", &bytes)?, array![[[0, 51], [102, 255]]]);
/// # Ok::<(), npy::NpyError>(())
/// ```
pub fn parse_images(file: &str, bytes: &[u8]) -> Result<Array3<u8>, NpyError> {
    images(bytes).map_err(|problem| NpyError { file: file.to_owned(), problem })
}

/// Reads labels, an array of rank 1, from the bytes of a `.npy` file.
///
/// `file` names the source in errors.
///
/// # Errors
/// Whatever [`NpyProblem`] lists.
pub fn parse_labels(file: &str, bytes: &[u8]) -> Result<Array1<u8>, NpyError> {
    labels(bytes).map_err(|problem| NpyError { file: file.to_owned(), problem })
}

fn images(bytes: &[u8]) -> Result<Array3<u8>, NpyProblem> {
    let (header, data) = Header::read(bytes)?;
    let shape = image_shape(&header.shape)?;
    let pixel: fn(f64) -> Option<u8> = match header.element {
        Element::Unsigned(1) => |x| Some(x as u8),
        Element::Float(_) => |x| (0.0..=1.0).contains(&x).then(|| (255.0 * x).round() as u8),
        _ => return Err(NpyProblem::Element { found: header.descr, expected: "u1, f4 or f8" }),
    };
    let expected = "a number in [0, 1]; divide by the value of white";
    let array = array(&header, data, pixel, expected)?;
    Ok(array.to_shape(shape).expect("the product is the same").into_owned())
}

fn labels(bytes: &[u8]) -> Result<Array1<u8>, NpyProblem> {
    let (header, data) = Header::read(bytes)?;
    if header.shape.len() != 1 {
        return Err(NpyProblem::Shape { found: header.shape, expected: "[n] labels" });
    }
    if let Element::Float(_) = header.element {
        return Err(NpyProblem::Element { found: header.descr, expected: "an integer type" });
    }
    let label = |x: f64| (0.0..=255.0).contains(&x).then_some(x as u8);
    let array = array(&header, data, label, "a label from 0 to 255; renumber the classes")?;
    Ok(array.into_dimensionality().expect("the rank was checked"))
}

/// [n, rows, columns] of an array of images.
fn image_shape(shape: &[usize]) -> Result<[usize; 3], NpyProblem> {
    match *shape {
        [n, rows, cols] => Ok([n, rows, cols]),
        [n, pixels] if pixels.isqrt().pow(2) == pixels => Ok([n, pixels.isqrt(), pixels.isqrt()]),
        _ => Err(NpyProblem::Shape {
            found: shape.to_vec(),
            expected: "[n, rows, columns], or [n, pixels] of square images",
        }),
    }
}

/// All elements as bytes, in the order of the array.
fn array(
    header: &Header,
    data: &[u8],
    byte: impl Fn(f64) -> Option<u8>,
    expected: &'static str,
) -> Result<ArrayD<u8>, NpyProblem> {
    let size = header.element.size();
    let mut bytes = Vec::with_capacity(data.len() / size);
    for (index, element) in data.chunks_exact(size).enumerate() {
        let value = header.value(element);
        bytes.push(byte(value).ok_or(NpyProblem::Value { index, found: value, expected })?);
    }
    let shape = IxDyn(&header.shape).set_f(header.fortran_order);
    Ok(ArrayD::from_shape_vec(shape, bytes).expect("the header was found to fit the data"))
}
