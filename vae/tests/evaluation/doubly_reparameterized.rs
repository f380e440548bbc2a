//! Gradients of the importance-weighted bound with respect to the encoder. Every image has an encoder of its own, so that one
//! sweep gives the gradient of every sample.

use autograd::Tensor;
use ndarray::array;
use nn::{Linear, Module, State};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use vae::{
    DiagonalNormal, Distribution, Encoder, LatentModel, Likelihood, Moments, Sizes, Vae,
    importance_bound, standard_normal,
};

use super::support::{LinearGaussian, assert_close, column, normal_grid, weighted};

/// q(z|x) = N(mean, e^log_var), for each image another parameter.
#[derive(Clone)]
struct PerImage {
    mean: Tensor<f64>,
    log_var: Tensor<f64>,
}

impl Encoder<f64> for PerImage {
    fn posterior(&self, _x: &Tensor<f64>) -> DiagonalNormal<f64> {
        DiagonalNormal::new(self.mean.clone(), self.log_var.clone())
    }
}

impl Module<f64> for PerImage {
    fn state(&self) -> State<&Tensor<f64>> {
        State::new().parameter("mean", &self.mean).parameter("log_var", &self.log_var)
    }

    fn state_mut(&mut self) -> State<&mut Tensor<f64>> {
        State::new().parameter("mean", &mut self.mean).parameter("log_var", &mut self.log_var)
    }
}

/// x = ¾ z + 0.2 + ε at x = 0.9, so that p(z|x) = N(0.336, 0.8²), with the proposal N(mean, e^log_var) for each noise.
struct Samples {
    x: Tensor<f64>,
    noise: Tensor<f64>,
    encoder: PerImage,
    vae: Vae<f64, PerImage, Linear<f64>>,
}

impl Samples {
    /// Noise [k, batch, 1].
    fn new(mean: f64, log_var: f64, noise: Tensor<f64>) -> Self {
        let batch = noise.shape()[1];
        let parameter = |x| Tensor::leaf(Tensor::full([batch, 1], x));
        let encoder = PerImage { mean: parameter(mean), log_var: parameter(log_var) };
        let decoder =
            Linear { weight: Tensor::leaf(array![[0.75]]), bias: Some(Tensor::leaf(array![0.2])) };
        let likelihood = Likelihood::Gaussian { variance: 1.0 };
        let vae = Vae::of(encoder.clone(), decoder, likelihood, 1);
        Self { x: Tensor::full([batch, 1], 0.9), noise, encoder, vae }
    }

    /// ∂(loss of each image)/∂(mean, log σ²) of a loss that is a mean over images.
    fn gradients(&self, loss: Tensor<f64>) -> [Tensor<f64>; 2] {
        let batch = self.x.shape()[0];
        let gradients = loss.backward();
        let PerImage { mean, log_var } = &self.encoder;
        [mean, log_var].map(|leaf| gradients[leaf].reshape([batch]) * batch as f64)
    }

    fn plain(&self) -> Tensor<f64> {
        -importance_bound(&self.vae.log_weights(&self.x, &self.noise)).mean()
    }

    fn doubly_reparameterized(&self) -> Tensor<f64> {
        self.vae.path_weights(&self.x, &self.noise).loss()
    }
}

/// Noise [2, n², 1] of all pairs, and their weights.
fn pairs(step: f64) -> (Tensor<f64>, Vec<f64>) {
    let (noise, weights) = normal_grid(step);
    let n = noise.len();
    let one: Vec<f64> = (0..n * n).map(|i| noise[i / n]).collect();
    let other: Vec<f64> = (0..n * n).map(|i| noise[i % n]).collect();
    let noise = Tensor::stack(&[&column(&one), &column(&other)], 0);
    (noise, (0..n * n).map(|i| weights[i / n] * weights[i % n]).collect())
}

/// By quadrature over one sample and over two.
#[test]
fn doubly_reparameterized_is_the_same_on_average() {
    let (noise, weights) = normal_grid(0.1);
    let one = (column(&noise).insert_axis(0), weights);
    for (noise, weights) in [one, pairs(0.1)] {
        for (mean, log_var) in [(0.6, 0.0), (-0.4, 0.5)] {
            let samples = Samples::new(mean, log_var, noise.clone());
            let plain = samples.gradients(samples.plain());
            let paths = samples.gradients(samples.doubly_reparameterized());
            let [plain, paths] = [plain, paths].map(|g| g.map(|g| weighted(&weights, &g)));
            assert!(plain.iter().all(|slope| slope.abs() > 0.01), "{plain:?}");
            assert_close(&paths, &plain, 1e-11);
        }
    }
}

