//! Axes: where a number is, and which numbers are written beside.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

use crate::ticks::{decades, round};

/// From numbers to places, linear or logarithmic.
#[derive(Clone, Debug)]
pub(crate) struct Axis {
    logarithmic: bool,
    range: Range<f64>,
    ticks: Vec<(f64, String)>,
}

impl Axis {
    /// An axis over all of `values` that it can show; with a little `air` at both ends, a share of the whole.
    ///
    /// None if it can show none of them.
    pub fn over(values: impl Iterator<Item = f64>, logarithmic: bool, air: f64) -> Option<Self> {
        let (low, high) = extent(values.filter(|&x| shows(logarithmic, x)))?;
        let (low, high) = if logarithmic {
            let (low, high) = if low == high { (low / 2.0, 2.0 * high) } else { (low, high) };
            let factor = (high / low).powf(air);
            (low / factor, high * factor)
        } else {
            let reach = if low == high { low.abs().max(1.0) } else { high - low };
            let air = if low == high { 1.0 } else { air };
            (low - air * reach, high + air * reach)
        };
        Some(Self::between(low, high, logarithmic))
    }

    /// An axis from `low` to `high`.
    pub fn between(low: f64, high: f64, logarithmic: bool) -> Self {
        let ticks = if logarithmic { decades(low, high) } else { Vec::new() };
        // Less than a decade may have none.
        let ticks = if ticks.len() < 2 { round(low, high, 0.0) } else { ticks };
        Self { logarithmic, range: low..high, ticks }
    }

    /// The same axis with ticks at integers alone: half an epoch is none.
    pub fn with_integers(self) -> Self {
        let ticks = round(self.range.start, self.range.end, 1.0);
        if self.logarithmic { self } else { Self { ticks, ..self } }
    }

    /// The same axis with words in place of numbers.
    pub fn with_ticks(self, ticks: Vec<(f64, String)>) -> Self {
        Self { ticks, ..self }
    }

    /// Whether a number is finite, positive on a logarithmic axis, and within the axis.
    pub fn holds(&self, x: f64) -> bool {
        shows(self.logarithmic, x) && self.range.start <= x && x <= self.range.end
    }

    /// What is written beside the axis.
    pub fn labels(&self) -> impl Iterator<Item = &str> {
        self.ticks.iter().map(|(_, label)| label.as_str())
    }

    /// Its two ends.
    pub fn ends(&self) -> [f64; 2] {
        [self.range.start, self.range.end]
    }

    fn transform(&self, x: f64) -> f64 {
        if self.logarithmic { x.ln() } else { x }
    }
}

/// Neither axis shows what is beyond ±10¹⁰⁰, so that the lengths of axes are finite.
fn shows(logarithmic: bool, x: f64) -> bool {
    x.abs() <= 1e100 && (!logarithmic || x >= 1e-100)
}

/// The least and the greatest of the numbers that a linear axis shows.
pub(crate) fn extent(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.filter(|&x| shows(false, x)).fold(None, |extent, x| {
        let (low, high) = extent.unwrap_or((x, x));
        Some((low.min(x), high.max(x)))
    })
}

/// What plotters asks of an axis.
impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, x: &f64, (start, end): (i32, i32)) -> i32 {
        let [low, high, x] = [self.range.start, self.range.end, *x].map(|x| self.transform(x));
        let share = (x - low) / (high - low);
        start + (share * f64::from(end - start)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        self.ticks.iter().map(|&(x, _)| x).collect()
    }

    fn range(&self) -> Range<f64> {
        self.range.clone()
    }
}

impl ValueFormatter<f64> for Axis {
    fn format_ext(&self, x: &f64) -> String {
        let tick = self.ticks.iter().find(|(tick, _)| tick == x);
        tick.map(|(_, label)| label.clone()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: &Axis) -> Vec<&str> {
        axis.labels().collect()
    }

    #[test]
    fn ticks_are_round_and_at_most_eight() {
        assert_eq!(labels(&Axis::between(-2.0, 2.0, false)), ["−2", "−1", "0", "1", "2"]);
        assert_eq!(
            labels(&Axis::between(0.0, 0.5, false)),
            ["0.0", "0.1", "0.2", "0.3", "0.4", "0.5"]
        );
        assert_eq!(labels(&Axis::between(0.0, 6e4, false))[1], "10,000");
        assert_eq!(
            labels(&Axis::between(96.3, 131.0, false)),
            ["100", "105", "110", "115", "120", "125", "130"]
        );
        for i in 1..500 {
            let (low, high) = (-1.37 * f64::from(i), 0.71 * f64::from(i * i % 97));
            let ticks = Axis::between(low, high, false).ticks;
            assert!((3..=8).contains(&ticks.len()), "{low} {high}: {ticks:?}");
            assert!(ticks.iter().all(|&(x, _)| low <= x && x <= high), "{low} {high}: {ticks:?}");
        }
    }

    #[test]
    fn integers_have_no_ticks_between_them() {
        let epochs =
            |n: u32| Axis::over((1..=n).map(f64::from), false, 0.0).unwrap().with_integers();
        assert_eq!(labels(&epochs(1)), ["0", "1", "2"]);
        assert_eq!(labels(&epochs(3)), ["1", "2", "3"]);
        assert_eq!(labels(&epochs(60)), ["10", "20", "30", "40", "50", "60"]);
    }

    #[test]
    fn logarithmic_ticks_are_powers_of_ten() {
        assert_eq!(labels(&Axis::between(0.9, 1100.0, true)), ["1", "10", "100", "1000"]);
        assert_eq!(labels(&Axis::between(1.0, 50.0, true)), ["1", "2", "5", "10", "20", "50"]);
        assert_eq!(
            labels(&Axis::between(1e-8, 1e-4, true)),
            ["10⁻⁸", "10⁻⁷", "10⁻⁶", "10⁻⁵", "10⁻⁴"]
        );
        assert!((2..=8).contains(&labels(&Axis::between(1e-100, 1e100, true)).len()));
        // Less than a decade has too few of them.
        assert_eq!(
            labels(&Axis::between(2.9, 3.5, true)),
            ["2.9", "3.0", "3.1", "3.2", "3.3", "3.4", "3.5"]
        );
    }

    #[test]
    fn places_are_linear_or_logarithmic() {
        let linear = Axis::between(0.0, 10.0, false);
        assert_eq!([0.0, 2.5, 10.0].map(|x| linear.map(&x, (100, 500))), [100, 200, 500]);
        assert_eq!(linear.map(&2.5, (500, 100)), 400, "upward");
        let log = Axis::between(0.01, 100.0, true);
        assert_eq!([0.01, 1.0, 10.0].map(|x| log.map(&x, (0, 400))), [0, 200, 300]);
    }

    #[test]
    fn an_axis_holds_what_it_can_show() {
        let values = [f64::NAN, 3.0, f64::INFINITY, -1.0, 0.0];
        let linear = Axis::over(values.into_iter(), false, 0.0).unwrap();
        assert_eq!(linear.ends(), [-1.0, 3.0]);
        assert!(linear.holds(0.0) && !linear.holds(3.1) && !linear.holds(f64::NAN));
        let log = Axis::over(values.into_iter(), true, 0.0).unwrap();
        assert!(log.holds(3.0) && !log.holds(0.0) && !log.holds(-1.0));
        assert!(Axis::over([-1.0, f64::NAN].into_iter(), true, 0.0).is_none());
        let constant = Axis::over([5.0].into_iter(), false, 0.05).unwrap();
        assert!(constant.ends()[0] < 5.0 && 5.0 < constant.ends()[1]);
    }
}
