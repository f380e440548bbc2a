//! Reads the op table of the documentation.
#![allow(dead_code, reason = "each test uses a part of it")]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

/// Where the ops are, and their table.
pub fn ops_folder() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "autograd", "src", "ops"].iter().collect()
}

/// Every op: the code spans in the first column of the tables.
pub fn documented() -> BTreeSet<String> {
    documented_under(&[""])
}

/// The ops under the headings that start with one of `sections`.
pub fn documented_under(sections: &[&str]) -> BTreeSet<String> {
    let page = fs::read_to_string(ops_folder().join("README.md")).unwrap();
    let chosen = |section: &&str| sections.iter().any(|start| section.starts_with(start));
    let rows = page.split("\n## ").filter(chosen).flat_map(str::lines);
    let mut names = BTreeSet::new();
    for row in rows.filter_map(|line| line.strip_prefix("| `")) {
        let (cell, _) = row.split_once(" | ").unwrap();
        for (i, span) in cell.split('`').enumerate() {
            if i % 2 == 0 && !span.is_empty() {
                assert!(names.insert(span.into()), "{span} has two rows");
            }
        }
    }
    names
}
