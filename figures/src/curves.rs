//! Quantities as lines over an axis.

use plotters::prelude::*;

use crate::axis::Axis;
use crate::canvas::{Canvas, FINE};
use crate::chart::{Chart, Entry, Plot, Sample, dashed};
use crate::color::{self, INK};
use crate::error::FigureError;
use crate::picture::Picture;

/// Width and height of what is within the axes.
const PLOT: [u32; 2] = [760, 540];
/// Series of at most so many points show each as a dot.
const FEW: usize = 30;

/// Named lines over an axis, with their closed forms and errors beside them.
///
/// Each [`line`](Self::line) has a color of its own; [`pale`](Self::pale) and [`dashed`](Self::dashed) have that of the
/// line before, to stand beside it. Where all x are integers, all ticks of their axis are. What is not finite, not
/// positive on a logarithmic axis, or out of range is left out, and the line has a gap there.
///
/// # Examples
/// ```
/// use figures::{Curves, Picture};
///
/// let epochs = [1.0, 2.0, 3.0];
/// let picture = Curves::new("epoch", "nats per image")
///     .line("−ELBO, test", epochs.into_iter().zip([130.0, 115.0, 110.0]))
///     .pale("−ELBO, train", epochs.into_iter().zip([160.0, 120.0, 112.0]))
///     .level("log p(x)", 97.1);
/// assert!(picture.draw()?.size()[0] > 900);
/// # Ok::<(), figures::FigureError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Curves {
    title: String,
    names: [String; 2],
    logarithmic: [bool; 2],
    y_range: Option<[f64; 2]>,
    series: Vec<Series>,
    colors: usize,
}

#[derive(Clone, Debug)]
struct Series {
    name: String,
    color: RGBColor,
    form: Form,
    /// x, y and the error of y.
    points: Vec<[f64; 3]>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Line,
    Pale,
    Dashed,
    Band,
    /// A dashed line from end to end, at one y.
    Level,
}

impl Curves {
    /// Axes with their names, and nothing between.
    pub fn new(x: impl Into<String>, y: impl Into<String>) -> Self {
        Self {
            title: String::new(),
            names: [x.into(), y.into()],
            logarithmic: [false; 2],
            y_range: None,
            series: Vec::new(),
            colors: 0,
        }
    }

    /// A line above the whole.
    pub fn title(self, title: impl Into<String>) -> Self {
        Self { title: title.into(), ..self }
    }

    /// A line through `points`, (x, y).
    pub fn line(
        self,
        name: impl Into<String>,
        points: impl IntoIterator<Item = (f64, f64)>,
    ) -> Self {
        self.next_color().add(name, Form::Line, exact(points))
    }

    /// A thinner and paler line in the color of the line before, such as training beside test.
    pub fn pale(
        self,
        name: impl Into<String>,
        points: impl IntoIterator<Item = (f64, f64)>,
    ) -> Self {
        self.add(name, Form::Pale, exact(points))
    }

    /// A dashed line in the color of the line before, such as a closed form beside what was measured.
    pub fn dashed(
        self,
        name: impl Into<String>,
        points: impl IntoIterator<Item = (f64, f64)>,
    ) -> Self {
        self.add(name, Form::Dashed, exact(points))
    }

    /// A line through `points`, (x, mean, error), and a band from mean − error to mean + error.
    pub fn band(
        self,
        name: impl Into<String>,
        points: impl IntoIterator<Item = (f64, f64, f64)>,
    ) -> Self {
        let points = points.into_iter().map(|(x, y, error)| [x, y, error]).collect();
        self.next_color().add(name, Form::Band, points)
    }

    /// A dashed dark line at `y`, from one end of the plot to the other.
    pub fn level(self, name: impl Into<String>, y: f64) -> Self {
        self.add(name, Form::Level, vec![[f64::NAN, y, 0.0]])
    }

    /// A logarithmic axis of x.
    pub fn log_x(mut self) -> Self {
        self.logarithmic[0] = true;
        self
    }

    /// A logarithmic axis of y.
    pub fn log_y(mut self) -> Self {
        self.logarithmic[1] = true;
        self
    }

