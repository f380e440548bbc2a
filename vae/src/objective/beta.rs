//! A price for the code: distortion + β rate.

use autograd::{Float, Tensor};

use crate::Elbo;

impl<T: Float> Elbo<T> {
    /// The loss of the β-VAE, distortion + β·rate, in nats per image: the mean over the batch.
    ///
    /// A nat of rate costs β nats of distortion. β = 1 is −ELBO. Below 1, codes are bought that the evidence would not pay
    /// for; above 1, the cheaper ones are preferred, and those of independent dimensions. It traces out the curve of
    /// rate and distortion, on which β is the negative slope.
    ///
    /// With a Gaussian likelihood β is nothing but another variance. With D_v the distortion at variance v, in d dimensions,
    /// ```text
    ///     D_v + β rate = β (D_βv + rate) + ½ d [ln 2πv − β ln 2πβv]          (beta_is_another_variance)
    /// ```
    /// so a β-VAE at variance v is a VAE at variance βv, and is to be compared by the likelihood of that one.
    ///
    /// # Examples
    /// KL warm-up: β rises from 0 to 1 over the first steps, so that the decoder learns to read the codes before they have
    /// to be paid for in full.
    /// ```
    /// use autograd::Tensor;
    /// use nn::schedule::WarmUp;
    /// use rand::SeedableRng;
    /// use vae::{Likelihood, Sizes, Vae, standard_normal};
    ///
    /// let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(1);
    /// let sizes = Sizes { pixels: 4, hidden: 8, latent: 2 };
    /// let vae = Vae::<f64>::new(sizes, Likelihood::Bernoulli, &mut rng);
    /// let (x, noise) = (Tensor::zeros([5, 4]), standard_normal(&mut rng, [5, 2]));
    ///
    /// let beta = WarmUp { start: 0.0, steps: 100 };
    /// for (step, expected) in [(0, 0.0), (50, 0.5), (100, 1.0), (1000, 1.0)] {
    ///     let elbo = vae.elbo(&x, &noise);
    ///     let sum = elbo.distortion.mean() + elbo.rate.mean() * expected;
    ///     let loss = elbo.beta_loss(beta.factor(step));
    ///     assert!((loss.item() - sum.item()).abs() < 1e-12);
    /// }
    /// ```
    ///
    /// Sources: Higgins et al. 2017 (β); Bowman et al. 2016, Sønderby et al. 2016 (warm-up); Alemi et al. 2018 (the curve).
    pub fn beta_loss(self, beta: f64) -> Tensor<T> {
        (self.distortion + self.rate * beta).mean()
    }
}
