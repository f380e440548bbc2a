//! Arrays for NumPy to read.

use autograd::Float;
use ndarray::ArrayView2;

/// The bytes of a `.npy` file of an array, those that `numpy.save` writes.
///
/// NumPy leaves room in the header for a first dimension of 21 digits, so that rows can be appended in place, and ends
/// it at the next multiple of 64 bytes.
pub fn to_bytes<T: Float>(array: ArrayView2<T>) -> Vec<u8> {
    let (rows, cols) = array.dim();
    let size = size_of::<T>();
    let mut header =
        format!("{{'descr': '<f{size}', 'fortran_order': False, 'shape': ({rows}, {cols}), }}");
    let room = 21 - rows.to_string().len();
    header.extend(std::iter::repeat_n(' ', room));
    // Ten bytes are before the header, and a newline ends it. NumPy adds 64 spaces where none is needed.
    let length = header.len() + 64 - (header.len() + 11) % 64;
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((length as u16 + 1).to_le_bytes());
    bytes.extend(format!("{header:length$}\n").bytes());
    for x in array {
        match size {
            4 => bytes.extend((x.as_f64() as f32).to_le_bytes()),
            _ => bytes.extend(x.as_f64().to_le_bytes()),
        }
    }
    bytes
}
