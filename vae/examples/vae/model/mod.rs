//! One type for every model that can be trained: the networks of the library, and the loss of a batch.

mod network;
pub mod size;

use autograd::Tensor;
use ndarray::Array1;
use nn::{Module, State};
use rand::Rng;
use thiserror::Error;
use vae::data::Dataset;
use vae::{
    ConditionalVae, DiagonalNormal, Elbo, Evaluation, FlowVae, LatentModel, Sizes, Vae, VampVae,
    importance_bound, standard_normal,
};

use crate::config::{Config, Kind};
use crate::data::{ImageShape, Input};
use network::{Labeled, Network};

/// A model that is trained, or was.
pub struct Model {
    network: Box<dyn Network>,
    codes: Codes,
}

/// The codes that are drawn for an image.
#[derive(Clone, Copy)]
pub struct Codes {
    /// Dimensions of z.
    latent: usize,
    /// k of the importance-weighted bound; `None` for −ELBO, which takes one code.
    samples: Option<usize>,
}

impl Codes {
    /// The noise of a batch: of one code an image, [batch, latent], or of k, [k, batch, latent].
    pub fn noise(self, batch: usize, rng: &mut impl Rng) -> Tensor {
        match self.samples {
            None => standard_normal(rng, [batch, self.latent]),
            Some(k) => standard_normal(rng, [k, batch, self.latent]),
        }
    }
}

/// Why there is no model of these options.
#[derive(Debug, Error)]
pub enum ModelError {
    /// Convolutions are of one size.
    #[error(
        "found images of {rows} × {cols} pixels, but --model conv is for 28 × 28; choose another --model"
    )]
    Size { rows: usize, cols: usize },

    /// A run would take too much memory.
    #[error(
        "a model of {pixels}-{hidden}-{latent} in batches of {batch} takes about {needed} of memory, \
         and a run may take {limit}; choose a smaller --hidden, --latent or --batch"
    )]
    Memory {
        pixels: usize,
        hidden: usize,
        latent: usize,
        batch: usize,
        needed: String,
        limit: String,
    },
}

/// What models that begin with the data begin with.
struct Start {
    /// The mean of the images, for a linear model.
    mean: Array1<f64>,
    /// Pictures, for a VampPrior: [pseudo-inputs, pixels].
    pictures: Tensor,
}

impl Model {
    /// An untrained model for these images.
    pub fn new(
        config: &Config,
        images: &ImageShape,
        train: &Dataset,
        rng: &mut impl Rng,
    ) -> Result<Self, ModelError> {
        // If there are fewer, each is taken several times.
        let first: Vec<_> = (0..config.pseudo_inputs).map(|i| i % train.len()).collect();
        let pictures = train.batch(&first).intensities().into();
        Self::build(config, images, Start { mean: train.mean_image(), pictures }, rng)
    }

    /// A model to read the parameters of a trained one into.
    pub fn blank(
        config: &Config,
        images: &ImageShape,
        rng: &mut impl Rng,
    ) -> Result<Self, ModelError> {
        let pixels = images.pixels();
        let pictures = Tensor::zeros([config.pseudo_inputs, pixels]);
        Self::build(config, images, Start { mean: Array1::zeros(pixels), pictures }, rng)
    }

    fn build(
        config: &Config,
        images: &ImageShape,
        start: Start,
        rng: &mut impl Rng,
    ) -> Result<Self, ModelError> {
        size::check(config, images)?;
        let &Config { latent, hidden, flows, .. } = config;
        let sizes = Sizes { pixels: images.pixels(), hidden, latent };
        let likelihood = config.likelihood.likelihood(config.variance);
        let network: Box<dyn Network> = match config.model {
            Kind::Dense | Kind::Iwae => Box::new(Vae::new(sizes, likelihood, rng)),
            Kind::Conv => Box::new(Vae::convolutional(latent, likelihood, rng)),
            Kind::Cvae => {
                let classes = images.classes;
                Box::new(Labeled {
                    vae: ConditionalVae::new(sizes, classes, likelihood, rng),
                    classes,
                })
            }
            Kind::Linear => Box::new(Vae::linear(&start.mean, latent, likelihood, rng)),
            Kind::Flow => Box::new(FlowVae::new(sizes, flows, likelihood, rng)),
            Kind::Vamp => Box::new(VampVae::of(Vae::new(sizes, likelihood, rng), &start.pictures)),
        };
        let samples = (config.model == Kind::Iwae).then_some(config.samples);
        Ok(Self { network, codes: Codes { latent, samples } })
    }

