//! Every displayed equation of `nn` and `vae` has a test that evaluates it, named by the label at its right.
//!
//! As in a textbook: an equation displayed in a doc comment, that is in a `text` block or indented, ends with a label in
//! parentheses. What has a number there has a test here.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Lines of a doc comment that stand together, displayed, and state a relation.
#[derive(Debug, PartialEq)]
struct Display {
    /// The number of the last line.
    line: usize,
    /// The last line.
    text: String,
}

/// What makes a displayed line an equation, or an update.
const RELATIONS: [char; 6] = ['=', '≤', '≥', '≈', '←', '∝'];

/// The displayed equations of a file.
fn displays(source: &str) -> Vec<Display> {
    let mut found = Vec::new();
    let mut pending: Option<(Display, bool)> = None;
    let mut fence: Option<bool> = None;
    for (index, line) in source.lines().chain([""]).enumerate() {
        let comment = line.trim_start();
        let doc = comment.strip_prefix("///").or_else(|| comment.strip_prefix("//!"));
        let text = doc.map_or("", |doc| doc.strip_prefix(' ').unwrap_or(doc));
        let marker = text.trim_start().strip_prefix("```");
        let displayed = match (doc, marker, fence) {
            (None, ..) => {
                fence = None;
                false
            }
            (_, Some(language), None) => {
                fence = Some(language.starts_with("text"));
                false
            }
            (_, Some(_), Some(_)) => {
                fence = None;
                false
            }
            (_, None, Some(is_text)) => is_text && !text.trim().is_empty(),
            (_, None, None) => text.starts_with("    "),
        };
        if displayed {
            let states = text.contains(RELATIONS);
            let earlier = pending.take().is_some_and(|(_, earlier)| earlier);
            let display = Display { line: index + 1, text: text.trim().to_owned() };
            pending = Some((display, states || earlier));
        } else if let Some((display, true)) = pending.take() {
            found.push(display);
        }
    }
    found
}

/// The label at the end of a line: a name in parentheses, after a gap.
fn label(text: &str) -> Option<&str> {
    let (equation, label) = text.strip_suffix(')')?.rsplit_once('(')?;
    let name = label.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    (name
        && label.starts_with(|c: char| c.is_ascii_lowercase())
        && (equation.is_empty() || equation.ends_with("  ")))
    .then_some(label)
}

/// The names of the test functions of a file.
fn tests(source: &str) -> impl Iterator<Item = String> {
    let mut lines = source.lines().map(str::trim);
    std::iter::from_fn(move || {
        lines.find(|line| *line == "#[test]")?;
        let signature = lines.find(|line| line.starts_with("fn "))?;
        signature.strip_prefix("fn ")?.split('(').next().map(str::to_owned)
    })
}

/// What is wrong with a display, given the names of all tests.
fn complaint(display: &Display, tests: &BTreeSet<String>) -> Option<String> {
    match label(&display.text) {
        None => {
            Some(format!("{}\n    has no label: end it with (the_name_of_its_test)", display.text))
        }
        Some(label) if tests.contains(label) => None,
        Some(label) => Some(format!("{}\n    there is no test of the name {label}", display.text)),
    }
}

/// Every Rust file below a folder.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs" || extension == "md") {
            found.push(path);
        }
    }
}

#[test]
fn every_displayed_equation_has_a_test_of_its_name() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sources = |folders: &[&str]| {
        let mut found = Vec::new();
        folders.iter().for_each(|folder| files(&root.join(folder), &mut found));
        found.into_iter().map(|path| (fs::read_to_string(&path).unwrap(), path))
    };
    let folders = ["tests", "autograd/src", "nn/src", "vae/src", "vae/tests"];
    let names: BTreeSet<_> =
        sources(&folders).flat_map(|(s, _)| tests(&s).collect::<Vec<_>>()).collect();
    let mut equations = 0;
    let mut complaints = Vec::new();
    for (source, path) in sources(&["nn/src", "vae/src"]) {
        // A page in Markdown is a doc comment without the slashes.
        let page = || source.lines().map(|line| format!("//! {line}\n")).collect();
        let is_page = path.extension().is_some_and(|extension| extension == "md");
        for display in displays(&if is_page { page() } else { source.clone() }) {
            equations += 1;
            let place = format!("{}:{}", path.strip_prefix(root).unwrap().display(), display.line);
            complaints.extend(complaint(&display, &names).map(|text| format!("{place}: {text}")));
        }
    }
    assert!(equations > 40, "only {equations} equations were found");
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn displays_are_found_and_judged() {
    let source = "\
//! Prose with a = b is none.
//! ```text
//! a → b
//! ```
//! ```text
//! x = 1
//!   = 2 − 1      (one)
//!
//! y ≤ 3
//! ```
//! ```
//! let code = 1;
//! ```
/// so
///     z̄ = 4,      (two)
/// and f(x)
///     = g(x).
fn f() {}
";
    let found = displays(source);
    let lines: Vec<_> = found.iter().map(|display| (display.line, label(&display.text))).collect();
    assert_eq!(lines[..2], [(7, Some("one")), (9, None)]);
    assert_eq!(found[2].text, "z̄ = 4,      (two)");
    assert_eq!(lines[3..], [(17, None)]);

    let tests: BTreeSet<_> = tests("#[test]\n#[should_panic]\nfn one() {}\nfn two() {}").collect();
    let complaints: Vec<_> = found.iter().map(|display| complaint(display, &tests)).collect();
    assert_eq!(complaints[0], None);
    assert!(complaints[1].as_ref().unwrap().contains("has no label"));
    assert!(complaints[2].as_ref().unwrap().contains("no test of the name two"));
}
