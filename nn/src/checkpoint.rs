//! Checkpoints: a model's state in a file, in the `safetensors` format.
//!
//! ```text
//! n                  8 bytes, little-endian: the length of the header
//! header             n bytes of JSON: of each tensor its name, dtype, shape and place in the data
//! data               the elements of one tensor after the other, row-major, little-endian
//! ```
//!
//! The header's `__metadata__` holds strings: a trainer records its configuration there. Names are those of
//! [`Module::state`]; weights are [in, out], so a weight that PyTorch is to use must be transposed.
//!
//! Nothing is taken from a file on trust: every length is checked before anything of that size is allocated, and a model
//! is changed only after all of the file was found to fit it.
//!
//! Source: the format's description, <https://github.com/huggingface/safetensors>.

mod error;
mod file;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use autograd::{Float, Tensor};
use safetensors::Dtype;
use safetensors::tensor::{Metadata, TensorInfo};
use serde_json::{Map, json};

pub use error::{CheckpointError, Mismatch};

use crate::Module;

/// Writes parameters and buffers of `module`, and `metadata` beside them, to the file at `path`.
///
/// The file appears at once and whole: it is written under another name in the same folder, synced to disk and renamed.
/// If anything fails, a file that was at `path` is still there as it was. The same model and metadata make the same
/// bytes.
///
/// # Errors
/// [`CheckpointError::Io`] if the file cannot be written.
///
/// # Panics
/// If two tensors have one name.
///
/// # Examples
/// ```
/// use std::collections::BTreeMap;
///
/// use nn::{Linear, checkpoint};
/// use rand::SeedableRng;
///
/// let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(0);
/// let model = Linear::<f32>::new(3, 2, &mut rng);
/// let path = std::env::temp_dir().join("an example of a checkpoint.safetensors");
/// let configuration = BTreeMap::from([("epochs".to_owned(), "10".to_owned())]);
/// checkpoint::save(&path, &model, &configuration)?;
///
/// let mut other = Linear::<f32>::new(3, 2, &mut rng);
/// assert_eq!(checkpoint::load(&path, &mut other)?, configuration);
/// assert_eq!(other.weight.to_vec(), model.weight.to_vec());
/// # std::fs::remove_file(path).unwrap();
/// # Ok::<(), checkpoint::CheckpointError>(())
/// ```
pub fn save<T: Float>(
    path: impl AsRef<Path>,
    module: &dyn Module<T>,
    metadata: &BTreeMap<String, String>,
) -> Result<(), CheckpointError> {
    let mut header = Map::from_iter([("__metadata__".to_owned(), json!(metadata))]);
    let mut end = 0;
    for (name, tensor) in module.state() {
        let start = end;
        end += size_of::<T>() * tensor.len();
        let info = TensorInfo {
            dtype: dtype::<T>(),
            shape: tensor.shape().to_vec(),
            data_offsets: (start, end),
        };
        let earlier = header.insert(name.clone(), json!(info));
        assert!(earlier.is_none(), "save: two tensors are named {name}; names must be unique");
    }
    file::write(path.as_ref(), &json!(header).to_string(), |file| {
        module.state().into_iter().try_for_each(|(_, tensor)| encode(tensor, file))
    })
}

/// Reads parameters and buffers of `module` from the file at `path`, and returns the metadata beside them.
///
/// # Errors
/// [`CheckpointError`] if the file cannot be read, is not in the format, or does not hold the very names, shapes and
/// dtype of the module's tensors; the last names everything that is missing, surplus or different. The module is
/// then as it was.
pub fn load<T: Float>(
    path: impl AsRef<Path>,
    module: &mut dyn Module<T>,
) -> Result<BTreeMap<String, String>, CheckpointError> {
    let path = path.as_ref();
    let reader = file::Reader::open(path)?;
    let mismatches = mismatches(module, &reader.header);
    if !mismatches.is_empty() {
        return Err(CheckpointError::Mismatch { path: path.to_owned(), mismatches });
    }
    let data = reader.data()?;
    for (name, tensor) in module.state_mut() {
        let info = reader.header.info(&name).expect("no tensor is missing");
        let (start, end) = info.data_offsets;
        decode(&data[start..end], tensor);
    }
    Ok(strings(&reader.header))
}

/// Reads only the metadata of the file at `path`; empty if there is none.
///
/// # Errors
/// [`CheckpointError`] if the file cannot be read or is not in the format.
pub fn read_metadata(path: impl AsRef<Path>) -> Result<BTreeMap<String, String>, CheckpointError> {
    Ok(strings(&file::Reader::open(path.as_ref())?.header))
}

/// All in which the file differs from the module, in the module's order; then what only the file has, by name.
fn mismatches<T: Float>(module: &dyn Module<T>, header: &Metadata) -> Vec<Mismatch> {
    let mut surplus: BTreeMap<_, _> = header.tensors().into_iter().collect();
    let mut mismatches = Vec::new();
    for (name, tensor) in module.state() {
        let expected = tensor.shape().to_vec();
        let Some(info) = surplus.remove(&name) else {
            mismatches.push(Mismatch::Missing { name, expected });
            continue;
        };
        if info.shape != expected {
            mismatches.push(Mismatch::Shape {
                name: name.clone(),
                found: info.shape.clone(),
                expected,
            });
        }
        if info.dtype != dtype::<T>() {
            mismatches.push(Mismatch::Dtype { name, found: info.dtype, expected: dtype::<T>() });
        }
    }
    let surplus = surplus.into_iter();
    mismatches
        .extend(surplus.map(|(name, info)| Mismatch::Surplus { name, found: info.shape.clone() }));
    mismatches
}

fn strings(header: &Metadata) -> BTreeMap<String, String> {
    header.metadata().clone().into_iter().flatten().collect()
}

fn dtype<T: Float>() -> Dtype {
    match size_of::<T>() {
        4 => Dtype::F32,
        _ => Dtype::F64,
    }
}

/// Writes the elements in row-major order, however they lie in memory.
fn encode<T: Float>(tensor: &Tensor<T>, file: &mut impl Write) -> io::Result<()> {
    tensor.value().iter().try_for_each(|x| {
        let x = x.as_f64();
        match dtype::<T>() {
            Dtype::F32 => file.write_all(&(x as f32).to_le_bytes()),
            _ => file.write_all(&x.to_le_bytes()),
        }
    })
}

/// Sets the elements from as many in row-major order.
fn decode<T: Float>(data: &[u8], tensor: &mut Tensor<T>) {
    let elements = data.chunks_exact(size_of::<T>());
    for (x, bytes) in tensor.value_mut().iter_mut().zip(elements) {
        *x = T::from_f64(match *bytes {
            [a, b, c, d] => f32::from_le_bytes([a, b, c, d]).into(),
            _ => f64::from_le_bytes(bytes.try_into().expect("an f64 is 8 bytes")),
        });
    }
}
