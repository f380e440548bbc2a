//! The figures of the epochs as curves.

use std::fmt::Write;

use super::ticks;
use super::{Epoch, Terms};

/// Size of a chart, and of the part in which the curves are, in units of about a pixel.
const SIZE: [f64; 2] = [320.0, 220.0];
const LEFT: f64 = 40.0;
const RIGHT: f64 = 274.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 186.0;

/// A term of −ELBO: its name, its value, and what it is.
type Term = (&'static str, fn(&Terms) -> f64, &'static str);

const TERMS: [Term; 3] = [
    ("−ELBO", Terms::loss, "distortion + rate"),
    ("distortion", |terms| terms.distortion, "−log p(x|z)"),
    ("rate", |terms| terms.rate, "KL(q(z|x) ‖ p(z))"),
];

/// A chart of each term: test and training over the epochs, which must not be none.
pub fn charts(epochs: &[Epoch]) -> String {
    let figure = |&(name, of, meaning): &Term| {
        format!(
            "<figure><figcaption><b>{name}</b> {meaning}</figcaption>\n{}</figure>\n",
            Chart::new(epochs, of).svg(name)
        )
    };
    TERMS.iter().map(figure).collect()
}

/// One term of all epochs, and the box around it.
struct Chart<'a> {
    epochs: &'a [Epoch],
    of: fn(&Terms) -> f64,
    x: [f64; 2],
    y: [f64; 2],
}

impl<'a> Chart<'a> {
    fn new(epochs: &'a [Epoch], of: fn(&Terms) -> f64) -> Self {
        let numbers = epochs.iter().map(|epoch| epoch.number as f64);
        let figures = epochs.iter().flat_map(|epoch| [of(&epoch.train), of(&epoch.test)]);
        let (x, y) = (range(numbers), range(figures));
        let margin = 0.06 * (y[1] - y[0]);
        Self { epochs, of, x, y: [y[0] - margin, y[1] + margin] }
    }

    fn across(&self, x: f64) -> f64 {
        LEFT + (RIGHT - LEFT) * (x - self.x[0]) / (self.x[1] - self.x[0])
    }

    fn down(&self, y: f64) -> f64 {
        BOTTOM - (BOTTOM - TOP) * (y - self.y[0]) / (self.y[1] - self.y[0])
    }

    fn svg(&self, name: &str) -> String {
        let last = self.epochs.last().expect("there is at least one epoch");
        let [train, test] =
            [&last.train, &last.test].map(|terms| ticks::number((self.of)(terms), 2));
        let [width, height] = SIZE;
        format!(
            "<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{name}, in nats per image, over {n} epochs; \
             in the last one {test} in test and {train} in training\">\n{axes}{train_curve}{test_curve}{end}</svg>",
            n = self.epochs.len(),
            axes = self.axes(),
            train_curve = self.curve("train", |epoch| &epoch.train),
            test_curve = self.curve("test", |epoch| &epoch.test),
            end = self.end(last),
        )
    }

    fn axes(&self) -> String {
        let mut svg = String::new();
        for (y, label) in ticks::round(self.y[0], self.y[1], 4) {
            let at = self.down(y);
            let _ = writeln!(svg, "<path class=\"grid\" d=\"M{LEFT} {at:.1}H{RIGHT}\"/>");
            let _ = writeln!(
                svg,
                "<text x=\"{}\" y=\"{:.1}\" class=\"y\">{label}</text>",
                LEFT - 6.0,
                at + 4.0
            );
        }
        let intervals = ((self.x[1] - self.x[0]) as usize).clamp(1, 6); // an epoch is the least
        let known = |x: f64| self.epochs.iter().any(|epoch| epoch.number as f64 == x);
        let numbers = ticks::round(self.x[0], self.x[1], intervals);
        for (x, label) in numbers.into_iter().filter(|tick| known(tick.0)) {
            let _ = writeln!(
                svg,
                "<text x=\"{:.1}\" y=\"{}\" class=\"x\">{label}</text>",
                self.across(x),
                BOTTOM + 16.0
            );
        }
        let middle = (LEFT + RIGHT) / 2.0;
        let _ =
            writeln!(svg, "<text x=\"{middle}\" y=\"{}\" class=\"x\">epoch</text>", BOTTOM + 31.0);
        svg
    }

    fn curve(&self, class: &str, terms: fn(&Epoch) -> &Terms) -> String {
        let mut path = String::new();
        let mut points = String::new();
        for epoch in self.epochs {
            let figure = (self.of)(terms(epoch));
            let [x, y] = [self.across(epoch.number as f64), self.down(figure)];
            let _ = write!(path, "{}{x:.1} {y:.1}", if path.is_empty() { 'M' } else { 'L' });
            let _ = writeln!(
                points,
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"6\"><title>epoch {}, {class}: {}</title></circle>",
                epoch.number,
                ticks::number(figure, 2)
            );
        }
        format!("<g class=\"{class}\"><path d=\"{path}\"/>\n{points}</g>\n")
    }

    /// The last figure of the test, where its curve ends.
    fn end(&self, last: &Epoch) -> String {
        let figure = (self.of)(&last.test);
        let [x, y] = [self.across(last.number as f64), self.down(figure)];
        format!(
            "<circle class=\"end\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\"/><text class=\"end\" x=\"{:.1}\" y=\"{:.1}\">{}</text>\n",
            x + 7.0,
            y + 4.0,
            ticks::number(figure, 1)
        )
    }
}

/// From the least to the greatest, and never of no length.
fn range(numbers: impl Iterator<Item = f64>) -> [f64; 2] {
    let finite = numbers.filter(|x| x.is_finite());
    let [low, high] =
        finite.fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], x| [low.min(x), high.max(x)]);
    if low < high {
        [low, high]
    } else if low.is_finite() {
        [low - 1.0, low + 1.0]
    } else {
        [0.0, 1.0]
    }
}
