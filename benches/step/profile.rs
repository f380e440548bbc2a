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

/// The median of each part, in milliseconds, for the parts that a step has; their sum stands in for the step.
impl Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let steps = self.laps.iter().map(|(_, laps)| laps.len()).max().unwrap_or(0);
        let parts = self.laps.iter().map(|(name, laps)| {
            let mut laps = laps.clone();
            laps.sort_by(f64::total_cmp);
            // What happens once an epoch is spread over the steps.
            (*name, 1e3 * median(&laps) * laps.len() as f64 / steps as f64)
        });
        let parts: Vec<_> = parts.collect();
        let step: f64 = parts.iter().map(|(_, ms)| ms).sum();
        writeln!(f, "{:22} {:>8} {:>8}", "median step", "ms", "share")?;
        for (name, ms) in &parts {
            writeln!(f, "{name:22} {ms:8.3} {:6.1} %", 100.0 * ms / step)?;
        }
        writeln!(f, "{:22} {step:8.3}", "sum")
    }
}

/// The middle of numbers in ascending order.
pub fn median(sorted: &[f64]) -> f64 {
    sorted[sorted.len() / 2]
}
