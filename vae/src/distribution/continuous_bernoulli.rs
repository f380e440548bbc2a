//! The Bernoulli distribution made a density of gray pixels.

use autograd::functional::vjp;
use autograd::simd::{Kernel, Lanes, functions};
use autograd::{Float, Tensor, elementwise};
use nn::loss::bce_with_logits;
use rand::Rng;

use super::{
    Distribution, KullbackLeibler, logits_for, not_negative, sample_shape, sum_dimensions,
};
use crate::uniform;

/// Independent variables on [0, 1] with the density p(x) = C(λ) λˣ (1 − λ)¹⁻ˣ, given by the logits l = log λ/(1 − λ).
/// The last axis holds the dimensions.
///
/// A Bernoulli likelihood of gray pixels is not normalized; C makes it a density. λ is not the mean.
///
/// # Derivation
/// In terms of the logit this is an exponential family: λˣ (1 − λ)¹⁻ˣ = e^(l x) (1 − λ), so
///
/// ```text
///     p(x) = e^(l x − A(l)),   A(l) = ln ∫₀¹ e^(l x) dx = ln (eˡ − 1)/l,         (continuous_bernoulli_is_exponential)
/// ```
///
/// and with 1 − λ = e^(−softplus(l)) the constant is
///
/// ```text
///     ln C = softplus(l) − A(l),   C = l / tanh(l/2) = 2 atanh(1 − 2λ) / (1 − 2λ).    (continuous_bernoulli_constant)
/// ```
///
/// A generates the cumulants: A′ = E\[x\], A″ = Var x. The rest follows:
///
/// ```text
///     E\[x\] = A′(l) = λ/(2λ − 1) + 1/(2 atanh(1 − 2λ)),   Var x = A″(l),
///     H = A(l) − l A′(l),
///     KL(l₁ ‖ l₂) = A(l₂) − A(l₁) − (l₂ − l₁) A′(l₁),                              (continuous_bernoulli_closed_forms)
///     F(x) = x e^(A(l x) − A(l)),                                                 (continuous_bernoulli_distribution)
/// ```
///
/// the last by ∫₀ˣ e^(l t) dt = x ∫₀¹ e^(l x s) ds. The derivatives A′ and A″ are computed by differentiation.
///
/// Source: Loaiza-Ganem & Cunningham 2019, *The continuous Bernoulli: fixing a pervasive error in variational
/// autoencoders*, equations 4 to 8.
#[derive(Clone, Debug)]
pub struct ContinuousBernoulli<T: Float = f32> {
    /// l, shape [.., dims].
    pub logits: Tensor<T>,
}

impl<T: Float> ContinuousBernoulli<T> {
    /// A reparameterized sample, x = F⁻¹(u) for u uniform on (0, 1): a differentiable function of the logits.
    ///
    /// Shapes: noise u [.., dims], as the logits or with more batch axes in front, of [`uniform`].
    ///
    /// # Panics
    /// If the noise has another shape.
    #[track_caller]
    pub fn rsample(&self, noise: &Tensor<T>) -> Tensor<T> {
        quantile(&logits_for("ContinuousBernoulli", &self.logits, noise), noise)
    }
}

impl<T: Float> Distribution<T> for ContinuousBernoulli<T> {
    /// Log-density, log p(x) = Σ [ln C + x log λ + (1 − x) log(1 − λ)], for x in [0, 1].
    #[track_caller]
    fn log_prob(&self, x: &Tensor<T>) -> Tensor<T> {
        let logits = logits_for("ContinuousBernoulli", &self.logits, x);
        sum_dimensions(log_constant(&self.logits) - bce_with_logits(&logits, x))
    }

    /// H = A − l A′ = softplus(l) − l σ(l) − (ln C − l (ln C)′): two parts that stay small.
    #[track_caller]
    fn entropy(&self) -> Tensor<T> {
        let l = &self.logits;
        let of_bits = l.softplus() - l * l.sigmoid();
        sum_dimensions(of_bits - log_constant(l) + l * slope(log_constant, l))
    }

    #[track_caller]
    fn mean(&self) -> Tensor<T> {
        mean(&self.logits)
    }

    /// A″ = σ(l) σ(−l) − (ln C)″.
    #[track_caller]
    fn variance(&self) -> Tensor<T> {
        let l = &self.logits;
        l.sigmoid() * (-l).sigmoid() - slope(|l| slope(log_constant, l), l)
    }

    fn sample(&self, batch: impl AsRef<[usize]>, rng: &mut (impl Rng + ?Sized)) -> Tensor<T> {
        self.rsample(&uniform(rng, sample_shape(batch, self.logits.shape()))).detach()
    }
}

impl<T: Float> KullbackLeibler<T> for ContinuousBernoulli<T> {
    #[track_caller]
    fn kl(&self, other: &Self) -> Tensor<T> {
        let (l, other) = (&self.logits, &other.logits);
        let of_bits = other.softplus() - l.softplus() - (other - l) * mean(l);
        sum_dimensions(not_negative(of_bits + (log_constant(l) - log_constant(other))))
    }
}

