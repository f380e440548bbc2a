//! Losses: how far a prediction is from its target.
//!
//! [`bce_with_logits`] gives one value per element, in nats, because who sums and who averages is a modeling decision:
//! an evidence lower bound sums over the dimensions of an example, as [`summed_bce_with_logits`] does, and averages over
//! the batch. [`mse`] and [`cross_entropy`] are the averages that their names stand for, as in PyTorch.

use autograd::simd::{Kernel, Lanes, functions};
use autograd::{Float, Tensor, elementwise, elementwise_sum};
use ndarray::Array2;

/// Binary cross-entropy of a Bernoulli law with logit l, z = −x ln σ(l) − (1 − x) ln(1 − σ(l)), in nats.
///
/// Shapes: logits l, target x in [0, 1], of one shape -> one value per element, of that shape
///
/// # Derivation
/// With ln σ(l) = l − s(l) and ln(1 − σ(l)) = −s(l), where s(l) = ln(1 + eˡ) is the softplus,
///     z = s(l) − x l.                                                                              (bce_closed_form)
/// From s′ = σ: ż = (σ(l) − x) ⊙ l̇ − l ⊙ ẋ, so
///     l̄ = z̄ ⊙ (σ(l) − x),   x̄ = −z̄ ⊙ l.                                                   (bce_has_these_slopes)
/// Numerics: s(l) = max(l, 0) + ln(1 + e^−|l|) neither overflows nor loses its tail, and max(l, 0) − x l is formed
/// first, since for x = 1 and large l it is exactly 0.
///
/// # Panics
/// If the shapes differ.
///
/// # Examples
/// At l = 0 the loss is ln 2 whatever the target, and its slope σ(0) − x:
/// ```
/// use autograd::Tensor;
/// use ndarray::array;
/// use nn::loss::bce_with_logits;
///
/// let logits = Tensor::<f64>::leaf(array![[0.0, 0.0]]);
/// let loss = bce_with_logits(&logits, &array![[1.0, 0.25]].into());
/// assert_eq!(loss.to_vec(), [2f64.ln(), 2f64.ln()]);
/// assert_eq!(loss.sum().backward()[&logits].to_vec(), [-0.5, 0.25]);
/// ```
#[track_caller]
pub fn bce_with_logits<T: Float>(logits: &Tensor<T>, target: &Tensor<T>) -> Tensor<T> {
    check_equal_shapes("bce_with_logits", "the logits are", logits, target);
    let z = elementwise(BceWithLogits, [logits, target]);
    Tensor::from_op("bce_with_logits", z, [logits, target], |[l, x], _z, dz, [dl, dx]| {
        dl.add(|| residual(l, x, dz));
        dx.add(|| -dz.times(l));
    })
}

/// Binary cross-entropy of each row, z = Σⱼ s(lⱼ) − xⱼ lⱼ, in nats: [`bce_with_logits`] summed over the last axis, in one
/// pass.
///
/// Shapes: logits l, target x in [0, 1], [.., n] -> [..]
///
/// # Derivation
/// The rule of the sum repeats z̄ along the row, and that of [`bce_with_logits`] does the rest:
///     l̄ᵢ = z̄ (σ(lᵢ) − xᵢ),   x̄ᵢ = −z̄ lᵢ.                                           (summed_bce_has_these_slopes)
///
/// # Panics
/// If the shapes differ, or there is no axis.
///
/// # Examples
/// The distortion of a batch of one image:
/// ```
/// use autograd::Tensor;
/// use ndarray::array;
/// use nn::loss::summed_bce_with_logits;
///
/// let logits = Tensor::<f64>::leaf(array![[0.0, 0.0]]);
/// let loss = summed_bce_with_logits(&logits, &array![[1.0, 0.25]].into()).mean();
/// assert!((loss.item() - 2.0 * 2f64.ln()).abs() < 1e-15);
/// assert_eq!(loss.backward()[&logits].to_vec(), [-0.5, 0.25]);
/// ```
#[track_caller]
pub fn summed_bce_with_logits<T: Float>(logits: &Tensor<T>, target: &Tensor<T>) -> Tensor<T> {
    check_equal_shapes("summed_bce_with_logits", "the logits are", logits, target);
    let rank = logits.rank();
    assert!(
        rank > 0,
        "summed_bce_with_logits: the logits are {:?}; there must be an axis to sum over",
        logits.shape()
    );
    let z = elementwise_sum(BceWithLogits, [logits, target]);
    Tensor::from_op(
        "summed_bce_with_logits",
        z,
        [logits, target],
        move |[l, x], _z, dz, [dl, dx]| {
            let dz = dz.insert_axis(rank - 1);
            dl.add(|| residual(l, x, &dz));
            dx.add(|| -dz.times(l));
        },
    )
}

/// max(l, 0) − x l + s(−|l|).
#[derive(Clone, Copy)]
struct BceWithLogits;

impl<T: Float> Kernel<T, 2> for BceWithLogits {
    #[inline(always)]
    fn lanes<V: Lanes<Element = T>>(self, [l, x]: [V; 2]) -> V {
        (l.number(0.0).max(l) - x * l) + functions::softplus(-l.abs())
    }
}