    /// Dimensions of z.
    pub fn latent(&self) -> usize {
        self.codes.latent
    }

    /// What is drawn for each image.
    pub fn codes(&self) -> Codes {
        self.codes
    }

    /// What a batch costs, with the noise that [`Codes::noise`] draws.
    pub fn cost(&self, input: &Input, noise: &Tensor) -> Cost {
        if self.codes.samples.is_none() {
            return Cost::Elbo(self.network.elbo(input, noise));
        }
        let log_weights = self.network.log_weights(input, noise);
        let bound = -importance_bound(&log_weights);
        // The mean of log w is −rate − distortion, and the rate is known.
        let rate = self.network.posterior(input).kl_to_standard().detach();
        let distortion = -(log_weights.detach().mean_axes([0]) + &rate);
        Cost::Bound { elbo: Elbo { rate, distortion }, bound }
    }

    /// Rate and distortion of each image, of one code each: noise [batch, latent].
    pub fn elbo(&self, input: &Input, noise: &Tensor) -> Elbo {
        self.network.elbo(input, noise)
    }

    /// q(z|x), N of [batch, latent]; of a flow, where it takes the mean, and the variance before it.
    pub fn posterior(&self, input: &Input) -> DiagonalNormal {
        self.network.posterior(input)
    }

    /// E[x|z], z [codes, latent] -> [codes, pixels]. A conditional model takes a label for each code, the others none.
    pub fn generate(&self, z: &Tensor, labels: &[u8]) -> Tensor {
        self.network.generate(z, labels)
    }

    /// Codes of the prior, [codes, latent].
    pub fn sample_prior(&self, codes: usize, rng: &mut impl Rng) -> Tensor {
        self.network.sample_prior(codes, self.latent(), rng)
    }

    /// The model of x for the images of one batch, whose labels it knows: what estimates p(x) takes.
    pub fn given(&self, labels: &[u8]) -> Given {
        Given { model: self.clone(), labels: labels.to_vec() }
    }
}

/// What the images of a batch cost, in nats.
pub enum Cost {
    /// Rate and distortion of each.
    Elbo(Elbo),
    /// The importance-weighted bound of each, and estimates of the two terms by the same codes.
    Bound { elbo: Elbo, bound: Tensor },
}

impl Cost {
    /// Adds rate and distortion to an evaluation.
    pub fn record(&self, evaluation: &mut Evaluation) {
        let (Self::Elbo(elbo) | Self::Bound { elbo, .. }) = self;
        evaluation.add(elbo);
    }

    /// The importance-weighted bound of each image, if that is what is trained.
    pub fn bounds(&self) -> Vec<f64> {
        match self {
            Self::Elbo(_) => Vec::new(),
            Self::Bound { bound, .. } => bound.to_vec().into_iter().map(f64::from).collect(),
        }
    }

    /// What a step minimizes, the mean over the batch: distortion + β rate, or the importance-weighted bound.
    ///
    /// Nothing but this holds the graph then, and parameters are updated in place.
    pub fn loss(self, beta: f64) -> Tensor {
        match self {
            Self::Elbo(elbo) => elbo.beta_loss(beta),
            Self::Bound { bound, .. } => bound.mean(),
        }
    }
}

impl Clone for Model {
    fn clone(&self) -> Self {
        Self { network: self.network.boxed(), codes: self.codes }
    }
}

impl Module for Model {
    fn state(&self) -> State<&Tensor> {
        self.network.state()
    }

    fn state_mut(&mut self) -> State<&mut Tensor> {
        self.network.state_mut()
    }
}

/// What [`Model::given`] returns.
#[derive(Clone)]
pub struct Given {
    model: Model,
    labels: Vec<u8>,
}

impl LatentModel for Given {
    fn latent(&self) -> usize {
        self.model.latent()
    }

    fn log_weights(&self, x: &Tensor, noise: &Tensor) -> Tensor {
        let input = Input { x: x.clone(), labels: self.labels.clone() };
        self.model.network.log_weights(&input, noise)
    }
}

impl Module for Given {
    fn state(&self) -> State<&Tensor> {
        self.model.state()
    }

    fn state_mut(&mut self) -> State<&mut Tensor> {
        self.model.state_mut()
    }
}
