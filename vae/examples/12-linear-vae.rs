//! A VAE of which everything is known: with linear networks it must find the principal axes.
//!
//! The decoder x = W z + μ + s ε is probabilistic PCA, whose best likelihood, W and s² are functions of the eigenvalues λᵢ of
//! the data's covariance. The likelihood does not mind a rotation of W. The ELBO does: a diagonal q then costs
//!
//!     ½ [Σ ln Pⱼⱼ − ln|P|],   P = WᵀW/s² + I,
//!
//! so training ends at the likelihood of PCA *and* on its axes. Where s² is given, a direction with λᵢ ≤ s² must collapse: its
//! rate would cost more than the distortion that it saves. No optimizer is to blame.
//!
//! The loss is a parabola in x and in the noise of the codes. Its mean over all of both is that over any points with their mean
//! and covariance, here two on each axis: nothing random is left but the start.
//!
//! ```text
//! cargo run --release --example 12-linear-vae
//! ```
//!
//! Draws `12-linear-vae.png`: how many nats are missing as training proceeds, and the rates where s² is given; the principal
//! axes and what was found.
#![forbid(unsafe_code)]

use anyhow::{Result, ensure};
use autograd::Tensor;
use figures::{Bars, Curves, Example, Panels, Sheet};
use nalgebra::DMatrix;
use ndarray::{Array1, Array2};
use nn::schedule::Cosine;
use nn::{Adam, Optimizer};
use vae::data::Dataset;
use vae::{Likelihood, ProbabilisticPca, Vae};

const PIXELS: usize = 14 * 14;
const LATENT: usize = 8;

fn main() -> Result<()> {
    let example = Example::from_args();
    let pca = principal_components(&example);
    let best = pca.best_variance(LATENT);
    let learned = Trained::new(&pca, Likelihood::learned_gaussian(), &example);
    println!("s² is learned");
    learned.compare(&pca, best, example.quick)?;

    let variance = (pca.values()[3] * pca.values()[4]).sqrt();
    let given = Trained::new(&pca, Likelihood::Gaussian { variance }, &example);
    println!("\ns² is given, between λ₄ and λ₅");
    let known = given.compare(&pca, variance, example.quick)?;

    let best = pca.log_likelihood(LATENT, best);
    let missing = learned.path.iter().map(|&[step, bound, _]| (step, best - bound));
    let rotation = learned.path.iter().map(|&[step, _, cost]| (step, cost));
    let curves = Curves::new("step", "nats").log_y().title("s² learned");
    let curves = curves.line("log p(x) of PCA − ELBO", missing).line("lost to rotation", rotation);
    let bars = Bars::new("dimension", "rate, nats").title("s² between λ₄ and λ₅");
    let bars = bars.group("½ ln λᵢ/s², or 0", known).group("trained", given.rates);
    let picture = Panels::column().with(Panels::row().with(curves).with(bars));
    Ok(example.save("12-linear-vae.png", &picture.with(learned.sheet(&pca)))?)
}

/// Of the digits, in 14 × 14 pixels.
fn principal_components(example: &Example) -> ProbabilisticPca {
    let n = example.pick(10_000, 500);
    let images = Dataset::mnist_train().batch(&(0..n).collect::<Vec<_>>()).intensities::<f64>();
    let x = Tensor::from(images).reshape([n, 28, 28, 1]).avg_pool2d([2, 2]).reshape([n, PIXELS]);
    let mean = x.mean_axes([0]);
    let centered = x - &mean;
    let covariance = (centered.t().matmul(&centered) / n as f64).to_vec();
    // Of a covariance, singular values are eigenvalues, and come in order.
    let svd = DMatrix::from_vec(PIXELS, PIXELS, covariance).svd(true, false);
    let axes = svd.u.expect("asked for");
    let axes = Array2::from_shape_fn([PIXELS; 2], |place| axes[place]);
    ProbabilisticPca::new(mean, svd.singular_values.as_slice().to_vec(), axes)
}

/// What was found, the dimension of the largest rate first.
struct Trained {
    /// W, [latent, pixels].
    columns: Tensor<f64>,
    variance: f64,
    rates: Vec<f64>,
    /// Step, ELBO and what the rotation costs.
    path: Vec<[f64; 3]>,
}

