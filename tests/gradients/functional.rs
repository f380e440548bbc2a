//! Products with Jacobians, Jacobians and Hessians, against closed forms, finite differences and one another.

use autograd::functional::{hessian, hvp, jacobian, jvp, vjp};
use autograd::{Float, Tensor, check_grads};
use ndarray::{Array, ArrayD, array, s};

use crate::shape_errors::panic_of;
use crate::support::{assert_close, random};

/// A function with several results, each of which depends on every element.
fn vector<T: Float>(x: &Tensor<T>) -> Tensor<T> {
    x.matmul(&x.t()).tanh().softmax(1) / (x.square().sum_axes([1]) + 1.0)
}

/// A scalar function with curvature in all directions.
fn scalar<T: Float>(x: &Tensor<T>) -> Tensor<T> {
    x.matmul(&x.t()).tanh().log_sum_exp([1]).square().sum() + (x.sigmoid() * x.exp()).mean()
}

fn inner(x: &Tensor<f64>, y: &Tensor<f64>) -> f64 {
    (x * y).sum().item()
}

/// `m` of shape [z.., x..] times x: the sum over the axes of x.
fn times(m: &Tensor<f64>, x: &Tensor<f64>) -> Tensor<f64> {
    let axes: Vec<_> = (m.rank() - x.rank()..m.rank()).collect();
    (m * x).sum_axes(axes)
}

fn array_of(x: &Tensor<f64>) -> ArrayD<f64> {
    x.value().to_owned()
}

/// f = ½ xᵀ A x + bᵀ x: ∇f = ½ (A + Aᵀ) x + b, H = ½ (A + Aᵀ).
#[test]
fn quadratic_form() {
    let (a, b, x) = (random(&[3, 3], 200), random(&[3, 1], 201), random(&[3, 1], 202));
    let f = |x: &Tensor<f64>| (x.t().matmul(&a.matmul(x)) * 0.5 + b.t().matmul(x)).sum();
    let symmetric = (&a + a.t()) * 0.5;
    let gradient = symmetric.matmul(&x) + &b;
    assert_close("∇f", &vjp(f, &x, &Tensor::from(1.0)), &array_of(&gradient), 1e-14);
    let expected = array_of(&symmetric.reshape([3, 1, 3, 1]));
    assert_close("H", &hessian(f, &x), &expected, 1e-14);
    let v = random(&[3, 1], 203);
    assert_close("H v", &hvp(f, &x, &v), &array_of(&symmetric.matmul(&v)), 1e-14);
}

/// p = softmax x has J = diag p − p pᵀ, and so has ln Σ eˣ, whose gradient it is, as its Hessian.
#[test]
fn softmax_and_log_sum_exp() {
    let x = random(&[4], 204);
    let p = x.softmax(0).value().to_owned().into_dimensionality().unwrap();
    let expected = Array::from_diag(&p) - Array::from_shape_fn([4, 4], |(i, j)| p[i] * p[j]);
    let expected = expected.into_dyn();
    assert_close("∂p/∂x", &jacobian(|x| x.softmax(0), &x), &expected, 1e-15);
    assert_close("H", &hessian(|x| x.log_sum_exp([0]), &x), &expected, 1e-15);
}

/// ∂(x w)[i, j] / ∂x[k, l] = ⟦i = k⟧ w[l, j].
#[test]
fn matrix_product() {
    let (x, w) = (random(&[2, 3], 205), random(&[3, 4], 206));
    let value = w.value();
    let entry = |(i, j, k, l)| if i == k { value[[l, j]] } else { 0.0 };
    let expected = Array::from_shape_fn([2, 4, 2, 3], entry).into_dyn();
    assert_close("∂(x w)/∂x", &jacobian(|x| x.matmul(&w), &x), &expected, 1e-15);
}

/// J ẋ = (f(x + εẋ) − f(x − εẋ)) / 2ε + O(ε²), and ⟨z̄, J ẋ⟩ = ⟨Jᵀ z̄, ẋ⟩.
#[test]
fn products_with_the_jacobian_and_its_transpose() {
    for seed in 210..215 {
        let (x, tangent) = (random(&[3, 2], seed), random(&[3, 2], seed + 10));
        let pushed = jvp(vector, &x, &tangent);
        let step = 1e-5;
        let difference = vector(&(&x + &tangent * step)) - vector(&(&x - &tangent * step));
        let numeric = array_of(&(difference / (2.0 * step)));
        assert_close(&format!("J ẋ, seed {seed}"), &pushed, &numeric, 1e-9);

        let cotangent = random(&[3, 3], seed + 20);
        let (left, right) =
            (inner(&cotangent, &pushed), inner(&vjp(vector, &x, &cotangent), &tangent));
        assert!(left.abs() > 1e-3, "the test needs a slope, seed {seed}");
        approx::assert_relative_eq!(left, right, max_relative = 1e-12);
    }
}

