//! Derivatives of functions: products with the Jacobian and its transpose, the Jacobian, the Hessian.
//!
//! For z = f(x) with Jacobian J = ∂z/∂x, and for a scalar f with gradient ∇f and Hessian H = ∂²f/∂x²:
//!
//! | | is | costs |
//! |---|---|---|
//! | [`vjp`] | Jᵀ z̄ | one sweep |
//! | [`jvp`] | J ẋ | two sweeps |
//! | [`jacobian`] | J, of shape [z.., x..] | one sweep for each element of z |
//! | [`hvp`] | H v | two sweeps |
//! | [`hessian`] | H, of shape [x.., x..] | one sweep for each element of x, and one |
//!
//! All are made of reverse sweeps, so every op that has a rule has them.
//!
//! # What to know
//!
//! - **Every order.** What is returned is tracked and can be differentiated again, with respect to x, to the direction,
//!   and to all that f has captured. Where no further derivative is wanted, [`Tensor::detach`] frees the graph.
//! - **f is differentiated with respect to its argument alone.** x need not be a leaf. A tensor that f captures is a
//!   constant to it, even if it is x itself or was computed from x.
//! - **Several inputs.** Capture those that are held fixed: `jacobian(|x| f(x, &y), &x)` is ∂f/∂x. Nested, this gives
//!   mixed derivatives:
//!
//! ```
//! use autograd::Tensor;
//! use autograd::functional::{jacobian, vjp};
//! use ndarray::array;
//!
//! // f(x, y) = Σ x² y, so ∂f/∂x = 2x ⊙ y and ∂²f/∂x∂y = diag 2x.
//! let (x, y) = (Tensor::<f64>::from(array![1.0, 2.0]), Tensor::from(array![5.0, 7.0]));
//! let slope = |y: &Tensor<f64>| vjp(|x| (x.square() * y).sum(), &x, &Tensor::from(1.0));
//! assert_eq!(slope(&y).to_vec(), [10.0, 28.0]);
//! assert_eq!(jacobian(slope, &y).value(), array![[2.0, 0.0], [0.0, 4.0]].into_dyn());
//! ```
//!
//! - **A function that does not depend on its argument** has derivatives that are zeros.

use ndarray::Array1;

use crate::{Float, Tensor};

/// Vector-Jacobian product, x̄ = Jᵀ z̄, of the shape of x.
///
/// ⟨z̄, ż⟩ = ⟨z̄, J ẋ⟩ = ⟨Jᵀ z̄, ẋ⟩: the reverse sweep, started from z̄. For a scalar f and z̄ = 1 it is the gradient.
///
/// # Panics
/// If z̄ has not the shape of f(x).
///
/// # Examples
/// z = x² has J = diag 2x:
/// ```
/// use autograd::{Tensor, functional::vjp};
/// use ndarray::array;
///
/// let (x, dz) = (Tensor::<f64>::from(array![1.0, 2.0]), Tensor::from(array![1.0, 10.0]));
/// assert_eq!(vjp(|x| x.square(), &x, &dz).to_vec(), [2.0, 40.0]);
/// ```
#[track_caller]
pub fn vjp<T: Float>(
    f: impl Fn(&Tensor<T>) -> Tensor<T>,
    x: &Tensor<T>,
    cotangent: &Tensor<T>,
) -> Tensor<T> {
    let x = variable(x);
    let z = f(&x);
    check_shape("vjp: the cotangent", cotangent, "f(x)", &z);
    pull_back(&z, cotangent, &x)
}

/// Jacobian-vector product, ż = J ẋ, of the shape of z.
///
/// Jᵀ z̄ is linear in z̄. The Jacobian of that map is Jᵀ at every z̄, so its own vector-Jacobian product, for the vector
/// ẋ, is
///     (Jᵀ)ᵀ ẋ = J ẋ.
/// Two reverse sweeps make a forward one; at which z̄ does not matter, 0 will do.
///
/// # Panics
/// If ẋ has not the shape of x.
///
/// # Examples
/// z = x₀ x₁ moves by ż = x₁ ẋ₀ + x₀ ẋ₁:
/// ```
/// use autograd::{Tensor, functional::jvp};
/// use ndarray::{array, s};
///
/// let (x, tangent) = (Tensor::<f64>::from(array![2.0, 3.0]), Tensor::from(array![10.0, 1.0]));
/// let product = |x: &Tensor<f64>| x.slice(s![0]) * x.slice(s![1]);
/// assert_eq!(jvp(product, &x, &tangent).item(), 32.0);
/// ```
/// Source: J. Townsend, A new trick for calculating Jacobian vector products, 2017.
#[track_caller]
pub fn jvp<T: Float>(
    f: impl Fn(&Tensor<T>) -> Tensor<T>,
    x: &Tensor<T>,
    tangent: &Tensor<T>,
) -> Tensor<T> {
    check_shape("jvp: the tangent", tangent, "x", x);
    let x = variable(x);
    let z = f(&x);
    let dz = Tensor::leaf(Tensor::zeros(z.shape()));
    pull_back(&pull_back(&z, &dz, &x), tangent, &dz)
}

