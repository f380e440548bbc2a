//! A VAE whose approximate posterior is a normal distribution sent through a flow.

use autograd::{Float, Tensor};
use nn::{Layer, Module, State};
use rand::Rng;

use super::{
    Architecture, DenseDecoder, DenseEncoder, PlanarFlow, check_noise, check_noises, only_sample,
    split_head,
};
use crate::{DiagonalNormal, Distribution, Elbo, EvidenceBound, LatentModel, Likelihood, Vae};

/// A variational autoencoder with a normalizing-flow posterior: z = f_K(… f₁(z₀)) with z₀ from the encoder's normal.
///
/// A diagonal normal has one peak and no correlations, whatever the true posterior is like; what that costs is the
/// approximation gap. [Planar flows](PlanarFlow) bend it. As each is invertible, with a known determinant,
/// ```text
///     log q(z|x) = log N(z₀ | μ(x), diag σ²(x)) − Σₖ log |det ∂fₖ/∂zₖ₋₁|.          (a_flow_transports_the_density)
/// ```
/// There is no closed form of the divergence any more, so the rate is estimated by the one sample that there is:
/// ```text
///     rate = E_q[log q(z|x) − log p(z)].                                         (the_flow_rate_is_a_divergence)
/// ```
///
/// The parameters of the flows are outputs of the encoder, as in the paper: one head gives μ, log σ², and u, w and b of
/// each flow, for each image its own. Flows that were the same for all images would bend no posterior in particular:
/// appended to the decoder they would leave a VAE with a normal posterior and another prior.
///
/// # Examples
/// ```
/// use autograd::Tensor;
/// use rand::SeedableRng;
/// use vae::{EvidenceBound, FlowVae, Likelihood, Sizes, standard_normal};
///
/// let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(0);
/// let sizes = Sizes { pixels: 4, hidden: 8, latent: 2 };
/// let vae = FlowVae::<f32>::new(sizes, 3, Likelihood::Bernoulli, &mut rng);
///
/// let (x, noise) = (Tensor::zeros([5, 4]), standard_normal(&mut rng, [5, 2]));
/// let gradients = vae.elbo(&x, &noise).loss().backward();
/// let (codes, log_prob) = vae.encode(&x).rsample(&standard_normal(&mut rng, [100, 5, 2]));
/// assert_eq!((codes.shape(), log_prob.shape()), (&[100, 5, 2][..], &[100, 5][..]));
/// # _ = gradients;
/// ```
///
/// Source: Rezende & Mohamed 2015, §4.
#[derive(Clone, Debug)]
pub struct FlowVae<T: Float = f32, E = DenseEncoder<T>, D = DenseDecoder<T>> {
    vae: Vae<T, E, D>,
    /// K.
    flows: usize,
}

impl<T: Float> FlowVae<T> {
    /// A model of dense layers, with so many flows. The encoder is drawn before the decoder.
    pub fn new(
        layers: impl Into<Architecture>,
        flows: usize,
        likelihood: Likelihood<T>,
        rng: &mut (impl Rng + ?Sized),
    ) -> Self {
        let layers = layers.into();
        let latent = layers.latent;
        let encoder = DenseEncoder::with_head(&layers, columns(latent, flows), rng);
        let decoder = DenseDecoder::new(layers, rng);
        Self::of(encoder, decoder, likelihood, latent, flows)
    }
}

impl<T: Float, E: Layer<T>, D: Layer<T>> FlowVae<T, E, D> {
    /// A model of networks of one's own. The columns of the encoder's output are μ and log σ², then w, u and b of each
    /// flow: 2 latent + flows (2 latent + 1) of them.
    pub fn of(
        encoder: E,
        decoder: D,
        likelihood: Likelihood<T>,
        latent: usize,
        flows: usize,
    ) -> Self {
        Self { vae: Vae { encoder, decoder, likelihood, latent }, flows }
    }

    /// The approximate posterior q(z|x).
    ///
    /// Shapes: x [batch, pixels] -> a distribution of [batch, latent].
    ///
    /// # Panics
    /// If x does not have as many columns as there are pixels, or the encoder's output has not as many columns as there
    /// are parameters.
    #[track_caller]
    pub fn encode(&self, x: &Tensor<T>) -> FlowPosterior<T> {
        let latent = self.vae.latent;
        let head = self.vae.encoder.forward(x);
        let columns = columns(latent, self.flows);
        assert!(
            head.rank() == 2 && head.shape()[1] == columns,
            "FlowVae: the encoder's output is {:?}; it must be [batch, {columns}], for {} flows of {latent} dimensions",
            head.shape(),
            self.flows
        );
        let flow = |k| {
            let at = 2 * latent + k * (2 * latent + 1);
            let (w, u, end) = (at, at + latent, at + 2 * latent);
            let b = head.narrow(1, end..end + 1).reshape([head.shape()[0]]);
            PlanarFlow { w: head.narrow(1, w..u), u: head.narrow(1, u..end), b }
        };
        let base = split_head(&head.narrow(1, 0..2 * latent));
        FlowPosterior { base, flows: (0..self.flows).map(flow).collect() }
    }

