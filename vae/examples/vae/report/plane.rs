//! The plane of two latent dimensions: the test images in it, and the point that the script moves.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::Report;
use super::ticks::{self, name};

/// The side of the plane, and the margin of its numbers, in units of about a pixel.
const SIDE: f64 = 600.0;
const MARGIN: f64 = 34.0;
/// Colors of the style sheet; classes beyond take them again.
const COLORS: usize = 10;

/// The plane, with its point at the origin; nothing if there is but one dimension.
pub fn svg(report: &Report) -> String {
    let Some(axes) = report.axes() else { return String::new() };
    let plane = Plane { reach: report.reach() };
    let [x, y] = axes.map(name);
    let around = SIDE + 2.0 * MARGIN;
    format!(
        "<div id=\"plane\" role=\"application\" tabindex=\"0\" aria-roledescription=\"latent plane\" \
         aria-label=\"The plane of {x} and {y}: arrow keys move the point, with Shift in larger steps\" \
         aria-describedby=\"readout\">\n\
         <svg viewBox=\"-{MARGIN} -{MARGIN} {around} {around}\" aria-hidden=\"true\">\n\
         <rect width=\"{SIDE}\" height=\"{SIDE}\" class=\"field\"/>\n\
         {}{}\
         <g id=\"posterior\" hidden><ellipse/><ellipse/></g>\n\
         <g id=\"point\"><path d=\"M-30 0H30M0 -30V30\"/><circle r=\"11\"/></g>\n\
         </svg></div>",
        plane.axes([&x, &y]),
        plane.codes(report, axes),
    )
}

struct Plane {
    reach: f64,
}

impl Plane {
    fn across(&self, x: f64) -> f64 {
        SIDE * (x + self.reach) / (2.0 * self.reach)
    }

    fn down(&self, y: f64) -> f64 {
        self.across(-y)
    }

    /// Numbers and names of the axes, and the prior: circles of one, two and three deviations.
    fn axes(&self, [x_name, y_name]: [&str; 2]) -> String {
        let mut svg = String::new();
        let middle = SIDE / 2.0;
        for deviations in 1..=3 {
            let radius = self.across(f64::from(deviations)) - middle;
            let _ = writeln!(
                svg,
                "<circle class=\"prior\" cx=\"{middle}\" cy=\"{middle}\" r=\"{radius:.1}\"/>"
            );
        }
        for (at, label) in ticks::round(-self.reach, self.reach, 8) {
            let (x, y) = (self.across(at), self.down(at));
            let _ = writeln!(
                svg,
                "<text class=\"x\" x=\"{x:.1}\" y=\"{}\">{label}</text>",
                SIDE + 22.0
            );
            let _ = writeln!(svg, "<text class=\"y\" x=\"-8\" y=\"{:.1}\">{label}</text>", y + 5.0);
        }
        let _ = writeln!(
            svg,
            "<text class=\"name\" x=\"{}\" y=\"{}\">{x_name}</text>",
            SIDE - 12.0,
            SIDE - 12.0
        );
        let _ = writeln!(svg, "<text class=\"name\" x=\"14\" y=\"24\">{y_name}</text>");
        svg
    }

    /// A dot for each test image, and the name of each class where the middle of its images is.
    fn codes(&self, report: &Report, axes: [usize; 2]) -> String {
        let mut classes = BTreeMap::<u8, Vec<[f64; 2]>>::new();
        for code in &report.codes {
            let [x, y] = axes.map(|axis| f64::from(code.mean[axis]));
            classes.entry(code.label).or_default().push([self.across(x), self.down(y)]);
        }
        let (mut dots, mut names) = (String::new(), String::new());
        for (place, (label, points)) in classes.iter().enumerate() {
            let color = place % COLORS;
            // Lines of no length with round ends: one element for a class, not one for an image.
            let path: String = points.iter().map(|[x, y]| format!("M{x:.0} {y:.0}h0")).collect();
            let _ = writeln!(dots, "<path class=\"dots c{color}\" d=\"{path}\"/>");
            let [x, y] =
                [0, 1].map(|axis| median(points.iter().map(|point| point[axis]).collect()));
            let _ = writeln!(
                names,
                "<text class=\"class c{color}\" x=\"{x:.0}\" y=\"{:.0}\">{label}</text>",
                y + 9.0
            );
        }
        if classes.len() > 1 { dots + &names } else { dots }
    }
}

/// The middle one of some numbers, of which there is at least one.
fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}
