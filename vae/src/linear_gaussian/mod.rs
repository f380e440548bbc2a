//! The linear-Gaussian model: every term of the derivation in closed form.

mod principal;

use autograd::{Tensor, Triangle};
use ndarray::Array2;

use crate::{Distribution, Elbo, FullNormal, KullbackLeibler};

pub use principal::ProbabilisticPca;

/// The model in which everything is known, x = W z + μ + s ε with z ~ N(0, I) and ε ~ N(0, I).
///
/// It is the variational autoencoder whose decoder is one linear layer. With M = WᵀW + s²I,
/// ```text
///     p(x)   = N(x | μ, W Wᵀ + s²I)                                             (the_joint_density_is_one_normal)
///     p(z|x) = N(z | M⁻¹ Wᵀ (x − μ), s² M⁻¹)                                    (the_joint_density_is_one_normal)
/// ```
/// so the evidence, the posterior and the bound of any normal q can be computed and compared. All of it is made of tensor
/// ops: it can be differentiated in W, μ, s² and in the parameters of q.
///
/// W has the columns of the literature, [dims, latent]: the weight of the layer that decodes, [`nn::Linear`], is Wᵀ.
///
/// # Derivation
/// The exponent of p(x|z) p(z) is a parabola in z. With δ = x − μ and m = M⁻¹ Wᵀ δ,
/// ```text
///     |δ − W z|²/s² + |z|² = (z − m)ᵀ M (z − m)/s² + δᵀ (W Wᵀ + s²I)⁻¹ δ.          (the_square_is_completed)
/// ```
/// The first term on the right is that of p(z|x), the second that of p(x).
///
/// # Examples
/// ```
/// use autograd::Tensor;
/// use ndarray::array;
/// use vae::LinearGaussian;
///
/// let model = LinearGaussian::new(array![[2.0], [1.0]].into(), array![0.0, 0.0].into(), 1.0.into());
/// let x = Tensor::from(array![[3.0, 0.0]]);
/// let posterior = model.posterior(&x); // M = 2² + 1² + 1 = 6
/// assert!((posterior.mean().item() - 1.0).abs() < 1e-15);
/// assert!((posterior.covariance().item() - 1.0 / 6.0).abs() < 1e-15);
///
/// let elbo = model.elbo(&x, &posterior); // the best q closes the gap
/// let bound = -(elbo.rate + elbo.distortion);
/// assert!((bound - model.log_evidence(&x)).item().abs() < 1e-14);
/// ```
/// Source: Tipping & Bishop 1999, *Probabilistic Principal Component Analysis*, §3.1.
#[derive(Clone, Debug)]
pub struct LinearGaussian {
    weight: Tensor<f64>,
    mean: Tensor<f64>,
    variance: Tensor<f64>,
}

impl LinearGaussian {
    /// The model with these W [dims, latent], μ `[dims]` and s², a scalar.
    ///
    /// # Panics
    /// If the shapes are others.
    #[track_caller]
    pub fn new(weight: Tensor<f64>, mean: Tensor<f64>, variance: Tensor<f64>) -> Self {
        let shapes = [weight.shape(), mean.shape(), variance.shape()];
        let fit = shapes[0].len() == 2 && shapes[1] == &shapes[0][..1] && shapes[2].is_empty();
        assert!(
            fit,
            "LinearGaussian: the weight is {:?}, the mean {:?} and the variance {:?}; they must be [dims, latent], [dims] and []",
            shapes[0], shapes[1], shapes[2]
        );
        Self { weight, mean, variance }
    }

    /// W, [dims, latent].
    pub fn weight(&self) -> &Tensor<f64> {
        &self.weight
    }

    /// μ, `[dims]`.
    pub fn mean(&self) -> &Tensor<f64> {
        &self.mean
    }

    /// s², a scalar.
    pub fn variance(&self) -> &Tensor<f64> {
        &self.variance
    }

    /// p(z) = N(0, I).
    pub fn prior(&self) -> FullNormal<f64> {
        let latent = self.weight.shape()[1];
        FullNormal::new(Tensor::zeros([latent]), Array2::eye(latent).into())
    }

    /// p(x|z) = N(x | W z + μ, s²I), for each z.
    ///
    /// Shapes: z [batch, latent] -> N of [batch, dims].
    #[track_caller]
    pub fn likelihood(&self, z: &Tensor<f64>) -> FullNormal<f64> {
        let dims = self.mean.len();
        let covariance = Tensor::from(Array2::eye(dims)) * &self.variance;
        FullNormal::from_covariance(z.matmul(&self.weight.t()) + &self.mean, &covariance)
    }

    /// p(x) = N(x | μ, W Wᵀ + s²I): the integral of p(x|z) p(z).
    pub fn evidence(&self) -> FullNormal<f64> {
        let noise = Tensor::from(Array2::eye(self.mean.len())) * &self.variance;
        FullNormal::from_covariance(
            self.mean.clone(),
            &(self.weight.matmul(&self.weight.t()) + noise),
        )
    }

    /// log p(x), in nats.
    ///
    /// Shapes: x [batch, dims] -> `[batch]`.
    #[track_caller]
    pub fn log_evidence(&self, x: &Tensor<f64>) -> Tensor<f64> {
        self.evidence().log_prob(x)
    }

    /// p(z|x) = N(z | V (x − μ), s² M⁻¹), for each x.
    ///
    /// Shapes: x [batch, dims] -> N of [batch, latent].
    #[track_caller]
    pub fn posterior(&self, x: &Tensor<f64>) -> FullNormal<f64> {
        let identity = Tensor::from(Array2::eye(self.weight.shape()[1]));
        FullNormal::from_covariance(self.codes(x), &(self.divide_by_m(&identity) * &self.variance))
    }

