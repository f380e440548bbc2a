//! What an option may be, said once: flags and configuration files are held to the same.

use std::ops::RangeInclusive;

use indicatif::HumanCount;

/// The whole numbers among the options.
const WHOLE: [(&str, RangeInclusive<usize>); 15] = [
    ("epochs", 1..=1_000_000),
    ("batch", 1..=1_000_000),
    ("latent", 1..=65_536),
    ("hidden", 1..=65_536),
    ("samples", 1..=10_000),
    ("flows", 1..=1000),
    ("pseudo-inputs", 1..=10_000),
    ("warmup", 0..=1_000_000),
    ("patience", 1..=1_000_000),
    ("threads", 1..=256),
    ("count", 1..=2500),
    ("images", 1..=1_000_000_000),
    ("size", 2..=100),
    ("steps", 2..=16),
    ("seed", 0..=i64::MAX as usize),
];

/// A name, whether it may be this number, and what it may be in words.
type Rule = (&'static str, fn(f64) -> bool, &'static str);

/// The other numbers.
const REAL: [Rule; 3] = [
    ("learning-rate", |x| x > 0.0 && x <= 1.0, "a number above 0 and at most 1"),
    ("beta", |x| (0.0..=1000.0).contains(&x), "a number from 0 to 1,000"),
    ("variance", |x| x > 0.0 && x <= 1e6, "a number above 0 and at most 1,000,000"),
];

/// A parser of the option `name`.
pub fn whole(name: &'static str) -> impl Fn(&str) -> Result<usize, String> + Clone {
    move |text| {
        let number = text.parse().map_err(|_| expected_whole(name))?;
        check_whole(name, number).map(|()| number)
    }
}

/// A parser of the option `name`.
pub fn real(name: &'static str) -> impl Fn(&str) -> Result<f64, String> + Clone {
    move |text| {
        let number = text.parse().unwrap_or(f64::NAN);
        check_real(name, number).map(|()| number)
    }
}

/// Whether the option `name` may be this number; else, what it may be.
pub fn check_whole(name: &str, number: usize) -> Result<(), String> {
    if range(name).contains(&number) { Ok(()) } else { Err(expected_whole(name)) }
}

/// Whether the option `name` may be this number; else, what it may be.
pub fn check_real(name: &str, number: f64) -> Result<(), String> {
    let (_, holds, words) = REAL.iter().find(|(known, ..)| *known == name).expect("a known name");
    if holds(number) { Ok(()) } else { Err(format!("expected {words}")) }
}

fn range(name: &str) -> &'static RangeInclusive<usize> {
    &WHOLE.iter().find(|(known, _)| *known == name).expect("a known name").1
}

fn expected_whole(name: &str) -> String {
    let (least, most) = (range(name).start(), HumanCount(*range(name).end() as u64));
    format!("expected a whole number from {least} to {most}")
}
