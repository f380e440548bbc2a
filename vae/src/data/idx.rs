//! The IDX format, in which MNIST and its descendants are kept.
//!
//! ```text
//! offset  bytes   value
//!      0      2   zero
//!      2      1   element type: 08 is an unsigned byte, the only one read here
//!      3      1   rank, the number of dimensions: 3 for images, 1 for labels
//!      4      4   each dimension in turn, a big-endian u32
//!  4+4·r      …   the elements, last dimension fastest; then nothing more
//! ```
//!
//! The bytes may be gzipped, which their first two bytes show. Everything the header claims is checked
//! before it is believed, and beyond 64 MiB memory grows only with what the stream really holds: a header that
//! promises a terabyte costs nothing.
//!
//! Source: LeCun, Cortes & Burges, *The MNIST database of handwritten digits*, section "File formats".

mod error;

use std::io::Read;

use flate2::bufread::MultiGzDecoder;
use ndarray::{Array1, Array3};

pub use error::{IdxError, IdxProblem};

/// Reads images [n, rows, columns] from the bytes of an IDX file, plain or gzipped.
///
/// `file` names the source in errors.
///
/// # Errors
/// Whatever [`IdxProblem`] lists.
///
/// # Examples
/// ```
/// let bytes = [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 10, 20, 30, 40];
/// let images = vae::data::idx::parse_images("two by two", &bytes)?;
/// assert_eq!(images[[0, 1, 0]], 30);
///
/// let error = vae::data::idx::parse_images("cut short", &bytes[..19]).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "cut short: ends after 19 bytes, expected 20; the file is incomplete, fetch it again"
/// );
/// # Ok::<(), vae::data::idx::IdxError>(())
/// ```
pub fn parse_images(file: &str, bytes: &[u8]) -> Result<Array3<u8>, IdxError> {
    let (shape, elements) = parse::<3>(file, bytes)?;
    Ok(Array3::from_shape_vec(shape, elements).expect(FITS))
}

/// Reads labels, an array of rank 1, from the bytes of an IDX file, plain or gzipped.
///
/// `file` names the source in errors.
///
/// # Errors
/// Whatever [`IdxProblem`] lists.
pub fn parse_labels(file: &str, bytes: &[u8]) -> Result<Array1<u8>, IdxError> {
    let (shape, elements) = parse::<1>(file, bytes)?;
    Ok(Array1::from_shape_vec(shape, elements).expect(FITS))
}

const FITS: &str = "the shape was checked, and as many elements were read as it has";

/// The first two bytes of a gzip stream (RFC 1952); an IDX file begins with zeros.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The most bytes for which there is room at once because the header says so: more than MNIST has.
const BELIEVED: usize = 1 << 26;

/// The element type of unsigned bytes.
const UNSIGNED_BYTE: u8 = 0x08;

fn parse<const RANK: usize>(
    file: &str,
    bytes: &[u8],
) -> Result<([usize; RANK], Vec<u8>), IdxError> {
    let array = if bytes.starts_with(&GZIP) {
        parse_stream(MultiGzDecoder::new(bytes))
    } else {
        parse_stream(bytes)
    };
    array.map_err(|problem| IdxError { file: file.to_owned(), problem })
}

fn parse_stream<const RANK: usize>(
    stream: impl Read,
) -> Result<([usize; RANK], Vec<u8>), IdxProblem> {
    let mut stream = Counted { stream, offset: 0 };
    let [zero0, zero1, element_type, rank] = stream.array()?;
    if [zero0, zero1] != [0, 0] {
        return Err(IdxProblem::Magic { found: [zero0, zero1] });
    }
    if element_type != UNSIGNED_BYTE {
        return Err(IdxProblem::ElementType { found: element_type });
    }
    if usize::from(rank) != RANK {
        return Err(IdxProblem::Rank { found: rank, expected: RANK });
    }
    let mut shape = [0; RANK];
    for dimension in &mut shape {
        *dimension = u32::from_be_bytes(stream.array()?) as usize;
    }
    let len = array_len(&shape).ok_or(IdxProblem::Dimensions { found: shape.to_vec() })?;
    let elements = stream.take(len)?;
    stream.end()?;
    Ok((shape, elements))
}

/// The number of elements of an array, if one of this shape can exist.
///
/// ndarray bounds the product of the dimensions by `isize::MAX`, leaving out dimensions of 0, so that
/// strides cannot overflow even in an array without elements.
fn array_len(shape: &[usize]) -> Option<usize> {
    let mut bound: usize = 1;
    for &dimension in shape {
        bound = bound.checked_mul(dimension.max(1))?;
    }
    isize::try_from(bound).ok()?;
    Some(shape.iter().product())
}

/// A stream that knows how far it has been read.
struct Counted<R> {
    stream: R,
    offset: usize,
}

impl<R: Read> Counted<R> {
    /// The next `len` bytes. If they are very many, the vector grows as they come: `len` is only a claim.
    fn take(&mut self, len: usize) -> Result<Vec<u8>, IdxProblem> {
        let mut bytes = Vec::with_capacity(len.min(BELIEVED));
        let outcome = self.stream.by_ref().take(len as u64).read_to_end(&mut bytes);
        let expected = self.offset.saturating_add(len);
        self.offset += bytes.len();
        // A slice cannot fail to be read: this is the decompressor speaking.
        outcome.map_err(|reason| IdxProblem::Gzip { offset: self.offset, reason })?;
        if bytes.len() < len {
            return Err(IdxProblem::Short { found: self.offset, expected });
        }
        Ok(bytes)
    }

    /// The next `N` bytes, as an array.
    fn array<const N: usize>(&mut self) -> Result<[u8; N], IdxProblem> {
        let bytes = self.take(N)?;
        Ok(std::array::from_fn(|i| bytes[i]))
    }

    /// Checks that nothing is left. Reading to the end is also what makes gzip compare its checksum.
    fn end(&mut self) -> Result<(), IdxProblem> {
        let expected = self.offset;
        match self.take(1) {
            Ok(_) => Err(IdxProblem::Surplus { expected }),
            Err(IdxProblem::Short { .. }) => Ok(()),
            Err(problem) => Err(problem),
        }
    }
}
