//! A dataset of a few small images, and the program run on it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use tempfile::TempDir;

/// The training images, the test images, and the side of each in pixels.
pub const TRAIN: u32 = 64;
pub const TEST: u32 = 16;
pub const SIDE: u32 = 8;

/// What a run leaves behind.
pub const FILES: [&str; 8] = [
    "best.safetensors",
    "config.toml",
    "last.safetensors",
    "loss.png",
    "metrics.csv",
    "reconstructions.png",
    "run.lock",
    "samples.png",
];

/// A folder that vanishes with the value, and in it the folder `data`.
pub struct Tiny(TempDir);

impl Tiny {
    /// Writes the dataset.
    pub fn new() -> Self {
        Self::with_side(SIDE)
    }

    /// Images of another size.
    pub fn with_side(side: u32) -> Self {
        Self::with(TRAIN, TEST, side)
    }

    /// Another number of images, too.
    pub fn with(train: u32, test: u32, side: u32) -> Self {
        let tiny = Self(TempDir::new().unwrap());
        fs::create_dir(tiny.path("data")).unwrap();
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        for (split, n) in [("train", train), ("t10k", test)] {
            tiny.write(&format!("{split}-images-idx3-ubyte"), &idx(&[n, side, side], &mut rng));
            tiny.write(&format!("{split}-labels-idx1-ubyte"), &idx(&[n], &mut rng));
        }
        tiny
    }

    /// A path in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file of the dataset.
    pub fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.path("data").join(name), bytes).unwrap();
    }

    /// The program, to be run in the folder.
    pub fn program(&self) -> Command {
        self.example("vae")
    }

    /// An example, to be run in the folder.
    pub fn example(&self, name: &str) -> Command {
        let mut command = Command::new(program(name));
        command.current_dir(self.0.path());
        command
    }

    /// The program on the dataset, with a small model.
    pub fn command(&self) -> Command {
        let mut command = self.program();
        command.args(["--data", "data", "--hidden", "12", "--latent", "3", "--batch", "10"]);
        command
    }

    /// Runs the program on the dataset, with a small model and further arguments.
    pub fn run(&self, args: &[&str]) -> Output {
        self.command().args(args).output().unwrap()
    }

    /// Runs the program with these arguments, which must fail with this code, without a panic. Returns what it says.
    #[track_caller]
    pub fn fails(&self, args: &[&str], code: i32) -> String {
        let outcome = self.program().args(args).output().unwrap();
        let message = stderr(&outcome);
        assert_eq!(outcome.status.code(), Some(code), "{args:?}: {message}");
        assert!(!message.contains("panicked"), "{args:?}: {message}");
        message
    }

    /// Runs the program into the folder `output`, for two epochs unless told; it must succeed.
    pub fn train(&self, output: &str, args: &[&str]) -> PathBuf {
        let epochs = if args.contains(&"--epochs") { &[][..] } else { &["--epochs", "2"] };
        let outcome = self.run(&[epochs, &["--output", output], args].concat());
        assert!(outcome.status.success(), "{}", stderr(&outcome));
        self.path(output)
    }
}

/// An IDX file of unsigned bytes: its header, then random elements.
fn idx(shape: &[u32], rng: &mut ChaCha8Rng) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, shape.len() as u8];
    bytes.extend(shape.iter().flat_map(|n| n.to_be_bytes()));
    let mut elements = vec![0; shape.iter().product::<u32>() as usize];
    rng.fill_bytes(&mut elements);
    bytes.extend(elements);
    bytes
}

/// `target/debug/examples/vae`, seen from this test in `target/debug/deps`.
fn program(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let build = test.ancestors().nth(2).unwrap();
    let program = build.join("examples").join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(program.exists(), "{}: not built; cargo build --example {name}", program.display());
    program
}

/// Runs a command, which must succeed, and returns what it printed.
#[track_caller]
pub fn stdout(command: &mut Command) -> String {
    let outcome = command.output().unwrap();
    assert!(outcome.status.success(), "{command:?}: {}", stderr(&outcome));
    String::from_utf8(outcome.stdout).unwrap()
}

/// What the program printed to standard error.
pub fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The names of the files in a folder, sorted.
pub fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// `metrics.csv` without its last column, the times.
pub fn metrics(folder: &Path) -> Vec<String> {
    fs::read_to_string(folder.join("metrics.csv"))
        .unwrap()
        .lines()
        .map(|line| line.rsplit_once(',').unwrap().0.to_owned())
        .collect()
}

/// The tensors of a run's last checkpoint, without the metadata, which hold times: their places, and the bytes there.
pub fn tensors(folder: &Path) -> (serde_json::Value, Vec<u8>) {
    let bytes = fs::read(folder.join("last.safetensors")).unwrap();
    let (length, rest) = bytes.split_at(8);
    let length = u64::from_le_bytes(length.try_into().unwrap()) as usize;
    let mut header: serde_json::Value = serde_json::from_slice(&rest[..length]).unwrap();
    header.as_object_mut().unwrap().remove("__metadata__").unwrap();
    (header, rest[length..].to_vec())
}
