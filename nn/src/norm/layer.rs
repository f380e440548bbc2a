//! [`LayerNorm`]: normalization of each example by itself.

use autograd::{Float, Tensor};

use super::{EPSILON, Moments};
use crate::{Layer, Module, State};

/// Layer normalization over the last axes, y = w ⊙ (x − μ) / √(v + ε) + b with μ and v of each example.
///
/// Shapes: w and b are both of the shape of the last axes, those that are normalized; x [.., those axes], y of the same
/// shape
///
/// μ and v = E (x − μ)² are taken over the normalized axes, so every example, and every place of a batch with more axes,
/// has its own: training and evaluation are one function. Equations and rules:
///
/// ```text
/// x̂ = r ⊙ (x − μ),  r = 1 / √(v + ε),  y = w ⊙ x̂ + b
/// x̄ = r ⊙ (g − E g − x̂ ⊙ E (x̂ ⊙ g)),  g = w ⊙ ȳ
/// w̄ = Σ ȳ ⊙ x̂,  b̄ = Σ ȳ                    sums over the batch     (normalization_and_its_rules)
/// ```
///
/// # Derivation
/// With E the mean over the normalized axes, μ̇ = E ẋ and v̇ = 2 E (x − μ) ⊙ ẋ, so ṙ = −½ r³ v̇ = −r² E (x̂ ⊙ ẋ) and
///     x̂˙ = r ⊙ (ẋ − E ẋ − x̂ ⊙ E (x̂ ⊙ ẋ)).                                           (layer_norm_has_this_tangent)
/// The matrix of this map, r (I − 1 1ᵀ / n − x̂ x̂ᵀ / n), is its own transpose; ⟨ȳ, ẏ⟩ = ⟨w ⊙ ȳ, x̂˙⟩ + ⟨ȳ ⊙ x̂, ẇ⟩ +
/// ⟨ȳ, ḃ⟩ yields the rules.
///
/// # Examples
/// The mean of 1 and 5 is 3, their deviation 2:
/// ```
/// use autograd::Tensor;
/// use ndarray::array;
/// use nn::{Layer, LayerNorm};
///
/// let mut norm = LayerNorm::<f64>::new([2]);
/// norm.epsilon = 0.0;
/// let y = norm.forward(&array![[1.0, 5.0], [0.5, 0.0]].into());
/// assert_eq!(y.to_vec(), [-1.0, 1.0, 1.0, -1.0]);
///
/// let gradients = y.sum().backward();
/// assert_eq!(gradients[&norm.weight].to_vec(), [0.0, 0.0]); // the sum of x̂ over the batch
/// assert_eq!(gradients[&norm.bias].to_vec(), [2.0, 2.0]);
/// ```
///
/// Source: Ba, Kiros and Hinton, "Layer normalization", 2016, equations 3 and 4.
#[derive(Clone, Debug)]
pub struct LayerNorm<T: Float = f32> {
    /// w, of the shape of the normalized axes; ones at first.
    pub weight: Tensor<T>,
    /// b, of the same shape; zeros at first.
    pub bias: Tensor<T>,
    /// ε, which keeps the quotient finite; 10⁻⁵ unless set.
    pub epsilon: f64,
}

impl<T: Float> LayerNorm<T> {
    /// A layer that normalizes over the last axes, which have the extents of `shape`.
    ///
    /// # Panics
    /// If there are no axes or an extent is 0.
    #[track_caller]
    pub fn new(shape: impl AsRef<[usize]>) -> Self {
        let shape = shape.as_ref();
        assert!(
            !shape.is_empty() && !shape.contains(&0),
            "LayerNorm: the normalized shape is {shape:?}; there must be an axis, and no extent may be 0"
        );
        Self {
            weight: Tensor::leaf(Tensor::ones(shape)),
            bias: Tensor::leaf(Tensor::zeros(shape)),
            epsilon: EPSILON,
        }
    }
}

impl<T: Float> Module<T> for LayerNorm<T> {
    fn state(&self) -> State<&Tensor<T>> {
        State::new().parameter("weight", &self.weight).parameter("bias", &self.bias)
    }

    fn state_mut(&mut self) -> State<&mut Tensor<T>> {
        State::new().parameter("weight", &mut self.weight).parameter("bias", &mut self.bias)
    }
}

impl<T: Float> Layer<T> for LayerNorm<T> {
    #[track_caller]
    fn forward(&self, x: &Tensor<T>) -> Tensor<T> {
        assert!(
            x.shape().ends_with(self.weight.shape()),
            "LayerNorm: x is {:?} but the weight is {:?}; x's last axes must be the weight's",
            x.shape(),
            self.weight.shape()
        );
        let axes: Vec<_> = (x.rank() - self.weight.rank()..x.rank()).collect();
        let Moments { centered, variance, .. } = Moments::new(x, &axes);
        centered * (variance + self.epsilon).rsqrt() * &self.weight + &self.bias
    }
}
