//! The planar flow: a step from a simple density to one that is bent.

use autograd::{Float, Tensor};

/// A planar flow, f(z) = z + û tanh(wᵀz + b): space is stretched, or squeezed, along û around the plane wᵀz + b = 0.
///
/// Shapes: parameters for each image of a batch.
///
/// # Derivation
/// With t = tanh(wᵀz + b) and tanh′ = 1 − t², the Jacobian is the identity and a matrix of rank one, so
/// ```text
///     ∂f/∂z = I + (1 − t²) û wᵀ,   det ∂f/∂z = 1 + (1 − t²) wᵀû.            (the_determinant_is_that_of_the_jacobian)
/// ```
/// As 0 < 1 − t² ≤ 1, the determinant is positive everywhere if and only if wᵀû > −1. Then wᵀf(z) rises with wᵀz, so that
/// f is invertible. Any u is moved along w until it is so:
/// ```text
///     û = u + (m(wᵀu) − wᵀu) w/‖w‖²,   m(a) = ln(1 + e^(a + c)) − 1 > −1,   wᵀû = m(wᵀu).   (planar_flows_are_invertible)
/// ```
/// In the paper c = 0. Here c = ln(e − 1), so that m(0) = 0: then u = 0 is the identity, and what is added to u is no
/// longer than u, where otherwise it grows without bound as w falls to 0. Only at w = 0 itself is û not defined.
///
/// Numerics: with s = 1 + wᵀû, which is a softplus, the determinant is evaluated as
/// ```text
///     1 + (1 − t²) wᵀû = t² + (1 − t²) s,                                    (the_determinant_is_a_mean_of_1_and_s)
/// ```
/// whose terms are not negative: nothing cancels where it is near 0.
///
/// # Examples
/// ```
/// use autograd::Tensor;
/// use ndarray::array;
/// use vae::PlanarFlow;
///
/// let flow = PlanarFlow::<f64> {
///     u: Tensor::zeros([1, 2]),
///     w: array![[0.3, -0.4]].into(),
///     b: array![0.5].into(),
/// };
/// let (z, log_det) = flow.forward(&array![[1.0, 2.0]].into());
/// assert!(z.to_vec().iter().zip([1.0, 2.0]).all(|(z, expected)| (z - expected).abs() < 1e-15));
/// assert!(log_det.item().abs() < 1e-15);
/// ```
///
/// Source: Rezende & Mohamed 2015, *Variational Inference with Normalizing Flows*, eq. 10 to 12 and App. A.
#[derive(Clone, Debug)]
pub struct PlanarFlow<T: Float = f32> {
    /// u, shape [batch, latent]: any numbers.
    pub u: Tensor<T>,
    /// w, shape [batch, latent].
    pub w: Tensor<T>,
    /// b, shape `[batch]`.
    pub b: Tensor<T>,
}

/// After so many, an interval is as short as numbers are exact.
const HALVINGS: usize = 60;

/// c = ln(e − 1).
const SHIFT: f64 = 0.541_324_854_612_918_1;

impl<T: Float> PlanarFlow<T> {
    /// f(z), and log |det ∂f/∂z|.
    ///
    /// Shapes: z [.., batch, latent] -> [.., batch, latent] and [.., batch].
    ///
    /// # Panics
    /// If z and the parameters do not broadcast.
    #[track_caller]
    pub fn forward(&self, z: &Tensor<T>) -> (Tensor<T>, Tensor<T>) {
        let (u, s) = self.invertible();
        let t = (rows(z * &self.w) + &self.b).tanh();
        let square = t.square();
        let det = &square + (1.0 - &square) * s;
        (z + t.insert_axis(t.rank()) * u, det.ln())
    }

    /// z = f⁻¹(y), and log |det ∂f/∂z| there: constants, since a search has no derivative.
    ///
    /// # Derivation
    /// With a = wᵀz, the product of w with y = f(z) is an equation for one number,
    /// ```text
    ///     wᵀy = a + wᵀû tanh(a + b),   z = y − û tanh(a + b).                    (the_way_back_is_one_equation)
    /// ```
    /// Its right side rises with a, and |tanh| < 1. So a is less than |wᵀû| away from wᵀy, and is found by halving.
    ///
    /// Shapes: y [.., batch, latent] -> [.., batch, latent] and [.., batch].
    ///
    /// # Panics
    /// If y and the parameters do not broadcast.
    #[track_caller]
    pub fn inverse(&self, y: &Tensor<T>) -> (Tensor<T>, Tensor<T>) {
        let (u, s) = self.invertible();
        let (u, slope, y) = (u.detach(), s.detach() - 1.0, y.detach());
        let (w, b) = (self.w.detach(), self.b.detach());
        let along_w = rows(&y * w);
        let (mut low, mut high) = (&along_w - slope.abs(), &along_w + slope.abs());
        for _ in 0..HALVINGS {
            let a = (&low + &high) * 0.5;
            let above = (&a + &slope * (&a + &b).tanh()).greater(&along_w);
            low = Tensor::select(&above, &low, &a);
            high = Tensor::select(&above, &a, &high);
        }
        let t = (low + b).tanh();
        let z = y - t.insert_axis(t.rank()) * u;
        let (_, log_det) = self.forward(&z);
        (z, log_det.detach())
    }

    /// û, and s = 1 + wᵀû.
    fn invertible(&self) -> (Tensor<T>, Tensor<T>) {
        let Self { u, w, .. } = self;
        let a = rows(u * w);
        let s = (&a + SHIFT).softplus();
        let along_w = (&s - 1.0 - a) / rows(w.square());
        (u + along_w.insert_axis(1) * w, s)
    }
}

/// Σ along the last axis.
#[track_caller]
fn rows<T: Float>(x: Tensor<T>) -> Tensor<T> {
    x.sum_axes([x.rank() - 1])
}
