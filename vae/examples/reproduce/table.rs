//! Markdown tables, as `vae/RESULTS.md` has them.

use std::io::{self, Write};

use anyhow::{Context, Result};

/// What stands where there is no figure.
pub const NONE: &str = "—";

/// A table with a title line: text in the first column, figures in the others.
pub struct Table {
    columns: usize,
    lines: Vec<String>,
}

impl Table {
    /// One without rows.
    pub fn new<const N: usize>(titles: [&str; N]) -> Self {
        let rule = std::iter::once("---").chain(std::iter::repeat_n("---:", N - 1));
        let lines = vec![line(titles), line(rule)];
        Self { columns: N, lines }
    }

    /// Appends a row.
    ///
    /// # Panics
    /// If it does not have a cell for each column.
    pub fn row<S: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = S>) {
        let line = line(cells);
        assert_eq!(line.matches('|').count(), self.columns + 1, "row: {line}");
        self.lines.push(line);
    }

    /// Prints it to standard output, with an empty line behind it.
    pub fn print(&self) -> Result<()> {
        let text = self.lines.join("\n");
        writeln!(io::stdout(), "{text}\n").context("standard output cannot be written to")
    }
}

fn line<S: AsRef<str>>(cells: impl IntoIterator<Item = S>) -> String {
    let cells = cells.into_iter().map(|cell| format!(" {} |", cell.as_ref()));
    format!("|{}", cells.collect::<String>())
}
