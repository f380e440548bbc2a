//! The decoder in the page is the decoder.

use autograd::Tensor;
use nn::Activation;
use vae::{ContinuousBernoulli, Distribution, Encoder, Vae};

use crate::Page;
use crate::chromium::Chromium;
use crate::example::{codes, convolutional, dense, network, report, rows};
use crate::report::Layer;
use crate::tiny::{Tiny, stdout};

/// The largest distance of a pixel, over some codes.
fn distance(page: &mut Page, z: &Tensor, expected: &Tensor) -> f64 {
    let mut largest = 0.0_f64;
    for (z, expected) in rows(z).iter().zip(rows(expected)) {
        let found = page.browser.numbers(&format!("decode({z:?})"));
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(expected) {
            largest = largest.max((found - f64::from(expected)).abs());
        }
    }
    largest
}

fn check<E, D>(model: &Vae<f32, E, D>, activation: Activation)
where
    E: Encoder + Clone,
    D: nn::Layer + Clone,
{
    let mut page = Page::new(&report(model, activation));
    let z = codes(model.latent());
    let distance = distance(&mut page, &z, &model.generate(&z));
    assert!(distance < 1e-4, "a pixel is off by {distance}");
    page.close();
}

#[test]
fn dense_decoders_give_the_same_pixels() {
    check(&dense(&[100], 2, Activation::Relu), Activation::Relu);
    check(&dense(&[40, 30], 5, Activation::Tanh), Activation::Tanh);
    check(&dense(&[40], 1, Activation::Sigmoid), Activation::Sigmoid);
}

#[test]
fn a_convolutional_decoder_gives_the_same_pixels() {
    check(&convolutional(2), Activation::Relu);
}

#[test]
fn the_mean_of_a_continuous_bernoulli_is_the_librarys() {
    let model = dense(&[20], 2, Activation::Relu);
    let mut report = report(&model, Activation::Relu);
    report.decoder = network(&model, Activation::Relu, Layer::ContinuousBernoulli);
    let mut page = Page::new(&report);
    let z = codes(2);
    let expected = ContinuousBernoulli { logits: model.decode(&z) }.mean();
    assert!(distance(&mut page, &z, &expected) < 1e-4);
    let near_zero =
        page.browser.numbers("layers.continuous_bernoulli(new Float32Array([0, 1e-3, -40, 1e4]))");
    for (found, expected) in near_zero.iter().zip([0.5, 0.5 + 1e-3 / 12.0, 1.0 / 40.0, 1.0 - 1e-4])
    {
        assert!((found - expected).abs() < 1e-6, "{near_zero:?}");
    }
    page.close();
}

/// The program wrote each reconstruction as a picture; the page decodes it anew from the mean.
#[test]
fn every_model_of_the_program_draws_its_own_reconstructions() {
    for args in [
        &["--hidden", "12"][..],
        &["--hidden", "12", "--likelihood", "continuous-bernoulli"],
        &["--hidden", "12", "--likelihood", "gaussian"],
        &["--model", "conv"],
        &["--model", "iwae", "--hidden", "12"],
        &["--model", "cvae", "--hidden", "12"],
        &["--model", "linear"],
        &["--model", "flow", "--hidden", "12"],
        &["--model", "vamp", "--hidden", "12", "--pseudo-inputs", "5"],
    ] {
        let tiny = Tiny::with(40, 30, 28);
        let train = ["--data", "data", "--latent", "3", "--epochs", "2", "--output", "run"];
        stdout(tiny.program().args(train).args(args));
        stdout(tiny.program().args(["report", "run"]));
        let mut browser = Chromium::open(&tiny.path("run/report.html"));
        let worst = browser.evaluate(RECONSTRUCT);
        assert!(worst.as_f64().is_some_and(|worst| worst <= 1.0), "{args:?}: {worst}");
        assert!(browser.complaints().is_empty(), "{args:?}: {:#?}", browser.complaints());
    }
}

/// The largest distance between the pictures of the program and those of the page, in steps of 255.
const RECONSTRUCT: &str = "
    Math.max(...[...document.querySelectorAll('.pairs img + img')].flatMap((picture, i) => {
        const canvas = new OffscreenCanvas(cols, rows).getContext('2d');
        canvas.drawImage(picture, 0, 0);
        const expected = canvas.getImageData(0, 0, cols, rows).data.filter((_, k) => k % 4 === 0);
        const { mean, label } = posteriors[i];
        return Array.from(decode(mean, label), (x, k) => Math.abs(255 * Math.min(Math.max(x, 0), 1) - expected[k]));
    }))";
