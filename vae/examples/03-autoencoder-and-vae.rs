//! An autoencoder beside a variational one of the same size: where codes are, and what is between them.
//!
//! Both have the same layers and see the same digits in the same order. The autoencoder is asked for reconstructions alone, so
//! nothing tells its codes where to be: they stretch as far as they like, digits lie in rays with gaps between them, and
//! nobody knows where to draw a new one from. Drawn from a normal distribution with the mean and the covariance of its own
//! codes, which is the best that can be done, many decode to nothing. The variational one pays for each code by its distance
//! from N(0, I), and has a code with a width: the plane is filled, neighbors decode alike, and samples of N(0, I) are digits.
//!
//! ```text
//! cargo run --release --example 03-autoencoder-and-vae
//! ```
//!
//! Draws `03-autoencoder-and-vae.png`. Above the autoencoder, below the variational one; from left to right codes of test
//! digits, the same square of the plane decoded, and samples. The dark circle has the radius 2.
#![forbid(unsafe_code)]

use anyhow::{Result, ensure};
use autograd::Tensor;
use figures::{Example, Panels, Scatter, Sheet};
use nn::loss::cross_entropy;
use nn::{Activation, Adam, Layer, Linear, Module, Optimizer, Sequential};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use vae::data::{Batch, Dataset};
use vae::{
    Architecture, Autoencoder, Distribution, FullNormal, Likelihood, Vae, grid, standard_normal,
};

fn main() -> Result<()> {
    let example = Example::from_args();
    let stream = |purpose| {
        let mut rng = ChaCha8Rng::seed_from_u64(example.seed);
        rng.set_stream(purpose);
        rng
    };
    let (train, test) = (Dataset::mnist_train(), Dataset::mnist_test());
    let hidden = example.pick(vec![256, 128], vec![16]);
    let layers = Architecture { pixels: 784, hidden, latent: 2, activation: Activation::Relu };
    let mut plain = Autoencoder::<f32>::new(layers.clone(), Likelihood::Bernoulli, &mut stream(0));
    let mut vae = Vae::<f32>::new(layers, Likelihood::Bernoulli, &mut stream(0));
    // A judge of samples, which never sees one.
    let mut judge = Sequential::new()
        .then(Linear::new(784, example.pick(128, 16), &mut stream(1)))
        .then(Activation::Relu)
        .then(Linear::new(example.pick(128, 16), 10, &mut stream(1)));
    let mut adam = [(); 3].map(|()| Adam::new(1e-3));
    let (mut order, mut noise) = (stream(2), stream(3));
    let batches = (0..).flat_map(|_| train.shuffled_batches(128, &mut order));
    for batch in batches.take(example.pick(8 * 469, 10)) {
        let x: Tensor = batch.intensities().into();
        let gradients = plain.distortion(&x).mean().backward();
        adam[0].step(&mut plain, &gradients);

        let noise = standard_normal(&mut noise, [x.shape()[0], 2]);
        let gradients = vae.elbo(&x, &noise).loss().backward();
        adam[1].step(&mut vae, &gradients);

        let labels: Vec<_> = batch.labels.iter().map(|&label| usize::from(label)).collect();
        let gradients = cross_entropy(&judge.forward(&x), &labels).backward();
        adam[2].step(&mut judge, &gradients);
    }

    let (plain, vae, judge) = (plain.frozen(), vae.frozen(), judge.frozen());
    let digits = test.batch(&(0..example.pick(5000, 300)).collect::<Vec<_>>());
    let x: Tensor = digits.intensities().into();
    let sure = |images: &Tensor| {
        let certainty = judge.forward(images).softmax(1).max_axes([1]).to_vec();
        certainty.iter().filter(|&&p| p > 0.9).count() as f64 / certainty.len() as f64
    };
    println!("Share of images that a classifier is sure of, p > 0.9\n");
    println!("  test digits                              {:4.0} %", 100.0 * sure(&x));

    let seen = Seen { decode: &|z| plain.generate(z), codes: plain.encode(&x) };
    let own = seen.own_normal().sample([2000], &mut stream(4));
    let drawn = plain.generate(&own);
    println!("  autoencoder, codes of a normal of its own {:3.0} %", 100.0 * sure(&drawn));
    let above = seen.row("autoencoder", "Samples of a normal like its codes", &digits, &drawn);

    let seen = Seen { decode: &|z| vae.generate(z), codes: vae.encode(&x).mean().clone() };
    let drawn_vae = vae.generate(&standard_normal(&mut stream(4), [2000, 2]));
    println!("  VAE, codes of N(0, I)                     {:3.0} %", 100.0 * sure(&drawn_vae));
    let below = seen.row("VAE", "Samples of N(0, I)", &digits, &drawn_vae);
    ensure!(example.quick || sure(&drawn_vae) > sure(&drawn), "the autoencoder has better samples");
    example.save("03-autoencoder-and-vae.png", &Panels::column().with(above).with(below))?;
    Ok(())
}

/// Codes of digits, and the way back.
struct Seen<'a> {
    codes: Tensor,
    decode: &'a dyn Fn(&Tensor) -> Tensor,
}

impl Seen<'_> {
    /// The normal distribution with the mean and the covariance of the codes.
    fn own_normal(&self) -> FullNormal<f32> {
        let mean = self.codes.mean_axes([0]);
        let centered = &self.codes - &mean;
        let covariance = centered.t().matmul(&centered) / centered.shape()[0] as f64;
        FullNormal::from_covariance(mean, &covariance)
    }

    /// Codes, the plane that they are in, decoded, and samples.
    fn row(&self, name: &str, samples: &str, digits: &Batch, drawn: &Tensor) -> Panels<'static> {
        let codes = &self.codes;
        let [low, high] = [codes.min_axes([0]), codes.max_axes([0])].map(|ends| ends.to_vec());
        let half = f64::from(0.52 * (high[0] - low[0]).max(high[1] - low[1]));
        let [x, y] = [0, 1].map(|axis| {
            let center = f64::from(low[axis].midpoint(high[axis]));
            (0..20).map(|i| center + half * (f64::from(i) / 9.5 - 1.0)).collect::<Vec<_>>()
        });
        let y: Vec<_> = y.into_iter().rev().collect();
        let decoded = (self.decode)(&grid(&x, &y));
        let names = ["z₁", "z₂"];
        let plane = Scatter::new("z₁", "z₂").title(format!("{name}: codes of test digits"));
        let map = Sheet::new([28, 28]).title("The plane, decoded").scale(1).seamless();
        let sheet = Sheet::new([28, 28]).title(samples).scale(2);
        Panels::row()
            .with(plane.points(&codes.value(), &digits.labels).circle(2.0))
            .with(map.grid(20, &decoded.value()).axes(names, &x, &y))
            .with(sheet.grid(10, &drawn.narrow(0, 0..100).value()))
    }
}
