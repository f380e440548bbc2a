//! Errors as reports: a headline, the line in question, the numbers, and what to do.

use std::fmt::{self, Display, Formatter};

use super::{GradientError, GradientKink, GradientMismatch, Place, Subject};

impl Display for GradientError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mismatch(mismatch) => Display::fmt(mismatch, f),
            Self::NotDeterministic { subject, output, found: [first, second] } => {
                let at = subject.output_at(output);
                report(f, subject, format_args!("{subject} is not the same twice"))?;
                table(f, ["", "first", "second"], [at, first.clone(), second.clone()])?;
                help(f, "make randomness an argument: draw it once, outside of the function")
            }
            Self::Kink(kink) => Display::fmt(kink, f),
            Self::UnusedInput { subject, input } => {
                let x = subject.input(*input);
                report(f, subject, format_args!("{subject} ignores {x}"))?;
                writeln!(
                    f,
                    "   = note: no gradient reaches {x}, and the value does not change with it"
                )?;
                help(f, "use it, leave it out of the inputs, or set `allow_unused`")
            }
            Self::ValueNotFinite { subject, output, value } => {
                let z = subject.output_at(output);
                report(f, subject, format_args!("{subject} is not finite: {z} is {value}"))?;
                help(f, "check where the function is defined")
            }
            Self::DerivativeNotFinite { subject, input, value } => {
                let gradient = Subject { order: subject.order + 1, ..*subject };
                let x = gradient.output_at(input);
                report(f, &gradient, format_args!("{gradient} is not finite: {x} is {value}"))?;
                help(f, "find a form of the rule that does not divide by 0 or overflow here")
            }
            Self::EdgeOfDomain { subject, output, input, step } => {
                let z = subject.output_at(output);
                let x = input.as_ref().map_or("the inputs".into(), |input| subject.input_at(input));
                let headline = format_args!("{subject} is not finite near the inputs");
                report(f, subject, headline)?;
                writeln!(f, "   = note: {z} is not, where {x} is moved by a step of {step:.0e}")?;
                help(f, format_args!("move {x} away from the edge of the domain"))
            }
        }
    }
}

impl Display for GradientMismatch {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { subject, output, input, analytic, numeric, wrong: [wrong, of], .. } = self;
        let derivative = Subject { order: subject.order + 1, ..*subject };
        let verdict = match self.settled {
            true => "is wrong",
            false => "cannot be confirmed: the finite difference is inaccurate",
        };
        report(f, subject, format_args!("{derivative} {verdict}"))?;
        let numbers = [*analytic, *numeric, analytic - numeric].map(number);
        let [analytic, numeric, difference] = numbers;
        let allowed = format!("{:.1e}", self.allowed);
        table(
            f,
            ["", "analytic", "numeric", "difference", "allowed"],
            [subject.entry(output, input), analytic, numeric, difference, allowed],
        )?;
        let block = subject.entry(&(output.0, vec![]), &(input.0, vec![]));
        writeln!(f, "   = note: wrong entries of {block}: {wrong} of {of}; this is the worst")?;
        help(f, &self.help)
    }
}

impl Display for GradientKink {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { subject, output, input, distance, slopes: [left, right] } = self;
        let (entry, x) = (subject.entry(output, input), subject.input_at(input));
        report(f, subject, format_args!("{subject} has a kink at the inputs"))?;
        table(f, ["", "to the left", "to the right"], [entry, number(*left), number(*right)])?;
        match distance {
            0.0 => writeln!(f, "   = note: the slope jumps at {x} itself")?,
            _ => writeln!(f, "   = note: the slope jumps at {x} {distance:+.1e}")?,
        }
        help(f, format_args!("move {x} away from there, by more than the step"))
    }
}

/// As [`Display`], so that `unwrap` prints a report.
impl fmt::Debug for GradientError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Display::fmt(self, f)
    }
}

/// As [`Display`].
impl fmt::Debug for GradientKink {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Display::fmt(self, f)
    }
}

/// As [`Display`].
impl fmt::Debug for GradientMismatch {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Display::fmt(self, f)
    }
}

/// The function itself, or the derivative that is the function of this order.
impl Display for Subject {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.order {
            1 => write!(f, "`{}`", self.op),
            order => write!(f, "derivative of order {} of `{}`", order - 1, self.op),
        }
    }
}

impl Subject {
    fn output_at(&self, (k, index): &Place) -> String {
        at(self.output(*k), index)
    }

    fn input_at(&self, (i, index): &Place) -> String {
        at(self.input(*i), index)
    }

    /// An entry of the Jacobian.
    fn entry(&self, output: &Place, input: &Place) -> String {
        format!("∂{}/∂{}", self.output_at(output), self.input_at(input))
    }
}

/// x[index], or x if it has no index.
fn at(x: String, index: &[usize]) -> String {
    match index {
        [] => x,
        _ => format!("{x}{index:?}"),
    }
}

/// The headline and the line of code.
fn report(f: &mut Formatter<'_>, subject: &Subject, headline: fmt::Arguments<'_>) -> fmt::Result {
    writeln!(f, "{headline}\n  --> {}\n   |", subject.recorded_at)
}

fn help(f: &mut Formatter<'_>, what: impl Display) -> fmt::Result {
    write!(f, "   = help: {what}")
}

/// A row of numbers beneath their names.
fn table<const N: usize>(
    f: &mut Formatter<'_>,
    names: [&str; N],
    numbers: [String; N],
) -> fmt::Result {
    // A combining macron takes no column.
    let width = |text: &str| text.chars().filter(|&c| c != '\u{304}').count();
    let widths: Vec<_> =
        names.iter().zip(&numbers).map(|(name, number)| width(name).max(width(number))).collect();
    for row in [names, numbers.each_ref().map(String::as_str)] {
        write!(f, "   |")?;
        for (cell, &column) in row.iter().zip(&widths) {
            write!(f, "  {}{cell}", " ".repeat(column - width(cell)))?;
        }
        writeln!(f)?;
    }
    writeln!(f, "   |")
}

/// Ten digits, without zeros at the end.
fn number(x: f64) -> String {
    match x.abs() {
        size @ 1e-3..1e6 => {
            let digits = format!("{x:.*}", (9 - size.log10().floor() as i32) as usize);
            let short = digits.trim_end_matches('0');
            format!("{short}{}", if short.ends_with('.') { "0" } else { "" })
        }
        0.0 => "0.0".into(),
        _ => format!("{x:.6e}"),
    }
}