/// The products are those with the matrices.
#[test]
fn products_equal_those_with_the_matrix() {
    let (x, tangent, cotangent) =
        (random(&[3, 2], 220), random(&[3, 2], 221), random(&[3, 3], 222));
    let j = jacobian(vector, &x);
    assert_eq!(j.shape(), [3, 3, 3, 2]);
    assert_close("J ẋ", &jvp(vector, &x, &tangent), &array_of(&times(&j, &tangent)), 1e-14);
    let transposed = j.permute([2, 3, 0, 1]);
    let expected = array_of(&times(&transposed, &cotangent));
    assert_close("Jᵀ z̄", &vjp(vector, &x, &cotangent), &expected, 1e-14);

    let h = hessian(scalar, &x);
    assert_close("H = Hᵀ", &h, &array_of(&h.permute([2, 3, 0, 1])), 1e-13);
    assert_close("H v", &hvp(scalar, &x, &tangent), &array_of(&times(&h, &tangent)), 1e-13);
}

/// What is returned can be differentiated, with respect to x, to the directions and to what `f` captured.
#[test]
fn results_can_be_differentiated() {
    let x = || random(&[2, 2], 223);
    check_grads(|x| vjp(|u| vector(&(u * &x[2])), &x[0], &x[1]), &[x(), x(), x()], 2).unwrap();
    check_grads(|x| jvp(|u| vector(&(u * &x[2])), &x[0], &x[1]), &[x(), x(), x()], 2).unwrap();
    check_grads(|x| hvp(|u| scalar(&(u * &x[2])), &x[0], &x[1]), &[x(), x(), x()], 1).unwrap();
    check_grads(|x| jacobian(vector, &x[0]), &[x()], 2).unwrap();
    check_grads(|x| hessian(scalar, &x[0]), &[x()], 1).unwrap();
}

/// The third derivatives of Σ x⁴ are 24x, on the diagonal.
#[test]
fn third_order() {
    let x = Tensor::from(array![1.0, -2.0]);
    let third = jacobian(|x| hessian(|x| x.powi(4).sum(), x), &x);
    let mut expected = ArrayD::zeros(vec![2, 2, 2]);
    (expected[[0, 0, 0]], expected[[1, 1, 1]]) = (24.0, -48.0);
    assert_eq!(third.value(), expected);
}

/// The Hessian of |J v|², with J = diag 3x² and v = 1: of Σ 9x⁴, hence diag 108x².
#[test]
fn hessian_of_a_jacobian_vector_product() {
    let (x, v) = (Tensor::from(array![1.0, -2.0]), Tensor::ones([2]));
    let h = hessian(|x| jvp(|x| x.powi(3), x, &v).square().sum(), &x);
    assert_eq!(h.value(), array![[108.0, 0.0], [0.0, 432.0]].into_dyn());
}

/// d/dx (x · d/dy (x + y)) = 1, also at y = x: what a function captures is constant to it.
/// Source: J. M. Siskind, B. A. Pearlmutter, Perturbation confusion and referential transparency, 2005.
#[test]
fn nested_derivatives_are_not_confused() {
    let (x, one) = (Tensor::<f64>::leaf(1.0), Tensor::from(1.0));
    let inner = |x: &Tensor<f64>| x * vjp(|y| x + y, x, &one);
    assert_eq!(vjp(inner, &x, &one).item(), 1.0);
    let inner = |x: &Tensor<f64>| x * jvp(|y| x + y, x, &one);
    assert_eq!(jvp(inner, &x, &one).item(), 1.0);
    let inner = |x: &Tensor<f64>| hvp(|y| x * y.square(), x, &one); // 2x
    assert_eq!(vjp(inner, &x, &one).item(), 2.0);
}

/// The gradient flows through what is returned to a leaf, and stops at a constant.
#[test]
fn results_are_tracked() {
    let (x, one) = (Tensor::<f64>::leaf(3.0), Tensor::from(1.0));
    let slope = vjp(|x| x.powi(3), &x, &one);
    assert_eq!(slope.backward()[&x].item(), 18.0);
    let slope = vjp(|x| x.powi(3), &x.square(), &one); // 3u² with u = x²
    assert_eq!(slope.backward()[&x].item(), 12.0 * 27.0);
    let w = Tensor::leaf(2.0);
    let slope = vjp(|x| x.square() * &w, &one, &one);
    assert_eq!(slope.backward()[&w].item(), 2.0);
}

