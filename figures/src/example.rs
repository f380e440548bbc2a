//! What the numbered examples have in common: where their pictures go, how long they may take, and their randomness.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::error::SaveError;
use crate::picture::{Picture, save};

/// The options of an example, from the command line.
///
/// ```no_run
/// # fn main() -> Result<(), figures::SaveError> {
/// let example = figures::Example::from_args();
/// let steps = example.pick(2000, 20); // the second with --quick
/// let path = (0..steps).map(|step| (f64::from(step), 0.5f64.powi(step)));
/// example.save("00-decay.png", &figures::Curves::new("step", "error").line("", path))
/// # }
/// ```
#[derive(Clone, Debug, Parser)]
pub struct Example {
    /// See in two seconds that everything runs: little data, few steps
    #[arg(long)]
    pub quick: bool,
    /// Folder of the pictures
    #[arg(long, value_name = "DIR", default_value = "runs/examples")]
    pub out: PathBuf,
    /// Number from which all randomness is drawn
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
}

impl Example {
    /// Reads the command line; explains it and ends the program where it is wrong, or asks for `--help`.
    pub fn from_args() -> Self {
        Self::parse()
    }

    /// The first of two, or the second with `--quick`.
    pub fn pick<T>(&self, full: T, quick: T) -> T {
        if self.quick { quick } else { full }
    }

    /// A generator for each purpose: of the streams of the seed, that of this number.
    ///
    /// ```
    /// # use rand_chacha::rand_core::Rng;
    /// let example = figures::Example { quick: true, out: "out".into(), seed: 7 };
    /// let [order, noise] = [0, 1].map(|purpose| example.stream(purpose).next_u64());
    /// assert_ne!(order, noise);
    /// assert_eq!(order, example.stream(0).next_u64());
    /// ```
    pub fn stream(&self, purpose: u64) -> ChaCha8Rng {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(purpose);
        rng
    }

    /// Saves a picture in the folder, which is made where need be, and prints where it is.
    ///
    /// # Errors
    /// Those of [`save`], and if the folder cannot be made.
    pub fn save(&self, name: &str, picture: &(impl Picture + ?Sized)) -> Result<(), SaveError> {
        let path = self.path(name)?;
        save(&path, picture)?;
        println!("\n{}", path.display());
        Ok(())
    }

    /// Where the file `name` of the example belongs; its folder is there.
    ///
    /// # Errors
    /// If the folder cannot be made.
    pub fn path(&self, name: impl AsRef<Path>) -> Result<PathBuf, SaveError> {
        let io = |source| SaveError::Io { path: self.out.clone(), source };
        fs::create_dir_all(&self.out).map_err(io)?;
        Ok(self.out.join(name))
    }
}
