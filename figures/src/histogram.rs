//! Samples as densities.

use plotters::prelude::*;

use crate::axis::{Axis, extent};
use crate::canvas::{Canvas, FINE};
use crate::chart::{Chart, Entry, Sample, dashed};
use crate::color::{self, INK};
use crate::error::FigureError;
use crate::picture::Picture;

/// Width and height of what is within the axes.
const PLOT: [u32; 2] = [760, 540];

/// Densities of samples over common bins, and vertical lines at true values.
///
/// Samples that are not finite, or outside of the [`range`](Self::range), are in no bin, but count: the area under a
/// histogram is the share of samples in it.
///
/// # Examples
/// ```
/// use figures::{Histogram, Picture};
///
/// let estimates = (0..1000).map(|i| 4.0 + (f64::from(i) * 0.7).sin());
/// let picture = Histogram::new("estimate", 40).samples("score function", estimates).truth("2θ", 4.0);
/// assert!(picture.draw()?.size()[0] > 900);
/// # Ok::<(), figures::FigureError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Histogram {
    title: String,
    name: String,
    bins: usize,
    range: Option<(f64, f64)>,
    groups: Vec<(String, Vec<f64>)>,
    truths: Vec<(String, f64)>,
}

impl Histogram {
    /// An axis with its name and so many bins over all samples.
    ///
    /// # Panics
    /// If there is no bin.
    #[track_caller]
    pub fn new(x: impl Into<String>, bins: usize) -> Self {
        assert!(bins > 0, "Histogram: there are 0 bins; must be at least one");
        let (groups, truths) = (Vec::new(), Vec::new());
        Self { title: String::new(), name: x.into(), bins, range: None, groups, truths }
    }

    /// A line above the whole.
    pub fn title(self, title: impl Into<String>) -> Self {
        Self { title: title.into(), ..self }
    }

    /// A histogram, in a color of its own.
    pub fn samples(
        mut self,
        name: impl Into<String>,
        samples: impl IntoIterator<Item = f64>,
    ) -> Self {
        self.groups.push((name.into(), samples.into_iter().collect()));
        self
    }

    /// A dashed dark line at x.
    pub fn truth(mut self, name: impl Into<String>, x: f64) -> Self {
        self.truths.push((name.into(), x));
        self
    }

    /// Bins from `low` to `high`, in place of all samples: for long tails.
    ///
    /// # Panics
    /// Unless `low` < `high`, and both are finite.
    #[track_caller]
    pub fn range(mut self, low: f64, high: f64) -> Self {
        assert!(low < high && (high - low).is_finite(), "range: {low} to {high}; must ascend");
        self.range = Some((low, high));
        self
    }

    /// The ends of the bins.
    fn ends(&self) -> Option<(f64, f64)> {
        let samples = self.groups.iter().flat_map(|(_, samples)| samples.iter().copied());
        let (low, high) = self.range.or_else(|| extent(samples))?;
        Some(if low < high { (low, high) } else { (low - 0.5, high + 0.5) })
    }

    /// The density in each bin.
    fn densities(&self, samples: &[f64], (low, high): (f64, f64)) -> Vec<f64> {
        let width = (high - low) / self.bins as f64;
        let mut densities = vec![0.0; self.bins];
        for &x in samples.iter().filter(|&&x| low <= x && x <= high) {
            // The last bin holds its upper end.
            let bin = (((x - low) / width) as usize).min(self.bins - 1);
            densities[bin] += 1.0 / (samples.len() as f64 * width);
        }
        densities
    }

    fn legend(&self) -> Vec<Entry<'_>> {
        let groups = self.groups.iter().enumerate();
        groups
            .map(|(i, (name, _))| (name, color::line(i).mix(0.6).filled(), Sample::Box))
            .chain(
                self.truths
                    .iter()
                    .map(|(name, _)| (name, INK.stroke_width(FINE * 2), Sample::Dashes)),
            )
            .map(|(name, style, sample)| Entry { name, style, sample })
            .collect()
    }
}

impl Picture for Histogram {
    fn draw(&self) -> Result<Canvas, FigureError> {
        let ends = self.ends().filter(|_| !self.groups.is_empty());
        let ends = ends.ok_or(FigureError::Empty { what: "finite sample" })?;
        let densities: Vec<_> =
            self.groups.iter().map(|(_, samples)| self.densities(samples, ends)).collect();
        let highest = densities.iter().flatten().copied().fold(0.0, f64::max);
        let truths = self.truths.iter().map(|&(_, x)| x);
        let x = Axis::over(truths.clone().chain([ends.0, ends.1]), false, 0.0);
        let x = x.ok_or(FigureError::Empty { what: "finite sample" })?;
        let top = if highest > 0.0 { 1.05 * highest } else { 1.0 };

        let chart = Chart {
            title: &self.title,
            names: [&self.name, "density"],
            axes: [x, Axis::between(0.0, top, false)],
            plot: PLOT,
            legend: self.legend(),
        };
        chart.render(|chart| {
            let edge = |bin: usize| ends.0 + (ends.1 - ends.0) * bin as f64 / self.bins as f64;
            for (i, densities) in densities.iter().enumerate() {
                let color = color::line(i);
                let boxes = densities.iter().enumerate().map(|(bin, &density)| {
                    Rectangle::new(
                        [(edge(bin), 0.0), (edge(bin + 1), density)],
                        color.mix(0.3).filled(),
                    )
                });
                chart.draw_series(boxes)?;
                let steps = densities.iter().enumerate();
                let steps = steps.flat_map(|(bin, &d)| [(edge(bin), d), (edge(bin + 1), d)]);
                chart.draw_series(LineSeries::new(steps, color.stroke_width(FINE * 2)))?;
            }
            for x in truths.filter(|x| x.is_finite()) {
                let line = vec![(x, 0.0), (x, top)];
                chart.draw_series([dashed(line, INK.stroke_width(FINE * 2))])?;
            }
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_area_is_the_share_of_samples_in_the_bins() {
        let histogram = Histogram::new("x", 4).range(0.0, 2.0);
        let densities =
            histogram.densities(&[0.1, 0.2, 1.9, 2.0, 5.0, -1.0, f64::NAN, 0.5], (0.0, 2.0));
        assert_eq!(densities, [0.5, 0.25, 0.0, 0.5]);
    }
}