#[test]
fn a_function_that_ignores_its_argument_has_zeros() {
    let (x, w) = (random(&[2, 3], 224), Tensor::leaf(array![1.0, 2.0]));
    let zeros = |shape: &[usize]| ArrayD::zeros(shape);
    let one = Tensor::<f64>::from(1.0);
    let computed = w.square();
    for z in [&computed, &w.detach()] {
        let f = |_: &Tensor<f64>| z.clone();
        let g = |_: &Tensor<f64>| z.sum();
        assert_close("vjp", &vjp(f, &x, &w), &zeros(&[2, 3]), 0.0);
        assert_close("jvp", &jvp(f, &x, &x), &zeros(&[2]), 0.0);
        assert_close("jacobian", &jacobian(f, &x), &zeros(&[2, 2, 3]), 0.0);
        assert_close("hessian", &hessian(g, &x), &zeros(&[2, 3, 2, 3]), 0.0);
        assert_close("hvp", &hvp(g, &x, &x), &zeros(&[2, 3]), 0.0);
    }
    // The first derivative of a linear function is a constant.
    assert_close("linear", &hessian(Tensor::sum, &x), &zeros(&[2, 3, 2, 3]), 0.0);
    assert_close("identity", &jvp(Tensor::clone, &x, &x), &array_of(&x), 0.0);
    assert_eq!(jacobian(Tensor::clone, &one).item(), 1.0);
}

#[test]
fn scalars_and_empty_tensors() {
    let (x, empty) = (Tensor::from(3.0), Tensor::<f64>::zeros([2, 0]));
    let square = |x: &Tensor<f64>| x.square();
    assert_eq!(jacobian(square, &x).shape(), [0; 0]);
    assert_eq!(hessian(square, &x).item(), 2.0);
    assert_eq!(hessian(square, &Tensor::from(array![[3.0]])).shape(), [1, 1, 1, 1]);
    assert_eq!(jacobian(square, &empty).shape(), [2, 0, 2, 0]);
    assert_eq!(jacobian(Tensor::sum, &empty).shape(), [2, 0]);
    assert_eq!(hessian(Tensor::sum, &empty).shape(), [2, 0, 2, 0]);
    assert_eq!(jacobian(|x| x.slice(s![..0]), &random(&[3], 225)).shape(), [0, 3]);
    for product in [vjp(square, &empty, &empty), jvp(square, &empty, &empty)] {
        assert_eq!(product.shape(), [2, 0]);
    }
    assert_eq!(hvp(Tensor::sum, &empty, &empty).shape(), [2, 0]);
}

#[test]
fn single_precision() {
    let x = random(&[3, 2], 226);
    let single = Tensor::<f32>::from(x.value().mapv(|x| x as f32));
    assert_close("J", &jacobian(vector, &single), &array_of(&jacobian(vector, &x)), 1e-6);
    assert_close("H", &hessian(scalar, &single), &array_of(&hessian(scalar, &x)), 2e-6);
    let (pushed, expected) = (jvp(vector, &single, &single), jvp(vector, &x, &x));
    assert_close("J ẋ", &pushed, &array_of(&expected), 1e-6);
}

/// What the message must contain, line, call.
type Mistake<'a> = (&'a [&'a str], u32, &'a dyn Fn() -> Tensor<f64>);

#[rustfmt::skip] // a call and its line! must share a line
#[test]
fn shape_mistakes_panic_at_the_call() {
    let (x, y) = (random(&[2], 227), random(&[3], 228));
    let square = |x: &Tensor<f64>| x.square();
    let mistakes: [Mistake<'_>; 5] = [
        (&["vjp: ", "[3]", "f(x) is [2]"],             line!(), &|| vjp(square, &x, &y)),
        (&["jvp: ", "[3]", "x is [2]"],                line!(), &|| jvp(square, &x, &y)),
        (&["hvp: ", "[3]", "x is [2]"],                line!(), &|| hvp(square, &x, &y)),
        (&["hvp: ", "f(x) is [2]", "one element"],     line!(), &|| hvp(square, &x, &x)),
        (&["hessian: ", "f(x) is [2]", "one element"], line!(), &|| hessian(square, &x)),
    ];
    for (parts, line, call) in mistakes {
        let panic = panic_of(call).unwrap_or_else(|| panic!("{parts:?}: no panic"));
        let said = format!("{}:{}: {}", panic.file, panic.line, panic.message);
        assert!(panic.message.starts_with(parts[0]), "{said}");
        assert!(parts.iter().all(|part| panic.message.contains(part)), "{said}");
        assert_eq!((panic.file.as_str(), panic.line), (file!(), line), "{said}");
    }
}
