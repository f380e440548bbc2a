//! Weights of a dense [`Vae`](crate::Vae) under the names, and in the layout, of the public PyTorch example.
//!
//! | here, [in, out] | in PyTorch, [out, in] |
//! |---|---|
//! | `encoder.hidden` | `fc1` |
//! | `encoder.head`, the left half of its columns: μ | `fc21` |
//! | `encoder.head`, the right half: log σ² | `fc22` |
//! | `decoder.hidden` | `fc3` |
//! | `decoder.output` | `fc4` |
//!
//! A file that [`export`] writes is loaded there by
//! ```python
//!     model.load_state_dict(safetensors.torch.load_file(path))
//! ```
//! and one that `safetensors.torch.save_file(model.state_dict(), path)` writes is loaded here by [`import`]. The example's
//! model has rectifiers and a Bernoulli likelihood, which no file tells: build the model so. Its decoder ends in a sigmoid,
//! ours in the logits before it.
//!
//! `vae/interop/pytorch_vae.py` goes both ways.
//!
//! Source: PyTorch's examples, `vae/main.py`.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use autograd::{Float, Tensor};
use ndarray::{Axis, concatenate};
use nn::checkpoint::{self, CheckpointError};
use nn::{Module, State};

/// The names of a dense model with one hidden layer, in its order.
const OURS: [&str; 8] = [
    "encoder.hidden.weight",
    "encoder.hidden.bias",
    "encoder.head.weight",
    "encoder.head.bias",
    "decoder.hidden.weight",
    "decoder.hidden.bias",
    "decoder.output.weight",
    "decoder.output.bias",
];

/// Weights that could not be carried to PyTorch, or from there.
#[derive(Debug, thiserror::Error)]
pub enum PytorchError {
    /// The model has other layers than the example's.
    #[error(
        "found a model of {}, expected {}; PyTorch's example has one hidden layer on each side, and no other parameters",
        found.join(", "), OURS.join(", ")
    )]
    Architecture {
        /// The names of the model's parameters and buffers.
        found: Vec<String>,
    },
    /// The file is what `torch.save` wrote.
    #[error(
        "{}: found a pickle, as torch.save writes it, expected safetensors; in Python, \
         safetensors.torch.save_file(torch.load({path:?}, weights_only=True), \"weights.safetensors\") \
         makes one of a state dict",
        path.display()
    )]
    Pickle {
        /// The file.
        path: PathBuf,
    },
    /// The file could not be written or read, or is of another model.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}

/// Writes the weights of `model`, and `metadata` beside them, for PyTorch to the file at `path`.
///
/// The model is a [`Vae`](crate::Vae) of [`Sizes`](crate::Sizes), or a module that holds one under the same names.
///
/// # Errors
/// If the model does not have one hidden layer on each side, or the file cannot be written.
pub fn export<T: Float>(
    path: impl AsRef<Path>,
    model: &impl Module<T>,
    metadata: &BTreeMap<String, String>,
) -> Result<(), PytorchError> {
    Ok(checkpoint::save(path, &Example::of(model)?, metadata)?)
}

/// Reads the weights of `model` from a file that PyTorch wrote, or [`export`], and returns the metadata beside them.
///
/// # Errors
/// If the model does not have one hidden layer on each side, or if the file is no safetensors file (of a pickle, the
/// error says how to convert it) or does not hold the very names, shapes and dtype of it. The model is then as it was.
pub fn import<T: Float>(
    path: impl AsRef<Path>,
    model: &mut impl Module<T>,
) -> Result<BTreeMap<String, String>, PytorchError> {
    let path = path.as_ref();
    let mut example = Example::of(model)?;
    let metadata = checkpoint::load(path, &mut example).map_err(|error| match error {
        CheckpointError::Format { .. } if is_pickle(path) => {
            PytorchError::Pickle { path: path.to_owned() }
        }
        error => error.into(),
    })?;
    for ((_, tensor), value) in model.state_mut().into_iter().zip(example.ours()) {
        *tensor = Tensor::leaf(value);
    }
    Ok(metadata)
}

/// Whether a file that is no safetensors file begins as those of `torch.save`: as a zip archive, or, before PyTorch 1.6,
/// as a pickle of protocol 2.
fn is_pickle(path: &Path) -> bool {
    let mut start = [0; 4];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut start));
    read.is_ok() && (start == *b"PK\x03\x04" || start.starts_with(b"\x80\x02"))
}

/// The state of the example's model: `fc1.weight`, `fc1.bias`, `fc21.weight` and so on.
struct Example<T: Float> {
    tensors: Vec<(String, Tensor<T>)>,
}

impl<T: Float> Example<T> {
    /// The weights of `model`, transposed, and its head cut in two.
    fn of(model: &impl Module<T>) -> Result<Self, PytorchError> {
        let (names, tensors): (Vec<_>, Vec<_>) = model.state().into_iter().unzip();
        if names != OURS {
            return Err(PytorchError::Architecture { found: names });
        }
        let latent = tensors[3].len() / 2; // of the bias of the head
        let [mean, log_var] = [0..latent, latent..2 * latent].map(|columns| {
            [2, 3].map(|i| tensors[i].narrow(tensors[i].rank() - 1, columns.clone()))
        });
        let [fc1, fc3, fc4] = [0, 4, 6].map(|i| [tensors[i].clone(), tensors[i + 1].clone()]);
        let layers = [("fc1", fc1), ("fc21", mean), ("fc22", log_var), ("fc3", fc3), ("fc4", fc4)];
        let mut tensors = Vec::new();
        for (layer, [weight, bias]) in layers {
            tensors.push((format!("{layer}.weight"), Tensor::leaf(transposed(&weight))));
            tensors.push((format!("{layer}.bias"), bias.detach()));
        }
        Ok(Self { tensors })
    }

    /// The values in our layout and order.
    fn ours(&self) -> [Tensor<T>; 8] {
        let tensor = |i: usize| match i % 2 {
            0 => transposed(&self.tensors[i].1),
            _ => self.tensors[i].1.detach(),
        };
        let beside = |i: usize| {
            let [mean, log_var] = [tensor(i), tensor(i + 2)];
            let axis = Axis(mean.rank() - 1);
            let both = concatenate(axis, &[mean.value().view(), log_var.value().view()]);
            Tensor::constant(both.expect("both halves have the shape of the model"))
        };
        [tensor(0), tensor(1), beside(2), beside(3), tensor(6), tensor(7), tensor(8), tensor(9)]
    }
}

/// Wᵀ in standard layout.
fn transposed<T: Float>(weight: &Tensor<T>) -> Tensor<T> {
    Tensor::constant(weight.value().t().as_standard_layout().into_owned())
}

impl<T: Float> Module<T> for Example<T> {
    fn state(&self) -> State<&Tensor<T>> {
        let tensors = self.tensors.iter();
        tensors.fold(State::new(), |state, (name, tensor)| state.parameter(name, tensor))
    }

    fn state_mut(&mut self) -> State<&mut Tensor<T>> {
        let tensors = self.tensors.iter_mut();
        tensors.fold(State::new(), |state, (name, tensor)| state.parameter(name, tensor))
    }
}
