//! Where the time of a step goes.

use std::fmt::{self, Display};
use std::time::Instant;

/// A stopwatch that keeps every lap, by name.
pub struct Profile {
    last: Instant,
    laps: Vec<(&'static str, Vec<f64>)>,
}

impl Default for Profile {
    fn default() -> Self {
        Self { last: Instant::now(), laps: Vec::new() }
    }
}

impl Profile {
    /// The next lap begins now.
    pub fn start(&mut self) {
        self.last = Instant::now();
    }

    /// The lap `name` ends here, and the next begins.
    pub fn lap(&mut self, name: &'static str) {
        let now = Instant::now();
        let seconds = (now - self.last).as_secs_f64();
        self.last = now;
        match self.laps.iter_mut().find(|(other, _)| *other == name) {
            Some((_, laps)) => laps.push(seconds),
            None => self.laps.push((name, vec![seconds])),
        }
    }
}

/// Milliseconds of each part that a step has, in the fast steps and in the median, and the sums, which stand in for the
/// step.
impl Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let steps = self.laps.iter().map(|(_, laps)| laps.len()).max().unwrap_or(0);
        let parts = self.laps.iter().map(|(name, laps)| {
            let mut laps = laps.clone();
            laps.sort_by(f64::total_cmp);
            // What happens once an epoch is spread over the steps.
            let weight = 1e3 * laps.len() as f64 / steps as f64;
            (*name, [fast(&laps), median(&laps)].map(|seconds| weight * seconds))
        });
        let parts: Vec<_> = parts.collect();
        let sum = |column: usize| parts.iter().map(|(_, ms)| ms[column]).sum::<f64>();
        let (fast, median) = (sum(0), sum(1));
        writeln!(f, "{:22} {:>8} {:>8} {:>10}", "a step, in ms", "fast", "share", "median")?;
        for (name, ms) in &parts {
            let share = 100.0 * ms[0] / fast;
            writeln!(f, "{name:22} {:8.3} {share:6.1} % {:10.3}", ms[0], ms[1])?;
        }
        writeln!(f, "{:22} {fast:8.3} {:8} {median:10.3}", "sum", "")
    }
}

/// A time that one in ten stays below, of times in ascending order: what the code does when nothing gets in its way.
pub fn fast(sorted: &[f64]) -> f64 {
    sorted[sorted.len() / 10]
}

/// The middle of numbers in ascending order.
pub fn median(sorted: &[f64]) -> f64 {
    sorted[sorted.len() / 2]
}
