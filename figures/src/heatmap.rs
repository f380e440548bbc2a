//! Densities of a plane as shades.

use ndarray::{Array2, ArrayRef, Dimension};
use plotters::prelude::*;

use crate::axis::Axis;
use crate::canvas::{Canvas, FINE};
use crate::chart::{Chart, Entry, Sample};
use crate::color::{INK, shade};
use crate::error::FigureError;
use crate::picture::Picture;
use crate::ticks::round;

/// Width and height of what is within the axes: one scale for both.
const PLOT: [u32; 2] = [480, 480];

/// A square of the plane, cut into square cells.
///
/// # Examples
/// A sum over the cells is an integral, here of the density of N(0, I):
/// ```
/// use figures::Plane;
///
/// let plane = Plane { center: [0.0, 0.0], radius: 6.0, cells: 60 };
/// let density = |z: &[f64]| (-0.5 * (z[0] * z[0] + z[1] * z[1])).exp() / std::f64::consts::TAU;
/// let points = plane.points();
/// let sum: f64 = points.outer_iter().map(|z| density(&[z[0], z[1]])).sum();
/// assert!((sum * plane.area() - 1.0).abs() < 1e-7);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plane {
    /// The middle of the square.
    pub center: [f64; 2],
    /// Half of a side.
    pub radius: f64,
    /// How many cells there are along a side.
    pub cells: usize,
}

impl Plane {
    /// The middle of each cell, from the upper left corner, row by row.
    ///
    /// Shape: [cells², 2].
    pub fn points(&self) -> Array2<f64> {
        let along = |cell: usize| ((2 * cell + 1) as f64 / self.cells as f64 - 1.0) * self.radius;
        Array2::from_shape_fn([self.cells * self.cells, 2], |(i, axis)| match axis {
            0 => self.center[0] + along(i % self.cells),
            _ => self.center[1] - along(i / self.cells),
        })
    }

    /// The area of a cell.
    pub fn area(&self) -> f64 {
        self.side().powi(2)
    }

    fn side(&self) -> f64 {
        2.0 * self.radius / self.cells as f64
    }

    /// From end to end.
    fn axes(&self) -> [Axis; 2] {
        self.center.map(|at| Axis::between(at - self.radius, at + self.radius, false))
    }
}

/// A density over a square of the plane: white where it is 0, the darker the larger.
///
/// Beside the plot it says which shade is which number. What is negative or not finite is white.
///
/// # Examples
/// ```
/// use figures::{Heatmap, Picture, Plane};
///
/// let plane = Plane { center: [0.0, 0.0], radius: 3.0, cells: 40 };
/// let bell = plane.points().map_axis(ndarray::Axis(1), |z| (-0.5 * z.dot(&z)).exp());
/// let picture = Heatmap::new("z₁", "z₂", plane, &bell).title("N(0, I)");
/// assert!(picture.draw()?.size()[0] > 500);
/// # Ok::<(), figures::FigureError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Heatmap {
    title: String,
    names: [String; 2],
    plane: Plane,
    values: Vec<f64>,
    darkest: Option<f64>,
    legend: bool,
}

impl Heatmap {
    /// The names of the axes, and the `values` at the [points](Plane::points) of a plane, in their order.
    ///
    /// # Panics
    /// If there is not one value for each cell.
    #[track_caller]
    pub fn new<T: Copy + Into<f64>, D: Dimension>(
        x: impl Into<String>,
        y: impl Into<String>,
        plane: Plane,
        values: &ArrayRef<T, D>,
    ) -> Self {
        let cells = plane.cells * plane.cells;
        assert!(
            values.len() == cells,
            "Heatmap: values is {:?} but the plane has {cells} cells; each must have a value",
            values.shape()
        );
        let values = values.iter().map(|&value| value.into()).collect();
        let names = [x.into(), y.into()];
        Self { title: String::new(), names, plane, values, darkest: None, legend: true }
    }

    /// A line above the whole.
    pub fn title(self, title: impl Into<String>) -> Self {
        Self { title: title.into(), ..self }
    }

    /// The number that has the darkest shade, as have all above it, in place of the largest of these: for panels on one
    /// scale.
    ///
    /// # Panics
    /// Unless it is positive and finite.
    #[track_caller]
    pub fn darkest(self, value: f64) -> Self {
        assert!(value > 0.0 && value.is_finite(), "darkest: {value}; must be positive");
        Self { darkest: Some(value), ..self }
    }

    /// The largest of the values; 0 where none is positive.
    pub fn largest(&self) -> f64 {
        self.values.iter().copied().filter(|value| value.is_finite()).fold(0.0, f64::max)
    }

    /// Leaves the legend away, as in all panels but the last of a row on one scale.
    pub fn without_legend(self) -> Self {
        Self { legend: false, ..self }
    }
}

impl Picture for Heatmap {
    fn draw(&self) -> Result<Canvas, FigureError> {
        let largest = self.largest();
        let square = self.plane.radius > 0.0 && self.plane.radius.is_finite();
        if largest == 0.0 || !square {
            return Err(FigureError::Empty { what: "positive number" });
        }
        let darkest = self.darkest.unwrap_or(largest);
        let style = |value: f64| shade(value / darkest).filled();
        let levels = if self.legend { round(0.0, darkest, 0.0) } else { Vec::new() };
        let legend = levels.iter().rev().map(|(level, name)| Entry {
            name,
            style: style(*level),
            sample: Sample::Box,
        });
        let chart = Chart {
            title: &self.title,
            names: [&self.names[0], &self.names[1]],
            axes: self.plane.axes(),
            plot: PLOT,
            legend: legend.collect(),
        };
        let (points, half) = (self.plane.points(), 0.5 * self.plane.side());
        let [x, y] = chart.axes.each_ref().map(Axis::ends);
        let square = [(x[0], y[0]), (x[1], y[1])];
        chart.render(|chart| {
            // White is the shade of 0: no line of the mesh is seen there. The frame is drawn last, over the outer cells.
            chart.draw_series([Rectangle::new(square, shade(0.0).filled())])?;
            let cells = points.outer_iter().zip(&self.values);
            let cells = cells.filter(|(_, value)| value.is_finite() && **value > 0.0);
            chart.draw_series(cells.map(|(z, &value)| {
                let corners = [(z[0] - half, z[1] - half), (z[0] + half, z[1] + half)];
                Rectangle::new(corners, style(value))
            }))?;
            chart.draw_series([Rectangle::new(square, INK.stroke_width(FINE))])?;
            Ok(())
        })
    }
}
