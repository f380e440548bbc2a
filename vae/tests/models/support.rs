//! One of each model, all of three pictures, and integrals that are sums.

use std::f64::consts::PI;

use autograd::Tensor;
use ndarray::{Array2, array};
use nn::{Activation, Module};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use vae::{
    Architecture, ConditionalVae, DiagonalNormal, EvidenceBound, FlowVae, Likelihood, Vae, VampVae,
    standard_normal,
};

pub type Model = Box<dyn EvidenceBound<f64>>;
/// The model for the pictures of these numbers.
type OfPictures = Box<dyn Fn(&[usize]) -> Model>;
/// A function of codes, [n, 2] -> `[n]`.
type OfCodes = Box<dyn Fn(&Tensor<f64>) -> Tensor<f64>>;

/// A model of two dimensions of z, and what its generative part is made of.
pub struct Case {
    pub name: &'static str,
    pub model: OfPictures,
    /// log p(z).
    pub log_prior: OfCodes,
    /// log p(x|z) of the first picture.
    pub log_likelihood: OfCodes,
}

pub fn rng(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

/// Three pictures of four pixels, and for each a condition of two numbers.
pub fn pictures() -> [Tensor<f64>; 2] {
    let x = array![[1.0, 0.0, 0.25, 1.0], [0.0, 0.5, 1.0, 1.0], [0.1, 0.9, 0.0, 0.3]];
    [x.into(), array![[0.0, 1.0], [1.0, 0.0], [0.3, 0.4]].into()]
}

/// Smooth networks, so that sums are integrals to all digits.
pub fn layers(pixels: usize) -> Architecture {
    Architecture { pixels, hidden: vec![5, 4], latent: 2, activation: Activation::Tanh }
}

/// All parameters times 2: where they are drawn, the posterior hardly differs from the prior.
pub fn amplified<M: Module<f64>>(mut model: M) -> M {
    for (_, parameter) in model.parameters_mut() {
        *parameter = Tensor::leaf(parameter.detach() * 2.0);
    }
    model
}

/// Every model.
pub fn cases(seed: u64) -> [Case; 5] {
    let rng = &mut rng(seed);
    [dense(rng), linear(rng), conditional(rng), vamp(rng), flow(rng)]
}

fn dense(rng: &mut ChaCha8Rng) -> Case {
    let vae = amplified(Vae::<f64>::new(layers(4), Likelihood::Bernoulli, rng));
    Case {
        name: "dense",
        model: of_all_pictures(&vae),
        log_prior: Box::new(log_standard_normal),
        log_likelihood: Box::new(move |z| log_bernoulli(&vae.generate(z))),
    }
}

fn linear(rng: &mut ChaCha8Rng) -> Case {
    let variance = array![0.2f64, 0.3, 0.1, 0.4];
    let likelihood = Likelihood::LearnedGaussian { log_var: Tensor::leaf(variance.ln()) };
    let vae = Vae::<f64, _, _>::linear(&array![0.3, 0.5, 0.4, 0.8], 2, likelihood, rng);
    let variance = Tensor::from(variance);
    Case {
        name: "linear",
        model: of_all_pictures(&vae),
        log_prior: Box::new(log_standard_normal),
        log_likelihood: Box::new(move |z| {
            let standardized = (pictures()[0].narrow(0, 0..1) - vae.generate(z)) / variance.sqrt();
            log_standard_normal(&standardized) - variance.ln().sum() * 0.5
        }),
    }
}

fn conditional(rng: &mut ChaCha8Rng) -> Case {
    let vae = amplified(ConditionalVae::new(layers(4), 2, Likelihood::Bernoulli, rng));
    let conditions = |rows: &[usize]| pictures()[1].index_select(0, rows);
    let given = vae.clone();
    Case {
        name: "conditional",
        model: Box::new(move |rows| Box::new(given.given(&conditions(rows)))),
        log_prior: Box::new(log_standard_normal),
        log_likelihood: Box::new(move |z| {
            log_bernoulli(&vae.generate(z, &conditions(&vec![0; z.shape()[0]])))
        }),
    }
}

fn vamp(rng: &mut ChaCha8Rng) -> Case {
    let vae = amplified(Vae::<f64>::new(layers(4), Likelihood::Bernoulli, rng));
    let vae = VampVae::of(vae, &standard_normal::<f64>(rng, [3, 4]).sigmoid());
    let components = vae.components();
    Case {
        name: "vamp",
        model: of_all_pictures(&vae),
        log_prior: Box::new(move |z| log_mixture(&components, z)),
        log_likelihood: Box::new(move |z| log_bernoulli(&vae.generate(z))),
    }
}

fn flow(rng: &mut ChaCha8Rng) -> Case {
    let vae = amplified(FlowVae::new(layers(4), 3, Likelihood::Bernoulli, rng));
    Case {
        name: "flow",
        model: of_all_pictures(&vae),
        log_prior: Box::new(log_standard_normal),
        log_likelihood: Box::new(move |z| log_bernoulli(&vae.generate(z))),
    }
}

fn of_all_pictures<M: EvidenceBound<f64> + Clone + 'static>(model: &M) -> OfPictures {
    let model = model.clone();
    Box::new(move |_| Box::new(model.clone()))
}

