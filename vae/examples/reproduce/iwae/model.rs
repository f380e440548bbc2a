//! The model at the start.

use autograd::Tensor;
use nn::initialize::glorot_uniform;
use nn::{Activation, Module};
use rand::Rng;
use vae::data::Dataset;
use vae::{Architecture, Likelihood, Vae};

const LATENT: usize = 50;

/// 784-200-200-50 with tanh: weights drawn by Glorot's law, biases 0, but that of the output at the logit of the mean
/// image.
pub fn initial(train: &Dataset, rng: &mut impl Rng) -> Vae {
    let layers = Architecture {
        pixels: train.pixels(),
        hidden: vec![200, 200],
        latent: LATENT,
        activation: Activation::Tanh,
    };
    let mut vae = Vae::new(layers, Likelihood::Bernoulli, rng);
    for (name, parameter) in vae.parameters_mut() {
        let value = match *parameter.shape() {
            // Two layers side by side, μ and log σ², each drawn by its own size.
            [inputs, _] if name == "encoder.head.weight" => {
                let [mean, log_var] = [(); 2].map(|()| glorot_uniform(inputs, LATENT, rng));
                Tensor::concatenate(&[&mean, &log_var], 1)
            }
            [inputs, outputs] => glorot_uniform(inputs, outputs, rng),
            _ => Tensor::zeros(parameter.shape()),
        };
        *parameter = Tensor::leaf(value);
    }
    vae.start_at_mean(&train.mean_image());
    vae
}
