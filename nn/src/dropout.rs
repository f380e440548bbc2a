//! [`Dropout`]: random zeros in training.

use autograd::{Float, Tensor};
use ndarray::{Array, IxDyn};
use rand::Rng;

use crate::{Layer, Module, State};

/// Inverted dropout: in training y = x ⊙ d with dᵢ = 0 at probability p and 1 / (1 − p) otherwise; else y = x.
///
/// E dᵢ = (1 − p) / (1 − p) = 1, so the input of the next layer has the same expectation in training as in evaluation,
/// where nothing is drawn and nothing scaled. ẏ = ẋ ⊙ d, so
///     x̄ = ȳ ⊙ d.                                                                      (dropout_masks_the_cotangent)
///
/// The same generator gives the same mask in either precision.
///
/// # Examples
/// ```
/// use autograd::Tensor;
/// use nn::{Dropout, Layer};
/// use rand::SeedableRng;
///
/// let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(0);
/// let mut dropout = Dropout::new(0.75);
/// let x = Tensor::<f64>::leaf(Tensor::ones([2, 50]));
/// let y = dropout.forward_train(&x, &mut rng);
/// assert!(y.to_vec().iter().all(|&y| y == 0.0 || y == 4.0)); // 1 / (1 − ¾)
/// assert_eq!(dropout.forward(&x).to_vec(), x.to_vec());
///
/// let gradients = y.clone().sum().backward();
/// assert_eq!(gradients[&x].to_vec(), y.to_vec()); // x̄ = d, and y = d as x = 1
/// ```
///
/// Source: Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, "Dropout", 2014, section 10 for the scaling.
#[derive(Clone, Copy, Debug)]
pub struct Dropout {
    probability: f64,
}

impl Dropout {
    /// Drops each element with this probability.
    ///
    /// # Panics
    /// If it is not in [0, 1): with p = 1 nothing is left to be scaled.
    #[track_caller]
    pub fn new(probability: f64) -> Self {
        assert!(
            (0.0..1.0).contains(&probability),
            "Dropout: the probability is {probability}; it must be in [0, 1)"
        );
        Self { probability }
    }

    /// d, a constant: an element is dropped where a number below p · 2³² was drawn.
    fn mask<T: Float>(self, shape: &[usize], rng: &mut dyn Rng) -> Tensor<T> {
        let mut bytes = vec![0; 4 * shape.iter().product::<usize>()];
        rng.fill_bytes(&mut bytes);
        let below = (self.probability * 2f64.powi(32)) as u32;
        let kept = T::from_f64(1.0 / (1.0 - self.probability));
        let scale = |drawn: &[u8; 4]| {
            if u32::from_le_bytes(*drawn) < below { T::zero() } else { kept }
        };
        let (drawn, _) = bytes.as_chunks();
        let mask = drawn.iter().map(scale).collect();
        Array::from_shape_vec(IxDyn(shape), mask).expect("one number for each element").into()
    }
}

impl<T: Float> Module<T> for Dropout {
    fn state(&self) -> State<&Tensor<T>> {
        State::new()
    }

    fn state_mut(&mut self) -> State<&mut Tensor<T>> {
        State::new()
    }
}

impl<T: Float> Layer<T> for Dropout {
    fn forward(&self, x: &Tensor<T>) -> Tensor<T> {
        x.clone()
    }

    #[track_caller]
    fn forward_train(&mut self, x: &Tensor<T>, rng: &mut dyn Rng) -> Tensor<T> {
        x * self.mask(x.shape(), rng)
    }
}
