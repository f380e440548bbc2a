//! A dataset in a folder, as MNIST and its descendants are distributed.

use std::path::{Path, PathBuf};
use std::{fs, io};

use super::idx::{self, IdxError};
use super::{Dataset, DatasetError};

/// A folder that does not hold a training and a test set.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// A file is in the folder neither plain nor gzipped.
    #[error(
        "{}: found neither {name} nor {name}.gz; \
         expected the four files of MNIST under their usual names", folder.display()
    )]
    Missing {
        /// The folder that was searched.
        folder: PathBuf,
        /// The name of the plain file.
        name: String,
    },
    /// A file is there but cannot be read.
    #[error("{}: cannot be read ({reason})", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the operating system said.
        reason: io::Error,
    },
    /// A file is not an IDX file of the kind its name says.
    #[error(transparent)]
    Idx(#[from] IdxError),
    /// Images and labels do not make a dataset.
    #[error("{}: {split}-images and {split}-labels: {reason}", folder.display())]
    Split {
        /// The folder of both files.
        folder: PathBuf,
        /// The part of their names that they share: `train` or `t10k`.
        split: &'static str,
        /// Why not.
        reason: DatasetError,
    },
    /// The images to test on have another size than those to train on.
    #[error(
        "{}: found training images of {} × {} pixels and test images of {} × {}, expected one size; \
         check that both come from the same dataset",
        folder.display(), train[0], train[1], test[0], test[1]
    )]
    Sizes {
        /// The folder of both.
        folder: PathBuf,
        /// Rows and columns of the training images.
        train: [usize; 2],
        /// Rows and columns of the test images.
        test: [usize; 2],
    },
}

impl Dataset {
    /// The training set and the test set in `folder`, in this order.
    ///
    /// The files have the names of MNIST: `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`,
    /// `t10k-images-idx3-ubyte` and `t10k-labels-idx1-ubyte`, each plain or gzipped with `.gz` appended.
    /// Where both are there, the plain one is read. Fashion-MNIST and KMNIST come in the same form.
    ///
    /// # Errors
    /// If a file is missing, unreadable or damaged, or if the four do not belong together.
    pub fn from_idx_folder(folder: impl AsRef<Path>) -> Result<(Self, Self), FolderError> {
        let folder = folder.as_ref();
        let train = read_split(folder, "train")?;
        let test = read_split(folder, "t10k")?;
        let [train_size, test_size] = [&train, &test].map(|split| [split.rows(), split.cols()]);
        if train_size != test_size {
            let folder = folder.to_owned();
            return Err(FolderError::Sizes { folder, train: train_size, test: test_size });
        }
        Ok((train, test))
    }
}

fn read_split(folder: &Path, split: &'static str) -> Result<Dataset, FolderError> {
    let (file, bytes) = read_file(folder, format!("{split}-images-idx3-ubyte"))?;
    let images = idx::parse_images(&file, &bytes)?;
    let (file, bytes) = read_file(folder, format!("{split}-labels-idx1-ubyte"))?;
    let labels = idx::parse_labels(&file, &bytes)?;
    Dataset::new(images, labels.to_vec()).map_err(|reason| {
        let folder = folder.to_owned();
        FolderError::Split { folder, split, reason }
    })
}

/// The path of the plain or gzipped file, and what it holds.
fn read_file(folder: &Path, name: String) -> Result<(String, Vec<u8>), FolderError> {
    for file in [folder.join(&name), folder.join(format!("{name}.gz"))] {
        match fs::read(&file) {
            Ok(bytes) => return Ok((file.display().to_string(), bytes)),
            Err(reason) if reason.kind() == io::ErrorKind::NotFound => {}
            Err(reason) => return Err(FolderError::Unreadable { file, reason }),
        }
    }
    Err(FolderError::Missing { folder: folder.to_owned(), name })
}