    /// E[x|z], a picture for each code.
    ///
    /// Shapes: z [batch, latent] -> [batch, pixels].
    ///
    /// # Panics
    /// If z does not have as many columns as there are latent dimensions.
    #[track_caller]
    pub fn generate(&self, z: &Tensor<T>) -> Tensor<T> {
        self.vae.generate(z)
    }

    /// Rate and distortion of each sample.
    ///
    /// Shapes: x [batch, pixels], noise [k, batch, latent] -> [k, batch].
    #[track_caller]
    fn terms(&self, x: &Tensor<T>, posterior: &FlowPosterior<T>, noise: &Tensor<T>) -> Elbo<T> {
        let (z, log_prob) = posterior.rsample(noise);
        let prior = DiagonalNormal::standard(posterior.base.mean().shape());
        Elbo { rate: log_prob - prior.log_prob(&z), distortion: -self.vae.log_likelihoods(x, &z) }
    }
}

/// The parameters of q(z|x).
fn columns(latent: usize, flows: usize) -> usize {
    2 * latent + flows * (2 * latent + 1)
}

/// A normal distribution sent through planar flows.
///
/// Its samples are known with their density. The flows have no inverse in closed form, so the density elsewhere takes a
/// search.
#[derive(Clone, Debug)]
pub struct FlowPosterior<T: Float = f32> {
    /// The distribution of z₀, N of [batch, latent].
    pub base: DiagonalNormal<T>,
    /// f₁ to f_K.
    pub flows: Vec<PlanarFlow<T>>,
}

impl<T: Float> FlowPosterior<T> {
    /// A reparameterized sample z = f_K(… f₁(μ + σ ⊙ ε)) with ε ~ N(0, I), and log q(z|x) there, in nats.
    ///
    /// Shapes: noise [.., batch, latent] -> [.., batch, latent] and [.., batch].
    ///
    /// # Panics
    /// If the noise and the distribution do not broadcast.
    #[track_caller]
    pub fn rsample(&self, noise: &Tensor<T>) -> (Tensor<T>, Tensor<T>) {
        let mut z = self.base.rsample(noise);
        let mut log_prob = self.base.log_prob(&z);
        for flow in &self.flows {
            let (next, log_det) = flow.forward(&z);
            (z, log_prob) = (next, log_prob - log_det);
        }
        (z, log_prob)
    }

    /// log q(z|x) anywhere, in nats: by the [way back](PlanarFlow::inverse) through all flows, and so a constant.
    ///
    /// Shapes: z [.., batch, latent] -> [.., batch].
    ///
    /// # Panics
    /// If z and the distribution do not broadcast.
    #[track_caller]
    pub fn log_prob(&self, z: &Tensor<T>) -> Tensor<T> {
        let mut z = z.clone();
        let mut log_dets = Tensor::from(0.0);
        for flow in self.flows.iter().rev() {
            let (before, log_det) = flow.inverse(&z);
            (z, log_dets) = (before, log_dets + log_det);
        }
        (self.base.log_prob(&z) - log_dets).detach()
    }
}

impl<T: Float, E: Layer<T>, D: Layer<T>> LatentModel<T> for FlowVae<T, E, D> {
    fn latent(&self) -> usize {
        self.vae.latent
    }

    #[track_caller]
    fn log_weights(&self, x: &Tensor<T>, noise: &Tensor<T>) -> Tensor<T> {
        let posterior = self.encode(x);
        check_noises("log_weights", noise, posterior.base.mean());
        let Elbo { rate, distortion } = self.terms(x, &posterior, noise);
        -(rate + distortion)
    }
}

impl<T: Float, E: Layer<T>, D: Layer<T>> EvidenceBound<T> for FlowVae<T, E, D> {
    #[track_caller]
    fn elbo(&self, x: &Tensor<T>, noise: &Tensor<T>) -> Elbo<T> {
        let posterior = self.encode(x);
        check_noise("elbo", noise, posterior.base.mean());
        only_sample(self.terms(x, &posterior, &noise.insert_axis(0)))
    }
}

impl<T: Float, E: Module<T>, D: Module<T>> Module<T> for FlowVae<T, E, D> {
    fn state(&self) -> State<&Tensor<T>> {
        self.vae.state()
    }

    fn state_mut(&mut self) -> State<&mut Tensor<T>> {
        self.vae.state_mut()
    }
}
