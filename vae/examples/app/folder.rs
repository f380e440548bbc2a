//! The folder of a run, in which nothing is ever half written.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

/// A folder that was new or empty when the run began.
pub struct RunFolder(PathBuf);

impl RunFolder {
    /// The folder `output`, created where need be; without one, the first free of runs/vae-1, runs/vae-2, …
    pub fn claim(output: Option<&Path>) -> Result<Self> {
        match output {
            Some(folder) => Self::chosen(folder),
            None => Self::numbered(Path::new("runs")),
        }
    }

    fn chosen(folder: &Path) -> Result<Self> {
        let name = folder.display();
        fs::create_dir_all(folder).with_context(|| format!("{name}: cannot create this folder"))?;
        let mut entries =
            fs::read_dir(folder).with_context(|| format!("{name}: cannot list this folder"))?;
        ensure!(
            entries.next().is_none(),
            "{name}: this folder is not empty, and results are never overwritten; choose another --output"
        );
        Ok(Self(folder.to_owned()))
    }

    fn numbered(runs: &Path) -> Result<Self> {
        let name = runs.display();
        let hint = || format!("{name}: cannot create this folder; choose another with --output");
        fs::create_dir_all(runs).with_context(hint)?;
        // To create is to claim: of two runs that begin at once, one gets the next number.
        for number in 1.. {
            let folder = runs.join(format!("vae-{number}"));
            match fs::create_dir(&folder) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                outcome => return outcome.with_context(hint).map(|()| Self(folder)),
            }
        }
        unreachable!("a folder holds finitely many files")
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Writes or replaces the file `name`.
    ///
    /// The bytes go to a file beside it, which takes its place when it is complete: a reader, a full disk or an
    /// interrupted run find the old file or the new one, never a part.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let path = self.0.join(name);
        let partial = self.0.join(format!("{name}.partial"));
        let outcome = File::create(&partial)
            .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
            .and_then(|()| fs::rename(&partial, &path));
        if outcome.is_err() {
            // The error to report is the first one.
            let _ = fs::remove_file(&partial);
        }
        outcome.with_context(|| format!("{}: cannot be written", path.display()))
    }
}
