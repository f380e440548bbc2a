//! The report: one HTML file that shows what a model has learned, with the decoder in it.
//!
//! | file | what it makes |
//! |---|---|
//! | `page.html`, `style/`, `explorer.js` | the page, its looks, and the script that runs the decoder |
//! | `sections.rs` | the parts of the page that depend on the run |
//! | `curves.rs`, `plane.rs`, `ticks.rs` | the figures of the epochs and the codes of the test images, as SVG |
//! | `network.rs` | the decoder as layers that the script computes |
//! | `encode.rs` | text, numbers and images such that HTML and JavaScript read them as what they are |
//!
//! Nothing is fetched: the page works from a file, without a network, and the same report is the same bytes.

mod curves;
mod encode;
mod network;
mod plane;
mod sections;
pub mod ticks;

pub use network::{Layer, Network};

use serde_json::json;

use encode::{escape, numbers, script_data};

/// All that the page shows.
pub struct Report {
    /// What the model is, in a line.
    pub title: String,
    /// What else there is to know about the run, each with its name.
    pub facts: Vec<(String, String)>,
    /// The figures of each epoch, the first one first.
    pub epochs: Vec<Epoch>,
    /// Rows and columns of an image.
    pub size: [usize; 2],
    /// Test images to choose from.
    pub images: Vec<Image>,
    /// Images decoded from codes of the prior.
    pub samples: Vec<Vec<u8>>,
    /// Where test images are in the latent space.
    pub codes: Vec<Code>,
    /// KL(q(zⱼ|x) ‖ N(0, 1)) of each latent dimension, the mean over test images, in nats.
    pub rates: Vec<f64>,
    /// Whether the model's rate is their sum; else they are against N(0, 1), which is then said beside them.
    pub rate_is_a_sum: bool,
    /// Labels from which a conditional decoder is told one, after z; 0 for any other decoder.
    pub classes: usize,
    /// From z to E[x|z].
    pub decoder: Network,
}

/// The figures of one epoch.
#[derive(Clone, Copy)]
pub struct Epoch {
    /// 1 for the first.
    pub number: usize,
    /// Means over the epoch's steps.
    pub train: Terms,
    /// Means over the test images after the epoch.
    pub test: Terms,
}

/// The terms of −ELBO, in nats per image.
#[derive(Clone, Copy)]
pub struct Terms {
    /// −log p(x|z).
    pub distortion: f64,
    /// KL(q(z|x) ‖ p(z)).
    pub rate: f64,
}

impl Terms {
    /// −ELBO, their sum.
    pub fn loss(&self) -> f64 {
        self.distortion + self.rate
    }
}

/// A test image, its posterior q(z|x) = N(mean, diag deviation²), and what its mean decodes to.
pub struct Image {
    /// The intensity of each pixel, row by row.
    pub pixels: Vec<u8>,
    /// What it shows.
    pub label: u8,
    /// μ(x), one number for each latent dimension.
    pub mean: Vec<f32>,
    /// σ(x), as many.
    pub deviation: Vec<f32>,
    /// E[x|z] at z = μ(x).
    pub reconstruction: Vec<u8>,
}

/// Where a test image is: the mean of its posterior.
pub struct Code {
    /// μ(x), one number for each latent dimension.
    pub mean: Vec<f32>,
    /// What the image shows.
    pub label: u8,
}

/// The style sheets, in the order in which later rules override earlier ones.
const STYLE: [&str; 6] = [
    include_str!("style/colors.css"),
    include_str!("style/page.css"),
    include_str!("style/explorer.css"),
    include_str!("style/controls.css"),
    include_str!("style/figures.css"),
    include_str!("style/phone.css"),
];

/// The page.
pub fn html(report: &Report) -> String {
    let parts = [
        ("title", escape(&report.title)),
        ("style", STYLE.concat()),
        ("look", if report.is_drawn_on_black() { "ink" } else { "photograph" }.to_owned()),
        ("bound", sections::bound(&report.epochs)),
        ("facts", sections::facts(&report.facts)),
        ("introduction", sections::introduction(report).to_owned()),
        ("plane", plane::svg(report)),
        ("condition", sections::condition(report.classes)),
        ("size", format!("width=\"{}\" height=\"{}\"", report.size[1], report.size[0])),
        ("choices", sections::choices(report)),
        ("sliders", sections::sliders(report)),
        ("curves", sections::curves(&report.epochs)),
        ("reconstructions", sections::reconstructions(report)),
        ("samples", sections::samples(report)),
        ("data", script_data(&report.script_data())),
        ("script", include_str!("explorer.js").to_owned()),
    ];
    fill(include_str!("page.html"), &parts)
}

impl Report {
    /// Dimensions of z.
    fn latent(&self) -> usize {
        self.rates.len()
    }

    /// The dimensions of z, those with the highest rate first.
    fn by_rate(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.latent()).collect();
        order.sort_by(|&i, &j| self.rates[j].total_cmp(&self.rates[i]));
        order
    }

    /// The dimensions that span the plane: the two with the highest rate. None, if there is but one.
    fn axes(&self) -> Option<[usize; 2]> {
        let order = self.by_rate();
        (order.len() > 1).then(|| [order[0].min(order[1]), order[0].max(order[1])])
    }

    /// What each dimension of z is shown up to, on both sides of 0: three deviations of the prior, or as far as there are codes.
    fn reach(&self) -> f64 {
        let codes = self.codes.iter().map(|code| &code.mean);
        let means = codes.chain(self.images.iter().map(|image| &image.mean)).flatten();
        let farthest = means.filter(|z| z.is_finite()).fold(0.0, |far: f32, z| far.max(z.abs()));
        (2.0 * f64::from(farthest)).ceil().max(6.0) / 2.0
    }

    /// Whether most of what the images show is black: then it is ground to draw on, and takes the color of the page.
    fn is_drawn_on_black(&self) -> bool {
        let pixels = || self.images.iter().flat_map(|image| &image.pixels);
        2 * pixels().filter(|&&pixel| pixel == 0).count() > pixels().count()
    }

    /// What the script reads.
    fn script_data(&self) -> serde_json::Value {
        let posterior = |image: &Image| {
            let (mean, deviation) = (numbers(&image.mean), numbers(&image.deviation));
            json!({ "label": image.label, "mean": mean, "deviation": deviation })
        };
        json!({
            "size": self.size,
            "latent": self.latent(),
            "reach": self.reach(),
            "axes": self.axes(),
            "classes": self.classes,
            "posteriors": self.images.iter().map(posterior).collect::<Vec<_>>(),
            "decoder": self.decoder.json(),
        })
    }
}

/// The template with its places, `{{name}}`, filled. What is filled in is not searched for places.
fn fill(template: &str, parts: &[(&str, String)]) -> String {
    let (mut page, mut rest) = (String::new(), template);
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) = after.split_once("}}").expect("a place ends");
        let (_, part) = parts.iter().find(|part| part.0 == name).expect("a place has its part");
        page += before;
        page += part;
        rest = after;
    }
    page + rest
}