/// Jacobian, J = ∂z/∂x, of shape [z.., x..]: J[k.., i..] = ∂z[k..]/∂x[i..].
///
/// Row k is Jᵀ eₖ, with eₖ the unit vector: one sweep for each element of z. Where x has far fewer elements than z, the
/// columns J eᵢ by [`jvp`] cost less.
///
/// # Examples
/// ```
/// use autograd::{Tensor, functional::jacobian};
/// use ndarray::array;
///
/// let (x, w) = (Tensor::<f64>::from(array![[1.0, 2.0]]), Tensor::from(array![[3.0], [4.0]]));
/// let j = jacobian(|x| x.matmul(&w), &x);
/// assert_eq!((j.shape(), j.to_vec()), (&[1, 1, 1, 2][..], vec![3.0, 4.0]));
/// ```
#[track_caller]
pub fn jacobian<T: Float>(f: impl Fn(&Tensor<T>) -> Tensor<T>, x: &Tensor<T>) -> Tensor<T> {
    let x = variable(x);
    rows(&f(&x), &x)
}

/// Hessian-vector product of a scalar function, H v, of the shape of x.
///
/// H is the Jacobian of ∇f, and symmetric:
///     H v = Hᵀ v = ∇⟨∇f, v⟩,
/// the vector-Jacobian product of ∇f. H itself is never formed.
///
/// # Panics
/// If f(x) does not hold one element, or v has not the shape of x.
///
/// # Examples
/// f = x₀ x₁ has H = [[0, 1], [1, 0]]:
/// ```
/// use autograd::{Tensor, functional::hvp};
/// use ndarray::{array, s};
///
/// let (x, v) = (Tensor::<f64>::from(array![2.0, 3.0]), Tensor::from(array![10.0, 1.0]));
/// assert_eq!(hvp(|x| x.slice(s![0]) * x.slice(s![1]), &x, &v).to_vec(), [1.0, 10.0]);
/// ```
#[track_caller]
pub fn hvp<T: Float>(
    f: impl Fn(&Tensor<T>) -> Tensor<T>,
    x: &Tensor<T>,
    v: &Tensor<T>,
) -> Tensor<T> {
    check_shape("hvp: v", v, "x", x);
    let x = variable(x);
    pull_back(&gradient("hvp", &f(&x), &x), v, &x)
}

/// Hessian of a scalar function, H = ∂²f/∂x², of shape [x.., x..]: H[i.., j..] = ∂²f/∂x[i..]∂x[j..].
///
/// The [`jacobian`] of the gradient.
///
/// # Panics
/// If f(x) does not hold one element.
///
/// # Examples
/// f = x₀² x₁:
/// ```
/// use autograd::{Tensor, functional::hessian};
/// use ndarray::{array, s};
///
/// let x = Tensor::<f64>::from(array![3.0, 5.0]);
/// let h = hessian(|x| x.slice(s![0]).square() * x.slice(s![1]), &x);
/// assert_eq!(h.value(), array![[10.0, 6.0], [6.0, 0.0]].into_dyn());
/// ```
#[track_caller]
pub fn hessian<T: Float>(f: impl Fn(&Tensor<T>) -> Tensor<T>, x: &Tensor<T>) -> Tensor<T> {
    let x = variable(x);
    rows(&gradient("hessian", &f(&x), &x), &x)
}

/// A variable of its own with the value of x, to differentiate with respect to. Its cotangent flows on to x, but what
/// `f` has captured does not depend on it: derivatives nested within one another are not confused.
#[track_caller]
fn variable<T: Float>(x: &Tensor<T>) -> Tensor<T> {
    match x.is_tracked() {
        true => Tensor::from_op("variable", x.detach(), [x], |_, _z, dz, [dx]| {
            dx.add(|| dz.clone());
        }),
        false => Tensor::leaf(x.clone()),
    }
}

/// Jᵀ z̄; zeros where z does not depend on x.
#[track_caller]
fn pull_back<T: Float>(z: &Tensor<T>, cotangent: &Tensor<T>, x: &Tensor<T>) -> Tensor<T> {
    let [gradient] = <[_; 1]>::try_from(z.vjp(cotangent, &[x])).expect("one for each asked for");
    gradient.unwrap_or_else(|| Tensor::zeros(x.shape()))
}

/// ∇z of a scalar z.
#[track_caller]
fn gradient<T: Float>(caller: &str, z: &Tensor<T>, x: &Tensor<T>) -> Tensor<T> {
    assert!(
        z.len() == 1,
        "{caller}: f(x) is {:?}; it must hold one element, reduce it with sum or mean",
        z.shape()
    );
    pull_back(z, &Tensor::ones(z.shape()), x)
}

/// ∂z/∂x, of which row k is Jᵀ eₖ.
fn rows<T: Float>(z: &Tensor<T>, x: &Tensor<T>) -> Tensor<T> {
    let shape = [z.shape(), x.shape()].concat();
    if z.is_empty() {
        return Tensor::zeros(shape);
    }
    let row = |k| {
        let mut unit = Array1::from_elem(z.len(), T::zero());
        unit[k] = T::one();
        pull_back(z, &Tensor::from(unit).reshape(z.shape()), x)
    };
    let rows: Vec<_> = (0..z.len()).map(row).collect();
    Tensor::stack(&rows.iter().collect::<Vec<_>>(), 0).reshape(shape)
}

#[track_caller]
fn check_shape<T: Float>(what: &str, given: &Tensor<T>, of: &str, expected: &Tensor<T>) {
    assert!(
        given.shape() == expected.shape(),
        "{what} is {:?} but {of} is {:?}; the shapes must be equal",
        given.shape(),
        expected.shape()
    );
}
