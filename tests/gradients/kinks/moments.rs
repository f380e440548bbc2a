//! Products, norms, variances and extrema of several elements.

use autograd::{Float, Tensor};
use ndarray::array;

use super::{INFINITY, NAN, at};

/// The sum of |found − expected| / |expected|.
fn error(found: &[f64], expected: &[f64]) -> f64 {
    assert_eq!(found.len(), expected.len());
    found.iter().zip(expected).map(|(x, y)| (x - y).abs() / y.abs()).sum()
}

#[test]
fn norm_has_slope_0_at_0() {
    fn check<T: Float>() {
        assert_eq!(at::<T>(Tensor::norm, &[0.0, -0.0]), (vec![0.0], vec![0.0, 0.0]));
        assert_eq!(at::<T>(Tensor::norm, &[]), (vec![0.0], vec![]));
        let x = Tensor::<T>::leaf(array![[0.0, 0.0], [-3.0, 4.0]].mapv(T::from_f64));
        let gradients = x.norm_axes([1]).sum().backward();
        let dx: Vec<_> = gradients[&x].to_vec().into_iter().map(T::as_f64).collect();
        assert_eq!(dx[..2], [0.0, 0.0]);
        assert!(error(&dx[2..], &[-0.6, 0.8]) < 1e-6, "{dx:?}");
    }
    check::<f32>();
    check::<f64>();
}

/// Squares that overflow or underflow do not matter, nor do subnormal numbers.
#[test]
fn norm_of_large_and_small_numbers() {
    fn check<T: Float>(scales: &[f64]) {
        for &scale in scales {
            let (z, dx) = at::<T>(Tensor::norm, &[3.0 * scale, -4.0 * scale, 0.0]);
            assert!(error(&z, &[5.0 * scale]) < 1e-6, "{scale}: {z:?}");
            assert!(error(&dx[..2], &[0.6, -0.8]) < 1e-6 && dx[2] == 0.0, "{scale}: {dx:?}");
        }
    }
    check::<f32>(&[1e37, 1e20, 1.0, 1e-20, 1e-37, f64::from(f32::MIN_POSITIVE / 16384.0)]);
    check::<f64>(&[1e307, 1e200, 1.0, 1e-200, 1e-307, f64::MIN_POSITIVE / 16384.0]);
}

#[test]
fn norm_of_infinity_and_nan() {
    assert_eq!(at::<f64>(Tensor::norm, &[-INFINITY, 1.0]).0, [INFINITY]);
    let (z, dx) = at::<f64>(Tensor::norm, &[NAN, 1.0]);
    assert!(z[0].is_nan() && dx.iter().all(|dx| dx.is_nan()), "{z:?}, {dx:?}");
}

#[test]
fn std_of_a_constant_sample_has_slope_0() {
    fn check<T: Float>() {
        for correction in [0, 1] {
            let std = |x: &Tensor<T>| x.std(correction);
            assert_eq!(at(std, &[2.0; 4]), (vec![0.0], vec![0.0; 4]));
            // The mean of three times 0.1 is rounded.
            let (z, dx) = at(std, &[0.1; 3]);
            assert!(z[0] < 1e-8 && dx.iter().all(|dx| dx.abs() < 1e-6), "{z:?}, {dx:?}");
        }
        assert_eq!(at::<T>(|x| x.std(0), &[7.0]), (vec![0.0], vec![0.0]));
    }
    check::<f32>();
    check::<f64>();
}

#[test]
fn std_of_large_and_small_numbers() {
    for scale in [1e30, 1e-30] {
        let (z, dx) = at::<f32>(|x| x.std(1), &[scale, 2.0 * scale, 3.0 * scale]);
        assert!(error(&z, &[scale]) < 1e-6, "{z:?}");
        assert!(error(&[dx[0], dx[2]], &[-0.5, 0.5]) < 1e-6 && dx[1].abs() < 1e-6, "{dx:?}");
    }
}

/// The product of the others, however many zeros there are; and so for the second derivative.
#[test]
fn products_with_zeros() {
    let slope = |x: &[f64]| at::<f64>(Tensor::prod, x).1;
    assert_eq!(slope(&[2.0, 0.0, 3.0, 5.0, 7.0]), [0.0, 210.0, 0.0, 0.0, 0.0]);
    assert_eq!(slope(&[0.0, 3.0, 0.0]), [0.0, 0.0, 0.0]);
    assert_eq!(slope(&[0.0]), [1.0]);
    assert_eq!(at::<f64>(Tensor::prod, &[]), (vec![1.0], vec![]));

    let x = Tensor::leaf(array![0.0, 3.0, 0.0]);
    let slope = x.prod().grad(&[&x]).remove(0).unwrap();
    let mixed = slope.slice(ndarray::s![0]).grad(&[&x]).remove(0).unwrap();
    assert_eq!(mixed.to_vec(), [0.0, 0.0, 3.0]); // ∂²z / ∂x₀ ∂xⱼ: the third factor
}

#[test]
fn ties_of_min_are_shared_equally() {
    let (z, dx) = at::<f64>(Tensor::min, &[1.0, -4.0, -4.0, 0.0]);
    assert_eq!((z, dx), (vec![-4.0], vec![0.0, 0.5, 0.5, 0.0]));
}

/// Along one axis and along two that are not neighbors, ties in some of the rows only.
#[test]
fn ties_are_shared_by_axis() {
    let x = Tensor::leaf(array![[[1.0, 2.0], [2.0, 2.0]], [[1.0, 0.0], [2.0, 0.0]]]);
    let slope = |z: Tensor<f64>| z.sum().backward()[&x].to_vec();
    assert_eq!(slope(x.max_axes([1])), [0.0, 0.5, 1.0, 0.5, 0.0, 0.5, 1.0, 0.5]);
    assert_eq!(slope(x.min_axes([1])), [1.0, 0.5, 0.0, 0.5, 1.0, 0.5, 0.0, 0.5]);
    let third = 1.0 / 3.0;
    assert_eq!(slope(x.max_axes([2, 0])), [0.0, 1.0, third, third, 0.0, 0.0, third, 0.0]);
    assert_eq!(slope(x.min_axes([2, 0])), [0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0]);
}
