//! One picture of each kind, of invented numbers, in `runs/gallery`:
//!
//! ```text
//! cargo run --release -p figures --example gallery
//! ```

use figures::{
    Animation, Bars, Curves, Example, Heatmap, Histogram, Panels, Plane, SaveError, Scatter, Sheet,
};
use ndarray::{Array1, Array2, ArrayView1, Axis};

fn main() -> Result<(), SaveError> {
    let gallery = Example { quick: false, out: "runs/gallery".into(), seed: 1 };
    gallery.save("curves.png", &curves())?;
    let estimators = Panels::row().with(variances()).with(histogram());
    gallery.save("estimators.png", &estimators)?;
    gallery.save("scatter.png", &planes())?;
    gallery.save("densities.png", &densities())?;
    gallery.save("bars.png", &bars())?;
    gallery.save("reconstructions.png", &reconstructions())?;
    gallery.save("plane.png", &Panels::row().with(plane(1.0)).with(interpolations()))?;
    let mut animation = Animation::new(8);
    for step in 0..30 {
        let frame = plane(f64::from(step + 1) / 30.0).scale(1).title(format!("epoch {}", step + 1));
        animation.push(&frame).expect("all frames are alike");
    }
    gallery.save("plane.gif", &animation)
}

fn curves() -> Curves {
    let epochs = || (1..=10).map(f64::from);
    Curves::new("epoch", "nats per image")
        .line("−ELBO, test", epochs().map(|t| (t, 104.0 + 30.0 / t)))
        .pale("−ELBO, train", epochs().map(|t| (t, 103.0 + 60.0 / t)))
        .line("distortion, test", epochs().map(|t| (t, 80.0 + 35.0 / t)))
        .pale("distortion, train", epochs().map(|t| (t, 79.0 + 66.0 / t)))
        .line("rate, test", epochs().map(|t| (t, 24.0 - 5.0 / t)))
        .pale("rate, train", epochs().map(|t| (t, 24.0 - 6.0 / t)))
        .level("PyTorch's example", 105.5)
        .y_range(0.0, 170.0)
}

fn variances() -> Curves {
    let theta = || (0..=60).map(|i| f64::from(i) / 20.0);
    let score = |t: f64| t.powi(4) + 14.0 * t * t + 15.0;
    let wave = |t: f64| 1.0 + 0.1 * (9.0 * t).sin();
    Curves::new("θ", "variance")
        .title("Two estimators of a gradient")
        .band("score function", theta().map(|t| (t, score(t) * wave(t), 0.15 * score(t))))
        .dashed("θ⁴ + 14θ² + 15", theta().map(|t| (t, score(t))))
        .band("reparameterized", theta().map(|t| (t, 4.0 * wave(t), 0.4)))
        .dashed("4", theta().map(|t| (t, 4.0)))
        .log_y()
}

fn histogram() -> Histogram {
    let bell = |spread: f64, n: u32| {
        let mut state = Noise(7);
        (0..n).map(move |_| 4.0 + spread * (0..12).map(|_| state.next() - 0.5).sum::<f64>())
    };
    Histogram::new("estimate at θ = 2", 60)
        .title("Samples of both")
        .samples("score function", bell(9.3, 20_000))
        .samples("reparameterized", bell(2.0, 20_000))
        .truth("2θ", 4.0)
}

/// Ten clouds of points, in two planes of one scale.
fn planes() -> Panels<'static> {
    let mut noise = Noise(3);
    let labels: Vec<_> = (0..5000).map(|i| (i % 10) as u8).collect();
    let mut cloud = |radius: f64, spread: f64| {
        Array2::from_shape_fn([labels.len(), 2], |(i, axis)| {
            let angle = f64::from(labels[i]) * 0.628;
            let center = radius * if axis == 0 { angle.cos() } else { angle.sin() };
            center + spread * (noise.next() + noise.next() + noise.next() - 1.5)
        })
    };
    let (wide, narrow) = (cloud(7.0, 2.5), cloud(1.4, 0.9));
    let plane = |title| Scatter::new("z₁", "z₂").title(title);
    let left = plane("autoencoder").points(&wide, &labels);
    let scale = 1.05 * left.radius();
    let right = plane("VAE").points(&narrow, &labels).circle(2.0).within(scale);
    Panels::row().with(left.within(scale).without_legend()).with(right)
}

