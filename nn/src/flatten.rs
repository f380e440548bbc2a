//! [`Flatten`]: each example becomes a row.

use autograd::{Float, Tensor};

use crate::{Layer, Module, State};

/// All axes but the first become one, in row-major order: what stands between convolutions and a [`Linear`](crate::Linear).
///
/// Shapes: x [batch, ..] -> [batch, product of the rest]
///
/// Images are [batch, height, width, channels], so the channels of one place stand side by side. In PyTorch the places
/// of one channel do: reorder the rows of a weight that follows a flattened image and comes from there.
///
/// # Examples
/// ```
/// use autograd::Tensor;
/// use nn::{Flatten, Layer};
///
/// let x = Tensor::<f32>::zeros([8, 7, 7, 64]);
/// assert_eq!(Flatten.forward(&x).shape(), [8, 3136]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Flatten;

impl<T: Float> Module<T> for Flatten {
    fn state(&self) -> State<&Tensor<T>> {
        State::new()
    }

    fn state_mut(&mut self) -> State<&mut Tensor<T>> {
        State::new()
    }
}

impl<T: Float> Layer<T> for Flatten {
    /// # Panics
    /// If x has no axis.
    #[track_caller]
    fn forward(&self, x: &Tensor<T>) -> Tensor<T> {
        let Some((batch, rest)) = x.shape().split_first() else {
            panic!("Flatten: x is []; it must be [batch, ..]");
        };
        x.reshape([*batch, rest.iter().product()])
    }
}
