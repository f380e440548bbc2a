//! What can be wrong with the bytes of an IDX file.

use std::io;

/// Bytes that are not a whole IDX file of the wanted kind.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {problem}")]
pub struct IdxError {
    /// The source of the bytes, as the caller named it.
    pub file: String,
    /// What is wrong with them.
    pub problem: IdxProblem,
}

/// What can be wrong with an IDX file. Offsets count bytes after decompression.
#[derive(Debug, thiserror::Error)]
pub enum IdxProblem {
    /// The file does not begin with two zero bytes.
    #[error(
        "byte 0: found {:02x} {:02x}, expected 00 00; this is not an IDX file, \
         check that the download is not an error page", found[0], found[1]
    )]
    Magic {
        /// The first two bytes.
        found: [u8; 2],
    },
    /// The elements are not unsigned bytes.
    #[error(
        "byte 2: found element type {found:02x}, expected 08 (unsigned byte); \
         convert the elements to bytes"
    )]
    ElementType {
        /// The code of the element type.
        found: u8,
    },
    /// The array has the wrong number of dimensions.
    #[error(
        "byte 3: found {found} dimensions, expected {expected}; \
         images have 3 and labels 1, check that they are not swapped"
    )]
    Rank {
        /// The number of dimensions in the file.
        found: u8,
        /// The number of dimensions asked for.
        expected: usize,
    },
    /// The product of the dimensions is more than an array in memory can have.
    #[error(
        "byte 4: found dimensions {found:?}, expected at most {} elements; \
         the header is damaged, fetch the file again",
        isize::MAX
    )]
    Dimensions {
        /// The dimensions in the file.
        found: Vec<usize>,
    },
    /// The file ends before its header, or the elements promised there, are complete.
    #[error(
        "ends after {found} bytes, expected {expected}; the file is incomplete, fetch it again"
    )]
    Short {
        /// The number of bytes there are.
        found: usize,
        /// The number of bytes that the header needs or promises.
        expected: usize,
    },
    /// Bytes follow the last element.
    #[error(
        "byte {expected}: found more bytes, expected the end; \
         the header does not describe this file, fetch it again"
    )]
    Surplus {
        /// The number of bytes that the header promises.
        expected: usize,
    },
    /// The gzip stream is cut short or fails its checksum.
    #[error("byte {offset}: the gzip stream is damaged ({reason}); fetch the file again")]
    Gzip {
        /// How many bytes could be decompressed.
        offset: usize,
        /// What the decompressor found.
        reason: io::Error,
    },
}
