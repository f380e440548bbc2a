//! Axes: where a number is, and which numbers are written beside.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

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
        let ticks = if ticks.len() < 2 { round(low, high) } else { ticks };
        Self { logarithmic, range: low..high, ticks }
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

/// At most eight round numbers, 1, 2 or 5 times a power of ten apart.
fn round(low: f64, high: f64) -> Vec<(f64, String)> {
    let rough = (high - low) / 7.0;
    let power = rough.log10().floor();
    let step = [1.0, 2.0, 5.0, 10.0]
        .map(|digit| digit * 10f64.powf(power))
        .into_iter()
        .find(|&step| step >= rough * (1.0 - 1e-9))
        .unwrap_or(rough);
    let decimals = (-step.log10().floor()).clamp(0.0, 12.0) as usize;
    let first = (low / step - 1e-9).ceil();
    let last = (high / step + 1e-9).floor();
    let multiples = (0..=((last - first).clamp(0.0, 9.0) as u32)).map(|i| first + f64::from(i));
    multiples.map(|n| (n * step, number(n * step, decimals))).collect()
}

/// Powers of ten, and 2 and 5 times them if no more than eight come of it.
fn decades(low: f64, high: f64) -> Vec<(f64, String)> {
    let ticks = multiples(low, high, &[1.0, 2.0, 5.0]);
    if ticks.len() <= 8 { ticks } else { multiples(low, high, &[1.0]) }
}

/// So many times powers of ten, with every few of the powers where there are more than eight.
fn multiples(low: f64, high: f64, digits: &[f64]) -> Vec<(f64, String)> {
    let [first, last] = [low, high].map(|x| x.log10().floor() as i32);
    let every = (last - first) / 8 + 1;
    (first..=last)
        .filter(|power| power % every == 0)
        .flat_map(|power| digits.iter().map(move |&digit| (digit, power)))
        .map(|(digit, power)| (digit * 10f64.powi(power), label(digit, power)))
        .filter(|&(x, _)| low * (1.0 - 1e-9) <= x && x <= high * (1.0 + 1e-9))
        .collect()
}

/// 0.01, 5,000, 10⁶, 2·10⁻⁵.
fn label(digit: f64, power: i32) -> String {
    if (-3..=5).contains(&power) {
        return number(digit * 10f64.powi(power), (-power).max(0) as usize);
    }
    let ten = format!("10{}", superscript(power));
    if digit == 1.0 { ten } else { format!("{digit}·{ten}") }
}

fn superscript(power: i32) -> String {
    let raised = |letter: char| match letter {
        '-' => '⁻',
        digit => ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'][digit as usize - '0' as usize],
    };
    power.to_string().chars().map(raised).collect()
}

/// A number as it is printed in a book: a true minus, and commas in five or more digits.
pub(crate) fn number(x: f64, decimals: usize) -> String {
    let plain = format!("{:.decimals$}", x.abs());
    let (whole, fraction) = plain.split_at(plain.find('.').unwrap_or(plain.len()));
    let mut text = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if whole.len() > 4 && i > 0 && (whole.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    let zero = plain.chars().all(|letter| matches!(letter, '0' | '.'));
    format!("{}{text}{fraction}", if x < 0.0 && !zero { "−" } else { "" })
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

    #[test]
    fn numbers_are_printed_as_in_a_book() {
        assert_eq!(number(-0.0001, 2), "0.00");
        assert_eq!(number(-12_345.5, 1), "−12,345.5");
        assert_eq!(number(1_000_000.0, 0), "1,000,000");
        assert_eq!(number(1000.0, 0), "1000");
    }
}
