//! The parts of the page that depend on the run.

use super::curves;
use super::encode::{escape, image};
use super::ticks::{name, number};
use super::{Epoch, Image, Report};

/// Dimensions with a lower rate, in nats, are folded away; the decoder hardly reads them.
const USED: f64 = 0.01;
/// As are those beyond this many.
const MOST_SLIDERS: usize = 32;

/// What the figures beside the sliders are, where the rate of the model is something else.
const AGAINST_NORMAL: &str = "\
<p>Beside the sliders: the rate against N(0, 1) of each dimension, KL(q(zⱼ|x) ‖ N(0, 1)), with q taken as a normal \
distribution. The prior or the posterior of this model is another, and its rate is not the sum of these.</p>
";

/// −ELBO as the sum that it is, of the last epoch's test.
pub fn bound(epochs: &[Epoch]) -> String {
    let Some(Epoch { test, .. }) = epochs.last() else { return String::new() };
    let term = |name: &str, value: f64, meaning: &str| {
        format!(
            "<div><dt>{name}</dt><dd>{}</dd><dd class=\"meaning\">{meaning}</dd></div>",
            number(value, 2)
        )
    };
    format!(
        "<dl class=\"bound\">{}<span aria-hidden=\"true\">=</span>{}<span aria-hidden=\"true\">+</span>{}</dl>",
        term("−ELBO", test.loss(), "nats per test image, a bound on −log p(x)"),
        term("distortion", test.distortion, "−log p(x|z), what the code fails to tell"),
        term("rate", test.rate, "KL(q(z|x) ‖ p(z)), what the code costs"),
    )
}

/// Names and values.
pub fn facts(facts: &[(String, String)]) -> String {
    let fact = |(name, value): &(String, String)| {
        format!("<div><dt>{}</dt><dd>{}</dd></div>\n", escape(name), escape(value))
    };
    facts.iter().map(fact).collect()
}

/// What there is to explore.
pub fn introduction(report: &Report) -> &'static str {
    match report.axes() {
        None => {
            "The code has one dimension. Move its slider: the decoder runs in this page and draws what it expects there, E[x|z]."
        }
        Some(_) if report.rates.len() == 2 => {
            "Each dot is a test image, at the mean of its posterior q(z|x). Move the point, with the pointer or the arrow \
             keys: the decoder runs in this page and draws what it expects there, E[x|z]. The circles are one, two and \
             three deviations of N(0, I)."
        }
        Some(_) => {
            "Each dot is a test image, at the mean of its posterior q(z|x), in the plane of the two dimensions that carry \
             most. Move the point there, with the pointer or the arrow keys, or in any dimension with its slider: the \
             decoder runs in this page and draws what it expects there, E[x|z]. The circles are one, two and three \
             deviations of N(0, I)."
        }
    }
}

/// For a conditional decoder, a choice of the label that it is told.
pub fn condition(classes: usize) -> String {
    if classes == 0 {
        return String::new();
    }
    let options: String = (0..classes).map(|y| format!("<option>{y}</option>")).collect();
    format!("<label>label <select id=\"label\">{options}</select></label>\n")
}

/// The test images, of which one may be chosen.
pub fn choices(report: &Report) -> String {
    let choice = |(i, shown): (usize, &Image)| {
        let picture = image(&shown.pixels, report.size, &description(i, shown));
        format!("<label><input type=\"radio\" name=\"image\" value=\"{i}\">{picture}</label>\n")
    };
    report.images.iter().enumerate().map(choice).collect()
}

fn description(i: usize, image: &Image) -> String {
    format!("test image {}, of class {}", i + 1, image.label)
}

/// A slider for each dimension of z, those with the highest rate first.
pub fn sliders(report: &Report) -> String {
    let order = report.by_rate();
    let used = order.iter().take_while(|&&j| report.rates[j] >= USED).count();
    let (shown, folded) = order.split_at(used.clamp(1, MOST_SLIDERS).min(order.len()));
    let rows = |dimensions: &[usize]| -> String {
        dimensions.iter().map(|&j| slider(report, j)).collect()
    };
    let note = if report.rate_is_a_sum { "" } else { AGAINST_NORMAL };
    let mut html = format!("{note}<div class=\"sliders\">\n{}</div>", rows(shown));
    if !folded.is_empty() {
        html += &format!(
            "\n<details><summary>{} more, of a {} up to {} nats</summary>\n<div class=\"sliders\">\n{}</div></details>",
            folded.len(),
            rate_name(report),
            number(report.rates[folded[0]], 3),
            rows(folded)
        );
    }
    html
}

/// What the figures by dimension are called.
fn rate_name(report: &Report) -> &'static str {
    if report.rate_is_a_sum { "rate" } else { "rate against N(0, 1)" }
}

fn slider(report: &Report, dimension: usize) -> String {
    let (name, reach, rate) = (name(dimension), report.reach(), report.rates[dimension]);
    let of = rate_name(report);
    let highest = report.rates.iter().fold(1e-9, |highest: f64, &rate| highest.max(rate));
    format!(
        "<div class=\"slider\" data-dimension=\"{dimension}\">\
         <label for=\"z{dimension}\">{name}</label>\
         <span class=\"track\"><span class=\"posterior\" hidden></span>\
         <input id=\"z{dimension}\" type=\"range\" min=\"-{reach}\" max=\"{reach}\" step=\"0.01\" value=\"0\"></span>\
         <output for=\"z{dimension}\">0.00</output>\
         <span class=\"rate\" title=\"{of} of {name}\"><i style=\"width:{:.1}%\"></i>{} nats</span></div>\n",
        (100.0 * rate / highest).max(0.0),
        number(rate, 2),
    )
}

/// The figures of all epochs: three charts, and a table for those who want the numbers.
pub fn curves(epochs: &[Epoch]) -> String {
    if epochs.is_empty() {
        return "<p>The figures of its epochs are not known.</p>".to_owned();
    }
    let row = |Epoch { number: epoch, train, test }: &Epoch| {
        let figures = [train, test].map(|t| [t.loss(), t.distortion, t.rate]);
        let cells = figures.iter().flatten().map(|&x| format!("<td>{}</td>", number(x, 2)));
        format!("<tr><th scope=\"row\">{epoch}</th>{}</tr>\n", cells.collect::<String>())
    };
    let title =
        "<th scope=\"col\">−ELBO</th><th scope=\"col\">distortion</th><th scope=\"col\">rate</th>";
    format!(
        "<div class=\"charts\">\n{}</div>\n\
         <details><summary>The same as a table</summary><div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Figures of the epochs\"><table>\n\
         <thead><tr><th rowspan=\"2\" scope=\"col\">epoch</th><th colspan=\"3\" scope=\"colgroup\">train</th>\
         <th colspan=\"3\" scope=\"colgroup\">test</th></tr><tr>{title}{title}</tr></thead>\n<tbody>{}</tbody></table></div></details>",
        curves::charts(epochs),
        epochs.iter().map(row).collect::<String>(),
    )
}

/// Each test image over its reconstruction.
pub fn reconstructions(report: &Report) -> String {
    let pair = |(i, shown): (usize, &Image)| {
        let original = image(&shown.pixels, report.size, &description(i, shown));
        let reconstruction = image(&shown.reconstruction, report.size, "its reconstruction");
        format!("<div>{original}{reconstruction}</div>\n")
    };
    report.images.iter().enumerate().map(pair).collect()
}

/// Images of the prior.
pub fn samples(report: &Report) -> String {
    report.samples.iter().map(|pixels| image(pixels, report.size, "") + "\n").collect()
}
