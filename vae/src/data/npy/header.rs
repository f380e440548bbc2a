//! The header of a `.npy` file.

use super::NpyProblem;

const MAGIC: &[u8] = b"\x93NUMPY";

/// The type of an element, with its size in bytes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Element {
    Unsigned(usize),
    Signed(usize),
    Float(usize),
}

impl Element {
    pub fn size(self) -> usize {
        match self {
            Self::Unsigned(size) | Self::Signed(size) | Self::Float(size) => size,
        }
    }
}

/// What the data of a file is.
#[derive(Debug)]
pub struct Header {
    /// The type of the elements in NumPy's notation.
    pub descr: String,
    pub element: Element,
    big_endian: bool,
    pub fortran_order: bool,
    pub shape: Vec<usize>,
}

impl Header {
    /// The header, and all data after it, of which there is as much as the header says.
    pub fn read(bytes: &[u8]) -> Result<(Self, &[u8]), NpyProblem> {
        let (text, data) = sections(bytes).ok_or(NpyProblem::Magic)?;
        let text = String::from_utf8_lossy(text);
        let wrong = |key| NpyProblem::Header { key, found: text.to_string() };
        let descr = quoted(value(&text, "descr").ok_or(wrong("descr"))?).ok_or(wrong("descr"))?;
        let (element, big_endian) = element(descr).ok_or_else(|| NpyProblem::Element {
            found: descr.to_owned(),
            expected: "integers or floats of the machine",
        })?;
        let order = value(&text, "fortran_order").ok_or(wrong("fortran_order"))?;
        let fortran_order = match order {
            _ if order.starts_with("True") => true,
            _ if order.starts_with("False") => false,
            _ => return Err(wrong("fortran_order")),
        };
        let shape = value(&text, "shape").and_then(tuple).ok_or(wrong("shape"))?;
        let expected = bytes_of(&shape, element.size());
        if expected != Some(data.len()) {
            let none = || format!("those of an array, and none can have the shape {shape:?}");
            let expected = expected.map_or_else(none, |bytes| bytes.to_string());
            return Err(NpyProblem::Length { found: data.len(), expected });
        }
        let descr = descr.to_owned();
        Ok((Self { descr, element, big_endian, fortran_order, shape }, data))
    }

    /// The number that an element stands for. Integers of 8 bytes are rounded beyond 2⁵³.
    pub fn value(&self, element: &[u8]) -> f64 {
        let mut bytes = [0; 8];
        for (i, &byte) in element.iter().enumerate() {
            bytes[if self.big_endian { element.len() - 1 - i } else { i }] = byte;
        }
        let bits = u64::from_le_bytes(bytes);
        match self.element {
            Element::Unsigned(_) => bits as f64,
            Element::Signed(size) => {
                let unused = 64 - 8 * size as u32;
                ((bits << unused) as i64 >> unused) as f64
            }
            Element::Float(4) => f32::from_bits(bits as u32).into(),
            Element::Float(_) => f64::from_bits(bits),
        }
    }
}

/// The text of the header, and what follows it.
fn sections(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let rest = bytes.strip_prefix(MAGIC)?;
    let (&[major, _minor], rest) = rest.split_first_chunk()?;
    let (n, rest) = match major {
        1 => rest.split_first_chunk().map(|(n, rest)| (u16::from_le_bytes(*n).into(), rest))?,
        2 | 3 => rest.split_first_chunk().map(|(n, rest)| (u32::from_le_bytes(*n), rest))?,
        _ => return None,
    };
    rest.split_at_checked(n as usize)
}

/// What follows a key and its colon.
fn value<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("'{key}':"))?;
    Some(rest.trim_start())
}

fn quoted(value: &str) -> Option<&str> {
    Some(value.strip_prefix('\'')?.split_once('\'')?.0)
}

/// `(60000, 28, 28)`, `(3,)` or `()`.
fn tuple(value: &str) -> Option<Vec<usize>> {
    let (numbers, _) = value.strip_prefix('(')?.split_once(')')?;
    let numbers = numbers.trim().trim_end_matches(',');
    if numbers.is_empty() {
        return Some(Vec::new());
    }
    numbers.split(',').map(|number| number.trim().parse().ok()).collect()
}

/// `<f4` and the like: byte order, kind, size.
fn element(descr: &str) -> Option<(Element, bool)> {
    let (order, kind) = descr.split_at_checked(1)?;
    let element = match kind {
        "u1" | "u2" | "u4" | "u8" => Element::Unsigned(size(kind)?),
        "i1" | "i2" | "i4" | "i8" => Element::Signed(size(kind)?),
        "f4" | "f8" => Element::Float(size(kind)?),
        _ => return None,
    };
    match order {
        "|" if element.size() == 1 => Some((element, false)),
        "<" => Some((element, false)),
        ">" => Some((element, true)),
        _ => None,
    }
}

fn size(kind: &str) -> Option<usize> {
    kind[1..].parse().ok()
}

/// The bytes of an array of this shape, if one can exist: ndarray bounds the product without the dimensions of 0.
fn bytes_of(shape: &[usize], size: usize) -> Option<usize> {
    let bound = shape.iter().try_fold(size, |bound, &d| bound.checked_mul(d.max(1)))?;
    isize::try_from(bound).ok()?;
    Some(shape.iter().product::<usize>() * size)
}
