//! [`Activation`]: the nonlinearity between two linear layers.

use autograd::{Float, Tensor};

use crate::{Layer, Module, State};

/// An elementwise nonlinearity, as a layer without parameters.
///
/// The formulas, derivations and conventions at kinks are those of the ops.
///
/// # Examples
/// ```
/// use autograd::Tensor;
/// use nn::{Activation, Layer};
///
/// let x = Tensor::<f32>::from(ndarray::array![-1.0, 2.0]);
/// assert_eq!(Activation::Relu.forward(&x).to_vec(), [0.0, 2.0]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Activation {
    /// max(x, 0), [`Tensor::relu`].
    Relu,
    /// tanh x, [`Tensor::tanh`].
    Tanh,
    /// 1 / (1 + e⁻ˣ), [`Tensor::sigmoid`].
    Sigmoid,
    /// ln(1 + eˣ), [`Tensor::softplus`].
    Softplus,
    /// x Φ(x), [`Tensor::gelu`].
    Gelu,
    /// x σ(x), [`Tensor::silu`].
    Silu,
    /// x above 0 and s x below, [`Tensor::leaky_relu`].
    LeakyRelu {
        /// s; PyTorch's is 0.01 unless set.
        slope: f64,
    },
    /// x above 0 and α (eˣ − 1) below, [`Tensor::elu`].
    Elu {
        /// α; PyTorch's is 1 unless set.
        alpha: f64,
    },
}

impl<T: Float> Module<T> for Activation {
    fn state(&self) -> State<&Tensor<T>> {
        State::new()
    }

    fn state_mut(&mut self) -> State<&mut Tensor<T>> {
        State::new()
    }
}

impl<T: Float> Layer<T> for Activation {
    fn forward(&self, x: &Tensor<T>) -> Tensor<T> {
        match self {
            Self::Relu => x.relu(),
            Self::Tanh => x.tanh(),
            Self::Sigmoid => x.sigmoid(),
            Self::Softplus => x.softplus(),
            Self::Gelu => x.gelu(),
            Self::Silu => x.silu(),
            Self::LeakyRelu { slope } => x.leaky_relu(*slope),
            Self::Elu { alpha } => x.elu(*alpha),
        }
    }
}
