//! What a run tells while it goes, on standard error: a bar on a terminal, lines elsewhere.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use indicatif::{HumanCount, ProgressBar, ProgressStyle};

/// How often a line is logged where there is no terminal.
const PERIOD: Duration = Duration::from_secs(60);

/// Prints a line. Unlike `eprintln!` it does not panic where there is nowhere to print to: that nobody listens is no
/// reason to end a run of hours.
pub fn say(line: &str) {
    _ = writeln!(io::stderr(), "{line}");
}

/// The progress of something that takes a while. On a terminal it vanishes when it is dropped.
pub struct Progress {
    bar: ProgressBar,
    title: String,
    start: Instant,
    logged: Instant,
}

impl Progress {
    /// Of so many `unit`s, "images" say.
    pub fn new(title: impl Into<String>, unit: &str, total: usize) -> Self {
        let template = format!(
            "{{prefix}} {{bar:32.cyan/dim}} {{human_pos}}/{{human_len}} {unit}, {{msg}}, {{eta}} left"
        );
        let style = ProgressStyle::with_template(&template)
            .expect("the template is well formed")
            .progress_chars("━━─");
        let (title, now) = (title.into(), Instant::now());
        let bar = ProgressBar::new(total as u64).with_style(style).with_prefix(title.clone());
        Self { bar, title, start: now, logged: now }
    }

    /// Counts so many more, and shows a figure.
    pub fn advance(&mut self, count: usize, name: &str, figure: f64) {
        self.bar.inc(count as u64);
        let speed = self.bar.position() as f64 / self.start.elapsed().as_secs_f64();
        let message = format!("{name} {figure:.2}, {}/s", HumanCount(speed as u64));
        if self.bar.is_hidden() && self.logged.elapsed() >= PERIOD {
            self.logged = Instant::now();
            let (done, all) = (self.bar.position(), self.bar.length().unwrap_or(0));
            say(&format!("{}: {done} of {all}, {message}", self.title));
        }
        self.bar.set_message(message);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
