//! The conditional VAE: encoder and decoder also see what is known already.

use autograd::{Float, Tensor};
use ndarray::Array2;
use nn::{Layer, Module, State};
use rand::Rng;

use super::{Architecture, DenseDecoder, DenseEncoder, Encoder, Given, check_noise};
use crate::{DiagonalNormal, Elbo, Likelihood, Vae};

/// A variational autoencoder of p(x|y): everything in the lecture, with y known.
///
/// y may be any numbers, [batch, condition]: a label by [`one_hot`], or the other half of the picture. It is appended to
/// the inputs of both networks, the prior stays N(0, I), and what was derived for x holds for x given y:
/// ```text
///     log p(x|y) = log ∫ p(x|z, y) p(z) dz ≥ E_q[log p(x|z, y)] − KL(q(z|x, y) ‖ p(z)).    (the_conditional_bound)
/// ```
/// The code need not say what y says already, so it is free to say the rest: of a digit whose label is known, the hand.
///
/// # Examples
/// One step of training, and a picture of each label:
/// ```
/// use autograd::Tensor;
/// use nn::{Adam, Optimizer};
/// use rand::SeedableRng;
/// use vae::{ConditionalVae, Likelihood, Sizes, one_hot, standard_normal};
///
/// let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(0);
/// let sizes = Sizes { pixels: 4, hidden: 8, latent: 2 };
/// let mut vae = ConditionalVae::<f32>::new(sizes, 10, Likelihood::Bernoulli, &mut rng);
/// let mut adam = Adam::new(1e-3);
///
/// let (x, y) = (Tensor::zeros([3, 4]), one_hot(&[7, 0, 7], 10));
/// let noise = standard_normal(&mut rng, [3, 2]);
/// let gradients = vae.elbo(&x, &y, &noise).loss().backward();
/// adam.step(&mut vae, &gradients);
///
/// let labels: Vec<u8> = (0..10).collect();
/// let pictures = vae.generate(&standard_normal(&mut rng, [10, 2]), &one_hot(&labels, 10));
/// assert_eq!(pictures.shape(), [10, 4]);
/// ```
///
/// Source: Sohn, Lee & Yan 2015; Doersch 2016, §4.
#[derive(Clone, Debug)]
pub struct ConditionalVae<T: Float = f32, E = DenseEncoder<T>, D = DenseDecoder<T>> {
    /// The model whose images are [x, y] for the encoder, and whose codes are [z, y] for the decoder.
    joined: Vae<T, E, D>,
}

impl<T: Float> ConditionalVae<T> {
    /// A model of dense layers, for so many numbers of y. The encoder is drawn before the decoder.
    pub fn new(
        layers: impl Into<Architecture>,
        condition: usize,
        likelihood: Likelihood<T>,
        rng: &mut (impl Rng + ?Sized),
    ) -> Self {
        let layers = layers.into();
        let (pixels, latent) = (layers.pixels + condition, layers.latent + condition);
        let wider = Architecture { pixels, ..layers.clone() };
        let encoder = DenseEncoder::new(wider, rng);
        let wider = Architecture { latent, ..layers.clone() };
        let decoder = DenseDecoder::new(wider, rng);
        Self::of(encoder, decoder, likelihood, layers.latent)
    }
}

impl<T: Float, E: Encoder<T>, D: Layer<T>> ConditionalVae<T, E, D> {
    /// A model of networks of one's own, an encoder of [x, y] and a decoder of [z, y], with this many dimensions of z
    /// between them.
    pub fn of(encoder: E, decoder: D, likelihood: Likelihood<T>, latent: usize) -> Self {
        Self { joined: Vae::of(encoder, decoder, likelihood, latent) }
    }

    /// Dimensions of z.
    pub fn latent(&self) -> usize {
        self.joined.latent()
    }

    /// The approximate posterior q(z|x, y).
    ///
    /// Shapes: x [batch, pixels], y [batch, condition] -> N of [batch, latent].
    ///
    /// # Panics
    /// If a shape is another.
    #[track_caller]
    pub fn encode(&self, x: &Tensor<T>, y: &Tensor<T>) -> DiagonalNormal<T> {
        self.joined.encode(&join("x", x, y))
    }

