//! Between two digits, and along one dimension of the code.
//!
//! A code between those of two images decodes to an image between them. A straight line is the shortest way, but of two codes
//! drawn from N(0, I) its middle has half of the squared length: in many dimensions that is a place where codes are rarely drawn. An
//! arc around the origin stays where they are. Then, along single dimensions: the higher its rate, the more of the
//! picture a dimension decides.
//!
//! ```text
//! cargo run --release --example 09-interpolation
//! ```
//!
//! Draws `09-interpolation.png`, both ways between test digits, and `09-traversals.png`, each dimension of z by itself, sorted
//! by rate.
#![forbid(unsafe_code)]

use anyhow::{Result, ensure};
use autograd::Tensor;
use figures::{Example, Panels, Sheet};
use ndarray::{Axis, array};
use nn::{Adam, Module, Optimizer};
use rand_chacha::ChaCha8Rng;
use vae::data::Dataset;
use vae::{LatentUse, Likelihood, Sizes, Vae, arc, standard_normal, straight_path};

/// Dimensions of z.
const LATENT: usize = 32;
/// Codes on a path.
const STEPS: usize = 11;

fn main() -> Result<()> {
    let example = Example::from_args();
    through_the_shell(example.pick(20_000, 2000), &mut example.stream(0))?;

    let (train, test) = (Dataset::mnist_train(), Dataset::mnist_test());
    let sizes = Sizes { pixels: 784, hidden: example.pick(400, 20), latent: LATENT };
    let mut vae = Vae::<f32>::new(sizes, Likelihood::Bernoulli, &mut example.stream(1));
    let (mut adam, mut order, mut noise) = (Adam::new(1e-3), example.stream(2), example.stream(3));
    for _ in 0..example.pick(8, 1) {
        for batch in train.shuffled_batches(128, &mut order).take(example.pick(469, 20)) {
            let x: Tensor = batch.intensities().into();
            let noise = standard_normal(&mut noise, [x.shape()[0], LATENT]);
            let gradients = vae.elbo(&x, &noise).loss().backward();
            adam.step(&mut vae, &gradients);
        }
    }
    let vae = vae.frozen();
    example.save("09-interpolation.png", &interpolations(&vae, &test))?;
    example.save("09-traversals.png", &traversals(&vae, &test, example.pick(10_000, 500)))?;
    Ok(())
}

/// Means of |z|² on the way between two codes of the prior.
fn through_the_shell(pairs: usize, rng: &mut ChaCha8Rng) -> Result<()> {
    let ends = standard_normal::<f64>(rng, [pairs, 2, LATENT]);
    let [mut line, mut bend] = [[0.0; STEPS]; 2];
    for pair in 0..pairs {
        let [from, to] = [0, 1]
            .map(|end| ends.narrow(0, pair..pair + 1).narrow(1, end..end + 1).reshape([LATENT]));
        let add = |path: Tensor<f64>, sums: &mut [f64; STEPS]| {
            let squares = path.square().sum_axes([1]).to_vec();
            sums.iter_mut().zip(squares).for_each(|(sum, square)| *sum += square / pairs as f64);
        };
        add(straight_path(&from, &to, STEPS), &mut line);
        add(arc(&from, &to, STEPS), &mut bend);
    }
    println!("Mean of |z|² between two codes of N(0, I), {LATENT} dimensions, {pairs} pairs\n");
    println!("     t   straight line   ((1 − t)² + t²) k     arc");
    for step in 0..STEPS {
        let t = step as f64 / (STEPS - 1) as f64;
        let exactly = ((1.0 - t).powi(2) + t * t) * LATENT as f64;
        println!("   {t:.1} {:15.2} {exactly:19.2} {:7.2}", line[step], bend[step]);
        let error = (2.0 / LATENT as f64 / pairs as f64).sqrt() * exactly;
        ensure!((line[step] - exactly).abs() < 5.0 * error, "|z|² at {t}");
    }
    Ok(())
}

/// The two ways between pairs of test digits.
fn interpolations(vae: &Vae, test: &Dataset) -> Sheet {
    let pairs = [[25, 26], [72, 84], [32, 21], [23, 56]];
    let t = (0..STEPS).map(|step| format!("{:.1}", step as f64 / (STEPS - 1) as f64));
    let sheet = Sheet::new([28, 28]).title("From one test digit to another").columns(t).scale(3);
    pairs.into_iter().fold(sheet, |sheet, pair| {
        let codes = vae.encode(&test.batch(&pair).intensities().into()).mean().clone();
        let [from, to] = [0, 1].map(|end| codes.narrow(0, end..end + 1).reshape([LATENT]));
        let decoded = |path: Tensor| vae.generate(&path);
        sheet
            .group()
            .captioned("straight", &decoded(straight_path(&from, &to, STEPS)).value())
            .captioned("arc", &decoded(arc(&from, &to, STEPS)).value())
    })
}

/// One dimension at a time goes from −2.5 to 2.5, the others stay at the code of a test digit: the dimensions with the highest
/// rates, and those with the lowest.
fn traversals(vae: &Vae, test: &Dataset, images: usize) -> Panels<'static> {
    let batches = test.batches(500).take(images / 500).map(|batch| batch.intensities().into());
    let latent = LatentUse::of(&vae.encode_all(batches));
    let rate = |j: usize| latent.rates[j].mean();
    let order = latent.by_rate();
    println!("\n{} of {LATENT} dimensions are active. Rates, nats:", latent.active_units());
    let rates: Vec<_> = order.iter().map(|&j| format!("{:.2}", rate(j))).collect();
    rates.chunks(LATENT / 2).for_each(|line| println!("  {}", line.join(" ")));

    let places =
        straight_path(&Tensor::from(array![-2.5]), &Tensor::from(array![2.5]), 9).reshape([9]);
    let panel = |image: usize| {
        let code = vae.encode(&test.batch(&[image]).intensities().into()).mean().clone();
        let row = |sheet: Sheet, &j: &usize| {
            let mut codes = code.broadcast_to([9, LATENT]).detach();
            codes.value_mut().index_axis_mut(Axis(1), j).assign(&places.value());
            sheet.captioned(format!("{:.2}", rate(j)), &vae.generate(&codes).value())
        };
        let title = format!("A {}: one dimension at a time, by rate", test.labels()[image]);
        let sheet = Sheet::new([28, 28]).title(title).scale(2);
        let used = order[..8].iter().fold(sheet, row);
        order[LATENT - 4..].iter().fold(used.group(), row)
    };
    Panels::row().with(panel(72)).with(panel(25))
}
