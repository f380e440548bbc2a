//! The lecture: from the autoencoder to the trained variational autoencoder.
//!
//! Read it from top to bottom. Each displayed equation has a name in parentheses at its right: it is that of the test that
//! evaluates the equation, most of them in the [`LinearGaussian`] model, where every term has a closed form. The codes of
//! `Q` in the literature are q(z|x) here, its images `X` are x.
//!
//! # 1. An autoencoder cannot generate
//!
//! An [`Autoencoder`] is a pair of networks, x → z → x̂, trained to give back its input through a narrow code z. It learns to
//! compress. It does not learn which codes are codes: the loss looks at the encoder's own codes and nowhere else.
//! Given capacity, these end up scattered with gaps between them, on whatever scale suits the decoder. A point drawn from a
//! gap decodes to nothing in particular, and nobody knows the distribution from which to draw a point that is none.
//!
//! Two things are missing: a distribution of codes to draw from, and a reason for the decoder to be right everywhere in
//! it. So let us begin at the other end, with a model that generates, and ask what it takes to train it. The encoder will
//! come back by itself.
//!
//! # 2. Refresher
//!
//! **Bayes' rule.** A joint density can be split in two ways, p(x, z) = p(x|z) p(z) = p(z|x) p(x). The posterior is
//! ```text
//!     p(z|x) = p(x|z) p(z) / p(x).                                                                       (bayes_rule)
//! ```
//! It asks which code an image came from. [`LinearGaussian::posterior`] computes it; for a network nobody can, because
//! of the p(x) below.
//!
//! **The Kullback-Leibler divergence** is the mean surprise at finding p where q was drawn from,
//! ```text
//!     KL(q ‖ p) = E_q[log q(z) − log p(z)] ≥ 0.                                      (the_divergence_is_not_negative)
//! ```
//! It is 0 where the two are equal, and only there: −log is convex, so E_q[−log p/q] ≥ −log E_q[p/q] = 0. It is not
//! symmetric. q first means that q pays for being where p is not, and pays nothing for leaving parts of p out.
//! See [`KullbackLeibler`].
//!
//! **The evidence lower bound** of a joint density and any q is
//! ```text
//!     ELBO = E_q[log p(x, z) − log q(z)].                                            (the_bound_by_the_joint_density)
//! ```
//! It holds nothing but densities that can be evaluated. What it bounds is the subject of section 5.
//!
//! # 3. A model that generates
//!
//! Draw a code, and then an image that is like what the code decodes to:
//! ```text
//!     p(z) = N(0, I),   p(x|z) = N(x | f(z; θ), σ²I),   p(x) = ∫ p(x|z) p(z) dz.         (the_evidence_is_an_integral)
//! ```
//! f is a network, the decoder. For black and white pixels its outputs are the logits of a [`Bernoulli`] instead of the
//! means of a normal: [`Likelihood`] has both. That p(z) is so plain costs nothing. A network can bend a normal
//! distribution into any other.
//!
//! Training is maximum likelihood: change θ until the images of the training set have a large p(x), the *evidence*. An
//! image that is far from every f(z) has none; so the decoder must be right everywhere where p(z) is.
//!
//! Source: Doersch 2016, §1.1 and eq. 1.
//!
//! # 4. Why not just sample
//!
//! The evidence is a mean over the prior, p(x) = E_{p(z)}[p(x|z)]: draw many z and take the mean of p(x|z). This is unbiased and hopeless.
//! Nearly all codes belong to other images and contribute nothing; the sum is made by a few lucky ones. How few, says
//! the second moment of the weights p(x|z)/p(x), of which the mean is 1. In the linear-Gaussian model of d pixels,
//! ```text
//!     E_{p(z)}[(p(x|z)/p(x))²] = (4πs²)^(−d/2) N(x | μ, W Wᵀ + ½s²I) / N(x | μ, W Wᵀ + s²I)².     (what_the_prior_wastes)
//! ```
//! This many samples of the prior are worth one of the posterior. It is a product over independent directions of z, and grows
//! exponentially with their number:
//! ```
//! use vae::NormalProposal;
//!
//! // In each direction the posterior is ten times as narrow as the prior, and 0.9 away from its center.
//! let direction =
//!     NormalProposal { mean: 0.0, deviation: 1.0, posterior_mean: 0.9, posterior_deviation: 0.1 };
//! assert!(direction.second_moment() > 10.0);
//! assert!(direction.second_moment().powi(20) > 1e20); // with 20 dimensions of z
//! ```
//! [`PriorProposal`] makes this estimator of any model, to measure it beside a better one.
//!
//! The better one draws codes from where they matter, and that depends on x: from a q(z|x) close to p(z|x).
//!
//! Source: Doersch 2016, §2.
//!
//! # 5. The line that everything rests on
//!
//! How far is a q, any q, from the posterior? By definition
//! ```text
//!     KL(q ‖ p(z|x)) = E_q[log q(z) − log p(z|x)].                                 (the_divergence_from_the_posterior)
//! ```
//! The posterior is unknown, but Bayes' rule says what it is made of. log p(x) does not depend on z and comes out of the
//! mean:
//! ```text
//!     KL(q ‖ p(z|x)) = E_q[log q(z) − log p(x|z) − log p(z)] + log p(x).                (bayes_rule_in_the_divergence)
//! ```
//! Two of the three terms in the mean are a divergence again, from the prior. Move log p(x) to the left and change signs:
//! ```text
//!     log p(x) − KL(q(z|x) ‖ p(z|x)) = E_q[log p(x|z)] − KL(q(z|x) ‖ p(z)).   (the_evidence_minus_the_gap_is_the_bound)
//! ```
//! On the left is what we want, less an error that is not negative and vanishes where q is right. On the right is
//! what we can compute. The right side is the ELBO:
//!
//! | term | name | for any normal q, exactly | for networks |
//! |---|---|---|---|
//! | log p(x) | evidence | [`LinearGaussian::log_evidence`] | [`ImportanceSampling`], approximately |
//! | KL(q(z\|x) ‖ p(z\|x)) | gap | [`LinearGaussian::gap`] | the rest |
//! | −E_q\[log p(x\|z)\] | distortion | [`LinearGaussian::expected_log_likelihood`] | one sample: [`Vae::elbo`] |
//! | KL(q(z\|x) ‖ p(z)) | rate | [`FullNormal`]'s [`kl`](KullbackLeibler::kl) | [`DiagonalNormal::kl_to_standard`] |
//!
//! The equation holds for *every* q. Increase the right side in θ and in q together, and two things happen at once: the
//! model explains the data better, and q comes closer to the posterior, which nobody could compute. The autoencoder has come back:
//! q(z|x) encodes, p(x|z) decodes, the distortion is the reconstruction error. What is new is the rate. It pulls all codes
//! towards one known distribution, and q has a width, so that neighbors of a code have to decode alike. These are the two things that
//! were missing.
//!
//! Since both sides are one function, so are their derivatives, to every order (`the_derivatives_of_both_sides_agree`).
//!
//! Source: Doersch 2016, eq. 2 to 5; Kingma & Welling 2014, eq. 1 to 3.
//!
//! # 6. The rate is exact
//!
//! Let q(z|x) = N(μ(x), diag σ²(x)), where an [`Encoder`] computes μ and log σ². Between normals of k dimensions,
//! ```text
//!     KL(N₁ ‖ N₂) = ½ [tr(C₂⁻¹ C₁) + (m₁ − m₂)ᵀ C₂⁻¹ (m₁ − m₂) − k + ln|C₂| − ln|C₁|],     (the_divergence_of_two_normals)
//! ```
//! since E₁ (z − m₂)(z − m₂)ᵀ = C₁ + (m₁ − m₂)(m₁ − m₂)ᵀ. To the prior N(0, I), with v = log σ²,
//! ```text
//!     KL(q ‖ p(z)) = −½ Σⱼ (1 + vⱼ − μⱼ² − e^vⱼ),   ∂KL/∂μⱼ = μⱼ,   ∂KL/∂vⱼ = ½ (e^vⱼ − 1).     (the_rate_in_closed_form)
//! ```
//! The gradient pulls every mean to 0 and every variance to 1.
//!
//! Source: Kingma & Welling 2014, App. B; Doersch 2016, eq. 6 and 7.
//!
//! # 7. A gradient through a sample
//!
//! The distortion is a mean over q, and the parameters of the encoder are in q itself. There are two ways to get at them:
//! ```text
//!     ∇ E_q[f] = E_q[f ∇ log q]                                  the score function, or REINFORCE
//!              = E_ε[∇ f(μ + σ ⊙ ε)],   ε ~ N(0, I)              the reparameterized sample   (both_routes_have_the_same_mean)
//! ```
//! [`score_gradients`] needs only values of f, and learns slowly which way to go. [`path_gradients`] moves the sample itself,
//! and f tells by its slope where to. The means agree, the variances do not. For f = z² and q = N(θ, 1) they are
//! ```text
//!     path = 4,   score = θ⁴ + 14θ² + 15.                                              (variances_of_the_two_routes)
//! ```
//! At θ = 2 that is 4 beside 87. So randomness comes from outside, z = μ + σ ⊙ ε ([`DiagonalNormal::rsample`]), and the sample is
//! a differentiable function of what the encoder says. What the gradient is, is known for normals:
//! ```text
//!     ∂E[f]/∂μ = E[f′],   ∂E[f]/∂σ² = ½ E[f″].                                                     (bonnet_and_price)
//! ```
//! Where f is curved upward, as a reconstruction error is, a wider code costs: the distortion makes codes narrow, the rate keeps them wide.
//!
//! Source: Kingma & Welling 2014, §2.4; Doersch 2016, §2.2, eq. 10; Goodfellow, Bengio & Courville 2016, §20.9.
//!
//! # 8. The loss in code
//!
//! One sample for each image in each step is enough, as with any stochastic gradient: it is unbiased.
//! ```
//! use autograd::Tensor;
//! use nn::{Adam, Optimizer};
//! use rand::SeedableRng;
//! use rand_chacha::ChaCha8Rng;
//! use vae::{Likelihood, Sizes, Vae, standard_normal};
//!
//! let mut rng = ChaCha8Rng::seed_from_u64(1);
//! let sizes = Sizes { pixels: 4, hidden: 16, latent: 2 };
//! let mut vae = Vae::<f32>::new(sizes, Likelihood::Bernoulli, &mut rng);
//! let mut adam = Adam::new(1e-2);
//! let x = Tensor::from(ndarray::array![[1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 1.0]]);
//! let mut losses = Vec::new();
//! for _ in 0..200 {
//!     let posterior = vae.encode(&x); //                             x → μ, log σ²
//!     let noise = standard_normal(&mut rng, [2, 2]);
//!     let z = posterior.rsample(&noise); //                          z = μ + σ ⊙ ε
//!     let logits = vae.decode(&z); //                                z → p(x|z)
//!     let distortion = -vae.likelihood().log_prob(&logits, &x);
//!     let rate = posterior.kl_to_standard();
//!     let loss = (distortion + rate).mean(); //                      −ELBO, as vae.elbo(&x, &noise).loss()
//! #   drop((posterior, z, logits));
//!     losses.push(loss.item());
//!     adam.step(&mut vae, &loss.backward());
//! }
//! assert!(losses[199] < 0.8 * losses[0]);
//!
//! let samples = vae.generate(&standard_normal(&mut rng, [8, 2])); // p(z) → pictures
//! assert_eq!(samples.shape(), [8, 4]);
//! ```
//!
//! With a Gaussian decoder of d pixels the distortion is the squared error with a price,
//! ```text
//!     −log p(x|z) = |x − f(z)|²/2σ² + ½ d ln 2πσ².                                           (the_gaussian_distortion)
//! ```
//! σ² says how much of the image is noise, and thereby what a nat of rate may buy. The best one is the mean squared error, at which
//! the distortion is
//! ```text
//!     ½ d (1 + ln 2π + ln MSE).                                      (the_best_variance_is_the_mean_squared_error)
//! ```
//! A weight β on the rate is another way to say the same, but for the constant:
//! ```text
//!     β rate + |x − f|²/2σ² = β (rate + |x − f|²/2βσ²).                                           (beta_is_a_variance)
//! ```
//!
//! Source: Doersch 2016, eq. 9 and 10, §2.4; Kingma & Welling 2014, eq. 10 and App. C.
//!
//! # 9. What a trained model gives
//!
//! *Samples.* Draw z ~ N(0, I) and decode: [`Vae::generate`]. The encoder is not used.
//!
//! *Interpolations.* Codes between those of two images decode to images between them. A straight line is a shortcut,
//! however: of two codes drawn from the prior in k dimensions,
//! ```text
//!     E|(1 − t) z₀ + t z₁|² = ((1 − t)² + t²) k,                              (a_straight_line_cuts_through_the_shell)
//! ```
//! half as much in the middle as at the ends. In many dimensions nearly all codes have |z|² ≈ k, and the middle is a place where the
//! decoder has seldom been. An [`arc`] around the origin stays where the codes are; a [`straight_path`] is beside it.
//!
//! *The plane.* With two dimensions of z, the quantiles of the normal distribution give a grid of codes that are equally
//! probable ([`normal_quantiles`], [`grid`]); decoded, it is a map of everything that the model knows.
//!
//! # 10. A tighter bound
//!
//! log of a mean instead of a mean of logs: with k codes z₁ … z_k ~ q(z|x) and their weights w = p(x, z)/q(z|x),
//! ```text
//!     L_k = E[log 1/k Σᵢ wᵢ],   ELBO = L₁ ≤ L₂ ≤ … ≤ log p(x).                             (bounds_rise_to_the_evidence)
//! ```
//! [`importance_bound`] is its estimate. With a large k it measures a model ([`ImportanceSampling`]), with a small one it trains one.
//! How fast it rises depends on the second moment of section 4, now with q in place of the prior, W = w/p(x):
//! ```text
//!     log p(x) − L_k ≈ (E[W²] − 1)/2k.                                                (the_gap_closes_like_one_over_k)
//! ```
//! [`NormalProposal::gap`] computes the gap to nearly all digits where z is a number.
//!
//! Source: Burda, Grosse & Salakhutdinov 2016, eq. 8 and Theorem 1.
//!
//! # 11. What is left of the gap
//!
//! The gap KL(q(z|x) ‖ p(z|x)) has two reasons. The family of q may not hold the posterior: the *approximation gap*. And one network
//! has to do for all images what could be optimized for each: the *amortization gap*. With diagonal covariances
//! in the linear-Gaussian model, with P for the inverse covariance of the posterior,
//! ```text
//!     approximation gap = ½ [Σⱼ ln Pⱼⱼ − ln|P|]                                             (what_a_diagonal_code_costs)
//!
//!     amortization gap  = ½ Σⱼ [Pⱼⱼ Cⱼⱼ − 1 − ln Pⱼⱼ Cⱼⱼ] + ½ (m − m*)ᵀ P (m − m*)                  (the_gap_splits_in_two)
//! ```
//! for a code N(m, C) where m* is the posterior's mean. The first is [`LinearGaussian::approximation_gap`]. The second is 0 with the
//! encoder m = V (x − μ), V = M⁻¹Wᵀ ([`LinearGaussian::encoder`]) and Cⱼⱼ = 1/Pⱼⱼ ([`LinearGaussian::best_diagonal`]).
//!
//! Source: Cremer, Li & Duvenaud 2018, §3.
//!
//! # 12. What a trained model must reach
//!
//! **Probabilistic PCA.** With linear networks everything can be said beforehand. For data with the mean x̄ and a covariance with
//! eigenvalues λ₁ ≥ λ₂ ≥ … ≥ λ_d and eigenvectors U, the likelihood is largest at
//! ```text
//!     μ = x̄,   s² = 1/(d−q) Σ_{i>q} λᵢ,   W = U_q (Λ_q − s²I)^½ R,            (the_gradient_vanishes_at_maximum_likelihood)
//! ```
//! with any rotation R, and is there
//! ```text
//!     max E[log p(x)] = −½ [d ln 2π + Σ_{i≤q} ln λᵢ + (d − q) ln s² + d].              (the_likelihood_that_can_be_reached)
//! ```
//! The likelihood does not mind R. The bound does: unless M = WᵀW + s²I is diagonal, a diagonal q costs the approximation gap of section 11,
//! ```text
//!     E[ELBO] = E[log p(x)] − ½ [Σⱼ ln Pⱼⱼ − ln|P|].                              (the_bound_asks_for_the_principal_axes)
//! ```
//! So a linear variational autoencoder must reach the first number *and* turn the columns of W to the principal axes. [`ProbabilisticPca`] has both.
//!
//! **Collapse.** A dimension of the code has collapsed if its posterior is the prior for every image: its rate is 0. That
//! need not be a failure of training. At a fixed s², the best weight of the direction uᵢ is tᵢ uᵢ with
//! ```text
//!     tᵢ² = max(λᵢ − s², 0),                                                     (directions_below_the_noise_collapse)
//! ```
//! so a direction with λᵢ ≤ s² is not worth its rate. Where s² is learned, these are the directions that should be discarded.
//!
//! **The floor.** If all dimensions collapse, the decoder is a constant. The best one for bits that are 1 with a frequency pᵢ over the
//! training set has for its logits those of pᵢ, and
//! ```text
//!     rate = 0,   distortion = −Σᵢ [pᵢ ln pᵢ + (1 − pᵢ) ln(1 − pᵢ)],   (a_collapsed_model_pays_the_entropy_of_the_pixels)
//! ```
//! 206.03 nats on the training digits ([`Dataset::mean_image`]). What has learned anything is below this. [`LatentUse`] says which dimensions are used.
//!
//! Source: Tipping & Bishop 1999, §3.2, eq. 7 and 8; Lucas et al. 2019, §4.
//!
//! # References
//!
//! - Burda, Grosse & Salakhutdinov 2016, *Importance Weighted Autoencoders*, arXiv:1509.00519.
//! - Cremer, Li & Duvenaud 2018, *Inference Suboptimality in Variational Autoencoders*, arXiv:1801.03558.
//! - Doersch 2016, *Tutorial on Variational Autoencoders*, arXiv:1606.05908.
//! - Goodfellow, Bengio & Courville 2016, *Deep Learning*, chapter 20.
//! - Kingma & Welling 2014, *Auto-Encoding Variational Bayes*, arXiv:1312.6114.
//! - Lucas, Tucker, Grosse & Norouzi 2019, *Don't Blame the ELBO! A Linear VAE Perspective on Posterior Collapse*, arXiv:1911.02469.
//! - Tipping & Bishop 1999, *Probabilistic Principal Component Analysis*, J. R. Statist. Soc. B 61, 611-622.

#[cfg(doc)]
use crate::{
    Autoencoder, Bernoulli, DiagonalNormal, Encoder, FullNormal, ImportanceSampling,
    KullbackLeibler, LatentUse, Likelihood, LinearGaussian, NormalProposal, PriorProposal,
    ProbabilisticPca, Vae, arc, data::Dataset, grid, importance_bound, normal_quantiles,
    path_gradients, score_gradients, straight_path,
};
