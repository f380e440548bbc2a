//! The report as the program writes it; `tests/report` has its page, `tests/browser` the page in a browser.

use std::fs;

use crate::tiny::{Tiny, files, stdout};

#[test]
fn report_writes_a_page_into_the_folder_of_the_run() {
    let tiny = Tiny::new();
    let folder = tiny.train("run", &[]);
    let before = files(&folder);
    let said = stdout(tiny.program().args(["report", "run"]));
    assert!(said.contains("run/report.html"), "{said}");
    let page = fs::read_to_string(folder.join("report.html")).unwrap();
    for words in
        ["A variational autoencoder, 64-12-3", "8 × 8, intensities", "of 3</dd>", "of 2</dd>"]
    {
        assert!(page.contains(words), "{words:?} is not in the page");
    }

    // The same, whatever wrote it and where to; and nothing else in the folder.
    stdout(tiny.program().args([
        "report",
        "run/best.safetensors",
        "--output",
        "page.html",
        "--threads",
        "1",
    ]));
    assert!(fs::read_to_string(tiny.path("page.html")).unwrap() == page);
    let mut expected = [before, vec!["report.html".to_owned()]].concat();
    expected.sort();
    assert_eq!(files(&folder), expected);
}

#[test]
fn what_cannot_be_reported_is_told() {
    let tiny = Tiny::new();
    tiny.train("run", &[]);
    let message = tiny.fails(&["report", "nowhere"], 1);
    assert!(message.contains("nowhere: no checkpoint is here"), "{message}");
    let message = tiny.fails(&["report", "run", "--output", "no/such/folder/page.html"], 1);
    assert!(
        message.contains("page.html: cannot be written") && message.contains("--output"),
        "{message}"
    );
    fs::remove_dir_all(tiny.path("data")).unwrap();
    let message = tiny.fails(&["report", "run"], 1);
    assert!(message.contains("--data cannot be used"), "{message}");
}
