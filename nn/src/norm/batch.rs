//! [`BatchNorm`]: normalization of each feature over the batch.

use autograd::{Float, Tensor};
use rand::Rng;

use super::{EPSILON, Moments};
use crate::{Layer, Module, State};

/// Batch normalization of the last axis, y = w ⊙ (x − μ) / √(v + ε) + b with μ and v of each feature.
///
/// Shapes: w and b `[features]`; x [.., features], y of the same shape
///
/// All axes but the last are summed over: the batch of x [batch, features], and the batch and all places of images x
/// [batch, height, width, channels]. PyTorch's images are [batch, channels, height, width], and its layer is two,
/// `BatchNorm1d` and `BatchNorm2d`: permute images that come from there by (0, 2, 3, 1), and nothing else; the names and
/// shapes of parameters and running statistics are the same.
///
/// ```text
/// forward_train:  μ = Σ x / n,  v = Σ (x − μ)² / n             over the n elements of a feature in the batch
///                 m ← (1 − ρ) m + ρ μ                          running mean, 0 at first
///                 s ← (1 − ρ) s + ρ v n / (n − 1)              running variance, 1 at first: of the unbiased estimate
/// forward:        μ = m,  v = s                                                       (running_statistics)
/// ```
///
/// In training μ and v are functions of x, and the rules are those of [`LayerNorm`](crate::LayerNorm) with E the mean over
/// the batch. In evaluation they are constants: y is affine in x, and what is computed for one example does not depend
/// on the others. Gradients never flow into the running statistics.
///
/// # Examples
/// The mean of 1 and 5 is 3, their deviation 2, and the unbiased variance 8:
/// ```
/// use autograd::Tensor;
/// use ndarray::array;
/// use nn::{BatchNorm, Layer, Module};
/// use rand::SeedableRng;
///
/// let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(0); // nothing is drawn from it
/// let mut norm = BatchNorm::<f64>::new(1);
/// norm.epsilon = 0.0;
/// norm.momentum = 0.5;
/// let y = norm.forward_train(&array![[1.0], [5.0]].into(), &mut rng);
/// assert_eq!(y.to_vec(), [-1.0, 1.0]);
/// assert_eq!(norm.running_mean.item(), 1.5); // ½ · 0 + ½ · 3
/// assert_eq!(norm.running_var.item(), 4.5); // ½ · 1 + ½ · 8
/// assert_eq!(norm.parameter_count(), 2);
///
/// let y = norm.forward(&array![[1.5]].into());
/// assert_eq!(y.item(), 0.0);
/// ```
///
/// Source: Ioffe and Szegedy, "Batch normalization", 2015, algorithms 1 and 2; running averages as PyTorch has them.
#[derive(Clone, Debug)]
pub struct BatchNorm<T: Float = f32> {
    /// w, one for each feature; ones at first.
    pub weight: Tensor<T>,
    /// b, one for each feature; zeros at first.
    pub bias: Tensor<T>,
    /// m, a constant for each feature; zeros at first.
    pub running_mean: Tensor<T>,
    /// s, a constant for each feature; ones at first.
    pub running_var: Tensor<T>,
    /// ρ, the part of the running statistics that a batch replaces; 0.1 unless set.
    pub momentum: f64,
    /// ε, which keeps the quotient finite; 10⁻⁵ unless set.
    pub epsilon: f64,
}

impl<T: Float> BatchNorm<T> {
    /// A layer for so many features, or channels.
    pub fn new(features: usize) -> Self {
        Self {
            weight: Tensor::leaf(Tensor::ones([features])),
            bias: Tensor::leaf(Tensor::zeros([features])),
            running_mean: Tensor::zeros([features]),
            running_var: Tensor::ones([features]),
            momentum: 0.1,
            epsilon: EPSILON,
        }
    }

    /// w ⊙ r ⊙ (x − μ) + b, from x − μ and v.
    #[track_caller]
    fn scaled(&self, centered: &Tensor<T>, variance: &Tensor<T>) -> Tensor<T> {
        centered * (&self.weight * (variance + self.epsilon).rsqrt()) + &self.bias
    }

    #[track_caller]
    fn check_features(&self, x: &Tensor<T>) {
        assert!(
            x.rank() > 1 && x.shape().ends_with(self.weight.shape()),
            "BatchNorm: x is {:?} but the weight is {:?}; x must be [batch, .., features], with a weight for each feature",
            x.shape(),
            self.weight.shape()
        );
    }
}

impl<T: Float> Module<T> for BatchNorm<T> {
    fn state(&self) -> State<&Tensor<T>> {
        State::new()
            .parameter("weight", &self.weight)
            .parameter("bias", &self.bias)
            .buffer("running_mean", &self.running_mean)
            .buffer("running_var", &self.running_var)
    }

    fn state_mut(&mut self) -> State<&mut Tensor<T>> {
        State::new()
            .parameter("weight", &mut self.weight)
            .parameter("bias", &mut self.bias)
            .buffer("running_mean", &mut self.running_mean)
            .buffer("running_var", &mut self.running_var)
    }
}

impl<T: Float> Layer<T> for BatchNorm<T> {
    #[track_caller]
    fn forward(&self, x: &Tensor<T>) -> Tensor<T> {
        self.check_features(x);
        self.scaled(&(x - self.running_mean.detach()), &self.running_var.detach())
    }

    /// # Panics
    /// If there are fewer than two elements of a feature: one has no variance.
    #[track_caller]
    fn forward_train(&mut self, x: &Tensor<T>, _rng: &mut dyn Rng) -> Tensor<T> {
        self.check_features(x);
        let (features, batch) = x.shape().split_last().expect("an axis of features");
        let n: usize = batch.iter().product();
        assert!(
            n > 1,
            "BatchNorm: x is {:?}; in training there must be two elements of each feature at least",
            x.shape()
        );
        let axes: Vec<_> = (0..batch.len()).collect();
        let Moments { mean, centered, variance } = Moments::new(x, &axes);
        let unbiased = n as f64 / (n - 1) as f64;
        let (kept, replaced) = (1.0 - self.momentum, self.momentum);
        let statistic = |x: &Tensor<T>| x.detach().reshape([*features]);
        self.running_mean = self.running_mean.detach() * kept + statistic(&mean) * replaced;
        self.running_var =
            self.running_var.detach() * kept + statistic(&variance) * (replaced * unbiased);
        self.scaled(&centered, &variance)
    }
}
