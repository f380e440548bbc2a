//! An autoencoder beside a variational one of the same size: where codes are, and what is between them.
//!
//! Both have the same layers and see the same digits in the same order. The autoencoder is asked for reconstructions alone, so
//! nothing tells its codes where to be: digits lie in rays of all lengths, and most of the plane around them is empty. Codes drawn
//! from N(0, I) hit a small part of it, where the rays begin: blurred digits, and of some kinds none. The variational one pays
//! for each code by its distance from N(0, I), and its codes have a width: they fill the place where samples come from.
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
use ndarray::Axis;
use nn::loss::cross_entropy;
use nn::{Activation, Adam, Layer, Linear, Module, Optimizer, Sequential};
use vae::data::{Batch, Dataset};
use vae::{
    AggregatePosterior, Architecture, Autoencoder, DiagonalNormal, Likelihood, Vae, grid,
    standard_normal,
};

fn main() -> Result<()> {
    let example = Example::from_args();
    let (train, test) = (Dataset::mnist_train(), Dataset::mnist_test());
    let hidden = example.pick(vec![256, 128], vec![16]);
    let layers = Architecture { pixels: 784, hidden, latent: 2, activation: Activation::Relu };
    let mut plain =
        Autoencoder::<f32>::new(layers.clone(), Likelihood::Bernoulli, &mut example.stream(0));
    let mut vae = Vae::<f32>::new(layers, Likelihood::Bernoulli, &mut example.stream(0));
    // A judge of samples, which never sees one.
    let mut start = example.stream(1);
    let mut judge = Sequential::new()
        .then(Linear::new(784, example.pick(128, 16), &mut start))
        .then(Activation::Relu)
        .then(Linear::new(example.pick(128, 16), 10, &mut start));
    let mut adam = [(); 3].map(|()| Adam::new(1e-3));
    let (mut order, mut noise) = (example.stream(2), example.stream(3));
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
    let shares = |name: &str, images: &Tensor| {
        let scores = judge.forward(images);
        let best = scores.max_axes([1]).insert_axis(1);
        let chosen = scores.value().to_owned() - best.value();
        let share = |digit| {
            let images = chosen.index_axis(Axis(1), digit);
            100.0 * images.iter().filter(|&&below| below == 0.0).count() as f64
                / images.len() as f64
        };
        let shares: Vec<f64> = (0..10).map(share).collect();
        let row: String = shares.iter().map(|share| format!("{share:6.1}")).collect();
        println!("{name:<24}{row}");
        shares.into_iter().fold(100.0, f64::min)
    };
    println!("What a classifier takes samples for, in percent\n");
    println!("{:24}{}", "", (0..10).map(|digit| format!("{digit:6}")).collect::<String>());
    shares("test digits", &x);

    let samples = standard_normal(&mut example.stream(4), [2000, 2]);
    let (codes, drawn) = (plain.encode(&x), plain.generate(&samples));
    let rarest = shares("autoencoder, N(0, I)", &drawn);
    let zero_width = DiagonalNormal::new(codes.clone(), Tensor::from(-20.0));
    let aggregate = AggregatePosterior::of(&zero_width);
    let above = Seen { decode: &|z| plain.generate(z), codes };
    let above = above.row("Autoencoder", &digits, &drawn);

    let (posteriors, drawn) = (vae.encode(&x), vae.generate(&samples));
    let rarest_vae = shares("VAE, N(0, I)", &drawn);
    let aggregate_vae = AggregatePosterior::of(&posteriors);
    let below = Seen { decode: &|z| vae.generate(z), codes: posteriors.mean().clone() };
    let below = below.row("VAE", &digits, &drawn);

    let distances = [&aggregate, &aggregate_vae].map(AggregatePosterior::kl_to_standard);
    println!("\nThe codes of all test digits together\n");
    println!("autoencoder: {aggregate}\nVAE:         {aggregate_vae}");
    if !example.quick {
        ensure!(rarest < rarest_vae, "N(0, I) shows all digits of the autoencoder");
        ensure!(distances[1] < 1.0 && distances[0] > 10.0, "{distances:?} nats from N(0, I)");
    }
    example.save("03-autoencoder-and-vae.png", &Panels::column().with(above).with(below))?;
    Ok(())
}

/// Codes of digits, and the way back.
struct Seen<'a> {
    codes: Tensor,
    decode: &'a dyn Fn(&Tensor) -> Tensor,
}

impl Seen<'_> {
    /// Codes, the plane that they are in, decoded, and samples.
    fn row(&self, name: &str, digits: &Batch, drawn: &Tensor) -> Panels<'static> {
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
        let sheet = Sheet::new([28, 28]).title("N(0, I), decoded").scale(2);
        Panels::row()
            .with(plane.points(&codes.value(), &digits.labels).circle(2.0))
            .with(map.grid(20, &decoded.value()).axes(names, &x, &y))
            .with(sheet.grid(10, &drawn.narrow(0, 0..100).value()))
    }
}