/// log p(x) of the first picture, for each row of probabilities.
fn log_bernoulli(p: &Tensor<f64>) -> Tensor<f64> {
    let x = pictures()[0].narrow(0, 0..1);
    (&x * p.ln() + (1.0 - &x) * (1.0 - p).ln()).sum_axes([1])
}

/// log N(z | 0, I) of each row.
pub fn log_standard_normal(z: &Tensor<f64>) -> Tensor<f64> {
    (z.square() + (2.0 * PI).ln()).sum_axes([1]) * -0.5
}

/// The logarithm of the mean of K normal densities, each from its mean and its log-variance.
pub fn log_mixture(components: &DiagonalNormal<f64>, z: &Tensor<f64>) -> Tensor<f64> {
    let k = components.mean().shape()[0];
    let row = |x: &Tensor<f64>, i: usize| x.index_select(0, &[i]);
    let density = |i| {
        let deviation = (row(components.log_var(), i) * 0.5).exp();
        let standardized = (z - row(components.mean(), i)) / &deviation;
        log_standard_normal(&standardized).exp() / deviation.prod()
    };
    let sum = (1..k).fold(density(0), |sum, i| sum + density(i));
    (sum / k as f64).ln()
}

/// The points of a grid of the plane, [n, 2], and the area of a cell: Σ area f(z) is ∫ f(z) dz to all digits for analytic
/// f that vanish at its edges.
pub fn plane(extent: f64, step: f64) -> (Tensor<f64>, f64) {
    let steps = (extent / step).round() as i32;
    let line: Vec<f64> = (-steps..=steps).map(|i| f64::from(i) * step).collect();
    let n = line.len();
    let points = Array2::from_shape_fn((n * n, 2), |(i, j)| line[[i / n, i % n][j]]);
    (points.into(), step * step)
}

/// ln Σ area e^f.
pub fn log_integral(f: &Tensor<f64>, area: f64) -> f64 {
    (f + area.ln()).log_sum_exp([0]).item()
}

/// Whether all are equal within a tolerance, relative to 1 or to the number itself.
#[track_caller]
pub fn assert_close(found: &Tensor<f64>, expected: &Tensor<f64>, tolerance: f64, what: &str) {
    assert_eq!(found.shape(), expected.shape(), "{what}");
    for (i, (found, expected)) in found.to_vec().into_iter().zip(expected.to_vec()).enumerate() {
        let error = (found - expected).abs();
        let allowed = tolerance * expected.abs().max(1.0);
        assert!(error <= allowed, "{what}, {i}: {found} but expected {expected}, off by {error:e}");
    }
}

/// The same function with other parameters.
pub fn set_parameters(model: &mut (impl Module<f64> + ?Sized), parameters: &[Tensor<f64>]) {
    for ((_, parameter), x) in model.parameters_mut().into_iter().zip(parameters) {
        *parameter = x.clone();
    }
}

pub fn parameters(model: &(impl Module<f64> + ?Sized)) -> Vec<Tensor<f64>> {
    model.parameters().into_iter().map(|(_, x)| x.clone()).collect()
}
