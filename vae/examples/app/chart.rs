//! `loss.png`: the figures of all epochs as curves.

use std::io::Cursor;

use anyhow::{Context, Result, anyhow};
use image::{ImageFormat, RgbImage};
use plotters::prelude::*;
use plotters::style::{FontStyle, register_font};

use super::metrics::Epoch;
use vae::Evaluation;

/// Width and height of the picture, in pixels.
const SIZE: (u32, u32) = (1200, 750);
/// The font is compiled in: which fonts a machine has makes no difference.
const FONT: &str = "DejaVu Sans";
const INK: RGBColor = RGBColor(60, 60, 60);

/// A quantity, its name and its color; the colors can be told apart by color-blind readers (Okabe & Ito 2008).
type Quantity = (&'static str, RGBColor, fn(&Evaluation) -> f64);
const QUANTITIES: [Quantity; 3] = [
    ("−ELBO", RGBColor(0, 114, 178), Evaluation::loss),
    ("distortion", RGBColor(213, 94, 0), Evaluation::distortion),
    ("rate", RGBColor(0, 158, 115), Evaluation::rate),
];

/// The chart as a PNG file: −ELBO, distortion and rate, strong in test and pale in training.
pub fn loss(epochs: &[Epoch]) -> Result<Vec<u8>> {
    register_font(FONT, FontStyle::Normal, dejavu::sans::regular())
        .map_err(|_| anyhow!("the embedded font cannot be read"))?;
    let mut pixels = vec![255; (SIZE.0 * SIZE.1 * 3) as usize];
    draw(epochs, &mut pixels).context("the loss curve cannot be drawn")?;

    let picture = RgbImage::from_raw(SIZE.0, SIZE.1, pixels).expect("three bytes a pixel");
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, ImageFormat::Png)?;
    Ok(file.into_inner())
}

fn draw(epochs: &[Epoch], pixels: &mut [u8]) -> Result<()> {
    let root = BitMapBackend::with_buffer(pixels, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let highest = epochs.iter().flat_map(|e| [e.train.loss(), e.test.loss()]).fold(1.0, f64::max);
    let mut chart = ChartBuilder::on(&root)
        .margin(24)
        .x_label_area_size(56)
        .y_label_area_size(76)
        .build_cartesian_2d(0..epochs.len(), 0.0..1.08 * highest)?;
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
        .draw()?;

    for (name, color, of) in QUANTITIES {
        let curve = |split: fn(&Epoch) -> &Evaluation| {
            epochs.iter().map(move |epoch| (epoch.number, of(split(epoch))))
        };
        let strong = color.stroke_width(3);
        let pale = color.mix(0.4).stroke_width(2);
        chart
            .draw_series(LineSeries::new(curve(|e| &e.train), pale).point_size(3))?
            .label(format!("{name}, train"))
            .legend(move |at| key(at, pale));
        chart
            .draw_series(LineSeries::new(curve(|e| &e.test), strong).point_size(4))?
            .label(format!("{name}, test"))
            .legend(move |at| key(at, strong));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperRight)
        .label_font((FONT, 18).into_font().color(&INK))
        .background_style(WHITE.mix(0.85))
        .draw()?;
    root.present()?;
    Ok(())
}

/// The line beside a name in the legend.
fn key((x, y): (i32, i32), style: ShapeStyle) -> PathElement<(i32, i32)> {
    PathElement::new([(x, y), (x + 24, y)], style)
}
