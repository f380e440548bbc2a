//! What every chart has: axes with names, a title above, and a legend beside it, where it covers nothing.

use std::vec;

use plotters::element::DashedPathElement;
use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use crate::axis::Axis;
use crate::canvas::{Area, Canvas, FINE};
use crate::color::INK;
use crate::error::FigureError;
use crate::text::{LABELS, TICKS, TITLE, font, widest, write};

/// What plotters draws on, in the numbers of the axes.
pub(crate) type Plot<'a, 'b> = ChartContext<'a, BitMapBackend<'b>, Cartesian2d<Axis, Axis>>;

/// The white around a chart, in pixels of the picture as the other sizes.
const MARGIN: u32 = 20;
/// The height of a line of the legend, and of the title.
const LINE: u32 = 34;
/// The width of a sample in the legend.
const SAMPLE: u32 = 32;

/// The frame of a chart.
pub(crate) struct Chart<'a> {
    pub title: &'a str,
    pub names: [&'a str; 2],
    pub axes: [Axis; 2],
    /// Width and height of what is within the axes.
    pub plot: [u32; 2],
    pub legend: Vec<Entry<'a>>,
}

/// A line of the legend.
pub(crate) struct Entry<'a> {
    pub name: &'a str,
    pub style: ShapeStyle,
    pub sample: Sample,
}

/// What stands for a series in the legend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sample {
    Line,
    Dashes,
    Dot,
    Box,
}

/// A dashed line.
pub(crate) fn dashed<C: Clone>(
    line: Vec<C>,
    style: ShapeStyle,
) -> DashedPathElement<vec::IntoIter<C>, u32> {
    DashedPathElement::new(line, FINE * 10, FINE * 6, style)
}

/// Where the plot begins, and the size of the whole.
struct Layout {
    left: u32,
    top: u32,
    size: [u32; 2],
}

impl Chart<'_> {
    /// Draws the axes and the legend, and between them whatever `draw` does.
    pub fn render(
        self,
        draw: impl FnOnce(&mut Plot<'_, '_>) -> Result<(), FigureError>,
    ) -> Result<Canvas, FigureError> {
        let layout = self.layout()?;
        Canvas::smooth(layout.size.map(|side| side as usize), |area| {
            self.legend(area, &layout)?;
            self.title(area, &layout)?;
            let [width, height] = layout.size.map(|side| FINE * side);
            let mut chart = ChartBuilder::on(area)
                .margin_left(FINE * MARGIN)
                .margin_top(FINE * layout.top)
                .margin_bottom(FINE * MARGIN)
                .margin_right(width - FINE * (layout.left + self.plot[0]))
                .x_label_area_size(height - FINE * (layout.top + self.plot[1] + MARGIN))
                .y_label_area_size(FINE * (layout.left - MARGIN))
                .build_cartesian_2d(self.axes[0].clone(), self.axes[1].clone())?;
            self.mesh(&mut chart)?;
            draw(&mut chart)
        })
    }

    fn layout(&self) -> Result<Layout, FigureError> {
        let left = MARGIN + LABELS + 28 + widest(self.axes[1].labels(), TICKS)?;
        let top = MARGIN + if self.title.is_empty() { 0 } else { LINE + 8 };
        let bottom = MARGIN + LABELS + TICKS + 26;
        let names = self.legend.iter().map(|entry| entry.name);
        let legend = match widest(names, TICKS)? {
            0 => MARGIN,
            names => 24 + SAMPLE + 12 + names + MARGIN,
        };
        let height = self.plot[1].max(LINE * self.legend.len() as u32);
        let size = [left + self.plot[0] + legend, top + height + bottom];
        Ok(Layout { left, top, size })
    }

    fn mesh(&self, chart: &mut Plot<'_, '_>) -> Result<(), FigureError> {
        let text = |size| Ok::<_, FigureError>(font(FINE * size)?.color(&INK));
        chart
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(BLACK.mix(0.1).stroke_width(FINE))
            .axis_style(INK.stroke_width(FINE))
            .set_all_tick_mark_size(FINE * 5)
            // The middle of a digit is below that of its line.
            .y_label_offset(FINE as i32 * 3)
            .label_style(text(TICKS)?)
            .axis_desc_style(text(LABELS)?)
            .x_desc(self.names[0])
            .y_desc(self.names[1])
            .draw()?;
        Ok(())
    }

    fn title(&self, area: &Area<'_>, layout: &Layout) -> Result<(), FigureError> {
        let middle = [layout.left + self.plot[0] / 2, MARGIN + LINE / 2 - 4];
        write(area, self.title, TITLE, middle.map(|place| place as usize), HPos::Center)
    }

    fn legend(&self, area: &Area<'_>, layout: &Layout) -> Result<(), FigureError> {
        let fine = |length: u32| (FINE * length) as i32;
        let left = fine(layout.left + self.plot[0] + 24);
        for (i, entry) in self.legend.iter().enumerate() {
            let y = fine(layout.top + LINE / 2 + LINE * i as u32);
            let (right, middle) = (left + fine(SAMPLE), left + fine(SAMPLE / 2));
            let line = vec![(left, y), (right, y)];
            match entry.sample {
                Sample::Line => area.draw(&PathElement::new(line, entry.style))?,
                Sample::Dashes => area.draw(&dashed(line, entry.style))?,
                Sample::Dot => area.draw(&Circle::new((middle, y), fine(8), entry.style))?,
                Sample::Box => {
                    let half = fine(9);
                    let corners = [(middle - half, y - half), (middle + half, y + half)];
                    area.draw(&Rectangle::new(corners, entry.style))?;
                }
            }
            // A little lower than the sample: the middle of small letters is below that of the line.
            let at = [right + fine(12), y + fine(2)].map(|place| place as usize / FINE as usize);
            write(area, entry.name, TICKS, at, HPos::Left)?;
        }
        Ok(())
    }
}
