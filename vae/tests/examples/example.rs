//! A numbered example: its source, and what it does when it runs.

use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// A file `vae/examples/NN-….rs`.
pub struct Example {
    /// Its name, without `.rs`.
    pub name: String,
}

/// What a run printed and left.
pub struct Run {
    pub success: bool,
    pub printed: String,
    pub complaints: String,
    folder: TempDir,
}

impl Example {
    /// All of them, by number.
    pub fn all() -> Vec<Self> {
        let mut names: Vec<_> = names(&folder())
            .iter()
            .filter_map(|file| file.strip_suffix(".rs"))
            .filter(|name| name.starts_with(|letter: char| letter.is_ascii_digit()))
            .map(str::to_owned)
            .collect();
        names.sort();
        names.into_iter().map(|name| Self { name }).collect()
    }

    /// The one of that name.
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned() }
    }

    /// The number that its name begins with, of two digits.
    pub fn number(&self) -> usize {
        let number = self.name.split_once('-').map(|(number, _)| number);
        let number =
            number.filter(|number| number.len() == 2).and_then(|number| number.parse().ok());
        number.unwrap_or_else(|| {
            panic!("{}: the name must begin with two digits and a hyphen", self.name)
        })
    }

    pub fn source(&self) -> String {
        fs::read_to_string(folder().join(format!("{}.rs", self.name))).unwrap()
    }

    /// The comment at the top.
    pub fn head(&self) -> String {
        let source = self.source();
        let lines = source.lines().map_while(|line| line.strip_prefix("//!"));
        lines.map(|line| format!("{}\n", line.trim_start())).collect()
    }

    /// The pictures that the comment at the top names in backquotes, sorted.
    pub fn pictures(&self) -> Vec<String> {
        let head = self.head();
        let quoted = head.split('`').skip(1).step_by(2);
        let mut pictures: Vec<_> =
            quoted.filter(|name| is_picture(name)).map(str::to_owned).collect();
        pictures.sort();
        pictures.dedup();
        pictures
    }

    /// Runs it with `--quick` in a folder of its own, where it must leave nothing but what belongs into `--out`.
    pub fn run(&self, args: &[&str]) -> Run {
        let folder = TempDir::new().unwrap();
        let mut command = Command::new(self.program());
        command.args(["--quick", "--out", "out"]).args(args).current_dir(folder.path());
        let output = command.output().unwrap();
        let left = names(folder.path());
        assert!(left.iter().all(|name| name == "out"), "{}: leaves {left:?}", self.name);
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let (printed, complaints) = (text(output.stdout), text(output.stderr));
        Run { success: output.status.success(), printed, complaints, folder }
    }

    /// `target/debug/examples/NN-…`, seen from this test in `target/debug/deps`.
    fn program(&self) -> PathBuf {
        let test = std::env::current_exe().unwrap();
        let build = test.ancestors().nth(2).unwrap();
        let program = build.join("examples").join(format!("{}{EXE_SUFFIX}", self.name));
        let path = program.display();
        assert!(program.exists(), "{path}: not built; cargo build -p vae --examples");
        program
    }
}

impl Run {
    /// A file in the folder of pictures.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("out").join(name)
    }

    /// The pictures it drew, sorted.
    pub fn pictures(&self) -> Vec<String> {
        let out = self.path("");
        let mut pictures = if out.exists() { names(&out) } else { Vec::new() };
        pictures.retain(|name| is_picture(name));
        pictures.sort();
        pictures
    }
}

/// The names in the first column of the README's table, which must be links to their files.
pub fn index() -> Vec<String> {
    let index = fs::read_to_string(folder().join("README.md")).unwrap();
    let rows = index.lines().filter_map(|line| line.strip_prefix("| [")?.split_once(".rs) |"));
    rows.map(|(link, _)| {
        let (text, target) = link.split_once("](").unwrap();
        assert_eq!(text, target, "the README links an example to another");
        text.to_owned()
    })
    .collect()
}

fn is_picture(name: &str) -> bool {
    name.ends_with(".png") || name.ends_with(".gif")
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}
