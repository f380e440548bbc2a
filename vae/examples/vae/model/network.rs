//! What a command asks of a model, and how each model of the library answers.

use autograd::Tensor;
use nn::{Layer, Module, State};
use rand::Rng;
use vae::{
    ConditionalVae, DiagonalNormal, Elbo, Encoder, EvidenceBound, FlowVae, LatentModel, Vae,
    VampVae, one_hot, standard_normal,
};

use crate::data::Input;

/// A model, whatever its networks, its prior and its posterior are. Labels are for those who know them.
pub trait Network: Module {
    /// Rate and distortion of each image, with noise [batch, latent].
    fn elbo(&self, input: &Input, noise: &Tensor) -> Elbo;

    /// log p(x, z) − log q(z|x) of each image and code, with noise [k, batch, latent] -> [k, batch].
    fn log_weights(&self, input: &Input, noise: &Tensor) -> Tensor;

    /// q(z|x), N of [batch, latent].
    fn posterior(&self, input: &Input) -> DiagonalNormal;

    /// E[x|z], z [codes, latent] -> [codes, pixels], with a label for each code.
    fn generate(&self, z: &Tensor, labels: &[u8]) -> Tensor;

    /// Codes of p(z), [codes, latent].
    fn sample_prior(&self, codes: usize, latent: usize, rng: &mut dyn Rng) -> Tensor {
        standard_normal(rng, [codes, latent])
    }

    /// A copy that shares the parameters until one of the two changes.
    fn boxed(&self) -> Box<dyn Network>;
}

impl<E, D> Network for Vae<f32, E, D>
where
    E: Encoder + Clone + 'static,
    D: Layer + Clone + 'static,
{
    fn elbo(&self, input: &Input, noise: &Tensor) -> Elbo {
        Vae::elbo(self, &input.x, noise)
    }

    fn log_weights(&self, input: &Input, noise: &Tensor) -> Tensor {
        LatentModel::log_weights(self, &input.x, noise)
    }

    fn posterior(&self, input: &Input) -> DiagonalNormal {
        self.encode(&input.x)
    }

    fn generate(&self, z: &Tensor, _: &[u8]) -> Tensor {
        Vae::generate(self, z)
    }

    fn boxed(&self) -> Box<dyn Network> {
        Box::new(self.clone())
    }
}

impl Network for VampVae {
    fn elbo(&self, input: &Input, noise: &Tensor) -> Elbo {
        EvidenceBound::elbo(self, &input.x, noise)
    }

    fn log_weights(&self, input: &Input, noise: &Tensor) -> Tensor {
        LatentModel::log_weights(self, &input.x, noise)
    }

    fn posterior(&self, input: &Input) -> DiagonalNormal {
        self.encode(&input.x)
    }

    fn generate(&self, z: &Tensor, _: &[u8]) -> Tensor {
        VampVae::generate(self, z)
    }

    fn sample_prior(&self, codes: usize, _: usize, rng: &mut dyn Rng) -> Tensor {
        VampVae::sample_prior(self, codes, rng)
    }

    fn boxed(&self) -> Box<dyn Network> {
        Box::new(self.clone())
    }
}

impl Network for FlowVae {
    fn elbo(&self, input: &Input, noise: &Tensor) -> Elbo {
        EvidenceBound::elbo(self, &input.x, noise)
    }

    fn log_weights(&self, input: &Input, noise: &Tensor) -> Tensor {
        LatentModel::log_weights(self, &input.x, noise)
    }

    /// Where the flows take the mean of the normal before them, and that one's variance.
    fn posterior(&self, input: &Input) -> DiagonalNormal {
        let posterior = self.encode(&input.x);
        let base = &posterior.base;
        let (code, _) = posterior.rsample(&Tensor::zeros(base.mean().shape()));
        DiagonalNormal::new(code, base.log_var().clone())
    }

    fn generate(&self, z: &Tensor, _: &[u8]) -> Tensor {
        FlowVae::generate(self, z)
    }

    fn boxed(&self) -> Box<dyn Network> {
        Box::new(self.clone())
    }
}

/// A model of p(x|label), of so many labels.
#[derive(Clone)]
pub struct Labeled {
    pub vae: ConditionalVae,
    pub classes: usize,
}

impl Labeled {
    fn condition(&self, labels: &[u8]) -> Tensor {
        one_hot(labels, self.classes)
    }
}

impl Module for Labeled {
    fn state(&self) -> State<&Tensor> {
        self.vae.state()
    }

    fn state_mut(&mut self) -> State<&mut Tensor> {
        self.vae.state_mut()
    }
}

impl Network for Labeled {
    fn elbo(&self, input: &Input, noise: &Tensor) -> Elbo {
        self.vae.elbo(&input.x, &self.condition(&input.labels), noise)
    }

    fn log_weights(&self, input: &Input, noise: &Tensor) -> Tensor {
        self.vae.given(&self.condition(&input.labels)).log_weights(&input.x, noise)
    }

    fn posterior(&self, input: &Input) -> DiagonalNormal {
        self.vae.encode(&input.x, &self.condition(&input.labels))
    }

    fn generate(&self, z: &Tensor, labels: &[u8]) -> Tensor {
        self.vae.generate(z, &self.condition(labels))
    }

    fn boxed(&self) -> Box<dyn Network> {
        Box::new(self.clone())
    }
}
