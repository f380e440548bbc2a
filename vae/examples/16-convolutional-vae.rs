//! Convolutions beside dense layers: what it means to know that pixels have neighbors.
//!
//! A dense layer does not know. Shuffle the pixels of all digits by one permutation, and it learns as before: the digits
//! are the same random vectors, with other names for their dimensions. A convolution expects what belongs together side
//! by side. Shuffled, nothing is there, and with the same weights to learn it ends tens of nats higher.
//!
//! Each model sees each training digit once, which is too short for the convolutional one to get ahead of the dense one. It
//! is after ten epochs, by some 6 nats: the program `convolutional` goes on.
//!
//! ```text
//! cargo run --release --example 16-convolutional-vae
//! ```
//!
//! Draws `16-convolutional-vae.png`: the losses as training goes on; and `16-convolutional-vae-digits.png`: test digits,
//! their reconstructions, and samples.
#![forbid(unsafe_code)]

use anyhow::{Result, ensure};
use autograd::Tensor;
use figures::{Curves, Example, Sheet};
use nn::{Adam, Layer, Module, Optimizer};
use rand::seq::SliceRandom;
use vae::data::Dataset;
use vae::{Encoder, Evaluation, EvidenceBound, Likelihood, Sizes, Vae, standard_normal};

/// Dimensions of z.
const LATENT: usize = 16;

fn main() -> Result<()> {
    let example = Example::from_args();
    let lab = Lab::new(example.clone());
    let sizes = Sizes { pixels: 784, hidden: example.pick(400, 20), latent: LATENT };
    let dense = || Vae::new(sizes, Likelihood::Bernoulli, &mut example.stream(0));
    let convolutional =
        || Vae::convolutional(LATENT, Likelihood::Bernoulli, &mut example.stream(0));
    println!("{:32} {:>10} {:>14} {:>14} {:>14}", "", "parameters", "−ELBO", "distortion", "rate");
    let runs = [
        lab.run("dense", dense(), false),
        lab.run("dense, shuffled pixels", dense(), true),
        lab.run("convolutional", convolutional(), false),
        lab.run("convolutional, shuffled pixels", convolutional(), true),
    ];
    if !example.quick {
        let [dense, dense_shuffled, convolutional, convolutional_shuffled] =
            runs.each_ref().map(|run| run.test.loss());
        ensure!((dense - dense_shuffled).abs() < 2.0, "a dense model knows an order of pixels");
        let lost = convolutional_shuffled - convolutional;
        ensure!(lost > 20.0, "without neighbors a convolution loses {lost:.1} nats");
    }
    let mut curves =
        Curves::new("training digits seen", "−ELBO, nats per image").y_range(90.0, 250.0);
    let mut sheet = Sheet::new([28, 28])
        .title("Test digits and reconstructions")
        .captioned("test", &lab.digits.value());
    for run in &runs {
        curves = curves.line(run.name, run.curve.iter().copied());
        sheet = sheet.captioned(run.name, &run.reconstructions.value());
    }
    sheet = sheet.group();
    for run in &runs {
        sheet = sheet.captioned(run.name, &run.samples.value());
    }
    example.save("16-convolutional-vae.png", &curves)?;
    Ok(example.save("16-convolutional-vae-digits.png", &sheet)?)
}

/// Digits, and the two orders of their pixels.
struct Lab {
    example: Example,
    train: Dataset,
    test: Dataset,
    /// Which pixel comes first, which second, and so on; and the way back.
    shuffled: [Vec<usize>; 2],
    /// What the pictures show.
    digits: Tensor,
}

/// A model after training.
struct Run {
    name: &'static str,
    curve: Vec<(f64, f64)>,
    test: Evaluation,
    reconstructions: Tensor,
    samples: Tensor,
}

impl Lab {
    fn new(example: Example) -> Self {
        let (train, test) = (Dataset::mnist_train(), Dataset::mnist_test());
        let mut order: Vec<_> = (0..784).collect();
        order.shuffle(&mut example.stream(1));
        let mut back = vec![0; 784];
        order.iter().enumerate().for_each(|(to, &from)| back[from] = to);
        let digits = test.batch(&(0..12).collect::<Vec<_>>()).intensities().into();
        Self { example, train, test, shuffled: [order, back], digits }
    }

    fn run<E: Encoder + Clone, D: Layer + Clone>(
        &self,
        name: &'static str,
        mut vae: Vae<f32, E, D>,
        shuffled: bool,
    ) -> Run {
        let [order, back] = &self.shuffled;
        let reorder =
            |x: Tensor, order: &[usize]| if shuffled { x.index_select(1, order) } else { x };
        let (mut adam, mut curve) = (Adam::new(1e-3), Vec::new());
        let [mut shuffle, mut noise] = [2, 3].map(|number| self.example.stream(number));
        let (steps, report) = self.example.pick((469, 20), (2, 1));
        let mut loss = Evaluation::default();
        for (step, batch) in self.train.shuffled_batches(128, &mut shuffle).take(steps).enumerate()
        {
            let x = reorder(batch.intensities().into(), order);
            // No digit has been seen before: this is as good a test as any.
            let elbo = vae.elbo(&x, &standard_normal(&mut noise, [x.shape()[0], LATENT]));
            loss.add(&elbo);
            let gradients = elbo.loss().backward();
            adam.step(&mut vae, &gradients);
            if (step + 1) % report == 0 {
                curve.push((128.0 * (step + 1) as f64, std::mem::take(&mut loss).loss()));
            }
        }
        let images = self.test.batches(250).take(self.example.pick(40, 1));
        let test = vae
            .evaluate(images.map(|batch| reorder(batch.intensities().into(), order)), &mut noise);
        let [rate, distortion, both] = test.moments();
        println!("{name:32} {:10} {both:>14} {distortion:>14} {rate:>14}", vae.parameter_count());
        let frozen = vae.frozen();
        let reconstructions =
            reorder(frozen.reconstruct(&reorder(self.digits.clone(), order)), back);
        let samples = reorder(frozen.generate(&standard_normal(&mut noise, [12, LATENT])), back);
        Run { name, curve, test, reconstructions, samples }
    }
}