impl Trained {
    fn new(pca: &ProbabilisticPca, likelihood: Likelihood<f64>, example: &Example) -> Self {
        // x̄ ± √n √λᵢ uᵢ and ± √n eⱼ, for n = d + q axes.
        let n = PIXELS + LATENT;
        let ends = Tensor::from(Array2::eye(n)) * (n as f64).sqrt();
        let ends = Tensor::concatenate(&[&ends, &-&ends], 0);
        let deviations = Array1::from_iter(pca.values().iter().map(|value| value.sqrt()));
        let root = Tensor::from((pca.axes() * &deviations).reversed_axes());
        let x = ends.narrow(1, 0..PIXELS).matmul(&root) + pca.mean();
        let noise = ends.narrow(1, PIXELS..n);
        let mut rng = example.stream(0);
        let mut vae = Vae::linear(&pca.mean().to_vec().into(), LATENT, likelihood, &mut rng);
        let schedule = Cosine::new(0.02, example.pick(6000, 20));
        let (mut adam, mut path) = (Adam::new(schedule.start), Vec::new());
        for step in 0..=schedule.steps {
            let loss = vae.elbo(&x, &noise).loss();
            if step % 10 == 0 {
                let cost = vae.linear_gaussian().approximation_gap().item();
                path.push([step as f64, -loss.item(), cost]);
            }
            adam.learning_rate = schedule.rate(step);
            adam.step(&mut vae, &loss.backward());
        }
        let found = vae.encode(&x).kl_to_standard_by_dimension().mean_axes([0]).to_vec();
        let mut order: Vec<_> = (0..LATENT).collect();
        order.sort_by(|&i, &j| found[j].total_cmp(&found[i]));
        let model = vae.linear_gaussian();
        let columns = model.weight().t().index_select(0, &order);
        let rates = order.into_iter().map(|i| found[i]).collect();
        Self { columns, variance: model.variance().item(), rates, path }
    }

    /// Prints what was found beside what is known for this s², and checks it. The known rates.
    fn compare(&self, pca: &ProbabilisticPca, s2: f64, quick: bool) -> Result<Vec<f64>> {
        println!("s² {:.6}, known {s2:.6}", self.variance);
        let known = pca.log_likelihood(LATENT, s2);
        let bound = self.path[self.path.len() - 1][1];
        println!("ELBO {bound:.6} nats, E log p(x) of PCA {known:.6}");
        ensure!(quick || (known - bound).abs() < 1e-4, "PCA's likelihood is not reached");
        println!("axis        λ   ½ ln λ/s²      rate   cosine of w and axis");
        let rates = pca.values()[..LATENT].iter().map(|value| (0.5 * (value / s2).ln()).max(0.0));
        for (i, (known, found)) in rates.clone().zip(&self.rates).enumerate() {
            let w = Array1::from_vec(self.columns.narrow(0, i..i + 1).to_vec());
            let cosine = w.dot(&pca.axes().column(i)).abs() / w.dot(&w).sqrt();
            let cosine = if known > 0.0 { cosine } else { f64::NAN };
            let (value, row) = (pca.values()[i], i + 1);
            let row = format!("{row:>4}{value:>9.4}{known:>12.4}{found:>10.4}{cosine:>23.6}");
            println!("{}", row.replace("NaN", "  —"));
            let right = (known - found).abs() < 1e-3 && (known == 0.0 || cosine > 0.999);
            ensure!(quick || right, "dimension {i} is not that of PCA");
        }
        Ok(rates.collect())
    }

    /// The axes, and the columns of W, whose signs are arbitrary.
    fn sheet(&self, pca: &ProbabilisticPca) -> Sheet {
        let axes = Tensor::from(pca.axes().clone()).narrow(1, 0..LATENT).t();
        let signs = (&axes * &self.columns).sum_axes([1]).insert_axis(1);
        let found = &self.columns * &signs / signs.abs();
        let shade = |rows: Tensor<f64>| &rows / rows.abs().max_axes([1]).insert_axis(1) * 0.5 + 0.5;
        let sheet = Sheet::new([14, 14]).captioned("axis", &shade(axes).value());
        sheet.captioned("column of W", &shade(found).value()).scale(14)
    }
}