    /// V = M⁻¹ Wᵀ, [latent, dims]: the linear encoder of which no other is better, V (x − μ).
    pub fn encoder(&self) -> Tensor<f64> {
        self.divide_by_m(&self.weight.t())
    }

    /// The best of all q with a diagonal covariance, N(V (x − μ), D) with Dⱼⱼ = 1/Pⱼⱼ, where P is the
    /// [`precision`](Self::precision) of the posterior.
    ///
    /// # Derivation
    /// With C for the diagonal covariance of q and m for its mean, the gap is
    /// ```text
    ///     KL(q ‖ p(z|x)) = ½ Σⱼ [Pⱼⱼ Cⱼⱼ − 1 − ln Cⱼⱼ] − ½ ln|P| + ½ (m − m*)ᵀ P (m − m*),   (the_gap_of_a_diagonal_code)
    /// ```
    /// least at m = m* and Cⱼⱼ = 1/Pⱼⱼ. These are not the variances of the posterior, (P⁻¹)ⱼⱼ ≥ 1/Pⱼⱼ: a diagonal q is
    /// narrower than what it stands for.
    ///
    /// Shapes: x [batch, dims] -> N of [batch, latent].
    #[track_caller]
    pub fn best_diagonal(&self, x: &Tensor<f64>) -> FullNormal<f64> {
        FullNormal::new(self.codes(x), self.precision().diagonal().rsqrt().diagonal_matrix())
    }

    /// P = M/s² = WᵀW/s² + I, [latent, latent]: the inverse of the covariance of the posterior.
    pub fn precision(&self) -> Tensor<f64> {
        self.m() / &self.variance
    }

    /// What a diagonal covariance costs, in nats: how far the ELBO of [`best_diagonal`](Self::best_diagonal) stays below
    /// log p(x), for every x,
    /// ```text
    ///     ½ [Σⱼ ln Pⱼⱼ − ln|P|] ≥ 0,                                             (what_a_diagonal_code_costs)
    /// ```
    /// 0 where the columns of W are orthogonal, and only there. It is the approximation gap of Cremer et al. 2018; their
    /// amortization gap is 0, since the best encoder is linear. ELBO maximization therefore turns W to orthogonal columns, which the likelihood does
    /// not ask for (Lucas et al. 2019).
    pub fn approximation_gap(&self) -> Tensor<f64> {
        let precision = self.precision();
        (precision.diagonal().ln().sum() - precision.log_det()) * 0.5
    }

    /// E_q[log p(x|z)], in nats: minus the distortion, in closed form.
    ///
    /// # Derivation
    /// log p(x|z) is a parabola in z, and E_q|W (z − m)|² = tr(W C Wᵀ) for q = N(m, C), so
    /// ```text
    ///     E_q[log p(x|z)] = −½ [d ln 2πs² + |x − μ − W m|²/s² + tr(W C Wᵀ)/s²].         (the_distortion_is_exact)
    /// ```
    ///
    /// Shapes: x [batch, dims], q of [batch, latent] or one for all, `[latent]` -> `[batch]`.
    #[track_caller]
    pub fn expected_log_likelihood(&self, x: &Tensor<f64>, q: &FullNormal<f64>) -> Tensor<f64> {
        let codes = [x.shape()[0], self.weight.shape()[1]];
        let at_mean = self.likelihood(&q.mean().broadcast_to(codes)).log_prob(x);
        let spread = self.weight.matmul(q.factor()).square();
        at_mean - spread.sum_axes([spread.rank() - 2, spread.rank() - 1]) / &self.variance * 0.5
    }

    /// Rate KL(q ‖ p(z)) and distortion −E_q[log p(x|z)] of each image for any normal q, without sampling.
    ///
    /// Shapes: x [batch, dims], q of [batch, latent] or one for all, `[latent]` -> `[batch]` each.
    #[track_caller]
    pub fn elbo(&self, x: &Tensor<f64>, q: &FullNormal<f64>) -> Elbo<f64> {
        let rate = q.kl(&self.prior()).broadcast_to(&x.shape()[..1]);
        Elbo { rate, distortion: -self.expected_log_likelihood(x, q) }
    }

    /// KL(q ‖ p(z|x)), in nats: what the ELBO of q stays below log p(x).
    ///
    /// Shapes: x [batch, dims], q of [batch, latent] or one for all, `[latent]` -> `[batch]`.
    #[track_caller]
    pub fn gap(&self, x: &Tensor<f64>, q: &FullNormal<f64>) -> Tensor<f64> {
        q.kl(&self.posterior(x))
    }

    /// M = WᵀW + s²I.
    fn m(&self) -> Tensor<f64> {
        let identity = Tensor::from(Array2::eye(self.weight.shape()[1]));
        self.weight.t().matmul(&self.weight) + identity * &self.variance
    }

    /// M⁻¹ y.
    fn divide_by_m(&self, y: &Tensor<f64>) -> Tensor<f64> {
        let l = self.m().cholesky();
        l.t().solve_triangular(&l.solve_triangular(y, Triangle::Lower), Triangle::Upper)
    }

    /// V (x − μ), [batch, latent].
    #[track_caller]
    fn codes(&self, x: &Tensor<f64>) -> Tensor<f64> {
        (x - &self.mean).matmul(&self.encoder().t())
    }
}