    /// The axis of y from `low` to `high`, in place of one over all points.
    ///
    /// # Panics
    /// Unless `low` < `high`, and both are finite.
    #[track_caller]
    pub fn y_range(mut self, low: f64, high: f64) -> Self {
        assert!(low < high && (high - low).is_finite(), "y_range: {low} to {high}; must ascend");
        self.y_range = Some([low, high]);
        self
    }

    fn next_color(mut self) -> Self {
        self.colors += 1;
        self
    }

    fn add(mut self, name: impl Into<String>, form: Form, points: Vec<[f64; 3]>) -> Self {
        let color = match form {
            Form::Level => INK,
            Form::Pale => color::pale(color::line(self.colors.saturating_sub(1))),
            _ => color::line(self.colors.saturating_sub(1)),
        };
        self.series.push(Series { name: name.into(), color, form, points });
        self
    }

    fn axes(&self) -> Option<[Axis; 2]> {
        let points = || self.series.iter().flat_map(|series| &series.points);
        let x = Axis::over(points().map(|p| p[0]), self.logarithmic[0], 0.0)?;
        let counts = points().map(|p| p[0]).filter(|x| x.is_finite()).all(|x| x.fract() == 0.0);
        let x = if counts { x.with_integers() } else { x };
        let y = match self.y_range {
            Some([low, high]) => Axis::between(low, high, self.logarithmic[1]),
            None => {
                let ends = points().flat_map(|&[_, y, error]| [y - error, y, y + error]);
                Axis::over(ends, self.logarithmic[1], 0.04)?
            }
        };
        Some([x, y])
    }
}

fn exact(points: impl IntoIterator<Item = (f64, f64)>) -> Vec<[f64; 3]> {
    points.into_iter().map(|(x, y)| [x, y, 0.0]).collect()
}

impl Series {
    fn style(&self) -> ShapeStyle {
        let width = if matches!(self.form, Form::Line | Form::Band) { 3 } else { 2 };
        self.color.stroke_width(FINE * width)
    }

    fn entry(&self) -> Entry<'_> {
        let dashed = matches!(self.form, Form::Dashed | Form::Level);
        let sample = if dashed { Sample::Dashes } else { Sample::Line };
        Entry { name: &self.name, style: self.style(), sample }
    }

    fn draw(&self, chart: &mut Plot<'_, '_>, [x, y]: &[Axis; 2]) -> Result<(), FigureError> {
        if self.form == Form::Level {
            let line = x.ends().map(|end| (end, self.points[0][1]));
            if y.holds(line[0].1) {
                chart.draw_series([dashed(line.to_vec(), self.style())])?;
            }
            return Ok(());
        }
        let inside = |p: &[f64; 3]| x.holds(p[0]) && y.holds(p[1]);
        for run in self.points.split(|p| !inside(p)).filter(|run| !run.is_empty()) {
            let line: Vec<_> = run.iter().map(|p| (p[0], p[1])).collect();
            let [low, high] = y.ends();
            if self.form == Form::Band {
                let upper = run.iter().map(|p| (p[0], (p[1] + p[2]).clamp(low, high)));
                let lower = run.iter().rev().map(|p| (p[0], (p[1] - p[2]).clamp(low, high)));
                let outline: Vec<_> = upper.chain(lower).collect();
                chart.draw_series([Polygon::new(outline, self.color.mix(0.2))])?;
            }
            if self.form == Form::Dashed {
                chart.draw_series([dashed(line, self.style())])?;
                continue;
            }
            let dot = if self.points.len() <= FEW { 5 } else { 0 };
            // A run of one point is a dot in any case: there is no line to see.
            let dot = FINE * if run.len() == 1 { 5 } else { dot };
            chart.draw_series(LineSeries::new(line, self.style().filled()).point_size(dot))?;
        }
        Ok(())
    }
}

impl Picture for Curves {
    fn draw(&self) -> Result<Canvas, FigureError> {
        let axes = self.axes().ok_or(FigureError::Empty { what: "point with finite numbers" })?;
        let chart = Chart {
            title: &self.title,
            names: [&self.names[0], &self.names[1]],
            axes: axes.clone(),
            plot: PLOT,
            legend: self.series.iter().map(Series::entry).collect(),
        };
        chart.render(|chart| self.series.iter().try_for_each(|series| series.draw(chart, &axes)))
    }
}
