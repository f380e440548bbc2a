//! How good a central difference can be, and so what the checker may ask for.

use autograd::{Float, Tensor};

/// The largest error of (tanh(x + ε) − tanh(x − ε)) / 2ε against the reverse sweep, for x near 0.7.
fn worst_error<T: Float>(step: f64) -> f64 {
    let points = (-10..=10).map(|i| 0.7 + f64::from(i) * 1e-3);
    let error = |x: f64| {
        let at = |x: f64| Tensor::<T>::leaf(x).tanh().item().as_f64();
        let x64 = Tensor::<f64>::leaf(x);
        let analytic = x64.tanh().backward()[&x64].item();
        // What was asked for is not what was stepped: in single precision x ± ε are rounded.
        ((at(x + step) - at(x - step)) / (2.0 * step) - analytic).abs()
    };
    points.map(error).fold(0.0, f64::max)
}

/// Error ε²|f‴|/6 + 10⁻¹⁶/ε: truncation falls with the step, rounding rises, 10⁻⁵ is near the best.
#[test]
fn error_of_central_differences_in_double_precision() {
    for (step, expected) in [(1e-4, 2e-10), (1e-6, 2e-11), (1e-8, 4e-9)] {
        let error = worst_error::<f64>(step);
        let range = expected / 10.0..expected * 10.0;
        assert!(range.contains(&error), "ε = {step:e}: {error:e}, not about {expected:e}");
    }
    let errors = [1e-4, 1e-5, 1e-7].map(worst_error::<f64>);
    assert!(errors[1] < errors[0] && errors[1] < errors[2], "{errors:?}");
}

/// Single precision needs a long step: with 10⁻² the error is near 10⁻⁶, with one that double precision likes 10⁻².
#[test]
fn error_of_central_differences_in_single_precision() {
    for (step, expected) in [(1e-2, 2e-6), (1e-3, 1e-5), (1e-6, 9e-3)] {
        let error = worst_error::<f32>(step);
        let range = expected / 20.0..expected * 20.0;
        assert!(range.contains(&error), "ε = {step:e}: {error:e}, not about {expected:e}");
    }
}
