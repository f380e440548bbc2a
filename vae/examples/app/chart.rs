//! `loss.png`: the figures of all epochs as curves.

use anyhow::{Context, Result, anyhow};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontStyle, register_font};
use png::ColorType;
use vae::Evaluation;

use super::metrics::Epoch;
use super::png::encode;

/// Width and height of the picture, in pixels, and the width of the legend beside the curves.
const SIZE: [u32; 2] = [1200, 720];
const LEGEND: u32 = 220;
/// The font is compiled in: which fonts a machine has makes no difference.
const FONT: &str = "DejaVu Sans";
const INK: RGBColor = RGBColor(60, 60, 60);

/// A quantity, its name and its color.
type Quantity = (&'static str, RGBColor, fn(&Evaluation) -> f64);

/// What is drawn, in colors that all eyes can tell apart (Okabe & Ito 2008).
const QUANTITIES: [Quantity; 3] = [
    ("−ELBO", RGBColor(0, 114, 178), Evaluation::loss),
    ("distortion", RGBColor(213, 94, 0), Evaluation::distortion),
    ("rate", RGBColor(0, 158, 115), Evaluation::rate),
];

/// The chart as a PNG file: −ELBO, distortion and rate, pale in training and full in test.
pub fn loss(epochs: &[Epoch]) -> Result<Vec<u8>> {
    register_font(FONT, FontStyle::Normal, dejavu::sans::regular())
        .map_err(|_| anyhow!("the embedded font cannot be read"))?;
    let mut pixels = vec![255; (3 * SIZE[0] * SIZE[1]) as usize];
    draw(epochs, &mut pixels).context("the loss curve cannot be drawn")?;
    encode(SIZE.map(|side| side as usize), ColorType::Rgb, &pixels)
}

fn draw(epochs: &[Epoch], pixels: &mut [u8]) -> Result<()> {
    let root = BitMapBackend::with_buffer(pixels, SIZE.into()).into_drawing_area();
    let highest = epochs.iter().flat_map(|e| [e.train.loss(), e.test.loss()]).fold(0.0, f64::max);
    let first = 1.min(epochs.len() - 1); // an axis needs two ends, even for one epoch
    let mut chart = ChartBuilder::on(&root)
        .margin(24)
        .margin_right(LEGEND)
        .x_label_area_size(56)
        .y_label_area_size(76)
        .build_cartesian_2d(first..epochs.len(), 0.0..1.05 * highest)?;

    let digits = if highest < 10.0 { 2 } else { 0 };
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(BLACK.mix(0.1))
        .axis_style(INK)
        .label_style((FONT, 18).into_font().color(&INK))
        .axis_desc_style((FONT, 20).into_font().color(&INK))
        .x_desc("epoch")
        .y_desc("nats per image")
        .y_label_formatter(&|nats| format!("{nats:.digits$}"))
        .draw()?;

    let mut legend = Legend { root: &root, lines: 0 };
    for (name, color, of) in QUANTITIES {
        let train = epochs.iter().map(|epoch| (epoch.number, of(&epoch.train)));
        let test = epochs.iter().map(|epoch| (epoch.number, of(&epoch.test)));
        let (pale, full) = (pale(color).stroke_width(2), color.stroke_width(3));
        chart.draw_series(LineSeries::new(train, pale.filled()).point_size(4))?;
        chart.draw_series(LineSeries::new(test, full.filled()).point_size(4))?;
        legend.add(&format!("{name}, test"), full)?;
        legend.add(&format!("{name}, train"), pale)?;
    }
    root.present()?;
    Ok(())
}

/// The names of the curves, beside them: over them, a legend would cover some.
struct Legend<'a, 'b> {
    root: &'a DrawingArea<BitMapBackend<'b>, Shift>,
    lines: i32,
}

impl Legend<'_, '_> {
    fn add(&mut self, name: &str, style: ShapeStyle) -> Result<()> {
        let (left, y) = ((SIZE[0] - LEGEND) as i32 + 28, 40 + 28 * self.lines);
        self.root.draw(&PathElement::new([(left, y), (left + 28, y)], style))?;
        let text = (FONT, 18).into_font().color(&INK).pos(Pos::new(HPos::Left, VPos::Center));
        let drop = 3; // from the middle of the line to the middle of its small letters
        self.root.draw(&Text::new(name, (left + 38, y + drop), text))?;
        self.lines += 1;
        Ok(())
    }
}

/// The color, two parts in five, on white.
fn pale(RGBColor(r, g, b): RGBColor) -> RGBColor {
    let [r, g, b] = [r, g, b].map(|channel| 255 - (255 - channel) / 5 * 2);
    RGBColor(r, g, b)
}
