//! House rules that a compiler does not check.

use std::fs;
use std::path::{Path, PathBuf};

/// Every Rust file below the crates, the tests and the benches.
fn rust_files() -> Vec<PathBuf> {
    fn visit(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                visit(&path, files);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["autograd", "nn", "vae", "figures", "tests", "benches"] {
        let folder = root.join(folder);
        if folder.is_dir() {
            visit(&folder, &mut files);
        }
    }
    assert!(files.len() > 20, "the sources were not found: {files:?}");
    files
}

/// A file is one idea, readable in one sitting.
#[test]
fn files_are_short() {
    for path in rust_files() {
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines <= 350, "{} has {lines} lines", path.display());
    }
}

/// The hot core and the vector functions hold all of the `unsafe` code, but for the calls of other libraries' matrix
/// products in their bench.
#[test]
fn unsafe_is_confined() {
    for path in rust_files() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let name = path.strip_prefix(root).unwrap().to_str().unwrap();
        let hot = [
            "autograd/src/gemm/",
            "autograd/src/simd/",
            "benches/gemm/blas.rs",
            "benches/gemm/peers.rs",
            "tests/tidy.rs",
        ];
        if hot.iter().any(|place| name.starts_with(place)) {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap();
            assert!(!code.contains("unsafe "), "{name}:{}: {line}", number + 1);
        }
    }
}
