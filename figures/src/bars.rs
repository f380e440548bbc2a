//! Amounts as bars.

use plotters::prelude::*;

use crate::axis::Axis;
use crate::canvas::{Canvas, FINE};
use crate::chart::{Chart, Entry, Sample, dashed};
use crate::color::{self, INK};
use crate::error::FigureError;
use crate::picture::Picture;

/// Width and height of what is within the axes.
const PLOT: [u32; 2] = [760, 540];
/// Positions up to this many each have a tick.
const MANY: usize = 24;

/// Bars from zero: one at each position for each group.
///
/// A bar that is not finite is left out.
///
/// # Examples
/// ```
/// use figures::{Bars, Picture};
///
/// let picture = Bars::new("latent dimension", "rate, nats")
///     .group("β = 1", [2.1, 1.3, 0.0])
///     .group("β = 4", [1.2, 0.1, 0.0]);
/// assert!(picture.draw()?.size()[0] > 900);
/// # Ok::<(), figures::FigureError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Bars {
    title: String,
    names: [String; 2],
    positions: Vec<String>,
    groups: Vec<(String, Vec<f64>)>,
    levels: Vec<(String, f64)>,
    stacked: bool,
}

impl Bars {
    /// Axes with their names, and nothing between. The positions are numbered from 1.
    pub fn new(x: impl Into<String>, y: impl Into<String>) -> Self {
        Self {
            title: String::new(),
            names: [x.into(), y.into()],
            positions: Vec::new(),
            groups: Vec::new(),
            levels: Vec::new(),
            stacked: false,
        }
    }

    /// A line above the whole.
    pub fn title(self, title: impl Into<String>) -> Self {
        Self { title: title.into(), ..self }
    }

    /// A bar at each position, in a color of its own; an empty name is not in the legend.
    pub fn group(
        mut self,
        name: impl Into<String>,
        heights: impl IntoIterator<Item = f64>,
    ) -> Self {
        self.groups.push((name.into(), heights.into_iter().collect()));
        self
    }

    /// The bars of a position one above the other, each from the end of the one before: amounts that add up.
    pub fn stacked(self) -> Self {
        Self { stacked: true, ..self }
    }

    /// Names of the positions, in place of numbers.
    pub fn positions<S: Into<String>>(self, names: impl IntoIterator<Item = S>) -> Self {
        Self { positions: names.into_iter().map(Into::into).collect(), ..self }
    }

    /// A dashed dark line at `y`, from one end of the plot to the other.
    pub fn level(mut self, name: impl Into<String>, y: f64) -> Self {
        self.levels.push((name.into(), y));
        self
    }

    fn len(&self) -> usize {
        self.groups.iter().map(|(_, heights)| heights.len()).max().unwrap_or(0)
    }

    fn axes(&self) -> Option<[Axis; 2]> {
        let n = self.len();
        let every = n.div_ceil(MANY).max(1);
        let name = |i: usize| self.positions.get(i).cloned().unwrap_or((i + 1).to_string());
        let ticks = (0..n).step_by(every).map(|i| (i as f64 + 1.0, name(i))).collect();
        let x = Axis::between(0.4, n as f64 + 0.6, false).with_ticks(ticks);

        let heights = self.spans().into_iter().flatten().map(|[_, end]| end);
        let levels = self.levels.iter().map(|&(_, level)| level);
        let finite = heights.clone().any(f64::is_finite);
        let [low, high] = Axis::over(heights.chain(levels).chain([0.0]), false, 0.0)?.ends();
        let air = 0.05 * (high - low);
        let y = Axis::between(if low < 0.0 { low - air } else { 0.0 }, high + air, false);
        finite.then_some([x, y])
    }

    /// Where each bar begins and ends, for each group.
    fn spans(&self) -> Vec<Vec<[f64; 2]>> {
        let mut starts = vec![0.0; self.len()];
        let mut bar = |(start, &height): (&mut f64, &f64)| {
            let span = [*start, *start + height];
            if self.stacked && height.is_finite() {
                *start = span[1];
            }
            span
        };
        let mut group = |heights: &Vec<f64>| starts.iter_mut().zip(heights).map(&mut bar).collect();
        self.groups.iter().map(|(_, heights)| group(heights)).collect()
    }

    fn legend(&self) -> Vec<Entry<'_>> {
        let groups = self.groups.iter().enumerate().filter(|(_, (name, _))| !name.is_empty());
        let levels = self.levels.iter();
        groups
            .map(|(i, (name, _))| (name, color::line(i).filled(), Sample::Box))
            .chain(levels.map(|(name, _)| (name, INK.stroke_width(FINE * 2), Sample::Dashes)))
            .map(|(name, style, sample)| Entry { name, style, sample })
            .collect()
    }
}

impl Picture for Bars {
    fn draw(&self) -> Result<Canvas, FigureError> {
        let axes = self.axes().ok_or(FigureError::Empty { what: "bar with a finite height" })?;
        let ends = axes[0].ends();
        let chart = Chart {
            title: &self.title,
            names: [&self.names[0], &self.names[1]],
            axes,
            plot: PLOT,
            legend: self.legend(),
        };
        chart.render(|chart| {
            let width = 0.8 / if self.stacked { 1.0 } else { self.groups.len() as f64 };
            for (group, spans) in self.spans().iter().enumerate() {
                let column = if self.stacked { 0.0 } else { group as f64 };
                let left = |i: usize| i as f64 + 0.6 + column * width;
                let bars = spans.iter().enumerate().filter(|(_, [_, end])| end.is_finite());
                let style = color::line(group).filled();
                chart.draw_series(bars.map(|(i, &[start, end])| {
                    Rectangle::new([(left(i), start), (left(i) + width, end)], style)
                }))?;
            }
            let zero = PathElement::new(ends.map(|x| (x, 0.0)), INK.stroke_width(FINE));
            chart.draw_series([zero])?;
            for &(_, level) in self.levels.iter().filter(|(_, level)| level.is_finite()) {
                let line = ends.map(|x| (x, level)).to_vec();
                chart.draw_series([dashed(line, INK.stroke_width(FINE * 2))])?;
            }
            Ok(())
        })
    }
}
