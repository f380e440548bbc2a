//! Reads the op table of the documentation.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

/// Where the ops are, and their table.
pub fn ops_folder() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "autograd", "src", "ops"].iter().collect()
}

/// The code spans in the first column of the tables.
pub fn documented() -> BTreeSet<String> {
    let page = fs::read_to_string(ops_folder().join("README.md")).unwrap();
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
    let mut names = BTreeSet::new();
    for row in rows {
        let (cell, _) = row.split_once(" | ").unwrap();
        for (i, span) in cell.split('`').enumerate() {
            if i % 2 == 0 && !span.is_empty() {
                assert!(names.insert(span.into()), "{span} has two rows");
            }
        }
    }
    names
}
