//! Points of a plane, colored by digit.

use ndarray::{ArrayRef, Dimension, Ix2};
use plotters::prelude::*;

use crate::axis::Axis;
use crate::canvas::{Canvas, FINE};
use crate::chart::{Chart, Entry, Sample};
use crate::color::{INK, TEN};
use crate::error::FigureError;
use crate::picture::Picture;

/// Width and height of what is within the axes: one scale for both.
const PLOT: [u32; 2] = [620, 620];

/// Points in a plane, each in the color of its label, in a square with one scale for both axes.
///
/// Points that are not finite are left out, and with [`within`](Self::within) those outside of the square.
///
/// # Examples
/// ```
/// use figures::{Picture, Scatter};
/// use ndarray::array;
///
/// let codes = array![[0.3, -1.2], [2.0, 0.4]];
/// let picture = Scatter::new("z₁", "z₂").points(&codes, &[3, 8]).circle(2.0);
/// assert!(picture.draw()?.size()[0] > 700);
/// # Ok::<(), figures::FigureError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Scatter {
    title: String,
    names: [String; 2],
    points: Vec<(f64, f64, u8)>,
    outlines: Vec<Vec<(f64, f64)>>,
    radius: Option<f64>,
    legend: bool,
}

impl Scatter {
    /// Axes with their names, and nothing between.
    pub fn new(x: impl Into<String>, y: impl Into<String>) -> Self {
        Self {
            title: String::new(),
            names: [x.into(), y.into()],
            points: Vec::new(),
            outlines: Vec::new(),
            radius: None,
            legend: true,
        }
    }

    /// A line above the whole.
    pub fn title(self, title: impl Into<String>) -> Self {
        Self { title: title.into(), ..self }
    }

    /// Points [n, 2], each with a label from 0 to 9 that gives it its color.
    ///
    /// # Panics
    /// Unless `points` is [n, 2] with as many labels, all from 0 to 9.
    #[track_caller]
    pub fn points<T: Copy + Into<f64>, D: Dimension>(
        mut self,
        points: &ArrayRef<T, D>,
        labels: &[u8],
    ) -> Self {
        let shape = points.shape();
        assert!(
            shape == [labels.len(), 2],
            "points: points is {shape:?} with {} labels; must be [n, 2] with n labels",
            labels.len()
        );
        assert!(labels.iter().all(|&label| label < 10), "points: labels must be from 0 to 9");
        let points = points.view().into_dimensionality::<Ix2>().expect("two axes, see above");
        for (point, &label) in points.outer_iter().zip(labels) {
            self.points.push((point[0].into(), point[1].into(), label));
        }
        self
    }

    /// A dark line through points of the plane.
    pub fn outline(mut self, line: impl IntoIterator<Item = (f64, f64)>) -> Self {
        self.outlines.push(line.into_iter().collect());
        self
    }

    /// A dark circle around the origin.
    pub fn circle(self, radius: f64) -> Self {
        let angles = (0..=180).map(|i| f64::from(i).to_radians() * 2.0);
        self.outline(angles.map(|angle| (radius * angle.cos(), radius * angle.sin())))
    }

    /// Shows |x|, |y| ≤ `radius`, in place of the smallest square around the points: for panels on one scale.
    ///
    /// # Panics
    /// Unless `radius` is positive and finite.
    #[track_caller]
    pub fn within(mut self, radius: f64) -> Self {
        assert!(radius > 0.0 && radius.is_finite(), "within: {radius}; must be positive");
        self.radius = Some(radius);
        self
    }

    /// The largest |x| or |y| of a point, 0 without points.
    pub fn radius(&self) -> f64 {
        let sides = self.points.iter().flat_map(|&(x, y, _)| [x.abs(), y.abs()]);
        sides.filter(|side| side.is_finite()).fold(0.0, f64::max)
    }

    /// Leaves the legend away, as in all panels but the last of a row.
    pub fn without_legend(self) -> Self {
        Self { legend: false, ..self }
    }

    fn axes(&self) -> Option<[Axis; 2]> {
        if let Some(radius) = self.radius {
            return Some([(); 2].map(|()| Axis::between(-radius, radius, false)));
        }
        let lines = self.outlines.iter().flatten().copied();
        let places = || self.points.iter().map(|&(x, y, _)| (x, y)).chain(lines.clone());
        let x = Axis::over(places().map(|place| place.0), false, 0.04)?.ends();
        let y = Axis::over(places().map(|place| place.1), false, 0.04)?.ends();
        let half = (x[1] - x[0]).max(y[1] - y[0]) / 2.0;
        Some([x, y].map(|[low, high]| {
            let center = f64::midpoint(low, high);
            Axis::between(center - half, center + half, false)
        }))
    }
}

impl Picture for Scatter {
    fn draw(&self) -> Result<Canvas, FigureError> {
        let axes = self.axes().filter(|_| !self.points.is_empty());
        let axes = axes.ok_or(FigureError::Empty { what: "point with finite numbers" })?;
        let inside = |x, y| axes[0].holds(x) && axes[1].holds(y);
        let names: Vec<_> = (0..10).map(|label| label.to_string()).collect();
        let used = |label: usize| self.points.iter().any(|point| usize::from(point.2) == label);
        let legend = (0..10).filter(|&label| self.legend && used(label)).map(|label| Entry {
            name: &names[label],
            style: TEN[label].filled(),
            sample: Sample::Dot,
        });
        // Many points are smaller and paler, so that where they are dense can be seen.
        let many = self.points.len() > 1500;
        let (size, opacity) = if many { (FINE * 3, 0.5) } else { (FINE * 5, 0.7) };

        let chart = Chart {
            title: &self.title,
            names: [&self.names[0], &self.names[1]],
            axes: axes.clone(),
            plot: PLOT,
            legend: legend.collect(),
        };
        chart.render(|chart| {
            let points = self.points.iter().filter(|&&(x, y, _)| inside(x, y));
            chart.draw_series(points.map(|&(x, y, label)| {
                Circle::new((x, y), size, TEN[usize::from(label)].mix(opacity).filled())
            }))?;
            for outline in &self.outlines {
                for run in outline.split(|&(x, y)| !inside(x, y)) {
                    let line = PathElement::new(run, INK.stroke_width(FINE * 2));
                    chart.draw_series([line])?;
                }
            }
            Ok(())
        })
    }
}