/// Weighted residual of a Bernoulli law with logit l, z = w ⊙ (σ(l) − x): the slope of [`bce_with_logits`], in one pass.
/// The weights w may be repeated along rows.
///
/// # Derivation
/// With s = σ(l) and s′ = s (1 − s): ż = ẇ ⊙ (s − x) + w ⊙ (s′ ⊙ l̇ − ẋ), so
///     l̄ = z̄ ⊙ w ⊙ s ⊙ (1 − s),   x̄ = −z̄ ⊙ w,   w̄ = z̄ ⊙ (s − x).            (the_slope_of_bce_has_these_slopes)
fn residual<T: Float>(l: &Tensor<T>, x: &Tensor<T>, w: &Tensor<T>) -> Tensor<T> {
    let z = elementwise(Residual, [l, x, w]);
    Tensor::from_op("residual", z, [l, x, w], |[l, x, w], _z, dz, [dl, dx, dw]| {
        dl.add(|| {
            let s = l.sigmoid();
            dz.times(w) * &s * (1.0 - &s)
        });
        dx.add(|| -dz.times(w));
        dw.add(|| residual(l, x, dz));
    })
}

/// w (σ(l) − x), and 0 where w is 0.
#[derive(Clone, Copy)]
struct Residual;

impl<T: Float> Kernel<T, 3> for Residual {
    #[inline(always)]
    fn lanes<V: Lanes<Element = T>>(self, [l, x, w]: [V; 3]) -> V {
        let zero = w.number(0.0);
        zero.select(w.eq(zero), w * (functions::sigmoid(l) - x))
    }
}

/// Mean squared error, z = Σ (x − t)² / n over all n elements.
///
/// Shapes: x, target t of one shape -> []
///
/// # Derivation
/// ż = 2 Σ (x − t) (ẋ − ṫ) / n, so
///     x̄ = 2 z̄ (x − t) / n,   t̄ = −x̄.                                                      (mse_has_these_slopes)
///
/// # Panics
/// If the shapes differ.
///
/// # Examples
/// ```
/// use autograd::Tensor;
/// use ndarray::array;
///
/// let x = Tensor::<f64>::leaf(array![1.0, 2.0]);
/// let loss = nn::loss::mse(&x, &array![1.0, 5.0].into());
/// assert_eq!(loss.item(), 4.5);
/// assert_eq!(loss.backward()[&x].to_vec(), [0.0, -3.0]);
/// ```
#[track_caller]
pub fn mse<T: Float>(x: &Tensor<T>, target: &Tensor<T>) -> Tensor<T> {
    check_equal_shapes("mse", "x is", x, target);
    (x - target).square().mean()
}

/// Cross-entropy of a categorical law with logits l, z = −Σᵢ ln softmax(lᵢ)_cᵢ / batch, in nats per example.
///
/// Shapes: logits l [batch, classes], labels c: one class per example -> []
///
/// # Derivation
/// For one example −ln softmax(l)_c = ln Σ eˡ − l_c, and the gradient of ln Σ eˡ is the softmax, so with 1_c the unit
/// vector of the class
///     l̄ᵢ = z̄ (softmax(lᵢ) − 1_cᵢ) / batch.                                          (cross_entropy_has_this_slope)
/// Numerics: the logarithm of the softmax is [`Tensor::log_softmax`]'s, and the label's entry is picked rather than
/// multiplied by 1_c, so that a class with logit −∞ counts as impossible and not as NaN.
///
/// # Panics
/// If the logits are not a matrix, there is not one label per row, or a label is not below the number of classes.
///
/// # Examples
/// ```
/// use autograd::Tensor;
/// use ndarray::array;
///
/// let logits = Tensor::<f64>::leaf(array![[0.0, 0.0]]);
/// let loss = nn::loss::cross_entropy(&logits, &[1]);
/// assert_eq!(loss.item(), 2f64.ln());
/// assert_eq!(loss.backward()[&logits].to_vec(), [0.5, -0.5]);
/// ```
#[track_caller]
pub fn cross_entropy<T: Float>(logits: &Tensor<T>, labels: &[usize]) -> Tensor<T> {
    check_labels(logits, labels);
    let batch = labels.len() as f64;
    let log_p = logits.detach().log_softmax(1);
    let log_p = log_p.value();
    let picked: T = labels.iter().enumerate().map(|(row, &class)| log_p[[row, class]]).sum();
    let z = Tensor::from(-picked.as_f64() / batch);
    let labels = labels.to_vec();
    Tensor::from_op("cross_entropy", z, [logits], move |[l], _z, dz, [dl]| {
        dl.add(|| dz * (l.softmax(1) - one_hot(&labels, l.shape()[1])) / batch);
    })
}

/// The unit vectors 1_c, one per row.
fn one_hot<T: Float>(labels: &[usize], classes: usize) -> Tensor<T> {
    let indicator = |(row, class)| {
        if labels[row] == class { T::one() } else { T::zero() }
    };
    Array2::from_shape_fn((labels.len(), classes), indicator).into()
}

#[track_caller]
fn check_equal_shapes<T: Float>(op: &str, x_is: &str, x: &Tensor<T>, target: &Tensor<T>) {
    assert!(
        x.shape() == target.shape(),
        "{op}: {x_is} {:?} but the target is {:?}; the shapes must be equal",
        x.shape(),
        target.shape()
    );
}

#[track_caller]
fn check_labels<T: Float>(logits: &Tensor<T>, labels: &[usize]) {
    assert!(
        logits.rank() == 2 && logits.shape()[0] == labels.len(),
        "cross_entropy: the logits are {:?} but there are {} labels; the logits must be [batch, classes], with one \
         label per row",
        logits.shape(),
        labels.len()
    );
    let classes = logits.shape()[1];
    for (row, class) in labels.iter().enumerate() {
        assert!(
            *class < classes,
            "cross_entropy: the logits are {:?} but the label of row {row} is {class}; it must be below {classes}",
            logits.shape()
        );
    }
}