/// A bell and a ring, on one scale.
fn densities() -> Panels<'static> {
    let plane = Plane { center: [0.0, 0.0], radius: 3.0, cells: 120 };
    let bell = |radius: f64, spread: f64| {
        let density = |z: ArrayView1<f64>| (-((z.dot(&z).sqrt() - radius) / spread).powi(2)).exp();
        plane.points().map_axis(Axis(1), density)
    };
    let map = |values: Array1<f64>| Heatmap::new("z₁", "z₂", plane, &values).darkest(1.0);
    let left = map(bell(0.0, 1.0)).title("a bell").without_legend();
    Panels::row().with(left).with(map(0.8 * bell(1.5, 0.4)).title("a ring"))
}

fn bars() -> Panels<'static> {
    let rates = |top: f64| (0..20).map(move |i| (top - 0.25 * f64::from(i)).max(0.01));
    let rate = Bars::new("latent dimension", "rate, nats").title("Rate of each dimension");
    let rate = rate.group("β = 1", rates(4.1)).group("β = 4", rates(2.2)).level("0.5", 0.5);
    let signed = Bars::new("parameter", "gradient").title("Of either sign");
    let names = ["w₁", "w₂", "b", "log σ²"];
    Panels::row().with(rate).with(signed.group("", [0.4, -1.1, 0.7, f64::NAN]).positions(names))
}

fn reconstructions() -> Sheet {
    let x = rings(10, |i| (i as f64 * 0.7, 0.0));
    let blurred = rings(10, |i| (i as f64 * 0.7 + 0.3, 0.3));
    Sheet::new([28, 28])
        .title("Test images, and what their codes tell")
        .columns((0..10).map(|label: i32| label.to_string()))
        .captioned("original", &x)
        .captioned("β = 1", &blurred)
        .group()
        .captioned("original", &x)
        .captioned("β = 4", &rings(10, |_| (2.0, 0.6)))
}

fn plane(progress: f64) -> Sheet {
    let z: Vec<_> = (0..12).map(|i| f64::from(i) / 2.75 - 2.0).collect();
    let upward: Vec<_> = z.iter().rev().copied().collect();
    let images = rings(144, |i| (progress * (z[i % 12] + 3.0), 0.2 * progress * upward[i / 12]));
    Sheet::new([28, 28]).title("Decoded plane").grid(12, &images).seamless().axes(
        ["z₁", "z₂"],
        &z,
        &upward,
    )
}

fn interpolations() -> Sheet {
    let row = |start: f64| rings(9, move |i| (start + 0.4 * i as f64, 0.0));
    let sheet = Sheet::new([28, 28]).title("Interpolations");
    sheet.captioned("3 → 8", &row(1.0)).captioned("1 → 7", &row(2.0))
}

/// Pictures of rings: their radius, and how blurred they are.
fn rings(n: usize, of: impl Fn(usize) -> (f64, f64)) -> Array2<f32> {
    Array2::from_shape_fn([n, 784], |(i, pixel)| {
        let (radius, blur) = of(i);
        let distance = ((pixel / 28) as f64 - 13.5).hypot((pixel % 28) as f64 - 13.5);
        (-((distance - 4.0 - radius) / (1.5 + blur)).powi(2)).exp() as f32
    })
}

/// Numbers that look random, from 0 to 1.
struct Noise(u32);

impl Noise {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(self.0 >> 8) / f64::from(1 << 24)
    }
}