    /// E[x|z, y], a picture for each code and condition.
    ///
    /// Shapes: z [batch, latent], y [batch, condition] -> [batch, pixels].
    ///
    /// # Panics
    /// If a shape is another.
    #[track_caller]
    pub fn generate(&self, z: &Tensor<T>, y: &Tensor<T>) -> Tensor<T> {
        self.joined.generate(&join("z", z, y))
    }

    /// Rate and distortion of each image, with z = μ(x, y) + σ(x, y) ⊙ noise.
    ///
    /// Shapes: x [batch, pixels], y [batch, condition], noise [batch, latent].
    ///
    /// # Panics
    /// If a shape is another.
    #[track_caller]
    pub fn elbo(&self, x: &Tensor<T>, y: &Tensor<T>, noise: &Tensor<T>) -> Elbo<T> {
        let posterior = self.encode(x, y);
        check_noise("elbo", noise, posterior.mean());
        let output = self.joined.decode(&join("z", &posterior.rsample(noise), y));
        Elbo {
            rate: posterior.kl_to_standard(),
            distortion: -self.joined.likelihood().log_prob(&output, x),
        }
    }

    /// log p(x|z, y) of several codes for each image, in nats.
    ///
    /// Shapes: x [batch, pixels], y [batch, condition], z [k, batch, latent] -> [k, batch].
    ///
    /// # Panics
    /// If a shape is another.
    #[track_caller]
    pub fn log_likelihoods(&self, x: &Tensor<T>, y: &Tensor<T>, z: &Tensor<T>) -> Tensor<T> {
        self.joined.log_likelihoods(x, &join("z", z, y))
    }

    /// The model of x that is left when y is known, one condition for each image of a batch.
    ///
    /// Shapes: y [batch, condition].
    pub fn given(&self, y: &Tensor<T>) -> Given<T, E, D>
    where
        E: Clone,
        D: Clone,
    {
        Given { model: self.clone(), y: y.clone() }
    }
}

impl<T: Float, E: Module<T>, D: Module<T>> Module<T> for ConditionalVae<T, E, D> {
    fn state(&self) -> State<&Tensor<T>> {
        self.joined.state()
    }

    fn state_mut(&mut self) -> State<&mut Tensor<T>> {
        self.joined.state_mut()
    }
}

/// The unit vector of each label: 1 in its column, 0 elsewhere.
///
/// Shape: [labels, classes].
///
/// # Panics
/// If a label is not below the number of classes.
///
/// # Examples
/// ```
/// assert_eq!(vae::one_hot::<f64>(&[1, 0], 3).to_vec(), [0.0, 1.0, 0.0, 1.0, 0.0, 0.0]);
/// ```
#[track_caller]
pub fn one_hot<T: Float>(labels: &[u8], classes: usize) -> Tensor<T> {
    let mut vectors = Array2::zeros([labels.len(), classes]);
    for (mut vector, &label) in vectors.rows_mut().into_iter().zip(labels) {
        let label = usize::from(label);
        assert!(label < classes, "one_hot: the label is {label} but there are {classes} classes");
        vector[label] = T::one();
    }
    vectors.into()
}

/// Each row with its condition appended.
///
/// Shapes: rows [.., batch, n], y [batch, condition] -> [.., batch, n + condition].
#[track_caller]
fn join<T: Float>(what: &str, rows: &Tensor<T>, y: &Tensor<T>) -> Tensor<T> {
    let (&[.., batch, _], &[conditions, condition]) = (rows.shape(), y.shape()) else {
        panic!(
            "given: {what} is {:?} and y is {:?}; both must be matrices",
            rows.shape(),
            y.shape()
        );
    };
    assert!(
        batch == conditions,
        "given: {what} is {:?} but y is {:?}; each image needs its own condition",
        rows.shape(),
        y.shape()
    );
    let last = rows.rank() - 1;
    let conditions = [&rows.shape()[..last], &[condition]].concat();
    Tensor::concatenate(&[rows, &y.broadcast_to(conditions)], last)
}
