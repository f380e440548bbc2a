//! Reports of untrained models, whose outputs differ enough between pixels and codes to be told apart.

use autograd::Tensor;
use nn::{Activation, Module};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use vae::data::Dataset;
use vae::{Architecture, Encoder, LatentUse, Likelihood, Vae};

use crate::report::{Code, Epoch, Image, Layer, Network, Report, Terms};

/// Test images to choose from.
pub const IMAGES: usize = 12;

/// A model of dense layers.
pub fn dense(hidden: &[usize], latent: usize, activation: Activation) -> Vae {
    let layers = Architecture { pixels: 784, hidden: hidden.to_vec(), latent, activation };
    enlarged(Vae::new(layers, Likelihood::Bernoulli, &mut ChaCha8Rng::seed_from_u64(1)))
}

/// A model of convolutions.
pub fn convolutional(latent: usize) -> Vae<f32, vae::ConvEncoder, vae::ConvDecoder> {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    enlarged(Vae::convolutional(latent, Likelihood::Bernoulli, &mut rng))
}

/// With parameters three times as large: as they are drawn, all pixels are about ½.
fn enlarged<M: Module>(mut model: M) -> M {
    for (_, parameter) in model.parameters_mut() {
        *parameter = Tensor::leaf(parameter.detach() * 3.0);
    }
    model
}

/// The decoder of a model for the page.
pub fn network(model: &impl Module, activation: Activation, mean: Layer) -> Network {
    let parameters = model.parameters().into_iter();
    let own: Vec<_> = parameters.filter(|(name, _)| name.starts_with("decoder.")).collect();
    Network::new(&own, activation, Some(mean)).unwrap()
}

/// A report of a model with a Bernoulli likelihood and these hidden activations.
pub fn report<E, D>(model: &Vae<f32, E, D>, activation: Activation) -> Report
where
    E: Encoder + Clone,
    D: nn::Layer + Clone,
{
    let test = Dataset::mnist_test();
    let first: Vec<usize> = (0..IMAGES).collect();
    let x: Tensor = test.batch(&first).intensities().into();
    let posteriors = model.encode_all([x]);
    let means = rows(posteriors.mean());
    let deviations = rows(&(posteriors.log_var() * 0.5).exp());
    let reconstructions = pixels(&model.generate(posteriors.mean()));
    let image = |i: usize| Image {
        pixels: test.image(i).to_vec(),
        label: test.labels()[i],
        mean: means[i].clone(),
        deviation: deviations[i].clone(),
        reconstruction: reconstructions[i].clone(),
    };
    let terms = |loss: f64| Terms { distortion: 0.8 * loss, rate: 0.2 * loss };
    let epoch = |number| Epoch {
        number,
        train: terms(150.0 - number as f64),
        test: terms(140.0 - number as f64),
    };
    Report {
        title: "An untrained model".to_owned(),
        facts: vec![("seed".to_owned(), "1".to_owned())],
        epochs: (1..=3).map(epoch).collect(),
        size: [28, 28],
        images: first.iter().map(|&i| image(i)).collect(),
        samples: reconstructions.clone(),
        codes: first
            .iter()
            .map(|&i| Code { mean: means[i].clone(), label: test.labels()[i] })
            .collect(),
        rates: LatentUse::of(&posteriors).rates.iter().map(|rate| rate.mean()).collect(),
        rate_is_a_sum: true,
        classes: 0,
        decoder: network(model, activation, Layer::Sigmoid),
    }
}

/// Codes all over the latent space.
pub fn codes(latent: usize) -> Tensor {
    let number = |i: usize| (i as f32 * 0.7).sin() * 2.0;
    Tensor::constant(ndarray::Array2::from_shape_fn((5, latent), |(i, j)| number(7 * i + j)))
}

/// The rows of a matrix.
pub fn rows(matrix: &Tensor) -> Vec<Vec<f32>> {
    matrix.to_vec().chunks(matrix.shape()[1]).map(<[f32]>::to_vec).collect()
}

fn pixels(matrix: &Tensor) -> Vec<Vec<u8>> {
    let pixel = |x: &f32| (255.0 * x).round() as u8;
    rows(matrix).iter().map(|row| row.iter().map(pixel).collect()).collect()
}
