//! The report's page in a real browser, used as a reader uses it.
//!
//! ```text
//! cargo test --features vae/browser --test browser
//! ```

#[path = "../../examples/vae/report/mod.rs"]
mod report;

#[path = "../report/example.rs"]
mod example;

#[path = "../cli/tiny.rs"]
#[allow(dead_code, reason = "most of it is for the tests of the command line")]
mod tiny;

mod chromium;
mod decoder;
mod explorer;
mod looks;

use std::fs;

use chromium::Chromium;
use report::{Report, html};
use tempfile::TempDir;

/// A page in a browser; the file vanishes with it.
pub struct Page {
    /// The browser.
    pub browser: Chromium,
    _folder: TempDir,
}

impl Page {
    /// The page of a report.
    pub fn new(report: &Report) -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("report.html");
        fs::write(&path, html(report)).unwrap();
        Self { browser: Chromium::open(&path), _folder: folder }
    }

    /// Ends, if nothing was amiss.
    #[track_caller]
    pub fn close(self) {
        let complaints = self.browser.complaints();
        assert!(complaints.is_empty(), "{complaints:#?}");
    }

    /// Where the point is.
    pub fn z(&mut self) -> Vec<f64> {
        self.browser.numbers("z")
    }

    /// The red channel of a canvas, a number from 0 to 255 for each pixel.
    pub fn canvas(&mut self, id: &str) -> Vec<f64> {
        self.browser.numbers(&format!(
            "(copy => {{
                copy.drawImage(byId('{id}'), 0, 0);
                return copy.getImageData(0, 0, cols, rows).data.filter((_, i) => i % 4 === 0);
            }})(new OffscreenCanvas(cols, rows).getContext('2d'))"
        ))
    }
}
