//! What can be wrong with a dataset on disk.

use std::io;
use std::path::{Path, PathBuf};

use super::DatasetError;
use super::idx::IdxError;
use super::npy::NpyError;
use super::png::PngError;

/// Files that do not hold a training and a test set. Every message names the file or folder.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A file or folder cannot be read.
    #[error("{}: cannot be read ({reason}); check its name and its permissions", path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        reason: io::Error,
    },
    /// There is nothing of a known kind.
    #[error(
        "{}: found no dataset, expected a folder of IDX files, of PNG images or of .npy files, or one .npy file; \
         check the path, and that archives are unpacked", path.display()
    )]
    Unknown {
        /// What was searched.
        path: PathBuf,
    },
    /// There is more than one dataset.
    #[error(
        "{}: found {}, expected one dataset; move one of them into a folder of its own",
        folder.display(), found.join(" and ")
    )]
    Ambiguous {
        /// The folder.
        folder: PathBuf,
        /// What each of the datasets is.
        found: Vec<String>,
    },
    /// One file of a dataset is not there.
    #[error("{}: found neither {name} nor {alternative}; {expected}", folder.display())]
    Missing {
        /// The folder that was searched.
        folder: PathBuf,
        /// The usual name of the file.
        name: String,
        /// Another name that would do.
        alternative: String,
        /// Which files there must be.
        expected: &'static str,
    },
    /// A file is not an IDX file of the kind its name says.
    #[error(transparent)]
    Idx(#[from] IdxError),
    /// A file is not an array that could be images or labels.
    #[error(transparent)]
    Npy(#[from] NpyError),
    /// A file is not an image.
    #[error(transparent)]
    Png(#[from] PngError),
    /// Images and labels do not make a dataset.
    #[error("{files}: {reason}")]
    Dataset {
        /// Where they were read.
        files: String,
        /// Why not.
        reason: DatasetError,
    },
    /// Two images have different sizes.
    #[error(
        "{}: found images of {} × {} pixels, expected {} × {} as in {}; \
         check that both come from the same dataset, or resize them",
        path.display(), found[0], found[1], expected[0], expected[1], other.display()
    )]
    Sizes {
        /// Where the second is.
        path: PathBuf,
        /// Its rows and columns.
        found: [usize; 2],
        /// Where the first is.
        other: PathBuf,
        /// Its rows and columns.
        expected: [usize; 2],
    },
    /// A folder has images as well as folders of images.
    #[error(
        "{}: found images beside the folder {beside}, \
         expected either images or a folder for each class; move the images into a class", folder.display()
    )]
    Mixed {
        /// The folder.
        folder: PathBuf,
        /// One of the folders in it.
        beside: String,
    },
    /// A label is a byte, and there are not as many.
    #[error("{}: found {found} folders, expected at most 256 classes; merge some of them", folder.display())]
    Classes {
        /// The folder of the classes.
        folder: PathBuf,
        /// How many there are.
        found: usize,
    },
    /// A class is in the test set alone.
    #[error(
        "{}: found the class {class}, expected those of the training set; \
         check that both come from the same dataset", folder.display()
    )]
    Class {
        /// The folder of the test set.
        folder: PathBuf,
        /// The name of the class.
        class: String,
    },
}

impl LoadError {
    /// For `map_err` where `path` was read.
    pub(super) fn unreadable(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        |reason| Self::Unreadable { path, reason }
    }
}