/// A′ = σ(l) − (ln C)′, element by element.
#[track_caller]
fn mean<T: Float>(l: &Tensor<T>) -> Tensor<T> {
    l.sigmoid() - slope(log_constant, l)
}

/// f′(x), element by element, of a function that acts so.
#[track_caller]
fn slope<T: Float>(f: impl Fn(&Tensor<T>) -> Tensor<T>, x: &Tensor<T>) -> Tensor<T> {
    vjp(f, x, &Tensor::ones(x.shape()))
}

/// Bₖ/(k k!) for k = 2, 4, …, 20, with the Bernoulli numbers Bₖ.
const SERIES: [f64; 10] = [
    1.0 / 24.0,
    -1.0 / 2_880.0,
    1.0 / 181_440.0,
    -1.0 / 9_676_800.0,
    1.0 / 479_001_600.0,
    -691.0 / 15_692_092_416_000.0,
    1.0 / 1_046_139_494_400.0,
    -3_617.0 / 170_729_965_486_080_000.0,
    43_867.0 / 91_963_695_909_076_992_000.0,
    -174_611.0 / 16_057_153_253_965_824_000_000.0,
];

/// ln C = ln(l / tanh(l/2)), element by element, with all its derivatives.
///
/// At 0 the quotient is 0/0, and near 0 its derivatives lose digits to cancellation. There the cumulants of the uniform
/// distribution, which are Bₖ/k, give A by its Taylor series, which converges for |l| < 2π:
///
/// ```text
///     A(l) = l/2 + Σₖ Bₖ/(k k!) lᵏ = l/2 + l²/24 − l⁴/2880 + …,   k = 2, 4, …            (series_of_the_log_normalizer)
/// ```
///
/// For |l| ≤ 1 ten terms leave less than 10⁻¹⁷. Either formula is given arguments from its own side alone, so that what
/// is not selected is finite.
#[track_caller]
fn log_constant<T: Float>(l: &Tensor<T>) -> Tensor<T> {
    let one = Tensor::from(1.0);
    let near = l.detach().abs().less_equal(&one);
    let (small, large) =
        (Tensor::select(&near, l, &Tensor::from(0.0)), Tensor::select(&near, &one, l));
    let square = small.square();
    let terms = SERIES.iter().rev();
    let even = terms.fold(Tensor::from(0.0), |sum, &coefficient| (sum + coefficient) * &square);
    let series = small.softplus() - small * 0.5 - even;
    let closed = (&large / (&large * 0.5).tanh()).ln();
    Tensor::select(&near, &series, &closed)
}

/// ln p(x), element by element.
#[track_caller]
fn log_density<T: Float>(l: &Tensor<T>, x: &Tensor<T>) -> Tensor<T> {
    log_constant(l) - bce_with_logits(l, x)
}

/// Quantile, x = F⁻¹(u) = ln(1 + u (eˡ − 1)) / l for u in (0, 1), element by element. Shapes must be equal.
///
/// # Derivation
/// From F(x; l) = u: ∂F/∂l l̇ + p(x) ẋ = u̇, hence ẋ = (u̇ − ∂F/∂l l̇) / p(x). With F = x e^(A(l x) − A(l)) and
/// p = e^(l x − A(l)), ∂F/∂l = F (x A′(l x) − A′(l)) and F/p(x) = x e^(A(l x) − l x) = x / p(1; l x), so
///
/// ```text
///     ū = x̄ / p(x),   l̄ = −x̄ x (x A′(l x) − A′(l)) / p(1; l x).                              (quantile_rule)
/// ```
///
/// Smooth at l = 0, where it is ½ x̄ x (1 − x).
///
/// Source: Figurnov, Mohamed & Mnih 2018, *Implicit reparameterization gradients*, equation 5.
#[track_caller]
fn quantile<T: Float>(l: &Tensor<T>, u: &Tensor<T>) -> Tensor<T> {
    let x = elementwise(Quantile, [l, u]);
    Tensor::from_op("quantile", x, [l, u], |[l, _u], x, dx, [dl, du]| {
        dl.add(|| {
            let lx = l * x;
            let above = mean(l) - x * mean(&lx);
            dx.times(&(x * above * (-log_density(&lx, &Tensor::ones(x.shape()))).exp()))
        });
        du.add(|| dx.times(&(-log_density(l, x)).exp()));
    })
}

/// For l ≤ 0 the formula does not overflow; for l > 0, 1 − x has the logit −l and the quantile 1 − u.
///
/// An l closer to 0 than 10⁻²⁰ counts as 10⁻²⁰, where x = u to all digits.
#[derive(Clone, Copy)]
struct Quantile;

impl<T: Float> Kernel<T, 2> for Quantile {
    #[inline(always)]
    fn lanes<V: Lanes<Element = T>>(self, [l, u]: [V; 2]) -> V {
        let (zero, one) = (l.number(0.0), l.number(1.0));
        let positive = zero.lt(l);
        let distance = l.number(1e-20).max(l.abs());
        let u = (one - u).select(positive, u);
        let x = -functions::ln_1p(u * functions::exp_m1(-distance)) / distance;
        (one - x).select(positive, x)
    }
}
