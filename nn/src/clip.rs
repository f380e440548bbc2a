//! Gradient clipping: a bound on how far one step can go.

use autograd::{Float, Gradients, Tensor};

/// Scales all gradients together so that their Euclidean norm is at most `max`, and returns the norm they had.
///
/// ```text
/// g ← g · min(1, max / (|g| + 10⁻⁶)),     |g|² = Σ gᵢ² over every element of every gradient       (clipping_by_norm)
/// ```
///
/// The direction is kept. The norm is accumulated in `f64`. If it is not finite there is no direction to keep: the
/// gradients stay as they are, and the returned norm says so.
///
/// # Examples
/// ```
/// use autograd::Tensor;
///
/// let x = Tensor::<f64>::leaf(ndarray::array![0.0, 0.0]);
/// let slope = Tensor::from(ndarray::array![3.0, 4.0]);
/// let mut gradients = (&x * &slope).sum().backward();
/// assert_eq!(nn::clip_norm(&mut gradients, 1.0), 5.0);
/// assert!((gradients[&x].square().sum().item() - 1.0).abs() < 1e-6);
/// ```
///
/// Source: Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks", 2013, algorithm 1;
/// the 10⁻⁶ is PyTorch's.
pub fn clip_norm<T: Float>(gradients: &mut Gradients<T>, max: f64) -> f64 {
    let square = |x: &T| x.as_f64() * x.as_f64();
    let squares = |gradient: &Tensor<T>| gradient.value().iter().map(square).sum::<f64>();
    let norm = gradients.values().map(squares).sum::<f64>().sqrt();
    let coefficient = max / (norm + 1e-6);
    if coefficient < 1.0 && norm.is_finite() {
        let coefficient = T::from_f64(coefficient);
        for gradient in gradients.values_mut() {
            gradient.value_mut().mapv_inplace(|g| g * coefficient);
        }
    }
    norm
}

/// Clips every element of every gradient to ±`max`: g ← min(max(g, −max), max). NaN stays NaN.
///
/// The direction is not kept.
///
/// # Examples
/// ```
/// use autograd::Tensor;
///
/// let x = Tensor::<f64>::leaf(ndarray::array![0.0, 0.0]);
/// let slope = Tensor::from(ndarray::array![3.0, -0.5]);
/// let mut gradients = (&x * &slope).sum().backward();
/// nn::clip_value(&mut gradients, 1.0);
/// assert_eq!(gradients[&x].to_vec(), [1.0, -0.5]);
/// ```
pub fn clip_value<T: Float>(gradients: &mut Gradients<T>, max: f64) {
    let max = T::from_f64(max);
    for gradient in gradients.values_mut() {
        gradient.value_mut().mapv_inplace(|g| match g {
            g if g > max => max,
            g if g < -max => -max,
            g => g,
        });
    }
}