/// The plain gradient is that along the codes and, with constants for codes, that of the density.
#[test]
fn the_gradient_has_two_paths() {
    let noise = standard_normal(&mut ChaCha8Rng::seed_from_u64(1), [6, 9, 1]);
    let samples = Samples::new(0.6, 0.3, noise);
    let (x, noise) = (&samples.x, &samples.noise);
    let plain = samples.gradients(samples.plain());
    let along = samples.vae.path_weights(x, noise);
    let share = along.log_weights.detach().softmax(0);
    let codes = along.codes.detach();
    let along = samples.gradients(-importance_bound(&along.log_weights).mean());
    let density = samples.vae.encode(x).log_prob(&codes);
    let density = samples.gradients((share * density).sum_axes([0]).mean());
    for ((plain, along), density) in plain.into_iter().zip(along).zip(density) {
        assert_close(&(along + density).to_vec(), &plain.to_vec(), 1e-13);
    }
}

/// Sample by sample it is Σ w̃² ∂log w/∂z ∂z/∂φ, and its value is the bound.
#[test]
fn the_loss_is_the_bound_and_its_gradient_the_formula() {
    let noise = standard_normal(&mut ChaCha8Rng::seed_from_u64(2), [6, 9, 1]);
    let samples = Samples::new(0.6, 0.3, noise);
    let (x, noise) = (&samples.x, &samples.noise);
    assert_eq!(samples.doubly_reparameterized().item(), samples.plain().item());

    let weights = samples.vae.path_weights(x, noise);
    let slopes = weights.log_weights.sum().grad(&[&weights.codes]).remove(0).unwrap().detach();
    let squares = weights.log_weights.detach().softmax(0).square();
    let path = squares * slopes.reshape([6, 9]);
    let along = path.insert_axis(2) * -&weights.codes;
    let expected = samples.gradients(along.sum_axes([0, 2]).mean());
    let found = samples.gradients(samples.doubly_reparameterized());
    for (found, expected) in found.iter().zip(expected) {
        assert_close(&found.to_vec(), &expected.to_vec(), 1e-14);
    }
}

/// The generative model's gradient is the plain one, in a model with everything.
#[test]
fn the_decoder_has_the_plain_gradient() {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let sizes = Sizes { pixels: 4, hidden: 3, latent: 2 };
    let vae = Vae::<f64>::new(sizes, Likelihood::learned_gaussian(), &mut rng);
    let (x, noise) = (standard_normal(&mut rng, [3, 4]), standard_normal(&mut rng, [5, 3, 2]));
    let plain = (-importance_bound(&vae.log_weights(&x, &noise)).mean()).backward();
    let paths = vae.path_weights(&x, &noise).loss().backward();
    for (name, parameter) in vae.parameters() {
        if name.starts_with("encoder") {
            assert_ne!(paths[parameter].to_vec(), plain[parameter].to_vec(), "{name}");
        } else {
            assert_close(&paths[parameter].to_vec(), &plain[parameter].to_vec(), 1e-14);
        }
    }
    // A frozen encoder leaves the decoder's gradient as it is.
    let frozen = vae.frozen();
    assert!(!frozen.path_weights(&x, &noise).loss().is_tracked());
}

#[test]
fn at_the_posterior_it_vanishes() {
    let posterior = LinearGaussian::line().posterior(&Tensor::from(array![[0.9]]));
    let (mean, log_var) = (posterior.mean().item(), posterior.log_var().item());
    let noise = standard_normal(&mut ChaCha8Rng::seed_from_u64(4), [6, 9, 1]);
    let samples = Samples::new(mean, log_var, noise);
    for gradient in samples.gradients(samples.doubly_reparameterized()) {
        assert_close(&gradient.to_vec(), &[0.0; 9], 1e-14);
    }
    let plain = samples.gradients(samples.plain())[0].to_vec();
    assert!(plain.iter().filter(|slope| slope.abs() > 0.1).count() > 5, "{plain:?}");
}

/// |mean|/deviation of the gradient, from 16 samples to 256: the plain one falls to about a quarter, the other rises to about
/// four times.
#[test]
fn its_signal_does_not_vanish_with_many_samples() {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let mut ratios = |k: usize| {
        let noise = standard_normal(&mut rng, [k, 2000, 1]);
        let samples = Samples::new(0.7, 0.2, noise);
        let of = |loss| Moments::of(samples.gradients(loss)[0].to_vec());
        let (plain, paths) = (of(samples.plain()), of(samples.doubly_reparameterized()));
        let error = plain.standard_error().hypot(paths.standard_error());
        assert!((plain.mean() - paths.mean()).abs() < 4.0 * error);
        assert!(paths.variance() < 0.1 * plain.variance());
        [plain, paths].map(|moments| moments.mean().abs() / moments.variance().sqrt())
    };
    let ([plain_16, paths_16], [plain_256, paths_256]) = (ratios(16), ratios(256));
    // The mean of the plain gradient of 256 samples is no longer to be told from 0, but for its standard error.
    assert!(plain_256 < 0.6 * plain_16 + 4.0 / 2000f64.sqrt(), "{plain_16} {plain_256}");
    assert!(paths_256 > 2.5 * paths_16, "{paths_16} {paths_256}");
}
