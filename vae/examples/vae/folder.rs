//! The folder of a run: of one run at a time, in which nothing is ever half written.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

/// The file whose lock is held by the run that writes into the folder. It is empty, and stays.
const LOCK: &str = "run.lock";

/// A folder that no other run writes to as long as this lives.
pub struct RunFolder {
    path: PathBuf,
    _lock: File,
}

impl RunFolder {
    /// A new or empty folder, `output`; without one, the first free of runs/vae-1, runs/vae-2, …
    pub fn claim(output: Option<&Path>) -> Result<Self> {
        match output {
            Some(folder) => Self::chosen(folder),
            None => Self::numbered(Path::new("runs")),
        }
    }

    /// The folder of a run that is to go on. What a killed run was writing when it ended is removed.
    pub fn reopen(path: &Path) -> Result<Self> {
        let folder = Self::locked(path)?;
        for entry in fs::read_dir(path).with_context(|| cannot("list", path))?.flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name.ends_with(".partial") || name.starts_with(".tmp") {
                // It does no harm if it stays.
                let _ = fs::remove_file(entry.path());
            }
        }
        Ok(folder)
    }

    fn chosen(path: &Path) -> Result<Self> {
        fs::create_dir_all(path).with_context(|| cannot("create", path))?;
        // A folder of other things is not written to, not even a lock. A run's own lock says whether it is going on.
        if !path.join(LOCK).exists() {
            ensure_empty(path)?;
        }
        let folder = Self::locked(path)?;
        ensure_empty(path)?;
        Ok(folder)
    }

    fn numbered(runs: &Path) -> Result<Self> {
        let hint = || format!("{}; choose another with --output", cannot("create", runs));
        fs::create_dir_all(runs).with_context(hint)?;
        // To create is to claim: of two runs that begin at once, one gets the next number.
        for number in 1.. {
            let path = runs.join(format!("vae-{number}"));
            match fs::create_dir(&path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                outcome => return outcome.with_context(hint).and_then(|()| Self::locked(&path)),
            }
        }
        unreachable!("a folder holds finitely many files")
    }

    fn locked(path: &Path) -> Result<Self> {
        let name = path.display();
        let lock =
            OpenOptions::new().create(true).truncate(false).write(true).open(path.join(LOCK));
        let lock = lock.with_context(|| {
            format!("{name}: cannot be written to; choose another --output, or make it writable")
        })?;
        match lock.try_lock() {
            Err(TryLockError::WouldBlock) => bail!(
                "{name}: another run is writing to this folder; wait until it ends, or choose another --output"
            ),
            // Some file systems have no locks. Then it is up to the user to start no two runs.
            Err(TryLockError::Error(error)) if error.kind() != io::ErrorKind::Unsupported => {
                Err(error).with_context(|| format!("{name}: {LOCK} cannot be locked"))
            }
            _ => Ok(Self { path: path.to_owned(), _lock: lock }),
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file `name` in it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Writes or replaces the file `name`, at once and whole.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<()> {
        write(&self.file(name), bytes)
    }
}

/// Writes or replaces the file at `path`.
///
/// The bytes go to a file beside it, which takes its place when it is complete: a reader, a full disk or an
/// interrupted run find the old file or the new one, never a part.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut partial = path.as_os_str().to_owned();
    partial.push(".partial");
    let partial = Path::new(&partial);
    let outcome = File::create(partial)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(partial, path));
    if outcome.is_err() {
        // The error to report is the first one.
        let _ = fs::remove_file(partial);
    }
    outcome.with_context(|| format!("{}: cannot be written", path.display()))
}

/// The file `name` in the folder of a run, or in that of a checkpoint.
pub fn beside(run: &Path, name: &str) -> PathBuf {
    if run.is_dir() { run.join(name) } else { run.with_file_name(name) }
}

fn ensure_empty(path: &Path) -> Result<()> {
    let mut entries = fs::read_dir(path).with_context(|| cannot("list", path))?;
    ensure!(
        entries.all(|entry| entry.is_ok_and(|entry| entry.file_name() == LOCK)),
        "{name}: this folder is not empty, and results are never overwritten; choose another --output, \
         or go on with the run in it by --resume {name}",
        name = path.display()
    );
    Ok(())
}

fn cannot(what: &str, path: &Path) -> String {
    format!("{}: cannot {what} this folder", path.display())
}
