//! A dataset wherever it is: the kind of the files is recognized.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Dataset, LoadError, folder, npy, png};

impl Dataset {
    /// The training set and the test set at `path`, in this order; what is there is recognized by its names:
    ///
    /// | at `path` | read by |
    /// |---|---|
    /// | a folder with `…-images-idx3-ubyte`, plain or gzipped | [`from_idx_folder`](Self::from_idx_folder) |
    /// | a `.npy` file, or a folder with `images.npy` or `train-images.npy` | [`from_npy`](Self::from_npy) |
    /// | a folder with PNG images, or with folders of them | [`from_png_folder`](Self::from_png_folder) |
    ///
    /// # Errors
    /// If there is none of these, or more than one, or if one of them is incomplete or damaged.
    pub fn from_path(path: impl AsRef<Path>) -> Result<(Self, Self), LoadError> {
        let path = path.as_ref();
        let kind = fs::metadata(path).map_err(LoadError::unreadable(path))?;
        if !kind.is_dir() {
            return if has_extension(path, "npy") {
                Self::from_npy(path)
            } else {
                Err(LoadError::Unknown { path: path.to_owned() })
            };
        }
        let kinds = [
            ("IDX files", !folder::datasets(path)?.is_empty()),
            (".npy files", npy::holds_images(path)?),
            ("PNG images", png::holds_images(path)?),
        ];
        let found: Vec<_> = kinds.into_iter().filter(|kind| kind.1).map(|kind| kind.0).collect();
        match found[..] {
            ["IDX files"] => Self::from_idx_folder(path),
            [".npy files"] => Self::from_npy(path),
            ["PNG images"] => Self::from_png_folder(path),
            [] => Err(LoadError::Unknown { path: path.to_owned() }),
            _ => {
                let found = found.into_iter().map(str::to_owned).collect();
                Err(LoadError::Ambiguous { folder: path.to_owned(), found })
            }
        }
    }

    /// Splits what has no test set of its own: of images 0, 1, 2, … those numbered 9, 19, 29, … are for testing.
    ///
    /// Of fewer than ten the last one is, and a single one is in both sets. Nothing is drawn: the same images make the
    /// same split, and in images sorted by class each class has its share.
    pub fn split_off_test(&self) -> (Self, Self) {
        let n = self.len();
        let is_test = |i: usize| if n < 10 { i + 1 == n } else { i % 10 == 9 };
        let (test, train): (Vec<_>, Vec<_>) = (0..n).partition(|&i| is_test(i));
        let train = if train.is_empty() { test.clone() } else { train };
        (self.select(&train), self.select(&test))
    }
}

/// Names and paths of what is in a folder, in the order of the names; hidden files are left out, and so is what has a
/// name that is not Unicode.
pub(super) fn entries(folder: &Path) -> Result<Vec<(String, PathBuf)>, LoadError> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).map_err(LoadError::unreadable(folder))? {
        let entry = entry.map_err(LoadError::unreadable(folder))?;
        if let Some(name) = entry.file_name().to_str().filter(|name| !name.starts_with('.')) {
            entries.push((name.to_owned(), entry.path()));
        }
    }
    entries.sort();
    Ok(entries)
}

/// Whether a name ends so, in capitals or not.
pub(super) fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|found| found.eq_ignore_ascii_case(extension))
}

/// Fails unless training and test images have one size.
pub(super) fn one_size(
    (other, train): (&Path, &Dataset),
    (path, test): (&Path, &Dataset),
) -> Result<(), LoadError> {
    let [expected, found] = [train, test].map(|split| [split.rows(), split.cols()]);
    if found == expected {
        return Ok(());
    }
    Err(LoadError::Sizes { path: path.to_owned(), found, other: other.to_owned(), expected })
}
